//! Maps that drop an entry when its object dies.
//!
//! [`WeakKeyMap`] keeps data about objects as long as they live; [`WeakValueMap`] finds objects by
//! name as long as they live; [`WeakKeyValueMap`] relates objects as long as both live. What all
//! promise:
//!
//! * **Handles.** A map is a handle: `clone` gives another handle of the same map, and all methods
//!   take `&self`. Handles may be used from many threads. `map.iter().collect()` makes a copy.
//! * **Death.** When an object dies, its entry leaves the map before any callback runs, in O(1);
//!   what the entry held beside the object is dropped at once. `len` is exact, and nothing is swept.
//! * **Lookup** is by value: by `Hash` and `Eq`, with whatever a key borrows as. Maps made by
//!   [`WeakKeyMap::by_identity`] or [`WeakKeyValueMap::by_identity`] compare identities instead.
//! * **Iteration.** Iterators tolerate any change: they yield, in insertion order, the entries that
//!   were there when they began and are still there. They keep a handle of the map, but no entry
//!   alive. The first step writes the order down, if no iteration has done so: O(len).
//! * **Readers own.** Lookups, iterations and comparisons own an object for a moment. If all other
//!   owners go meanwhile, the object dies on the reader's thread: its callbacks, and the `Drop` of
//!   values, run there. A value that must be dropped on a certain thread should be sent there by
//!   its `Drop`.
//! * **Locking.** Each map has one lock, held for the table's own work only. `Hash`, `Eq`, `Clone`,
//!   `Drop` and closures of users run without it, and may use the same map. Several steps together are
//!   not atomic: another thread may insert between `get` and `insert`. `get_or_insert_with` makes
//!   the value of a key once, whoever asks for it, and `update` changes a value in one step.
//! * **Speed.** Numbers, strings, paths and a few more types of the standard library are compared
//!   under the lock. A key of any other type may run user code, so it is compared between two
//!   turns of the lock: a lookup that changes the map takes the lock twice. By identity, nothing is
//!   compared.
//! * **A map dies with its last handle**, and drops its values. Maps in maps, however deep, need a
//!   fixed amount of stack for that.
//! * **Values leave as clones**, made without the lock: put what is costly to clone, or is to be
//!   changed, in a [`Strong`](crate::Strong) or an `Arc`. A value lies in the table itself until
//!   it is cloned first, and then in an `Arc` of the map's own (except plain types such as numbers
//!   and strings).
//! * **Cycles.** A value of a `WeakKeyMap` that owns its own key keeps it alive forever, as in
//!   Python.
//!
//! ```
//! use weakly::{Strong, WeakKeyMap, WeakValueMap};
//!
//! let ann = Strong::new(String::from("ann"));
//! let ages = WeakKeyMap::from([(&ann, 30)]);
//! let by_room = WeakValueMap::from([(101, &ann)]);
//! assert_eq!(by_room.get(&101).and_then(|guest| ages.get(&*guest)), Some(30));
//! drop(ann);
//! assert!(ages.is_empty() && by_room.is_empty());
//! ```
//!
//! The O(...) below do not count the cost of a user's `Eq`.
//!
//! # Panics
//!
//! * When `Hash`, `Eq` or a closure panics, the map stays as it was, and the caller gets the panic.
//! * When a user's `Clone` or `Drop` panics in an operation, that operation has taken effect.
//! * When there is no memory for an entry, an iteration or a search, or no room for more than about
//!   four billion entries, the operation panics before it has changed anything.
//! * A `Drop` that panics at a death is reported ([`set_caught_panic_hook`](crate::set_caught_panic_hook)),
//!   and stops nothing.
//!
//! No panic leaves a map locked or inconsistent.

mod entry;
mod submap;
#[cfg(feature = "std")]
mod traits;
#[cfg(feature = "std")]
pub mod weak_key;
#[cfg(feature = "std")]
pub mod weak_key_value;
#[cfg(feature = "std")]
pub mod weak_value;

pub use entry::{Entry, GivenKey, GivenValue, HasEntries, Key, OccupiedEntry, VacantEntry, Value};
pub(crate) use submap::submap_methods;
#[cfg(feature = "std")]
pub use weak_key::WeakKeyMap;
#[cfg(feature = "std")]
pub use weak_key_value::WeakKeyValueMap;
#[cfg(feature = "std")]
pub use weak_value::WeakValueMap;
