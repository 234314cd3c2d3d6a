//! The iterators of [`WeakKeyMap`](super::WeakKeyMap).

use std::fmt;
use std::iter::FusedIterator;

use crate::container::{self, OwnedSide, WeakSide, newtype_iterator};
use crate::strong::Strong;

newtype_iterator!(
    /// The entries of a map; made by [`WeakKeyMap::iter`](super::WeakKeyMap::iter).
    ///
    /// It keeps the map, but no entry, alive.
    ///
    /// ```
    /// use weakly::map::weak_key::Iter;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let mut iter: Iter<i32, &str> = WeakKeyMap::from([(&key, "a")]).iter();
    /// assert_eq!(iter.next(), Some((key, "a")));
    /// ```
    Iter<K: ?Sized, V>(container::Entries<WeakSide<K>, OwnedSide<V>>)
    yields (Strong<K>, V) where { K: Send + Sync + 'static, V: Clone + Send + Sync + 'static }
    |it| it
);

newtype_iterator!(
    /// The keys of a map; made by [`WeakKeyMap::keys`](super::WeakKeyMap::keys).
    ///
    /// ```
    /// use weakly::map::weak_key::Keys;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let mut keys: Keys<i32, &str> = WeakKeyMap::from([(&key, "a")]).keys();
    /// assert_eq!(keys.next(), Some(key));
    /// ```
    Keys<K: ?Sized, V>(container::Keys<WeakSide<K>, OwnedSide<V>>)
    yields Strong<K> where { K: Send + Sync + 'static, V: Clone + Send + Sync + 'static }
    |it| it
);

newtype_iterator!(
    /// The values of a map; made by [`WeakKeyMap::values`](super::WeakKeyMap::values).
    ///
    /// ```
    /// use weakly::map::weak_key::Values;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let mut values: Values<i32, &str> = WeakKeyMap::from([(&key, "a")]).values();
    /// assert_eq!(values.next(), Some("a"));
    /// ```
    Values<K: ?Sized, V>(container::Values<WeakSide<K>, OwnedSide<V>>)
    yields V where { K: Send + Sync + 'static, V: Clone + Send + Sync + 'static }
    |it| it
);

newtype_iterator!(
    /// The entries that a map had; made by [`WeakKeyMap::drain`](super::WeakKeyMap::drain).
    ///
    /// ```
    /// use weakly::map::weak_key::Drain;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let mut drain: Drain<i32, &str> = WeakKeyMap::from([(&key, "a")]).drain();
    /// assert_eq!(drain.next(), Some((key, "a")));
    /// ```
    Drain<K: ?Sized, V>(container::Drain<WeakSide<K>, OwnedSide<V>>)
    yields (Strong<K>, V) where { K: Send + Sync + 'static, V: Clone + Send + Sync + 'static }
    |it| it
);
