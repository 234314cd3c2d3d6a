//! [`WeakValueMap`] and its iterators.

mod iter;

pub use iter::{Drain, Iter, Keys, Values};

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};

use super::entry::{self, HasEntries};
use super::submap_methods;
use super::traits::map_traits;
use crate::container::{Handle, Map, OwnedSide, WeakSide, container_basics};
use crate::reference::WeakRef;
use crate::strong::Strong;
use crate::table::TryReserveError;

/// A map from keys to objects that forgets an entry when its object dies.
///
/// The [module](crate::map) says how maps behave when threads, callbacks or `Drop` intervene.
///
/// ```
/// use weakly::{Strong, WeakValueMap};
///
/// let william = Strong::new(30);
/// let by_name = WeakValueMap::new();
/// by_name.insert("William", &william);
/// assert_eq!(by_name.get("William").as_deref(), Some(&30));
/// drop(william);
/// assert!(by_name.is_empty());
/// ```
#[doc(alias = "WeakValueDictionary")]
#[doc(alias = "WeakValueHashMap")]
pub struct WeakValueMap<K, T: ?Sized, S = RandomState>(Map<OwnedSide<K>, WeakSide<T>, S>);

container_basics!(WeakValueMap<K, T: ?Sized>, "WeakValueMap<String, u32>");

map_traits!(
    WeakValueMap<K, T: ?Sized> of OwnedSide<K> => WeakSide<T>;
    key K, given key: K => key;
    value Strong<T>, given value: &'a Strong<T> => &value;
    placed with { K: Hash + Eq, S: BuildHasher, };
    hashed with { K: Hash + Eq, };
    leaves with { K: Clone, };
    setup "let one = weakly::Strong::new(1);
let map = weakly::WeakValueMap::from([(\"a\", &one)]);"
);

impl<K, T, S> WeakValueMap<K, T, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
    S: BuildHasher,
{
    /// Makes `key` find the object of `value`; returns the object that it found before, if that
    /// lives. If there is an equal key, it stays and `key` is dropped. O(1), amortised.
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
    /// assert_eq!(map.insert("a", &one), None);
    /// assert_eq!(map.insert("a", &two), Some(one));
    /// ```
    #[doc(alias = "__setitem__")]
    pub fn insert(&self, key: K, value: &Strong<T>) -> Option<Strong<T>> {
        self.0.insert(key, value)
    }

    /// The object that `key` finds, if there is one and it lives. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([(String::from("a"), &one)]);
    /// assert_eq!(map.get("a"), Some(one));
    /// assert_eq!(map.get("b"), None);
    /// ```
    pub fn get<Q>(&self, key: &Q) -> Option<Strong<T>>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.0.get(key)
    }

    /// Whether `key` finds a living object. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// assert!(map.contains_key("a"));
    /// assert!(!map.contains_key("b"));
    /// ```
    #[doc(alias = "__contains__")]
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.0.contains(key)
    }

    /// Removes the entry of `key` and returns its object, if that lives. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// assert_eq!(map.remove("a"), Some(one));
    /// assert_eq!(map.remove("a"), None);
    /// ```
    #[doc(alias = "pop")]
    pub fn remove<Q>(&self, key: &Q) -> Option<Strong<T>>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.0.remove(key)
    }

    /// Removes the entry of `key` and returns its key and its object, if that lives. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([(String::from("a"), &one)]);
    /// assert_eq!(map.remove_entry("a"), Some((String::from("a"), one)));
    /// ```
    pub fn remove_entry<Q>(&self, key: &Q) -> Option<(K, Strong<T>)>
    where
        K: Borrow<Q> + Clone,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.0.remove_entry(key)
    }

    /// The entry of `key`, occupied or not, to be inspected or filled. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let map = WeakValueMap::new();
    /// let one = map.entry("a").or_insert_with(|| Strong::new(1));
    /// assert_eq!(map.get("a"), Some(one));
    /// ```
    pub fn entry(&self, key: K) -> Entry<'_, K, T, S> {
        Entry::new(self, key)
    }

    /// The key in the map that equals `key`, if its object lives. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([(String::from("a"), &one)]);
    /// assert_eq!(map.get_key("a"), Some(String::from("a")));
    /// ```
    pub fn get_key<Q>(&self, key: &Q) -> Option<K>
    where
        K: Borrow<Q> + Clone,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let (key, _) = self.get_key_value(key)?;
        Some(key)
    }

    /// A clone of the key in the map that equals `key`, and its object, if that lives. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([(String::from("a"), &one)]);
    /// assert_eq!(map.get_key_value("a"), Some((String::from("a"), one)));
    /// ```
    pub fn get_key_value<Q>(&self, key: &Q) -> Option<(K, Strong<T>)>
    where
        K: Borrow<Q> + Clone,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.0.get_key_value(key)
    }

    /// Changes the value that `key` finds and returns what `change` returns; `None` if there is no such
    /// value. O(1) and what `change` costs.
    ///
    /// It is one step: of several threads that change a value at the same time, each sees what the
    /// others did. `change` runs without the lock, on a handle of the object, in whose place it may put another. If another value has come in
    /// the place meanwhile, `change` runs again, on that one; so it must not change the same entry
    /// itself.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `change` panics, or there is no memory for the search. The map is as
    /// before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let map = WeakValueMap::from([("a", &one), ("b", &two)]);
    /// map.update("a", |value| *value = two.clone());
    /// assert_eq!(map.get("a"), Some(two));
    /// ```
    #[doc(alias = "compute")]
    #[doc(alias = "get_mut")]
    pub fn update<Q, R>(&self, key: &Q, change: impl FnMut(&mut Strong<T>) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.0.update(key, change)
    }

    /// What `read` returns for the value that `key` finds, or `None` if there is none. O(1) and what `read`
    /// costs.
    ///
    /// `read` runs without the lock, and the value lives meanwhile, also if it is removed.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `read` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let page = Strong::new(String::from("text"));
    /// let map = WeakValueMap::from([("a", &page)]);
    /// assert_eq!(map.with("a", |value| value.len()), Some(4));
    /// ```
    pub fn with<Q, R>(&self, key: &Q, read: impl FnOnce(&T) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.0.with(key, |value| read(value))
    }

    /// Removes the entry of `key`; returns whether there was one. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// assert!(map.discard("a"));
    /// assert!(!map.discard("a"));
    /// ```
    pub fn discard<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.0.take(key).is_some()
    }

    /// The object of `key`; if there is none, inserts the one that `make_value` returns. O(1) and what
    /// `make_value` costs.
    ///
    /// The value of a key is made once: other threads that ask for it by this method meanwhile wait,
    /// and get the same one. If `make_value` panics, the next one makes it. A value that is gone
    /// again when a waiting thread wakes is made again. `make_value` runs without the lock and may
    /// use the map. `insert` waits for nobody: a value that it has put there meanwhile stays and
    /// is returned.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `make_value` panics, or there is no memory for the entry. Also if
    /// `make_value` asks for the same key by this method, itself or in what it calls or drops, or if
    /// makers of several threads would wait for each other forever. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let map = WeakValueMap::new();
    /// let one = map.get_or_insert_with("a", || Strong::new(1));
    /// assert!(Strong::ptr_eq(&one, &map.get_or_insert_with("a", || Strong::new(2))));
    /// ```
    #[doc(alias = "setdefault")]
    #[doc(alias = "get_or_create")]
    pub fn get_or_insert_with(&self, key: K, make_value: impl FnOnce() -> Strong<T>) -> Strong<T> {
        self.0.get_or_insert_with(key, make_value)
    }

    /// As [`WeakValueMap::get_or_insert_with`], with a maker that may fail. O(1) and what `make_value`
    /// costs.
    ///
    /// # Errors
    ///
    /// That of `make_value`. The map is as before then, and the next one who waits for the key makes
    /// its value.
    ///
    /// # Panics
    ///
    /// As [`WeakValueMap::get_or_insert_with`].
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let map: WeakValueMap<&str, u32> = WeakValueMap::new();
    /// let parsed = map.get_or_try_insert_with("12", || "12".parse().map(Strong::new));
    /// assert_eq!(parsed.as_deref(), Ok(&12));
    /// assert!(map.get_or_try_insert_with("x", || "x".parse().map(Strong::new)).is_err());
    /// ```
    pub fn get_or_try_insert_with<E>(
        &self,
        key: K,
        make_value: impl FnOnce() -> Result<Strong<T>, E>,
    ) -> Result<Strong<T>, E> {
        self.0.get_or_try_insert_with(key, |_| make_value())
    }

    /// As [`WeakValueMap::get_or_insert_with`], with a maker that is a future: tasks that ask for the key
    /// meanwhile wait for it without blocking their threads. With the feature `async`. O(1) and what
    /// the future costs.
    ///
    /// A maker that is dropped before its end lets the next one make the value. That a maker waits
    /// for itself, or several for each other, is found out as far as they do so in their own futures,
    /// not in tasks that they spawn.
    ///
    /// # Panics
    ///
    /// As [`WeakValueMap::get_or_insert_with`], when the future is polled.
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let map = WeakValueMap::new();
    /// let made = pin!(map.get_or_insert_with_async("a", || async { Strong::new(1) }));
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert_eq!(made.poll(&mut context), Poll::Ready(Strong::new(1)));
    /// ```
    #[cfg(feature = "async")]
    pub async fn get_or_insert_with_async<M>(
        &self,
        key: K,
        make_value: impl FnOnce() -> M,
    ) -> Strong<T>
    where
        M: Future<Output = Strong<T>>,
    {
        self.0.get_or_insert_with_async(key, make_value).await
    }

    /// As [`WeakValueMap::get_or_insert_with_async`], with a maker that may fail. O(1) and what the future
    /// costs.
    ///
    /// # Errors
    ///
    /// That of the future. The map is as before then, and the next one who waits for the key makes its
    /// value.
    ///
    /// # Panics
    ///
    /// As [`WeakValueMap::get_or_insert_with_async`].
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    /// use weakly::WeakValueMap;
    ///
    /// let map: WeakValueMap<&str, u32> = WeakValueMap::new();
    /// let made = pin!(map.get_or_try_insert_with_async("a", || async { Err("no") }));
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert_eq!(made.poll(&mut context), Poll::Ready(Err("no")));
    /// ```
    #[cfg(feature = "async")]
    pub async fn get_or_try_insert_with_async<E, M>(
        &self,
        key: K,
        make_value: impl FnOnce() -> M,
    ) -> Result<Strong<T>, E>
    where
        M: Future<Output = Result<Strong<T>, E>>,
    {
        self.0.get_or_try_insert_with_async(key, make_value).await
    }
}

impl<K, T, S> WeakValueMap<K, T, S>
where
    K: Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
{
    /// Removes the entry inserted last and returns it. O(1).
    ///
    /// # Panics
    ///
    /// If `Clone` panics. The entry is gone then.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let map = WeakValueMap::from([("a", &one), ("b", &two)]);
    /// assert_eq!(map.pop_last(), Some(("b", two)));
    /// ```
    #[doc(alias = "popitem")]
    pub fn pop_last(&self) -> Option<(K, Strong<T>)>
    where
        K: Clone,
    {
        self.0.pop_last()
    }

    /// Keeps the entries for which `keep` returns true, and removes the others. O(len).
    ///
    /// `keep` sees entries in insertion order, without the lock; it may use the map. If it panics,
    /// the entries that it has not seen stay.
    ///
    /// # Panics
    ///
    /// If `keep` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let map = WeakValueMap::from([("a", &one), ("b", &two)]);
    /// map.retain(|_, value| **value != 2);
    /// assert_eq!(map.get("b"), None);
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&K, &Strong<T>) -> bool) {
        self.0.retain(|key, value| keep(key, value));
    }

    /// Removes all entries and returns them in insertion order. O(len).
    ///
    /// The map is empty at once. Entries whose objects die before they are reached are skipped.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// assert_eq!(map.drain().collect::<Vec<_>>(), [("a", one)]);
    /// assert!(map.is_empty());
    /// ```
    pub fn drain(&self) -> Drain<K, T>
    where
        K: Clone,
    {
        Drain(self.0.drain())
    }

    /// The entries in insertion order, as clones of keys and objects. O(1) per entry.
    ///
    /// It tolerates any change: see the [module](crate::map).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let map = WeakValueMap::from([("a", &one), ("b", &two)]);
    /// let mut iter = map.iter();
    /// assert_eq!(iter.next(), Some(("a", one.clone())));
    /// drop(two);
    /// assert_eq!(iter.next(), None);
    /// ```
    #[doc(alias = "items")]
    pub fn iter(&self) -> Iter<K, T>
    where
        K: Clone,
    {
        Iter(self.0.iter())
    }

    /// Clones of the keys in insertion order. O(1) per key.
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// assert!(map.keys().eq(["a"]));
    /// ```
    pub fn keys(&self) -> Keys<K, T>
    where
        K: Clone,
    {
        Keys(self.0.keys())
    }

    /// The objects in insertion order. O(1) per object.
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// assert!(map.values().eq([one]));
    /// ```
    pub fn values(&self) -> Values<K, T> {
        Values(self.0.values())
    }

    /// Removes the entries for which `is_wanted` returns true, and yields them in insertion order.
    /// O(len) in all.
    ///
    /// An entry is removed when the iterator reaches it; if it is dropped before its end, the rest
    /// stay. `is_wanted` runs without the lock, and may use the map. An entry that was given another
    /// value meanwhile stays.
    ///
    /// # Panics
    ///
    /// If `is_wanted` or `Clone` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let map = WeakValueMap::from([("a", &one), ("b", &two)]);
    /// let removed = map.extract_if(|_, value| **value == 2);
    /// assert!(removed.eq([("b", two)]));
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn extract_if<P>(&self, mut is_wanted: P) -> impl Iterator<Item = (K, Strong<T>)>
    where
        K: Clone,
        P: FnMut(&K, &Strong<T>) -> bool,
    {
        self.0.extract_if(move |key, value| is_wanted(key, value))
    }

    /// Weak references to the objects, in insertion order. O(len).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakRef, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// assert_eq!(map.value_refs(), [WeakRef::new(&one)]);
    /// ```
    #[doc(alias = "valuerefs")]
    pub fn value_refs(&self) -> Vec<WeakRef<T>> {
        self.values().map(|value| WeakRef::new(&value)).collect()
    }
}
