//! [`Interner`]: equal values become one object.

mod interned;

pub use interned::Interned;

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;

use crate::container::{Map, WeakSide};
use crate::strong::Strong;

/// Makes equal values one object, which lives as long as somebody uses it.
///
/// [`Interner::intern`] returns the living object that equals a value, or makes one of it. Its owners,
/// [`Interned`], are compared and hashed by address. An object leaves the interner the moment its last
/// owner goes: its value is not hashed again for that, and nothing is swept. A chain of interned values
/// that own each other, however long, is dropped with a fixed amount of stack.
///
/// `T` may be `str` or a slice: these are looked up by `&str` or `&[_]`, before anything is allocated.
/// An interner is a handle, as the containers are, and its objects are spread over several tables with
/// a lock each, so that threads seldom wait for each other. What [`map`](crate::map) says of locking,
/// user code and panics holds for it, too.
///
/// ```
/// use weakly::{Interned, Interner};
///
/// let names: Interner<str> = Interner::new();
/// let one = names.intern("William");
/// let two = names.intern(String::from("William"));
/// assert!(Interned::ptr_eq(&one, &two));
/// drop((one, two));
/// assert!(names.is_empty());
/// ```
///
/// Values may own interned values, which makes trees with shared parts (hash-consing), and an
/// interner may be static:
///
/// ```
/// use std::sync::LazyLock;
/// use weakly::{Interned, Interner};
///
/// #[derive(Debug, PartialEq, Eq, Hash)]
/// enum Expr {
///     Number(i64),
///     Sum(Interned<Expr>, Interned<Expr>), // compared by address
/// }
///
/// static EXPRS: LazyLock<Interner<Expr>> = LazyLock::new(Interner::new);
///
/// let one = EXPRS.intern(Expr::Number(1));
/// let sum = EXPRS.intern(Expr::Sum(one.clone(), one.clone()));
/// assert_eq!(sum, EXPRS.intern(Expr::Sum(one.clone(), one)));
/// assert_eq!(EXPRS.len(), 2);
/// ```
pub struct Interner<T: ?Sized + Send + Sync + 'static, S = RandomState> {
    shards: Arc<[Shard<T, S>]>,
}

type Shard<T, S> = Map<WeakSide<T>, (), S>;

/// A power of two: so many threads may intern at the same time.
const SHARDS: usize = 16;

impl<T: ?Sized + Send + Sync + 'static> Interner<T> {
    /// Makes an empty interner. O(1).
    ///
    /// ```
    /// let interner: weakly::Interner<str> = weakly::Interner::new();
    /// assert!(interner.is_empty());
    /// ```
    pub fn new() -> Self {
        Self::with_hasher(RandomState::new())
    }
}

impl<T: ?Sized + Send + Sync + 'static, S: BuildHasher + Clone> Interner<T, S> {
    /// Makes an empty interner that hashes with `hasher`, of which it makes clones. O(1).
    ///
    /// ```
    /// use std::hash::RandomState;
    ///
    /// let interner: weakly::Interner<str> = weakly::Interner::with_hasher(RandomState::new());
    /// assert_eq!(interner.len(), 0);
    /// ```
    pub fn with_hasher(hasher: S) -> Self {
        let shards = (0..SHARDS).map(|_| Map::new(hasher.clone()));
        Self {
            shards: shards.collect(),
        }
    }
}

impl<T: ?Sized + Send + Sync + 'static, S: BuildHasher> Interner<T, S> {
    /// The living object that equals `value`; makes one of `value` if there is none. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the object. Nothing has changed then.
    ///
    /// ```
    /// let bytes: weakly::Interner<[u8]> = weakly::Interner::new();
    /// let one = bytes.intern(&[1, 2][..]);
    /// let two = bytes.intern(vec![1, 2]);
    /// assert_eq!(one, two);
    /// assert_eq!(*one, [1, 2]);
    /// ```
    pub fn intern<V>(&self, value: V) -> Interned<T>
    where
        V: Borrow<T> + Into<Strong<T>>,
        T: Hash + Eq,
    {
        let (shard, hash) = self.shard_of(value.borrow());
        if let Some(found) = shard.get_key_hashed(hash, value.borrow()) {
            return Interned::new(found);
        }
        Interned::new(shard.get_or_insert_key(hash, value.into()))
    }

    /// The living object that equals `value`; makes one of what `make_value` returns if there is
    /// none. O(1) and what `make_value` costs.
    ///
    /// Threads that come at the same time may each run `make_value`; all get the same object.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `make_value` panics, or there is no memory for the object. Nothing has
    /// changed then.
    ///
    /// ```
    /// let paths: weakly::Interner<String> = weakly::Interner::new();
    /// let one = paths.intern_with("a/b", str::to_owned);
    /// let two = paths.intern_with("a/b", |_| -> String { unreachable!("it is there") });
    /// assert_eq!(one, two);
    /// ```
    pub fn intern_with<Q, V>(&self, value: &Q, make_value: impl FnOnce(&Q) -> V) -> Interned<T>
    where
        V: Into<Strong<T>>,
        T: Borrow<Q> + Hash + Eq,
        Q: ?Sized + Hash + Eq,
    {
        let (shard, hash) = self.shard_of(value);
        if let Some(found) = shard.get_key_hashed(hash, value) {
            return Interned::new(found);
        }
        let made = make_value(value).into();
        // What was made may be another value than what was asked for.
        let (shard, hash) = self.shard_of::<T>(&made);
        Interned::new(shard.get_or_insert_key(hash, made))
    }

    /// The living object that equals `value`. O(1), and allocates nothing.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// let names: weakly::Interner<str> = weakly::Interner::new();
    /// let name = names.intern("William");
    /// assert_eq!(names.get("William"), Some(name));
    /// assert_eq!(names.get("Ann"), None);
    /// ```
    pub fn get<Q>(&self, value: &Q) -> Option<Interned<T>>
    where
        T: Borrow<Q> + Hash + Eq,
        Q: ?Sized + Hash + Eq,
    {
        let (shard, hash) = self.shard_of(value);
        shard.get_key_hashed(hash, value).map(Interned::new)
    }

    /// Where a value belongs, and its hash.
    fn shard_of<Q: ?Sized + Hash>(&self, value: &Q) -> (&Shard<T, S>, u64) {
        let hash = self.shards[0].hasher().hash_one(value);
        // The tables mix the bits; so any of them tell the shards apart.
        (&self.shards[(hash >> 20) as usize % SHARDS], hash)
    }
}

impl<T: ?Sized + Send + Sync + 'static, S> Interner<T, S> {
    /// How many objects there are, all of them alive. Exact if no thread interns meanwhile. O(1).
    ///
    /// ```
    /// let names: weakly::Interner<str> = weakly::Interner::new();
    /// let _name = names.intern("William");
    /// assert_eq!(names.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.shards.iter().map(Map::len).sum()
    }

    /// Whether there is no object. O(1).
    ///
    /// ```
    /// assert!(weakly::Interner::<str>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Makes another handle of the same interner. O(1).
impl<T: ?Sized + Send + Sync + 'static, S> Clone for Interner<T, S> {
    fn clone(&self) -> Self {
        Self {
            shards: Arc::clone(&self.shards),
        }
    }
}

impl<T: ?Sized + Send + Sync + 'static, S: BuildHasher + Clone + Default> Default
    for Interner<T, S>
{
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<T: ?Sized + Send + Sync + 'static, S> fmt::Debug for Interner<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Interner");
        shown.field("len", &self.len()).finish_non_exhaustive()
    }
}
