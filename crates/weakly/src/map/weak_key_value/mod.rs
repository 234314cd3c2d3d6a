//! [`WeakKeyValueMap`] and its iterators.

mod iter;

pub use iter::{Drain, Iter, Keys, Values};

use std::fmt;
use std::hash::{Hash, RandomState};

use super::entry::{self, HasEntries};
use super::submap_methods;
use super::traits::map_traits;
use crate::container::{
    ByIdentity, FindBy, FindObject, Handle, Map, Side, WeakSide, container_basics,
};
use crate::reference::WeakRef;
use crate::strong::Strong;
use crate::table::TryReserveError;

/// A map from objects to objects that forgets an entry when either of the two dies.
///
/// It relates objects that others own: neither side is kept alive. Keys are found as in a
/// [`WeakKeyMap`](crate::WeakKeyMap), by value or by identity; values leave as owners, as from a
/// [`WeakValueMap`](crate::WeakValueMap). The [module](crate::map) says how maps behave when
/// threads, callbacks or `Drop` intervene.
///
/// ```
/// use weakly::{Strong, WeakKeyValueMap};
///
/// let (ann, bob) = (Strong::new("ann"), Strong::new("bob"));
/// let seats = ["12a", "12b"].map(Strong::new);
/// let seat_of = WeakKeyValueMap::from([(&ann, &seats[0]), (&bob, &seats[1])]);
/// drop(ann); // a key dies
/// assert_eq!(seat_of.len(), 1);
/// drop(seats); // a value dies
/// assert!(seat_of.is_empty());
/// ```
#[doc(alias = "WeakKeyValueDictionary")]
#[doc(alias = "WeakWeakHashMap")]
pub struct WeakKeyValueMap<K: ?Sized, T: ?Sized, S = RandomState>(
    pub(super) Map<WeakSide<K>, WeakSide<T>, S>,
);

container_basics!(WeakKeyValueMap<K: ?Sized, T: ?Sized>, "WeakKeyValueMap<String, u32>");

map_traits!(
    WeakKeyValueMap<K: ?Sized, T: ?Sized> of WeakSide<K> => WeakSide<T>;
    key Strong<K>, given key: &'a Strong<K> => &key;
    value Strong<T>, given value: &'a Strong<T> => &value;
    placed with { S: FindObject<K>, };
    hashed with { K: Hash + Eq, };
    leaves with { };
    setup "let [key, one] = [2, 1].map(weakly::Strong::new);
let map = weakly::WeakKeyValueMap::from([(&key, &one)]);"
);

impl<K, T> WeakKeyValueMap<K, T, ByIdentity>
where
    K: ?Sized + Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
{
    /// Makes an empty map that finds its keys by identity. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// struct Widget; // neither `Hash` nor `Eq`
    ///
    /// let [window, button] = [Widget, Widget].map(Strong::new);
    /// let parents = WeakKeyValueMap::by_identity();
    /// parents.insert(&button, &window);
    /// assert!(Strong::ptr_eq(&parents.get(&button).unwrap(), &window));
    /// ```
    pub fn by_identity() -> Self {
        Self::with_hasher(ByIdentity)
    }
}

impl<K, T, S> WeakKeyValueMap<K, T, S>
where
    K: ?Sized + Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
{
    /// Puts the object of `value` beside `key`; returns the object that it replaces, if that lives.
    /// If there is an equal key, it stays: the entry still goes with that one. O(1), amortised.
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
    /// assert_eq!(map.insert(&key, &one), None);
    /// assert_eq!(map.insert(&key, &two), Some(one));
    /// ```
    #[doc(alias = "__setitem__")]
    pub fn insert(&self, key: &Strong<K>, value: &Strong<T>) -> Option<Strong<T>>
    where
        S: FindObject<K>,
    {
        self.0.insert(key, value)
    }

    /// The object beside `key`, if there is one and it lives. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let (key, one) = (Strong::new(String::from("a")), Strong::new(1));
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert_eq!(map.get("a"), Some(one));
    /// assert_eq!(map.get("b"), None);
    /// ```
    pub fn get<Q: ?Sized>(&self, key: &Q) -> Option<Strong<T>>
    where
        S: FindBy<K, Q>,
    {
        self.0.get(key)
    }

    /// The key in the map that equals `key`, if both objects of its entry live. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let (key, one) = (Strong::new(String::from("a")), Strong::new(1));
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert!(Strong::ptr_eq(&map.get_key("a").unwrap(), &key));
    /// ```
    pub fn get_key<Q: ?Sized>(&self, key: &Q) -> Option<Strong<K>>
    where
        S: FindBy<K, Q>,
    {
        let (key, _) = self.get_key_value(key)?;
        Some(key)
    }

    /// The key that is found by `key` and the object beside it, if both live. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let (key, one) = (Strong::new(String::from("a")), Strong::new(1));
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// let (found, value) = map.get_key_value("a").unwrap();
    /// assert!(Strong::ptr_eq(&found, &key) && Strong::ptr_eq(&value, &one));
    /// ```
    pub fn get_key_value<Q: ?Sized>(&self, key: &Q) -> Option<(Strong<K>, Strong<T>)>
    where
        S: FindBy<K, Q>,
    {
        self.0.get_key_value(key)
    }

    /// Whether `key` finds a living object. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert!(map.contains_key(&0) && !map.contains_key(&1));
    /// ```
    #[doc(alias = "__contains__")]
    pub fn contains_key<Q: ?Sized>(&self, key: &Q) -> bool
    where
        S: FindBy<K, Q>,
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
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert_eq!(map.remove(&0), Some(one));
    /// assert_eq!(map.remove(&0), None);
    /// ```
    #[doc(alias = "pop")]
    pub fn remove<Q: ?Sized>(&self, key: &Q) -> Option<Strong<T>>
    where
        S: FindBy<K, Q>,
    {
        self.0.remove(key)
    }

    /// Removes the entry of `key` and returns both objects, if both live. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert_eq!(map.remove_entry(&0), Some((key, one)));
    /// ```
    pub fn remove_entry<Q: ?Sized>(&self, key: &Q) -> Option<(Strong<K>, Strong<T>)>
    where
        S: FindBy<K, Q>,
    {
        self.0.remove_entry(key)
    }

    /// The entry of `key`, occupied or not, to be inspected or filled. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let key = Strong::new(0);
    /// let map = WeakKeyValueMap::new();
    /// let one = map.entry(&key).or_insert_with(|| Strong::new(1));
    /// assert_eq!(map.get(&0), Some(one));
    /// ```
    pub fn entry<'a>(&'a self, key: &'a Strong<K>) -> Entry<'a, K, T, S>
    where
        S: FindObject<K>,
    {
        Entry::new(self, key)
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
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [a, b, one, two] = [3, 4, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&a, &one), (&b, &two)]);
    /// map.update(&3, |value| *value = two.clone());
    /// assert_eq!(map.get(&3), Some(two));
    /// ```
    #[doc(alias = "compute")]
    #[doc(alias = "get_mut")]
    pub fn update<Q: ?Sized, R>(
        &self,
        key: &Q,
        change: impl FnMut(&mut Strong<T>) -> R,
    ) -> Option<R>
    where
        S: FindBy<K, Q>,
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
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [a, b, one, two] = [3, 4, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&a, &one), (&b, &two)]);
    /// assert_eq!(map.with(&3, |value| value + 1), Some(2));
    /// ```
    pub fn with<Q: ?Sized, R>(&self, key: &Q, read: impl FnOnce(&T) -> R) -> Option<R>
    where
        S: FindBy<K, Q>,
    {
        self.0.with(key, |value| read(value))
    }

    /// Puts `key` in the place of an equal key and returns that one; `None`, and no change, if there
    /// is none. O(1).
    ///
    /// The value stays. From then on, the entry goes when the new key dies.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory to change it. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [old, new, value] = [1, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&old, &value)]);
    /// assert!(Strong::ptr_eq(&map.replace_key(&new).unwrap(), &old));
    /// drop(old);
    /// assert_eq!(map.get(&1), Some(value));
    /// ```
    pub fn replace_key(&self, key: &Strong<K>) -> Option<Strong<K>>
    where
        S: FindObject<K>,
    {
        Some(self.0.replace_key(key)?.into_out_or(key))
    }

    /// Removes the entry of `key`; returns whether there was one. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [a, b, one, two] = [3, 4, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&a, &one), (&b, &two)]);
    /// assert!(map.discard(&3));
    /// assert!(!map.discard(&3));
    /// ```
    pub fn discard<Q: ?Sized>(&self, key: &Q) -> bool
    where
        S: FindBy<K, Q>,
    {
        self.0.take(key).is_some()
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
    /// If `is_wanted` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [a, b, one, two] = [3, 4, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&a, &one), (&b, &two)]);
    /// let removed = map.extract_if(|_, value| **value == 2);
    /// assert!(removed.eq([(b, two)]));
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn extract_if<P>(&self, mut is_wanted: P) -> impl Iterator<Item = (Strong<K>, Strong<T>)>
    where
        P: FnMut(&Strong<K>, &Strong<T>) -> bool,
    {
        self.0.extract_if(move |key, value| is_wanted(key, value))
    }

    /// The object beside `key`; if there is none, inserts the one that `make_value` returns. O(1) and what
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
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let key = Strong::new(0);
    /// let map = WeakKeyValueMap::new();
    /// let one = map.get_or_insert_with(&key, || Strong::new(1));
    /// assert!(Strong::ptr_eq(&one, &map.get_or_insert_with(&key, || Strong::new(2))));
    /// ```
    #[doc(alias = "setdefault")]
    #[doc(alias = "get_or_create")]
    pub fn get_or_insert_with(
        &self,
        key: &Strong<K>,
        make_value: impl FnOnce() -> Strong<T>,
    ) -> Strong<T>
    where
        S: FindObject<K>,
    {
        self.0.get_or_insert_with(key, make_value)
    }

    /// As [`WeakKeyValueMap::get_or_insert_with`], with a maker that may fail. O(1) and what `make_value`
    /// costs.
    ///
    /// # Errors
    ///
    /// That of `make_value`. The map is as before then, and the next one who waits for the key makes
    /// its value.
    ///
    /// # Panics
    ///
    /// As [`WeakKeyValueMap::get_or_insert_with`].
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let key = Strong::new(0);
    /// let map: WeakKeyValueMap<i32, u32> = WeakKeyValueMap::new();
    /// assert_eq!(map.get_or_try_insert_with(&key, || Err("no")), Err("no"));
    /// assert!(map.is_empty());
    /// ```
    pub fn get_or_try_insert_with<E>(
        &self,
        key: &Strong<K>,
        make_value: impl FnOnce() -> Result<Strong<T>, E>,
    ) -> Result<Strong<T>, E>
    where
        S: FindObject<K>,
    {
        self.0.get_or_try_insert_with(key, |_| make_value())
    }

    /// As [`WeakKeyValueMap::get_or_insert_with`], with a maker that is a future: tasks that ask for the key
    /// meanwhile wait for it without blocking their threads. With the feature `async`. O(1) and what
    /// the future costs.
    ///
    /// A maker that is dropped before its end lets the next one make the value. That a maker waits
    /// for itself, or several for each other, is found out as far as they do so in their own futures,
    /// not in tasks that they spawn.
    ///
    /// # Panics
    ///
    /// As [`WeakKeyValueMap::get_or_insert_with`], when the future is polled.
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let key = Strong::new(0);
    /// let map = WeakKeyValueMap::new();
    /// let made = pin!(map.get_or_insert_with_async(&key, || async { Strong::new(1) }));
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert_eq!(made.poll(&mut context), Poll::Ready(Strong::new(1)));
    /// ```
    #[cfg(feature = "async")]
    pub async fn get_or_insert_with_async<M>(
        &self,
        key: &Strong<K>,
        make_value: impl FnOnce() -> M,
    ) -> Strong<T>
    where
        S: FindObject<K>,
        M: Future<Output = Strong<T>>,
    {
        self.0.get_or_insert_with_async(key, make_value).await
    }

    /// As [`WeakKeyValueMap::get_or_insert_with_async`], with a maker that may fail. O(1) and what the future
    /// costs.
    ///
    /// # Errors
    ///
    /// That of the future. The map is as before then, and the next one who waits for the key makes its
    /// value.
    ///
    /// # Panics
    ///
    /// As [`WeakKeyValueMap::get_or_insert_with_async`].
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let key = Strong::new(0);
    /// let map: WeakKeyValueMap<i32, u32> = WeakKeyValueMap::new();
    /// let made = pin!(map.get_or_try_insert_with_async(&key, || async { Err("no") }));
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert_eq!(made.poll(&mut context), Poll::Ready(Err("no")));
    /// ```
    #[cfg(feature = "async")]
    pub async fn get_or_try_insert_with_async<E, M>(
        &self,
        key: &Strong<K>,
        make_value: impl FnOnce() -> M,
    ) -> Result<Strong<T>, E>
    where
        S: FindObject<K>,
        M: Future<Output = Result<Strong<T>, E>>,
    {
        self.0.get_or_try_insert_with_async(key, make_value).await
    }

    /// Removes the entry inserted last and returns it. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [a, b, one, two] = [3, 4, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&a, &one), (&b, &two)]);
    /// assert_eq!(map.pop_last(), Some((b, two)));
    /// ```
    #[doc(alias = "popitem")]
    pub fn pop_last(&self) -> Option<(Strong<K>, Strong<T>)> {
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
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [a, b, one, two] = [3, 4, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&a, &one), (&b, &two)]);
    /// map.retain(|_, value| **value != 2);
    /// assert!(map.keys().eq([a]));
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&Strong<K>, &Strong<T>) -> bool) {
        self.0.retain(|key, value| keep(key, value));
    }

    /// Removes all entries and returns them in insertion order. O(len).
    ///
    /// The map is empty at once. Entries of which an object dies before they are reached are skipped.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert_eq!(map.drain().collect::<Vec<_>>(), [(key, one)]);
    /// assert!(map.is_empty());
    /// ```
    pub fn drain(&self) -> Drain<K, T> {
        Drain(self.0.drain())
    }

    /// The entries in insertion order. O(1) per entry.
    ///
    /// It tolerates any change: see the [module](crate::map).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [a, b, one, two] = [3, 4, 1, 2].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&a, &one), (&b, &two)]);
    /// let mut iter = map.iter();
    /// assert_eq!(iter.next(), Some((a, one)));
    /// drop(two);
    /// assert_eq!(iter.next(), None);
    /// ```
    #[doc(alias = "items")]
    pub fn iter(&self) -> Iter<K, T> {
        Iter(self.0.iter())
    }

    /// The keys in insertion order. O(1) per key.
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert!(map.keys().eq([key]));
    /// ```
    pub fn keys(&self) -> Keys<K, T> {
        Keys(self.0.keys())
    }

    /// The objects beside the keys, in insertion order. O(1) per object.
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert!(map.values().eq([one]));
    /// ```
    pub fn values(&self) -> Values<K, T> {
        Values(self.0.values())
    }

    /// Weak references to the keys, in insertion order. O(len).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap, WeakRef};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert_eq!(map.key_refs(), [WeakRef::new(&key)]);
    /// ```
    #[doc(alias = "keyrefs")]
    pub fn key_refs(&self) -> Vec<WeakRef<K>> {
        self.keys().map(|key| WeakRef::new(&key)).collect()
    }

    /// Weak references to the objects beside the keys, in insertion order. O(len).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyValueMap, WeakRef};
    ///
    /// let [key, one] = [0, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert_eq!(map.value_refs(), [WeakRef::new(&one)]);
    /// ```
    #[doc(alias = "valuerefs")]
    pub fn value_refs(&self) -> Vec<WeakRef<T>> {
        self.values().map(|value| WeakRef::new(&value)).collect()
    }
}
