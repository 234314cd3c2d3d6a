//! The iterators of [`WeakKeyValueMap`](super::WeakKeyValueMap).

use std::fmt;
use std::iter::FusedIterator;

use crate::container::{self, WeakSide, newtype_iterator};
use crate::strong::Strong;

newtype_iterator!(
    /// The entries of a map; made by [`WeakKeyValueMap::iter`](super::WeakKeyValueMap::iter).
    ///
    /// It keeps the map, but no entry, alive.
    ///
    /// ```
    /// use weakly::map::weak_key_value::Iter;
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let mut iter: Iter<i32, i32> = WeakKeyValueMap::from([(&key, &one)]).iter();
    /// assert_eq!(iter.next(), Some((key, one)));
    /// ```
    Iter<K: ?Sized, T: ?Sized>(container::Entries<WeakSide<K>, WeakSide<T>>)
    yields (Strong<K>, Strong<T>) where { K: Send + Sync + 'static, T: Send + Sync + 'static }
    |it| it
);

newtype_iterator!(
    /// The keys of a map; made by [`WeakKeyValueMap::keys`](super::WeakKeyValueMap::keys).
    ///
    /// ```
    /// use weakly::map::weak_key_value::Keys;
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let mut keys: Keys<i32, i32> = WeakKeyValueMap::from([(&key, &one)]).keys();
    /// assert_eq!(keys.next(), Some(key));
    /// ```
    Keys<K: ?Sized, T: ?Sized>(container::Keys<WeakSide<K>, WeakSide<T>>)
    yields Strong<K> where { K: Send + Sync + 'static, T: Send + Sync + 'static }
    |it| it
);

newtype_iterator!(
    /// The values of a map; made by [`WeakKeyValueMap::values`](super::WeakKeyValueMap::values).
    ///
    /// ```
    /// use weakly::map::weak_key_value::Values;
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let mut values: Values<i32, i32> = WeakKeyValueMap::from([(&key, &one)]).values();
    /// assert_eq!(values.next(), Some(one));
    /// ```
    Values<K: ?Sized, T: ?Sized>(container::Values<WeakSide<K>, WeakSide<T>>)
    yields Strong<T> where { K: Send + Sync + 'static, T: Send + Sync + 'static }
    |it| it
);

newtype_iterator!(
    /// The entries that a map had; made by [`WeakKeyValueMap::drain`](super::WeakKeyValueMap::drain).
    ///
    /// ```
    /// use weakly::map::weak_key_value::Drain;
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let mut drain: Drain<i32, i32> = WeakKeyValueMap::from([(&key, &one)]).drain();
    /// assert_eq!(drain.next(), Some((key, one)));
    /// ```
    Drain<K: ?Sized, T: ?Sized>(container::Drain<WeakSide<K>, WeakSide<T>>)
    yields (Strong<K>, Strong<T>) where { K: Send + Sync + 'static, T: Send + Sync + 'static }
    |it| it
);
