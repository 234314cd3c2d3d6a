//! [`WeakKeyMap`] and its iterators.

mod by_identity;
mod entry;
mod iter;

pub use entry::Entry;
pub use iter::{Drain, Iter, Keys, Values};

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};

use crate::container::{Handle, Held, Loan, Walk, container_basics};
use crate::locked::Locked;
use crate::reference::WeakRef;
use crate::strong::Strong;
use crate::table::Table;

/// A map from objects to values that forgets an entry when its key dies.
///
/// Keys are found by their value (`Hash` and `Eq`), so that any equal object, or what `K` borrows
/// as, finds the entry; the entry goes with the object that was inserted first. Maps made by
/// [`WeakKeyMap::by_identity`] compare identities instead. The [module](crate::map) says how maps behave when threads, callbacks or `Drop` intervene.
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
pub struct WeakKeyMap<K: ?Sized, V, S = RandomState> {
    handle: Handle<Held<K>, Loan<V>>,
    hasher: S,
}

container_basics!(
    WeakKeyMap<K: ?Sized, V> = Handle<Held<K>, Loan<V>>,
    "WeakKeyMap<String, u32>"
);

impl<K, V, S> WeakKeyMap<K, V, S>
where
    K: ?Sized + Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher,
{
    /// Stores `value` under `key` and returns the value that it replaces. O(1), amortised.
    ///
    /// If there is an equal key, it stays: the entry still goes with that one.
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
    pub fn insert(&self, key: &Strong<K>, value: V) -> Option<V> {
        let hash = self.hasher.hash_one(&**key);
        let mut place = self.handle.locate(hash, &**key);
        let value = Loan::new(value);
        match place.slot {
            Some(slot) => {
                let old = std::mem::replace(place.table.value_mut(slot), value);
                drop(place);
                Some(old.into_value())
            }
            None => {
                self.put(place.table, hash, key, value);
                None
            }
        }
    }

    /// A clone of the value of the key that equals `key`. O(1).
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
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let hash = self.hasher.hash_one(key);
        let found = self.handle.read(hash, key, |_, value| value.share());
        found.map(Loan::into_value)
    }

    /// The object in the map that equals `key`, and a clone of its value. O(1).
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
    pub fn get_key_value<Q>(&self, key: &Q) -> Option<(Strong<K>, V)>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let hash = self.hasher.hash_one(key);
        let take = |key: &mut Held<K>, value: &mut Loan<V>| (key.upgrade(), value.share());
        let (key, value) = self.handle.read(hash, key, take)?;
        Some((key?, value.into_value()))
    }

    /// Whether there is a key that equals `key`. O(1).
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
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let hash = self.hasher.hash_one(key);
        self.handle.read(hash, key, |_, _| ()).is_some()
    }

    /// Removes the entry whose key equals `key` and returns its value. O(1).
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
    pub fn remove<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let (_key, value) = self.take(key)?;
        Some(value.into_value())
    }

    /// Removes the entry whose key equals `key` and returns both. `None` also if the key has died
    /// meanwhile. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert_eq!(map.remove_entry(&1), Some((key, "a")));
    /// ```
    pub fn remove_entry<Q>(&self, key: &Q) -> Option<(Strong<K>, V)>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let (key, value) = self.take(key)?;
        Some((key.upgrade()?, value.into_value()))
    }

    fn take<Q>(&self, key: &Q) -> Option<(Held<K>, Loan<V>)>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let mut place = self.handle.locate(self.hasher.hash_one(key), key);
        let slot = place.slot?;
        Some(place.table.remove(slot))
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
    pub fn entry<'a>(&'a self, key: &'a Strong<K>) -> Entry<'a, K, V, S> {
        Entry::new(self, key)
    }

    /// The value of `key`; if it has none, inserts the one that `make_value` returns. O(1) and what
    /// `make_value` costs.
    ///
    /// `make_value` runs without the lock. If another thread, or `make_value` itself, has inserted
    /// a value meanwhile, that value stays and is returned: `make_value` may run more than once for
    /// one key. To prevent that, store an `Arc<OnceLock<V>>` there, as
    /// [`WeakValueMap::get_or_insert_with`](crate::WeakValueMap::get_or_insert_with) shows. If
    /// `make_value` panics, the map is as before.
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
    pub fn get_or_insert_with(&self, key: &Strong<K>, make_value: impl FnOnce() -> V) -> V {
        let hash = self.hasher.hash_one(&**key);
        let find = |_: &mut Held<K>, value: &mut Loan<V>| value.share();
        if let Some(found) = self.handle.read(hash, &**key, find) {
            return found.into_value();
        }
        let mut value = Loan::new(make_value());
        // What leaves is made before the lock, too: it may be a clone.
        let result = value.share();
        let mut place = self.handle.locate(hash, &**key);
        match place.slot {
            Some(slot) => {
                let found = place.table.value_mut(slot).share();
                drop(place);
                found.into_value()
            }
            None => {
                self.put(place.table, hash, key, value);
                result.into_value()
            }
        }
    }
}

impl<K, V, S> WeakKeyMap<K, V, S>
where
    K: ?Sized + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Adds an entry for a key of which there is none, and unlocks the table.
    fn put(
        &self,
        table: Locked<'_, Table<Held<K>, Loan<V>>>,
        hash: u64,
        key: &Strong<K>,
        value: Loan<V>,
    ) {
        let entry = (Held::new(key), value);
        self.handle.put(table, hash, entry, key, |held, _| held);
    }

    /// Removes the entry inserted last and returns it. O(1).
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
        loop {
            let mut table = self.handle.lock();
            let slot = table.last()?;
            let (key, value) = table.remove(slot);
            drop(table);
            if let Some(key) = key.upgrade() {
                return Some((key, value.into_value()));
            }
        }
    }

    /// Keeps the entries for which `keep` returns true, and removes the others. O(len).
    ///
    /// `keep` sees entries in insertion order, without the lock; it may use the map. A value that
    /// is put in the place of the one that `keep` saw, by it or by others, stays. If `keep` panics,
    /// the entries that it has not seen stay.
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
        let mut walk = Walk::new(&self.handle);
        let take = |slot, key: &mut Held<K>, value: &mut Loan<V>| {
            key.upgrade().map(|key| (slot, key, value.lend()))
        };
        while let Some((slot, key, value)) = walk.next(take) {
            if !keep(&key, &value) {
                let mut table = self.handle.lock();
                let is_there = |(held, now): (&Held<K>, &Loan<V>)| held.is(&key) && now.is(&value);
                let is_there = table.get(slot).is_some_and(is_there);
                let removed = is_there.then(|| table.remove(slot));
                drop(table);
                drop(removed);
            }
        }
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
        Drain::new(self.handle.take_all())
    }

    /// The entries in insertion order, as keys and clones of values. O(1) per entry.
    ///
    /// It tolerates any change: see the [module](crate::map).
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
        Iter::new(&self.handle)
    }

    /// The keys in insertion order. O(1) per key.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert!(map.keys().eq([key]));
    /// ```
    pub fn keys(&self) -> Keys<K, V> {
        Keys::new(&self.handle)
    }

    /// Clones of the values in insertion order. O(1) per value.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert!(map.values().eq(["a"]));
    /// ```
    pub fn values(&self) -> Values<K, V> {
        Values::new(&self.handle)
    }

    /// Weak references to the keys, in insertion order. O(len).
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

/// Maps are equal when each finds, for each key of the other, an equal value. O(len).
impl<K, V, S> PartialEq for WeakKeyMap<K, V, S>
where
    K: ?Sized + Hash + Eq + Send + Sync + 'static,
    V: PartialEq + Clone + Send + Sync + 'static,
    S: BuildHasher,
{
    fn eq(&self, other: &Self) -> bool {
        let has_all = |one: &Self, another: &Self| {
            let mut entries = another.iter();
            entries.all(|(key, value)| one.get(&*key).is_some_and(|found| found == value))
        };
        has_all(self, other) && has_all(other, self)
    }
}

impl<K, V, S> fmt::Debug for WeakKeyMap<K, V, S>
where
    K: ?Sized + fmt::Debug + Send + Sync + 'static,
    V: fmt::Debug + Send + Sync + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut walk = Walk::new(&self.handle);
        let take = |_, key: &mut Held<K>, value: &mut Loan<V>| {
            key.upgrade().map(|key| (key, value.lend()))
        };
        let entries = std::iter::from_fn(|| walk.next(take));
        f.debug_map().entries(entries).finish()
    }
}

/// Inserts all, in order.
impl<'a, K, V, S> Extend<(&'a Strong<K>, V)> for WeakKeyMap<K, V, S>
where
    K: ?Sized + Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher,
{
    fn extend<I: IntoIterator<Item = (&'a Strong<K>, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

/// Inserts all, in order. Keys without another owner die at once.
impl<K, V, S> Extend<(Strong<K>, V)> for WeakKeyMap<K, V, S>
where
    K: ?Sized + Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher,
{
    fn extend<I: IntoIterator<Item = (Strong<K>, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(&key, value);
        }
    }
}

impl<K, V, S, A> FromIterator<A> for WeakKeyMap<K, V, S>
where
    K: ?Sized,
    S: Default,
    Self: Extend<A>,
{
    fn from_iter<I: IntoIterator<Item = A>>(entries: I) -> Self {
        let mut map = Self::default();
        map.extend(entries);
        map
    }
}

impl<K, V, const N: usize> From<[(&Strong<K>, V); N]> for WeakKeyMap<K, V>
where
    K: ?Sized + Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn from(entries: [(&Strong<K>, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K, V, S> IntoIterator for &WeakKeyMap<K, V, S>
where
    K: ?Sized + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    type Item = (Strong<K>, V);
    type IntoIter = Iter<K, V>;

    fn into_iter(self) -> Iter<K, V> {
        self.iter()
    }
}
