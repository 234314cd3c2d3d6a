//! The iterators of [`WeakValueMap`](super::WeakValueMap).

use std::fmt;
use std::iter::FusedIterator;

use crate::container::{self, OwnedSide, WeakSide, newtype_iterator};
use crate::strong::Strong;

newtype_iterator!(
    /// The entries of a map; made by [`WeakValueMap::iter`](super::WeakValueMap::iter).
    ///
    /// It keeps the map, but no entry, alive.
    ///
    /// ```
    /// use weakly::map::weak_value::Iter;
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let mut iter: Iter<&str, i32> = WeakValueMap::from([("a", &one)]).iter();
    /// assert_eq!(iter.next(), Some(("a", one)));
    /// ```
    Iter<K, T: ?Sized>(container::Entries<OwnedSide<K>, WeakSide<T>>)
    yields (K, Strong<T>) where { K: Clone + Send + Sync + 'static, T: Send + Sync + 'static }
    |it| it
);

newtype_iterator!(
    /// The keys of a map; made by [`WeakValueMap::keys`](super::WeakValueMap::keys).
    ///
    /// ```
    /// use weakly::map::weak_value::Keys;
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let mut keys: Keys<&str, i32> = WeakValueMap::from([("a", &one)]).keys();
    /// assert_eq!(keys.next(), Some("a"));
    /// ```
    Keys<K, T: ?Sized>(container::Keys<OwnedSide<K>, WeakSide<T>>)
    yields K where { K: Clone + Send + Sync + 'static, T: Send + Sync + 'static }
    |it| it
);

newtype_iterator!(
    /// The objects of a map; made by [`WeakValueMap::values`](super::WeakValueMap::values).
    ///
    /// ```
    /// use weakly::map::weak_value::Values;
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let mut values: Values<&str, i32> = WeakValueMap::from([("a", &one)]).values();
    /// assert_eq!(values.next(), Some(one));
    /// ```
    Values<K, T: ?Sized>(container::Values<OwnedSide<K>, WeakSide<T>>)
    yields Strong<T> where { K: Send + Sync + 'static, T: Send + Sync + 'static }
    |it| it
);

newtype_iterator!(
    /// The entries that a map had; made by [`WeakValueMap::drain`](super::WeakValueMap::drain).
    ///
    /// ```
    /// use weakly::map::weak_value::Drain;
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let mut drain: Drain<&str, i32> = WeakValueMap::from([("a", &one)]).drain();
    /// assert_eq!(drain.next(), Some(("a", one)));
    /// ```
    Drain<K, T: ?Sized>(container::Drain<OwnedSide<K>, WeakSide<T>>)
    yields (K, Strong<T>) where { K: Clone + Send + Sync + 'static, T: Send + Sync + 'static }
    |it| it
);
