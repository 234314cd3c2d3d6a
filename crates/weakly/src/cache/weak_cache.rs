//! [`WeakCache`]: finds what anybody holds, and keeps what was used last.

use std::borrow::Borrow;
use std::convert::Infallible;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::locked::Locked;
use crate::map::WeakValueMap;
use crate::room::no_room;
use crate::strong::Strong;
use crate::sync::{AtomicU64, Mutex};
use crate::table::Recent;

/// A cache that finds an object as long as anybody holds it, and holds those itself that were used
/// last.
///
/// An ordinary cache of the least recently used forgets objects that are still in use, and makes second
/// ones of them. This one does not: what leaves its `maxsize` is found until its last owner goes. What
/// leaves is dropped without a lock, so its `Drop` may use the cache.
///
/// A cache is a handle: clones are the same cache. What [`map`](crate::map) says of maps holds for it.
///
/// ```
/// use weakly::{Strong, WeakCache};
///
/// let pages = WeakCache::new(1);
/// let load = |number| pages.get_or_insert_with(number, || Strong::new(format!("page {number}")));
/// let first = load(1);
/// drop(load(2)); // the cache holds it, and the first one no more
/// assert_eq!(pages.get(&1).as_ref(), Some(&first)); // but we do
/// drop(load(3));
/// assert_eq!(pages.get(&2), None);
/// assert_eq!((pages.cache_info().alive, pages.cache_info().held), (2, 1));
/// ```
#[doc(alias = "LruCache")]
pub struct WeakCache<K, T: ?Sized, S = RandomState> {
    map: WeakValueMap<K, T, S>,
    shared: Arc<Shared<T>>,
}

struct Shared<T: ?Sized> {
    /// By their addresses, in the order of their last use.
    recent: Mutex<Recent<Strong<T>>>,
    /// How often objects were let go. It tells who has looked one up whether that may have lost its
    /// entry since. Changes with `recent` locked.
    removals: AtomicU64,
    max_weight: usize,
    weigh: Box<dyn Fn(&T) -> usize + Send + Sync>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How a [`WeakCache`] was used; returned by [`WeakCache::cache_info`].
///
/// ```
/// let cache: weakly::WeakCache<u32, String> = weakly::WeakCache::new(10);
/// assert_eq!(cache.cache_info().maxsize, 10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheInfo {
    /// How many lookups found an object.
    pub hits: u64,
    /// How many lookups found none.
    pub misses: u64,
    /// How many objects the cache holds at most, or their greatest weight.
    pub maxsize: usize,
    /// How many objects it finds.
    pub alive: usize,
    /// How many of these it holds itself.
    pub held: usize,
}

impl<K, T> WeakCache<K, T>
where
    K: Hash + Eq + Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
{
    /// Makes an empty cache that holds the `maxsize` objects that were used last. O(1).
    ///
    /// ```
    /// let cache: weakly::WeakCache<u32, String> = weakly::WeakCache::new(10);
    /// assert!(cache.is_empty());
    /// ```
    pub fn new(maxsize: usize) -> Self {
        Self::with_weigher(maxsize, |_| 1)
    }

    /// Makes an empty cache that holds the objects that were used last, as long as their weights are
    /// `max_weight` together. An object that is heavier by itself is not held. O(1).
    ///
    /// `weigh` runs without a lock, at each use.
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let texts: WeakCache<u32, String> = WeakCache::with_weigher(10, |text: &String| text.len());
    /// texts.insert(1, &Strong::new("123456".to_owned()));
    /// texts.insert(2, &Strong::new("7890".to_owned()));
    /// texts.insert(3, &Strong::new("1".to_owned()));
    /// assert!(!texts.contains_key(&1));
    /// assert_eq!(texts.cache_info().held, 2);
    /// ```
    pub fn with_weigher(
        max_weight: usize,
        weigh: impl Fn(&T) -> usize + Send + Sync + 'static,
    ) -> Self {
        Self {
            map: WeakValueMap::new(),
            shared: Arc::new(Shared {
                recent: Mutex::new(Recent::new()),
                removals: AtomicU64::new(0),
                max_weight,
                weigh: Box::new(weigh),
                hits: AtomicU64::new(0),
                misses: AtomicU64::new(0),
            }),
        }
    }
}

impl<K, T, S> WeakCache<K, T, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
    S: BuildHasher,
{
    /// The object of `key`, if it lives, which counts as a use. O(1), amortised.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or the weigher panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let cache = WeakCache::new(10);
    /// cache.insert("a", &Strong::new(1));
    /// assert_eq!(cache.get("a").as_deref(), Some(&1));
    /// assert_eq!(cache.get("b"), None);
    /// ```
    pub fn get<Q>(&self, key: &Q) -> Option<Strong<T>>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let found = self.find(key);
        self.shared.count(found.is_some());
        found
    }

    /// As [`WeakCache::get`], but counts nothing.
    fn find<Q>(&self, key: &Q) -> Option<Strong<T>>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let removals = self.shared.removals.load(Ordering::Acquire);
        let found = self.map.get(key)?;
        self.shared.hold(&found);
        // Who removed it after it was found, and before it was held, has let nothing go.
        if self.shared.removals.load(Ordering::Acquire) != removals {
            let own = self.map.get(key);
            if own.is_none_or(|own| !Strong::ptr_eq(&own, &found)) {
                self.shared.let_go(&found);
            }
        }
        Some(found)
    }

    /// Whether the object of `key` lives. It counts as no use. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let cache = WeakCache::new(10);
    /// cache.insert("a", &Strong::new(1));
    /// assert!(cache.contains_key("a"));
    /// ```
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.map.contains_key(key)
    }

    /// Makes `key` find the object of `value`, which counts as a use; returns the object that it found
    /// before. O(1), amortised.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or the weigher panics, or there is no memory for the entry.
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let cache = WeakCache::new(10);
    /// assert_eq!(cache.insert("a", &Strong::new(1)), None);
    /// assert_eq!(cache.insert("a", &Strong::new(2)).as_deref(), Some(&1));
    /// ```
    pub fn insert(&self, key: K, value: &Strong<T>) -> Option<Strong<T>> {
        let mut early = HeldEarly::new(&self.shared);
        early.hold(value);
        let replaced = self.map.insert(key, value);
        early.is_stored(value);
        let other = replaced.as_ref();
        if let Some(other) = other.filter(|other| !Strong::ptr_eq(other, value)) {
            self.shared.let_go(other);
        }
        replaced
    }

    /// The object of `key`; if there is none, inserts the one that `make_value` returns. It counts
    /// as a use. O(1), amortised and what `make_value` costs.
    ///
    /// The object of a key is made once, as with [`WeakValueMap::get_or_insert_with`].
    ///
    /// # Panics
    ///
    /// As [`WeakValueMap::get_or_insert_with`], and if the weigher does.
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let cache = WeakCache::new(10);
    /// drop(cache.get_or_insert_with("a", || Strong::new(1)));
    /// assert_eq!(*cache.get_or_insert_with("a", || Strong::new(2)), 1);
    /// ```
    #[doc(alias = "get_or_create")]
    pub fn get_or_insert_with(&self, key: K, make_value: impl FnOnce() -> Strong<T>) -> Strong<T> {
        let Ok(value) = self.get_or_try_insert_with(key, || Ok::<_, Infallible>(make_value()));
        value
    }

    /// As [`WeakCache::get_or_insert_with`], with a maker that may fail. O(1), amortised and what
    /// `make_value` costs.
    ///
    /// # Errors
    ///
    /// That of `make_value`. The cache is as before then.
    ///
    /// # Panics
    ///
    /// As [`WeakCache::get_or_insert_with`].
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let cache: WeakCache<&str, u32> = WeakCache::new(10);
    /// assert!(cache.get_or_try_insert_with("x", || "x".parse().map(Strong::new)).is_err());
    /// assert_eq!(cache.cache_info().misses, 1);
    /// ```
    pub fn get_or_try_insert_with<E>(
        &self,
        key: K,
        make_value: impl FnOnce() -> Result<Strong<T>, E>,
    ) -> Result<Strong<T>, E> {
        if let Some(found) = self.find(&key) {
            self.shared.count(true);
            return Ok(found);
        }
        let mut early = HeldEarly::new(&self.shared);
        let mut is_hit = true;
        let value = self.map.get_or_try_insert_with(key, || {
            is_hit = false;
            make_value().inspect(|value| early.hold(value))
        });
        self.shared.count(is_hit);
        value.inspect(|value| early.is_stored(value))
    }

    /// Removes the entry of `key` and returns its object, which the cache does not hold any more.
    /// O(1), amortised.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let cache = WeakCache::new(10);
    /// cache.insert("a", &Strong::new(1));
    /// assert_eq!(cache.remove("a").as_deref(), Some(&1));
    /// assert!(cache.is_empty());
    /// ```
    #[doc(alias = "pop")]
    pub fn remove<Q>(&self, key: &Q) -> Option<Strong<T>>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let removed = self.map.remove(key)?;
        self.shared.let_go(&removed);
        Some(removed)
    }
}

impl<K, T, S> WeakCache<K, T, S>
where
    K: Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
{
    /// How the cache was used. The numbers are exact if no other thread uses it meanwhile. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let cache = WeakCache::new(10);
    /// cache.insert("a", &Strong::new(1));
    /// cache.get("a");
    /// let info = cache.cache_info();
    /// assert_eq!((info.hits, info.misses, info.alive, info.held), (1, 0, 1, 1));
    /// ```
    pub fn cache_info(&self) -> CacheInfo {
        CacheInfo {
            hits: self.shared.hits.load(Ordering::Relaxed),
            misses: self.shared.misses.load(Ordering::Relaxed),
            maxsize: self.shared.max_weight,
            alive: self.map.len(),
            held: self.shared.lock().len(),
        }
    }

    /// How many objects the cache finds. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let cache = WeakCache::new(10);
    /// cache.insert("a", &Strong::new(1));
    /// assert_eq!(cache.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether the cache finds no object. O(1).
    ///
    /// ```
    /// assert!(weakly::WeakCache::<u32, u32>::new(10).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Removes all entries, and drops what the cache held without the lock. The counts stay. O(len).
    ///
    /// # Panics
    ///
    /// If the `Drop` of an object does. The cache is empty then.
    ///
    /// ```
    /// use weakly::{Strong, WeakCache};
    ///
    /// let cache = WeakCache::new(10);
    /// cache.insert("a", &Strong::new(1));
    /// cache.clear();
    /// assert!(cache.is_empty());
    /// ```
    #[doc(alias = "cache_clear")]
    pub fn clear(&self) {
        self.map.clear();
        let mut recent = self.shared.lock();
        self.shared.removals.fetch_add(1, Ordering::Release);
        let held = std::mem::take(&mut *recent);
        drop(recent);
        drop(held);
    }
}

impl<T: ?Sized> Shared<T> {
    fn lock(&self) -> Locked<'_, Recent<Strong<T>>> {
        Locked::new(&self.recent)
    }

    fn count(&self, is_hit: bool) {
        let counter = if is_hit { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Holds the object as the one that was used last.
    fn hold(&self, owner: &Strong<T>) {
        let weight = (self.weigh)(owner);
        let (owner, address) = (owner.clone(), owner.address());
        let mut recent = self.lock();
        if recent.try_reserve().is_err() {
            drop(recent);
            no_room();
        }
        let mut leaving = Vec::from_iter(recent.remove(address));
        if weight > self.max_weight {
            leaving.push(owner);
        } else {
            recent.insert(address, owner, weight as u64);
        }
        while recent.weight() > self.max_weight as u128 {
            leaving.extend(recent.pop_oldest());
        }
        drop(recent);
        drop(leaving);
    }

    /// Does not hold the object any more.
    fn let_go(&self, owner: &Strong<T>) {
        let mut recent = self.lock();
        self.removals.fetch_add(1, Ordering::Release);
        let held = recent.remove(owner.address());
        drop(recent);
        drop(held);
    }
}

/// An object that is held before it has its entry: so who removes that finds it held. If nobody says
/// that it was stored, it is let go.
struct HeldEarly<'a, T: ?Sized> {
    shared: &'a Shared<T>,
    owner: Option<Strong<T>>,
}

impl<'a, T: ?Sized> HeldEarly<'a, T> {
    fn new(shared: &'a Shared<T>) -> Self {
        Self {
            shared,
            owner: None,
        }
    }

    fn hold(&mut self, owner: &Strong<T>) {
        self.shared.hold(owner);
        self.owner = Some(owner.clone());
    }

    /// This object has the entry now.
    fn is_stored(&mut self, owner: &Strong<T>) {
        self.owner.take_if(|own| Strong::ptr_eq(own, owner));
    }
}

impl<T: ?Sized> Drop for HeldEarly<'_, T> {
    fn drop(&mut self) {
        if let Some(owner) = &self.owner {
            self.shared.let_go(owner);
        }
    }
}

/// Makes another handle of the same cache. O(1).
impl<K, T: ?Sized, S: Clone> Clone for WeakCache<K, T, S> {
    fn clone(&self) -> Self {
        Self {
            map: self.map.clone(),
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<K, T, S> fmt::Debug for WeakCache<K, T, S>
where
    K: Send + Sync + 'static,
    T: ?Sized + Send + Sync + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("WeakCache");
        shown.field("info", &self.cache_info());
        shown.finish_non_exhaustive()
    }
}
