//! Weak references with death callbacks, and maps and sets that forget dead objects at once.
//!
//! The standard library's `Weak` tells you that an object is dead when you ask. This crate tells
//! you when it happens. It is the system that Python programmers know as `weakref`, for Rust:
//!
//! * [`Strong`] owns an object, like `Arc`, and lets others watch it.
//! * [`WeakRef`] refers to an object without keeping it alive, and may have a callback for its
//!   death. [`Proxy`] is a weak reference to use in the object's place, [`WeakMethod`] one that is
//!   called.
//! * [`WeakKeyMap`], [`WeakValueMap`], [`WeakKeyValueMap`] and [`WeakSet`] hold objects without
//!   keeping them alive. An entry leaves the moment its object dies: nothing is swept, and `len` is
//!   exact.
//! * [`Finalizer`] runs a function once, when an object dies or when the process exits. A
//!   [`DeathQueue`] hands deaths out when it suits you.
//! * [`Interner`] makes equal values one object. [`WeakCache`] finds what anybody holds, and holds
//!   what was used last; [`WeakMemo`] keeps results as long as their object lives.
//!
//! ```
//! use weakly::{Finalizer, Strong, WeakRef, WeakValueMap};
//!
//! struct Employee { name: &'static str }
//!
//! let employee = Strong::new(Employee { name: "William" });
//! let weak = WeakRef::with_callback(&employee, |dead| println!("gone: {dead:?}"));
//! let by_name: WeakValueMap<&str, Employee> = WeakValueMap::new();
//! by_name.insert(employee.name, &employee);
//! Finalizer::new(&employee, || println!("and tidied up after"));
//!
//! assert!(by_name.contains_key("William"));
//! drop(employee); // the finalizer and the callback run here, the newest first
//! assert!(by_name.is_empty());
//! assert!(weak.upgrade().is_none());
//! ```
//!
//! # Owners
//!
//! A [`Strong`] is made of a value, and cloned to share it. It dereferences to the value and stands
//! in for it in comparisons, hashing and formatting. Making one costs what an `Arc` costs, and eight
//! bytes: a word that says who watches. What that word cannot say takes memory of its own: a weak
//! reference, or a second container.
//!
//! Trait objects and closures can be owned too. `Arc` becomes `Arc<dyn Trait>` by itself, which
//! only types of the standard library can do. For a `Strong`, call [`Strong::coerce`]:
//!
//! ```
//! use weakly::{Strong, WeakRef};
//!
//! let add = Strong::new(|a: f64, b: f64| a + b);
//! let add = Strong::coerce::<dyn Fn(f64, f64) -> f64>(add, |object| object);
//! let weak = WeakRef::new(&add);
//! assert_eq!(weak.upgrade().map(|add| add(10.0, 20.0)), Some(30.0));
//! ```
//!
//! # What happens at a death
//!
//! When the last [`Strong`] of an object is dropped, or the value is taken out of it, then on that
//! thread, in this order:
//!
//! 1. all weak references to it read dead;
//! 2. all containers forget it;
//! 3. what maps held beside it is dropped, and callbacks and finalizers run, newest first;
//! 4. the value itself is dropped.
//!
//! A panic in step 3 is caught and passed to the hook of [`set_caught_panic_hook`]; it stops nothing.
//! Code that runs there may use the whole crate, create references, and let other objects die, in
//! chains of any length (except values that own each other directly: see [`Strong`]).
//!
//! # References
//!
//! Without a callback there is one weak reference per object, however often you ask for it; with a
//! callback each reference is a new one. A callback belongs to its reference: if you drop the
//! reference, the callback is not called.
//!
//! ```
//! use weakly::{Strong, WeakRef};
//!
//! let page = Strong::new("page");
//! let plain = WeakRef::new(&page);
//! assert!(WeakRef::ptr_eq(&plain, &WeakRef::new(&page)));
//! let watching = WeakRef::with_callback(&page, |_| ());
//! assert_eq!(Strong::weak_refs(&page), [plain, watching]);
//! ```
//!
//! # Containers
//!
//! Containers are handles, as `Strong` is: clone them to share them, between threads too. Their
//! methods have the names and shapes of std's `HashMap` and `HashSet`, but take `&self`, because an
//! object may leave at any time. For the same reason values are returned as clones, and iterators
//! tolerate any change: you may insert, remove and drop objects in a loop.
//!
//! ```
//! use weakly::{Strong, WeakKeyMap, WeakSet};
//!
//! let guests = ["ann", "bob"].map(|name| Strong::new(name.to_owned()));
//! let notes = WeakKeyMap::from([(&guests[0], "left-handed"), (&guests[1], "vegetarian")]);
//! assert_eq!(notes.get("bob"), Some("vegetarian"));
//!
//! let present: WeakSet<String> = guests.iter().collect();
//! for guest in &present {
//!     if *guest == "ann" {
//!         present.remove("ann");
//!     }
//! }
//! drop(guests);
//! assert!(notes.is_empty() && present.is_empty());
//! ```
//!
//! [`local`] has all of this for one thread, without locks and atomic counts. [`arc`] and [`rc`] have
//! the same containers for objects that an `Arc` or `Rc` owns already.
//!
//! Objects are found by value, or by identity where equal objects must be told apart or have no
//! `Hash` at all: see [`ByIdentity`]. [`map`] says in detail what containers promise: order,
//! locking, and what runs when. [`docs`] is the guide: which type to use when, pitfalls, recipes.
//!
//! # From Python's names to these
//!
//! | Python `weakref` | here |
//! |---|---|
//! | a name bound to an object, `del name` | [`Strong`], [`drop`] |
//! | `ref(o)`, `ref(o, callback)` | [`WeakRef::new`], [`WeakRef::with_callback`] |
//! | `r()`, `r() is None` | [`WeakRef::upgrade`], `!`[`WeakRef::is_alive`]`()` |
//! | `r.__callback__` | [`WeakRef::has_callback`] |
//! | `getweakrefcount(o)`, `getweakrefs(o)` | [`Strong::weak_ref_count`], [`Strong::weak_refs`] |
//! | `proxy(o)`, `ReferenceError` | [`Proxy`], [`CallableProxy`], [`ReferenceError`] |
//! | `isinstance(r, ProxyTypes)` and so on | [`Reference::is_proxy`], [`Reference::kind`] |
//! | `WeakKeyDictionary`, `keyrefs()` | [`WeakKeyMap`], [`WeakKeyMap::key_refs`] |
//! | `WeakValueDictionary`, `valuerefs()` | [`WeakValueMap`], [`WeakValueMap::value_refs`] |
//! | `d.setdefault(k, v)`, `d.popitem()` | [`WeakKeyMap::get_or_insert_with`], [`WeakKeyMap::pop_last`] |
//! | `d.keys()`, `d.values()`, `d.items()` | `keys()`, `values()`, `iter()` |
//! | `d.update(...)`, `copy.copy(d)` | `extend`, `iter().collect()` |
//! | `WeakSet`, `add`, `discard` | [`WeakSet`], [`WeakSet::insert`], [`WeakSet::remove`] |
//! | `WeakMethod(o.method)`, `m()(...)` | [`WeakMethod::new`], [`WeakMethod::call`] |
//! | `finalize(o, f)`, `f.detach()`, `f.atexit` | [`Finalizer::new`], [`Finalizer::detach`], [`Finalizer::at_exit`] |
//! | `sys.unraisablehook` | [`set_caught_panic_hook`] |
//!
//! What differs: Rust has no garbage collector, so objects in a cycle of owners live forever, as
//! with `Arc`. A `Drop` of the value runs after the callbacks; `__del__` in Python runs before
//! them. Comparing or printing a dead [`Proxy`] cannot return an error: see [`Proxy`].
//!
//! # Threads
//!
//! Everything may be shared between threads when the values in it may ([`Send`] and [`Sync`]).
//! Weak references without callback work for all values; whatever is called at a death
//! (callbacks, containers, finalizers) needs the value to be `Send + Sync + 'static`, as the last
//! owner may be dropped on any thread.
//!
//! Looking at a weak reference takes no lock. A container has one lock, and so has the record of an
//! object that has more than one watcher or a weak reference; they are held for the work on the
//! table and on the record, never while user code runs.
//!
//! # What it rests on
//!
//! There is no unsafe code here. What owners of a `str`, a slice or a boxed `dyn Trait`, `downcast`
//! and C's `atexit` (for finalizers) take of it stands in `weakly-unsafe`, a hundred lines. Containers are built on
//! [`table`], which other libraries may use as well. The feature `async` adds makers that are futures,
//! and waits that do not block; it chooses no runtime. With the feature `serde`, owners and interned
//! values are serialized as their values. The other dependencies are `hashbrown` (the index of the
//! table) and `typeid` (what may be compared under a lock); neither has dependencies of its own. The
//! crate needs Rust 1.85.
//!
//! Without the default feature `std` there is what one thread needs: [`local`], [`rc`], [`owners`] and
//! [`table`], for which `alloc` will do. Three things differ: a container that names no hasher hashes
//! with keys that are always the same, a panic in a callback or finalizer is not caught, and deaths
//! inside deaths are not put off, so a chain that goes through callbacks needs stack for all of it. On
//! `wasm32-unknown-unknown`, finalizers do not run at exit.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![cfg_attr(
    not(feature = "std"),
    allow(
        dead_code,
        unreachable_pub,
        reason = "what threads need and others do not"
    )
)]

extern crate alloc;

#[cfg(feature = "std")]
pub mod arc;
#[cfg(feature = "std")]
mod cache;
#[cfg(feature = "std")]
mod caught_panic;
mod container;
mod death;
#[cfg(feature = "std")]
pub mod docs;
#[cfg(feature = "std")]
mod finalizer;
mod hasher;
#[cfg(feature = "std")]
mod interner;
pub mod local;
mod locked;
pub mod map;
mod owner_conversions;
mod owner_traits;
pub mod owners;
#[cfg(feature = "std")]
mod queue;
#[cfg(all(test, feature = "std"))]
mod races;
pub mod rc;
mod reference;
mod room;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "std")]
pub mod set;
#[cfg(feature = "std")]
mod strong;
mod sync;
pub mod table;
mod type_names;

#[cfg(feature = "std")]
pub use cache::{CacheInfo, WeakCache, WeakMemo};
#[cfg(feature = "std")]
pub use caught_panic::{CaughtPanic, reset_caught_panic_hook, set_caught_panic_hook};
pub use container::ByIdentity;
#[cfg(feature = "std")]
pub use container::{FindBy, FindObject};
#[cfg(feature = "std")]
pub use finalizer::Finalizer;
#[cfg(feature = "std")]
pub use interner::{Interned, Interner};
#[cfg(feature = "std")]
pub use map::{WeakKeyMap, WeakKeyValueMap, WeakValueMap};
#[cfg(feature = "std")]
pub use queue::{DeathQueue, DeathToken};
#[cfg(feature = "std")]
pub use reference::{BoundMethod, CallableProxy, Proxy, WeakCallable, WeakMethod, WeakRef};
pub use reference::{Reference, ReferenceError, ReferenceKind, call};
#[cfg(feature = "std")]
pub use set::WeakSet;
#[cfg(feature = "std")]
pub use strong::{Object, Strong};
pub use table::TryReserveError;

/// The README's example, which runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
