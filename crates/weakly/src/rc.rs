//! Weak maps and sets of the objects of an [`Rc`](std::rc::Rc), of one thread, without locks and atomic counts.
//!
//! They are those of [`owners`], for [`std::rc::Weak`]. Dead entries are never
//! found, and leave a few at a time: see there.
//!
//! ```
//! use std::rc::Rc;
//! use weakly::rc::{WeakKeyMap, WeakSet, WeakValueMap};
//!
//! let page = Rc::new(String::from("text"));
//! let visits = WeakKeyMap::new();
//! visits.insert(&page, 1);
//! let by_number = WeakValueMap::from([(7, &page)]);
//! let open = WeakSet::by_identity();
//! open.insert(&page);
//!
//! assert_eq!(visits.get("text"), Some(1));
//! assert!(by_number.get(&7).is_some() && open.contains(&page));
//! drop(page);
//! assert_eq!(visits.get("text"), None);
//! assert_eq!((by_number.len_alive(), open.len_alive()), (0, 0));
//! ```

use alloc::rc::Weak;

use crate::hasher::RandomState;
use crate::owners;

/// A map from the objects of an [`Rc`](std::rc::Rc) to values; see
/// [`owners::WeakKeyMap`] for its methods.
pub type WeakKeyMap<K, V, S = RandomState> = owners::WeakKeyMap<Weak<K>, V, S>;

/// A map from keys to the objects of an [`Rc`](std::rc::Rc); see
/// [`owners::WeakValueMap`] for its methods.
pub type WeakValueMap<K, T, S = RandomState> = owners::WeakValueMap<K, Weak<T>, S>;

/// A map from the objects of an [`Rc`](std::rc::Rc) to others; see
/// [`owners::WeakKeyValueMap`] for its methods.
pub type WeakKeyValueMap<K, T, S = RandomState> = owners::WeakKeyValueMap<Weak<K>, Weak<T>, S>;

/// A set of the objects of an [`Rc`](std::rc::Rc); see [`owners::WeakSet`] for its methods.
pub type WeakSet<T, S = RandomState> = owners::WeakSet<Weak<T>, S>;
