//! [`WeakMemo`]: results that are kept as long as the object that they are about.

use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, RandomState};

use crate::container::{ByIdentity, Map, OwnedSide};
use crate::map::WeakKeyMap;
use crate::strong::Strong;

/// The results of a function of an object and further arguments, which are kept as long as the object
/// lives, and do not keep it alive.
///
/// The object is compared by identity: it needs neither `Hash` nor `Eq`. Each result is made once,
/// as by [`WeakKeyMap::get_or_insert_with`]. A result that owns its object keeps it alive for ever:
/// let it hold a [`WeakRef`](crate::WeakRef).
///
/// A memo is a handle: clones are the same memo.
///
/// ```
/// use weakly::{Strong, WeakMemo};
///
/// let counts: WeakMemo<String, char, usize> = WeakMemo::new();
/// let count = |text: &Strong<String>, letter| {
///     counts.call(text, letter, |text, letter| text.matches(*letter).count())
/// };
/// let text = Strong::new(String::from("banana"));
/// assert_eq!(count(&text, 'a'), 3);
/// assert_eq!(count(&text, 'a'), 3); // not counted again
/// drop(text);
/// assert!(counts.is_empty());
/// ```
#[doc(alias = "cached_method")]
#[doc(alias = "memoize")]
pub struct WeakMemo<T: ?Sized, A, R> {
    by_object: WeakKeyMap<T, Results<A, R>, ByIdentity>,
}

type Results<A, R> = Map<OwnedSide<A>, OwnedSide<R>, RandomState>;

impl<T, A, R> WeakMemo<T, A, R>
where
    T: ?Sized + Send + Sync + 'static,
    A: Hash + Eq + Send + Sync + 'static,
    R: Clone + Send + Sync + 'static,
{
    /// Makes an empty memo. O(1).
    ///
    /// ```
    /// let memo: weakly::WeakMemo<String, (), usize> = weakly::WeakMemo::new();
    /// assert!(memo.is_empty());
    /// ```
    pub fn new() -> Self {
        Self {
            by_object: WeakKeyMap::by_identity(),
        }
    }

    /// A clone of the result for the object and the arguments; calls `function` if there is none.
    /// O(1) and what `function` costs.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq`, `Clone` or `function` panics, `function` asks for the very result that it
    /// makes, or there is no memory for the result. The memo is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakMemo};
    ///
    /// let memo = WeakMemo::new();
    /// let two = Strong::new(2);
    /// assert_eq!(memo.call(&two, 3, |a, b| a + b), 5);
    /// assert_eq!(memo.call(&two, 3, |_, _| unreachable!("it is there")), 5);
    /// ```
    #[doc(alias = "get_or_insert_with")]
    pub fn call(&self, object: &Strong<T>, arguments: A, function: impl FnOnce(&T, &A) -> R) -> R {
        let Ok(result) = self.try_call(object, arguments, |object, arguments| {
            Ok::<_, Infallible>(function(object, arguments))
        });
        result
    }

    /// As [`WeakMemo::call`], with a function that may fail; an error is not kept. O(1) and what
    /// `function` costs.
    ///
    /// # Errors
    ///
    /// That of `function`.
    ///
    /// # Panics
    ///
    /// As [`WeakMemo::call`].
    ///
    /// ```
    /// use weakly::{Strong, WeakMemo};
    ///
    /// let memo: WeakMemo<String, u32, u32> = WeakMemo::new();
    /// let text = Strong::new(String::from("zz"));
    /// let parse = |radix| memo.try_call(&text, radix, |text, radix| u32::from_str_radix(text, *radix));
    /// assert!(parse(10).is_err());
    /// assert_eq!(parse(36), Ok(35 * 36 + 35));
    /// ```
    pub fn try_call<E>(
        &self,
        object: &Strong<T>,
        arguments: A,
        function: impl FnOnce(&T, &A) -> Result<R, E>,
    ) -> Result<R, E> {
        let none = || Map::new(RandomState::new());
        let results = self.by_object.get_or_insert_with(object, none);
        results.get_or_try_insert_with(arguments, |arguments| function(object, arguments))
    }

    /// Forgets all results for the object; returns whether there were any. O(results).
    ///
    /// ```
    /// use weakly::{Strong, WeakMemo};
    ///
    /// let memo = WeakMemo::new();
    /// let two = Strong::new(2);
    /// memo.call(&two, 3, |a, b| a + b);
    /// assert!(memo.evict(&two));
    /// assert_eq!(memo.call(&two, 3, |a, b| a * b), 6);
    /// ```
    pub fn evict(&self, object: &Strong<T>) -> bool {
        self.by_object.discard(object)
    }

    /// Forgets all results. O(results).
    ///
    /// ```
    /// use weakly::{Strong, WeakMemo};
    ///
    /// let memo = WeakMemo::new();
    /// let two = Strong::new(2);
    /// memo.call(&two, 3, |a, b| a + b);
    /// memo.clear();
    /// assert!(memo.is_empty());
    /// ```
    #[doc(alias = "cache_clear")]
    pub fn clear(&self) {
        self.by_object.clear();
    }

    /// For how many objects there are results. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakMemo};
    ///
    /// let memo = WeakMemo::new();
    /// let two = Strong::new(2);
    /// memo.call(&two, 3, |a, b| a + b);
    /// memo.call(&two, 4, |a, b| a + b);
    /// assert_eq!(memo.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.by_object.len()
    }

    /// Whether there are no results. O(1).
    ///
    /// ```
    /// assert!(weakly::WeakMemo::<u32, u32, u32>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.by_object.is_empty()
    }
}

/// Makes another handle of the same memo. O(1).
impl<T: ?Sized, A, R> Clone for WeakMemo<T, A, R> {
    fn clone(&self) -> Self {
        Self {
            by_object: self.by_object.clone(),
        }
    }
}

impl<T, A, R> Default for WeakMemo<T, A, R>
where
    T: ?Sized + Send + Sync + 'static,
    A: Hash + Eq + Send + Sync + 'static,
    R: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<T: ?Sized, A, R> fmt::Debug for WeakMemo<T, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakMemo").finish_non_exhaustive()
    }
}
