//! [`WeakKeyMap`] and its iterators.

mod iter;

pub use iter::{Drain, Iter, Keys, Values};

use std::fmt;
use std::hash::{Hash, RandomState};

use super::entry::{self, HasEntries};
use super::submap_methods;
use super::traits::map_traits;
use crate::container::{
    ByIdentity, FindBy, FindObject, Handle, Map, OwnedSide, Side, WeakSide, container_basics,
};
use crate::reference::WeakRef;
use crate::strong::Strong;
use crate::table::TryReserveError;

/// A map from objects to values that forgets an entry when its key dies.
///
/// Keys are found by their value (`Hash` and `Eq`), so any equal object, or what `K` borrows as, finds
/// the entry. The entry goes with the object that was inserted first. Maps made by
/// [`WeakKeyMap::by_identity`] compare identities instead. The [module](crate::map) says how maps
/// behave when threads, callbacks or `Drop` intervene.
///
/// ```
/// use weakly::{Strong, WeakKeyMap};
///
/// let william = Strong::new(String::from("William"));
/// let ages = WeakKeyMap::new();
/// ages.insert(&william, 30);
/// assert_eq!(ages.get("William"), Some(30));
/// drop(william);
/// assert!(ages.is_empty());
/// ```
#[doc(alias = "WeakKeyDictionary")]
#[doc(alias = "WeakKeyHashMap")]
pub struct WeakKeyMap<K: ?Sized, V, S = RandomState>(pub(super) Map<WeakSide<K>, OwnedSide<V>, S>);

container_basics!(WeakKeyMap<K: ?Sized, V>, "WeakKeyMap<String, u32>");

map_traits!(
    WeakKeyMap<K: ?Sized, V> of WeakSide<K> => OwnedSide<V>;
    key Strong<K>, given key: &'a Strong<K> => &key;
    value V, given value: V => value;
    placed with { V: Clone, S: FindObject<K>, };
    hashed with { K: Hash + Eq, V: Clone, };
    leaves with { V: Clone, };
    setup "let key = weakly::Strong::new(1);
let map = weakly::WeakKeyMap::from([(&key, \"a\")]);"
);

impl<K, V> WeakKeyMap<K, V, ByIdentity>
where
    K: ?Sized + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Makes an empty map that finds its keys by identity. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// struct Session; // neither `Hash` nor `Eq`
    ///
    /// let session = Strong::new(Session);
    /// let names = WeakKeyMap::by_identity();
    /// names.insert(&session, "William");
    /// assert_eq!(names.get(&session), Some("William"));
    /// ```
    pub fn by_identity() -> Self {
        Self::with_hasher(ByIdentity)
    }
}

impl<K, V, S> WeakKeyMap<K, V, S>
where
    K: ?Sized + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Stores `value` under `key` and returns the value that it replaces. O(1), amortised.
    ///
    /// If there is an equal key, it stays: the entry still goes with that one.
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
    /// assert_eq!(map.insert(&key, "a"), None);
    /// assert_eq!(map.insert(&key, "b"), Some("a"));
    /// ```
    #[doc(alias = "__setitem__")]
    pub fn insert(&self, key: &Strong<K>, value: V) -> Option<V>
    where
        S: FindObject<K>,
    {
        self.0.insert(key, value)
    }

    /// A clone of the value of the key that equals `key`. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(String::from("a"));
    /// let map = WeakKeyMap::from([(&key, 1)]);
    /// assert_eq!(map.get("a"), Some(1));
    /// assert_eq!(map.get(&*key), Some(1));
    /// assert_eq!(map.get("b"), None);
    /// ```
    pub fn get<Q: ?Sized>(&self, key: &Q) -> Option<V>
    where
        S: FindBy<K, Q>,
    {
        self.0.get(key)
    }

    /// The key in the map that equals `key`, if it lives. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(String::from("a"));
    /// let map = WeakKeyMap::from([(&key, 1)]);
    /// assert!(Strong::ptr_eq(&map.get_key("a").unwrap(), &key));
    /// ```
    pub fn get_key<Q: ?Sized>(&self, key: &Q) -> Option<Strong<K>>
    where
        S: FindBy<K, Q>,
    {
        self.0.get_key(key)
    }

    /// The object in the map that equals `key`, and a clone of its value. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(String::from("a"));
    /// let map = WeakKeyMap::from([(&key, 1)]);
    /// let (found, value) = map.get_key_value("a").unwrap();
    /// assert!(Strong::ptr_eq(&found, &key));
    /// assert_eq!(value, 1);
    /// ```
    pub fn get_key_value<Q: ?Sized>(&self, key: &Q) -> Option<(Strong<K>, V)>
    where
        S: FindBy<K, Q>,
    {
        self.0.get_key_value(key)
    }

    /// Whether there is a key that equals `key`. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert!(map.contains_key(&1));
    /// assert!(!map.contains_key(&2));
    /// ```
    #[doc(alias = "__contains__")]
    pub fn contains_key<Q: ?Sized>(&self, key: &Q) -> bool
    where
        S: FindBy<K, Q>,
    {
        self.0.contains(key)
    }

    /// Removes the entry whose key equals `key` and returns its value. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert_eq!(map.remove(&1), Some("a"));
    /// assert_eq!(map.remove(&1), None);
    /// ```
    #[doc(alias = "pop")]
    pub fn remove<Q: ?Sized>(&self, key: &Q) -> Option<V>
    where
        S: FindBy<K, Q>,
    {
        self.0.remove(key)
    }

    /// Removes the entry whose key equals `key` and returns both. `None` also if the key has died
    /// meanwhile. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert_eq!(map.remove_entry(&1), Some((key, "a")));
    /// ```
    pub fn remove_entry<Q: ?Sized>(&self, key: &Q) -> Option<(Strong<K>, V)>
    where
        S: FindBy<K, Q>,
    {
        self.0.remove_entry(key)
    }

    /// The entry of `key`, occupied or not, to be inspected or filled. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let visits = WeakKeyMap::new();
    /// visits.entry(&key).and_modify(|n| *n += 1).or_insert(1);
    /// visits.entry(&key).and_modify(|n| *n += 1).or_insert(1);
    /// assert_eq!(visits.get(&1), Some(2));
    /// ```
    pub fn entry<'a>(&'a self, key: &'a Strong<K>) -> Entry<'a, K, V, S>
    where
        S: FindObject<K>,
    {
        Entry::new(self, key)
    }

    /// Changes the value that `key` finds and returns what `change` returns; `None` if there is no such
    /// value. O(1) and what `change` costs.
    ///
    /// It is one step: of several threads that change a value at the same time, each sees what the
    /// others did. `change` runs without the lock, on a clone of the value. If another value has come in
    /// the place meanwhile, `change` runs again, on that one; so it must not change the same entry
    /// itself.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq`, `Clone` or `change` panics, or there is no memory for the search. The map is as
    /// before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, 10)]);
    /// let before = map.update(&1, |value| std::mem::replace(value, 11));
    /// assert_eq!((before, map.get(&1)), (Some(10), Some(11)));
    /// ```
    #[doc(alias = "compute")]
    #[doc(alias = "get_mut")]
    pub fn update<Q: ?Sized, R>(&self, key: &Q, change: impl FnMut(&mut V) -> R) -> Option<R>
    where
        S: FindBy<K, Q>,
    {
        self.0.update(key, change)
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
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let [old, new] = [1, 1].map(Strong::new);
    /// let map = WeakKeyMap::from([(&old, "a")]);
    /// assert!(Strong::ptr_eq(&map.replace_key(&new).unwrap(), &old));
    /// drop(old);
    /// assert_eq!(map.get(&1), Some("a"));
    /// ```
    pub fn replace_key(&self, key: &Strong<K>) -> Option<Strong<K>>
    where
        S: FindObject<K>,
    {
        Some(self.0.replace_key(key)?.into_out_or(key))
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
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let keys = [1, 2, 3].map(Strong::new);
    /// let map: WeakKeyMap<i32, ()> = keys.iter().map(|key| (key, ())).collect();
    /// let odd = map.extract_if(|key, _| **key % 2 == 1);
    /// assert!(odd.map(|(key, ())| *key).eq([1, 3]));
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn extract_if<P>(&self, mut is_wanted: P) -> impl Iterator<Item = (Strong<K>, V)>
    where
        P: FnMut(&Strong<K>, &V) -> bool,
    {
        self.0.extract_if(move |key, value| is_wanted(key, value))
    }

    /// Stores the value that `make_value` returns for a weak reference to the key: a value that must
    /// find its key again, without keeping it alive. Returns the value that it replaces. O(1) and
    /// what `make_value` costs.
    ///
    /// Rust has no garbage collector. A value that owned its key would keep it alive forever, and
    /// with it the entry.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `make_value` panics, or there is no memory for the entry. The map is as
    /// before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap, WeakRef};
    ///
    /// #[derive(Clone)]
    /// struct Window { document: WeakRef<String> }
    ///
    /// let document = Strong::new(String::from("text"));
    /// let windows = WeakKeyMap::new();
    /// windows.insert_with(&document, |document| Window { document: document.clone() });
    /// let window = windows.get("text").unwrap();
    /// assert_eq!(window.document.upgrade().as_ref(), Some(&document));
    /// drop(document);
    /// assert!(windows.is_empty());
    /// ```
    pub fn insert_with(
        &self,
        key: &Strong<K>,
        make_value: impl FnOnce(&WeakRef<K>) -> V,
    ) -> Option<V>
    where
        S: FindObject<K>,
    {
        let value = make_value(&WeakRef::new(key));
        self.insert(key, value)
    }

    /// The value of `key`; if there is none, inserts the one that `make_value` returns. O(1) and what
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
    /// If `Hash`, `Eq`, `Clone` or `make_value` panics, or there is no memory for the entry. Also if
    /// `make_value` asks for the same key by this method, itself or in what it calls or drops, or if
    /// makers of several threads would wait for each other forever. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::new();
    /// assert_eq!(map.get_or_insert_with(&key, || "a"), "a");
    /// assert_eq!(map.get_or_insert_with(&key, || "b"), "a");
    /// ```
    #[doc(alias = "setdefault")]
    #[doc(alias = "get_or_create")]
    pub fn get_or_insert_with(&self, key: &Strong<K>, make_value: impl FnOnce() -> V) -> V
    where
        S: FindObject<K>,
    {
        self.0.get_or_insert_with(key, make_value)
    }

    /// As [`WeakKeyMap::get_or_insert_with`], with a maker that may fail. O(1) and what `make_value`
    /// costs.
    ///
    /// # Errors
    ///
    /// That of `make_value`. The map is as before then, and the next one who waits for the key makes
    /// its value.
    ///
    /// # Panics
    ///
    /// As [`WeakKeyMap::get_or_insert_with`].
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(String::from("12"));
    /// let map: WeakKeyMap<String, u32> = WeakKeyMap::new();
    /// assert_eq!(map.get_or_try_insert_with(&key, || key.parse()), Ok(12));
    /// let bad = Strong::new(String::from("x"));
    /// assert!(map.get_or_try_insert_with(&bad, || bad.parse()).is_err());
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn get_or_try_insert_with<E>(
        &self,
        key: &Strong<K>,
        make_value: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E>
    where
        S: FindObject<K>,
    {
        self.0.get_or_try_insert_with(key, |_| make_value())
    }

    /// As [`WeakKeyMap::get_or_insert_with`], with a maker that is a future: tasks that ask for the key
    /// meanwhile wait for it without blocking their threads. With the feature `async`. O(1) and what
    /// the future costs.
    ///
    /// A maker that is dropped before its end lets the next one make the value. That a maker waits
    /// for itself, or several for each other, is found out as far as they do so in their own futures,
    /// not in tasks that they spawn.
    ///
    /// # Panics
    ///
    /// As [`WeakKeyMap::get_or_insert_with`], when the future is polled.
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::new();
    /// let made = pin!(map.get_or_insert_with_async(&key, || async { "a" }));
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert_eq!(made.poll(&mut context), Poll::Ready("a"));
    /// ```
    #[cfg(feature = "async")]
    pub async fn get_or_insert_with_async<M>(
        &self,
        key: &Strong<K>,
        make_value: impl FnOnce() -> M,
    ) -> V
    where
        S: FindObject<K>,
        M: Future<Output = V>,
    {
        self.0.get_or_insert_with_async(key, make_value).await
    }

    /// As [`WeakKeyMap::get_or_insert_with_async`], with a maker that may fail. O(1) and what the future
    /// costs.
    ///
    /// # Errors
    ///
    /// That of the future. The map is as before then, and the next one who waits for the key makes its
    /// value.
    ///
    /// # Panics
    ///
    /// As [`WeakKeyMap::get_or_insert_with_async`].
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map: WeakKeyMap<i32, u32> = WeakKeyMap::new();
    /// let made = pin!(map.get_or_try_insert_with_async(&key, || async { Err("no") }));
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert_eq!(made.poll(&mut context), Poll::Ready(Err("no")));
    /// ```
    #[cfg(feature = "async")]
    pub async fn get_or_try_insert_with_async<E, M>(
        &self,
        key: &Strong<K>,
        make_value: impl FnOnce() -> M,
    ) -> Result<V, E>
    where
        S: FindObject<K>,
        M: Future<Output = Result<V, E>>,
    {
        self.0.get_or_try_insert_with_async(key, make_value).await
    }

    /// Removes the entry inserted last and returns it. O(1).
    ///
    /// # Panics
    ///
    /// If `Clone` panics. The entry is gone then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let map = WeakKeyMap::from([(&one, "a"), (&two, "b")]);
    /// assert_eq!(map.pop_last(), Some((two, "b")));
    /// ```
    #[doc(alias = "popitem")]
    pub fn pop_last(&self) -> Option<(Strong<K>, V)> {
        self.0.pop_last()
    }

    /// Keeps the entries for which `keep` returns true, and removes the others. O(len).
    ///
    /// `keep` sees entries in insertion order, without the lock; it may use the map. A value that
    /// is put in the place of the one that `keep` saw, by it or by others, stays. If `keep` panics,
    /// the entries that it has not seen stay.
    ///
    /// # Panics
    ///
    /// If `keep` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let keys = [1, 2, 3].map(Strong::new);
    /// let map: WeakKeyMap<i32, ()> = keys.iter().map(|key| (key, ())).collect();
    /// map.retain(|key, _| **key != 2);
    /// assert_eq!(map.len(), 2);
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&Strong<K>, &V) -> bool) {
        self.0.retain(|key, value| keep(key, value));
    }

    /// Removes all entries and returns them in insertion order. O(len).
    ///
    /// The map is empty at once. Entries whose keys die before they are reached are skipped.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert_eq!(map.drain().collect::<Vec<_>>(), [(key, "a")]);
    /// assert!(map.is_empty());
    /// ```
    pub fn drain(&self) -> Drain<K, V> {
        Drain(self.0.drain())
    }

    /// The entries in insertion order, as keys and clones of values. O(1) per entry.
    ///
    /// It tolerates any change: see the [module](crate::map).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let map = WeakKeyMap::from([(&one, "a"), (&two, "b")]);
    /// let mut iter = map.iter();
    /// assert_eq!(iter.next(), Some((one.clone(), "a")));
    /// drop(two);
    /// assert_eq!(iter.next(), None);
    /// ```
    #[doc(alias = "items")]
    pub fn iter(&self) -> Iter<K, V> {
        Iter(self.0.iter())
    }

    /// The keys in insertion order. O(1) per key.
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert!(map.keys().eq([key]));
    /// ```
    pub fn keys(&self) -> Keys<K, V> {
        Keys(self.0.keys())
    }

    /// Clones of the values in insertion order. O(1) per value.
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert!(map.values().eq(["a"]));
    /// ```
    pub fn values(&self) -> Values<K, V> {
        Values(self.0.values())
    }

    /// Weak references to the keys, in insertion order. O(len).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap, WeakRef};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert_eq!(map.key_refs(), [WeakRef::new(&key)]);
    /// ```
    #[doc(alias = "keyrefs")]
    pub fn key_refs(&self) -> Vec<WeakRef<K>> {
        self.keys().map(|key| WeakRef::new(&key)).collect()
    }
}

/// What needs no clones of values.
impl<K, V, S> WeakKeyMap<K, V, S>
where
    K: ?Sized + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// Stores `value` under `key`, as [`WeakKeyMap::insert`] does, and drops the value that it
    /// replaces. The value need not be `Clone`. O(1), amortised.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then. Also
    /// if the `Drop` of the old value does; it is replaced then.
    ///
    /// ```
    /// use std::sync::Mutex;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::new();
    /// map.set(&key, Mutex::new(0)); // no `Clone`
    /// map.with(&1, |value| *value.lock().unwrap() += 1);
    /// assert_eq!(map.with(&1, |value| *value.lock().unwrap()), Some(1));
    /// ```
    pub fn set(&self, key: &Strong<K>, value: V)
    where
        S: FindObject<K>,
    {
        self.0.set(key, value);
    }

    /// What `read` returns for the value that `key` finds, or `None` if there is none. O(1) and what `read`
    /// costs.
    ///
    /// `read` runs without the lock, and the value lives meanwhile, also if it is removed. The value need not be
    /// `Clone`.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `read` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, String::from("text"))]);
    /// assert_eq!(map.with(&1, |value| value.len()), Some(4));
    /// ```
    pub fn with<Q: ?Sized, R>(&self, key: &Q, read: impl FnOnce(&V) -> R) -> Option<R>
    where
        S: FindBy<K, Q>,
    {
        self.0.with(key, |value| read(value))
    }

    /// Removes the entry whose key equals `key` and drops its value, which need not be `Clone`;
    /// returns whether there was one. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or the `Drop` of the value panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert!(map.discard(&1));
    /// assert!(!map.discard(&1));
    /// ```
    pub fn discard<Q: ?Sized>(&self, key: &Q) -> bool
    where
        S: FindBy<K, Q>,
    {
        self.0.take(key).is_some()
    }
}
