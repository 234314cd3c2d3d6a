//! Watched objects, references and containers of one thread, without atomic counts and without locks.
//!
//! [`Strong`], [`WeakRef`], [`Proxy`], [`WeakMethod`], [`Finalizer`], [`WeakKeyMap`],
//! [`WeakValueMap`], [`WeakKeyValueMap`] and [`WeakSet`] do what those of the same names at the root of
//! the crate do, for objects that belong to one thread: values may be `RefCell`s and `Rc`s, and
//! nothing need be `Send`.
//!
//! ```
//! use std::cell::RefCell;
//! use weakly::local::{Finalizer, Strong, WeakKeyMap, WeakRef};
//!
//! let page = Strong::new(RefCell::new(String::from("text")));
//! let weak = WeakRef::with_callback(&page, |dead| assert!(!dead.is_alive()));
//! let visits = WeakKeyMap::by_identity();
//! visits.insert(&page, 1);
//! Finalizer::new(&page, || println!("tidied up"));
//!
//! page.borrow_mut().push_str(", more text");
//! drop(page); // the finalizer and the callback run here
//! assert!(weak.upgrade().is_none() && visits.is_empty());
//! ```
//!
//! An object dies as the others do: references read dead, containers forget it, what they held beside
//! it is dropped, callbacks and finalizers run, newest first, then the value is dropped. Code that
//! runs then, or while a container hashes, compares, clones or drops, may use the same container.
//!
//! # Borrowed data
//!
//! An object, its references and its proxies may borrow. What is called at a death must be `'static`,
//! as an object does not know the type of what it calls: callbacks, the objects of references that
//! have one, and containers. A container that borrows is made by `borrowing()`. It has no dead entry
//! either, and its `len` is exact, but what it held beside a dead object is dropped by its next
//! operation.
//!
//! ```
//! use weakly::local::{Strong, WeakKeyMap};
//!
//! let text = String::from("one two");
//! let words: Vec<Strong<&str>> = text.split(' ').map(Strong::new).collect();
//! let texts = WeakKeyMap::borrowing();
//! texts.insert(&words[0], &text[..]);
//! assert_eq!(texts.get(&"one"), Some("one two"));
//! drop(words);
//! assert!(texts.is_empty());
//! ```
//!
//! # Containers
//!
//! They are those of [`owners`](crate::owners), where the methods are described. Other than the containers at
//! the root of the crate, a clone is another container with the same entries: share one by reference,
//! or in an `Rc`.

mod coerce;
mod containers;
mod finalizer;
mod proxy;
mod strong;
mod weak_method;
mod weak_ref;

#[doc(inline)]
pub use coerce::coerce;
pub use containers::{Pointer, WeakKeyMap, WeakKeyValueMap, WeakSet, WeakValueMap};
pub use finalizer::Finalizer;
pub use proxy::{CallableProxy, Proxy};
pub use strong::{Object, Strong};
pub use weak_method::{BoundMethod, WeakMethod};
pub use weak_ref::WeakRef;
