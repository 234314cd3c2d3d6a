//! The entry of a key in a [`WeakValueMap`].

use std::fmt;
use std::hash::{BuildHasher, Hash};

use super::WeakValueMap;
use crate::strong::Strong;

/// The entry of a key in a [`WeakValueMap`], occupied or not; made by [`WeakValueMap::entry`].
///
/// It does not lock the map: each method looks the key up again, and other threads may intervene.
///
/// ```
/// use weakly::{Strong, WeakValueMap};
///
/// let cache = WeakValueMap::new();
/// let load = |name: &str| Strong::new(format!("the text of {name}"));
/// let one = cache.entry("page").or_insert_with(|| load("page"));
/// let two = cache.entry("page").or_insert_with(|| load("page"));
/// assert!(Strong::ptr_eq(&one, &two));
/// ```
pub struct Entry<'a, K, T: ?Sized, S> {
    map: &'a WeakValueMap<K, T, S>,
    key: K,
}

impl<'a, K, T: ?Sized, S> Entry<'a, K, T, S> {
    pub(super) fn new(map: &'a WeakValueMap<K, T, S>, key: K) -> Self {
        Self { map, key }
    }

    /// The key that the entry was asked for; an equal one may be in the map. O(1).
    ///
    /// ```
    /// use weakly::WeakValueMap;
    ///
    /// let map: WeakValueMap<&str, i32> = WeakValueMap::new();
    /// assert_eq!(map.entry("a").key(), &"a");
    /// ```
    pub fn key(&self) -> &K {
        &self.key
    }
}

impl<K, T, S> Entry<'_, K, T, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
    S: BuildHasher,
{
    /// The entry's object; inserts that of `value` if there is none. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let map = WeakValueMap::new();
    /// assert_eq!(map.entry("a").or_insert(&one), one);
    /// assert_eq!(map.entry("a").or_insert(&two), one);
    /// ```
    pub fn or_insert(self, value: &Strong<T>) -> Strong<T> {
        self.or_insert_with(|| value.clone())
    }

    /// As [`WeakValueMap::get_or_insert_with`]. O(1) and what `make_value` costs.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `make_value` panics, or there is no memory for the entry. The map is as
    /// before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let map = WeakValueMap::new();
    /// let one = map.entry("a").or_insert_with(|| Strong::new(1));
    /// assert_eq!(map.get("a"), Some(one));
    /// ```
    pub fn or_insert_with(self, make_value: impl FnOnce() -> Strong<T>) -> Strong<T> {
        self.map.get_or_insert_with(self.key, make_value)
    }

    /// Puts the object of `value` in the place; returns the one that it replaces. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// assert_eq!(map.entry("a").insert(&two), Some(one));
    /// ```
    pub fn insert(self, value: &Strong<T>) -> Option<Strong<T>> {
        self.map.insert(self.key, value)
    }
}

impl<K: fmt::Debug, T: ?Sized, S> fmt::Debug for Entry<'_, K, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.key).finish()
    }
}
