//! The entry of a key in a [`WeakKeyValueMap`].

use std::fmt;

use super::WeakKeyValueMap;
use crate::container::FindObject;
use crate::strong::Strong;

/// The entry of a key in a [`WeakKeyValueMap`], occupied or not; made by
/// [`WeakKeyValueMap::entry`].
///
/// It does not lock the map: each method looks the key up again, and other threads may intervene.
///
/// ```
/// use weakly::{Strong, WeakKeyValueMap};
///
/// let (page, style) = (Strong::new("page"), Strong::new("plain"));
/// let styles = WeakKeyValueMap::new();
/// assert_eq!(styles.entry(&page).or_insert(&style), style);
/// ```
pub struct Entry<'a, K: ?Sized, T: ?Sized, S> {
    map: &'a WeakKeyValueMap<K, T, S>,
    key: &'a Strong<K>,
}

impl<'a, K: ?Sized, T: ?Sized, S> Entry<'a, K, T, S> {
    pub(super) fn new(map: &'a WeakKeyValueMap<K, T, S>, key: &'a Strong<K>) -> Self {
        Self { map, key }
    }

    /// The key that the entry was asked for; an equal one may be in the map. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let key = Strong::new(1);
    /// let map: WeakKeyValueMap<i32, i32> = WeakKeyValueMap::new();
    /// assert_eq!(map.entry(&key).key(), &key);
    /// ```
    pub fn key(&self) -> &'a Strong<K> {
        self.key
    }
}

impl<K, T, S> Entry<'_, K, T, S>
where
    K: ?Sized + Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
    S: FindObject<K>,
{
    /// The object of the entry; inserts that of `value` if there is none. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one, two] = [0, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::new();
    /// assert_eq!(map.entry(&key).or_insert(&one), one);
    /// assert_eq!(map.entry(&key).or_insert(&two), one);
    /// ```
    pub fn or_insert(self, value: &Strong<T>) -> Strong<T> {
        self.or_insert_with(|| value.clone())
    }

    /// As [`WeakKeyValueMap::get_or_insert_with`]. O(1) and what `make_value` costs.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `make_value` panics, or there is no memory for the entry. The map is as
    /// before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let key = Strong::new(0);
    /// let map = WeakKeyValueMap::new();
    /// let one = map.entry(&key).or_insert_with(|| Strong::new(1));
    /// assert_eq!(map.get(&0), Some(one));
    /// ```
    pub fn or_insert_with(self, make_value: impl FnOnce() -> Strong<T>) -> Strong<T> {
        self.map.get_or_insert_with(self.key, make_value)
    }

    /// Inserts the object of `value` and returns the one that it replaces. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one, two] = [0, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert_eq!(map.entry(&key).insert(&two), Some(one));
    /// ```
    pub fn insert(self, value: &Strong<T>) -> Option<Strong<T>> {
        self.map.insert(self.key, value)
    }
}

impl<K: ?Sized + fmt::Debug, T: ?Sized, S> fmt::Debug for Entry<'_, K, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(self.key).finish()
    }
}
