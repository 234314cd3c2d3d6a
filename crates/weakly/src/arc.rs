//! Weak maps and sets of the objects of an [`Arc`](std::sync::Arc), which threads may share.
//!
//! They are those of [`owners`], for [`std::sync::Weak`]. Dead entries are never
//! found, and leave a few at a time: see there.
//!
//! ```
//! use std::sync::Arc;
//! use weakly::arc::{WeakKeyMap, WeakSet, WeakValueMap};
//!
//! let page = Arc::new(String::from("text"));
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

use std::hash::RandomState;
use std::sync::Weak;

use crate::owners;

/// A map from the objects of an [`Arc`](std::sync::Arc) to values; see
/// [`owners::WeakKeyMap`] for its methods.
pub type WeakKeyMap<K, V, S = RandomState> = owners::WeakKeyMap<Weak<K>, V, S>;

/// A map from keys to the objects of an [`Arc`](std::sync::Arc); see
/// [`owners::WeakValueMap`] for its methods.
pub type WeakValueMap<K, T, S = RandomState> = owners::WeakValueMap<K, Weak<T>, S>;

/// A map from the objects of an [`Arc`](std::sync::Arc) to others; see
/// [`owners::WeakKeyValueMap`] for its methods.
pub type WeakKeyValueMap<K, T, S = RandomState> = owners::WeakKeyValueMap<Weak<K>, Weak<T>, S>;

/// A set of the objects of an [`Arc`](std::sync::Arc); see [`owners::WeakSet`] for its methods.
pub type WeakSet<T, S = RandomState> = owners::WeakSet<Weak<T>, S>;
