//! The entry of a key in a [`WeakKeyMap`].

use std::fmt;

use super::WeakKeyMap;
use crate::container::FindObject;
use crate::strong::Strong;

/// The entry of a key in a [`WeakKeyMap`], occupied or not; made by [`WeakKeyMap::entry`].
///
/// It does not lock the map: each method looks the key up again, and other threads may intervene.
///
/// ```
/// use weakly::{Strong, WeakKeyMap};
///
/// let page = Strong::new("page");
/// let visits = WeakKeyMap::new();
/// for _ in 0..3 {
///     visits.entry(&page).and_modify(|n| *n += 1).or_insert(1);
/// }
/// assert_eq!(visits.get("page"), Some(3));
/// ```
pub struct Entry<'a, K: ?Sized, V, S> {
    map: &'a WeakKeyMap<K, V, S>,
    key: &'a Strong<K>,
}

impl<'a, K: ?Sized, V, S> Entry<'a, K, V, S> {
    pub(super) fn new(map: &'a WeakKeyMap<K, V, S>, key: &'a Strong<K>) -> Self {
        Self { map, key }
    }

    /// The key that the entry was asked for; an equal one may be in the map. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map: WeakKeyMap<i32, ()> = WeakKeyMap::new();
    /// assert_eq!(map.entry(&key).key(), &key);
    /// ```
    pub fn key(&self) -> &'a Strong<K> {
        self.key
    }
}

impl<K, V, S> Entry<'_, K, V, S>
where
    K: ?Sized + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: FindObject<K>,
{
    /// A clone of the entry's value; inserts `value` if there is none. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::new();
    /// assert_eq!(map.entry(&key).or_insert("a"), "a");
    /// assert_eq!(map.entry(&key).or_insert("b"), "a");
    /// ```
    pub fn or_insert(self, value: V) -> V {
        self.or_insert_with(|| value)
    }

    /// As [`WeakKeyMap::get_or_insert_with`]. O(1) and what `make_value` costs.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq`, `Clone` or `make_value` panics, or there is no memory for the entry. The map is as
    /// before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::new();
    /// assert_eq!(map.entry(&key).or_insert_with(|| "a"), "a");
    /// ```
    pub fn or_insert_with(self, make_value: impl FnOnce() -> V) -> V {
        self.map.get_or_insert_with(self.key, make_value)
    }

    /// A clone of the entry's value; inserts the default if there is none. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq`, `Clone` or `default` panics, or there is no memory for the entry. The map is as
    /// before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map: WeakKeyMap<i32, String> = WeakKeyMap::new();
    /// assert_eq!(map.entry(&key).or_default(), "");
    /// ```
    pub fn or_default(self) -> V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Replaces the entry's value, if there is one, by a clone that `modify` has changed. `modify`
    /// runs without the lock; a value inserted meanwhile is replaced. O(1) and what `modify` costs.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq`, `Clone` or `modify` panics, or there is no memory for the entry. The map is as
    /// before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, 1)]);
    /// map.entry(&key).and_modify(|n| *n += 1);
    /// assert_eq!(map.get(&1), Some(2));
    /// ```
    pub fn and_modify(self, modify: impl FnOnce(&mut V)) -> Self {
        if let Some(mut value) = self.map.0.get(S::query(&self.key)) {
            modify(&mut value);
            self.map.insert(self.key, value);
        }
        self
    }

    /// Inserts `value` and returns the value that it replaces. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert_eq!(map.entry(&key).insert("b"), Some("a"));
    /// ```
    pub fn insert(self, value: V) -> Option<V> {
        self.map.insert(self.key, value)
    }
}

impl<K: ?Sized + fmt::Debug, V, S> fmt::Debug for Entry<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(self.key).finish()
    }
}
