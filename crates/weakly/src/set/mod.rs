//! The set of objects that forgets them when they die.
//!
//! What [`map`](crate::map) says of maps (handles, death, iteration, locking) also holds for
//! [`WeakSet`].
//!
//! ```
//! use weakly::{Strong, WeakSet};
//!
//! let [ann, bob] = ["ann", "bob"].map(Strong::new);
//! let (invited, came) = (WeakSet::from([&ann, &bob]), WeakSet::from([&bob]));
//! assert!(invited.difference(&came).eq([ann]));
//! ```

mod algebra;
mod iter;

pub use iter::{Drain, Iter};

use std::fmt;
use std::hash::{Hash, RandomState};

use crate::container::{ByIdentity, FindBy, FindObject, Map, Side, WeakSide, container_basics};
use crate::reference::WeakRef;
use crate::strong::Strong;
use crate::table::TryReserveError;

/// A set of objects that forgets them when they die.
///
/// Members are found by their value (`Hash` and `Eq`); sets made by [`WeakSet::by_identity`]
/// compare identities instead, and need neither. Sets behave as [maps](crate::map) do when
/// threads, callbacks or `Drop` intervene.
///
/// `&`, `|`, `-` and `^` of two sets make a third one; the methods of the same meaning return
/// iterators, which keep alive the member that they yielded last.
///
/// ```
/// use weakly::{Strong, WeakSet};
///
/// let [one, two] = [1, 2].map(Strong::new);
/// let set = WeakSet::from([&one, &two]);
/// assert!(set.contains(&1));
/// drop(one);
/// assert!(!set.contains(&1));
/// assert_eq!(set.len(), 1);
/// ```
#[doc(alias = "WeakHashSet")]
pub struct WeakSet<T: ?Sized, S = RandomState>(Map<WeakSide<T>, (), S>);

container_basics!(WeakSet<T: ?Sized>, "WeakSet<u32>");

impl<T: ?Sized + Send + Sync + 'static> WeakSet<T, ByIdentity> {
    /// Makes an empty set that finds its members by identity. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let shown = Strong::coerce::<dyn std::fmt::Display + Send + Sync>(Strong::new(5), |it| it);
    /// let set = WeakSet::by_identity();
    /// set.insert(&shown); // it has neither `Hash` nor `Eq`
    /// assert!(set.contains(&shown));
    /// ```
    pub fn by_identity() -> Self {
        Self::with_hasher(ByIdentity)
    }
}

impl<T, S> WeakSet<T, S>
where
    T: ?Sized + Send + Sync + 'static,
{
    /// Adds `member`; returns false, and keeps the one that is there, if there is an equal one.
    /// O(1), amortised.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the member. The set is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// let set = WeakSet::new();
    /// assert!(set.insert(&one));
    /// assert!(!set.insert(&one));
    /// ```
    #[doc(alias = "add")]
    pub fn insert(&self, member: &Strong<T>) -> bool
    where
        S: FindObject<T>,
    {
        self.0.insert(member, ()).is_none()
    }

    /// Adds `member`, in the place of an equal one if there is one, which is returned. O(1),
    /// amortised.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the member. The set is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [old, new] = [1, 1].map(Strong::new);
    /// let set = WeakSet::new();
    /// assert_eq!(set.replace(&old), None);
    /// assert!(Strong::ptr_eq(&set.replace(&new).unwrap(), &old));
    /// drop(old);
    /// assert!(set.contains(&1));
    /// ```
    pub fn replace(&self, member: &Strong<T>) -> Option<Strong<T>>
    where
        S: FindObject<T>,
    {
        let replaced = self.0.insert_or_replace_key(member, ())?;
        Some(replaced.into_out_or(member))
    }

    /// Whether there is a member equal to `member`. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let name = Strong::new(String::from("a"));
    /// let set = WeakSet::from([&name]);
    /// assert!(set.contains("a"));
    /// assert!(set.contains(&*name));
    /// ```
    #[doc(alias = "__contains__")]
    pub fn contains<Q: ?Sized>(&self, member: &Q) -> bool
    where
        S: FindBy<T, Q>,
    {
        self.0.contains(member)
    }

    /// The member that is equal to `member`. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let name = Strong::new(String::from("a"));
    /// let set = WeakSet::from([&name]);
    /// assert!(Strong::ptr_eq(&set.get("a").unwrap(), &name));
    /// ```
    pub fn get<Q: ?Sized>(&self, member: &Q) -> Option<Strong<T>>
    where
        S: FindBy<T, Q>,
    {
        self.0.get_key(member)
    }

    /// The member that is equal to `member`; if there is none, inserts the one that `make_member`
    /// returns. O(1) and what `make_member` costs.
    ///
    /// `make_member` runs without the lock. If another thread has added an equal member meanwhile,
    /// that one is returned: it may run more than once. This makes an interner of the set.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `make_member` panics, or there is no memory for the member. The set is as
    /// before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let names: WeakSet<String> = WeakSet::new();
    /// let one = names.get_or_insert_with("a", |name| Strong::new(name.to_owned()));
    /// let two = names.get_or_insert_with("a", |name| Strong::new(name.to_owned()));
    /// assert!(Strong::ptr_eq(&one, &two));
    /// ```
    #[doc(alias = "intern")]
    pub fn get_or_insert_with<Q: ?Sized>(
        &self,
        member: &Q,
        make_member: impl FnOnce(&Q) -> Strong<T>,
    ) -> Strong<T>
    where
        S: FindBy<T, Q> + FindObject<T>,
    {
        if let Some(found) = self.get(member) {
            return found;
        }
        let made = make_member(member);
        loop {
            if self.insert(&made) {
                return made;
            }
            // Another one came first. It may be gone again by now.
            if let Some(found) = self.0.get_key(S::query(&&made)) {
                return found;
            }
        }
    }

    /// Removes the member that is equal to `member`; returns whether there was one. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// let set = WeakSet::from([&one]);
    /// assert!(set.remove(&1));
    /// assert!(!set.remove(&1));
    /// ```
    #[doc(alias = "discard")]
    pub fn remove<Q: ?Sized>(&self, member: &Q) -> bool
    where
        S: FindBy<T, Q>,
    {
        self.0.remove(member).is_some()
    }

    /// Removes the member that is equal to `member` and returns it. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// let set = WeakSet::from([&one]);
    /// assert_eq!(set.take(&1), Some(one));
    /// ```
    pub fn take<Q: ?Sized>(&self, member: &Q) -> Option<Strong<T>>
    where
        S: FindBy<T, Q>,
    {
        self.0.remove_key(member)
    }

    /// Removes the member added last and returns it. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// assert_eq!(WeakSet::from([&one, &two]).pop_last(), Some(two));
    /// ```
    #[doc(alias = "pop")]
    pub fn pop_last(&self) -> Option<Strong<T>> {
        let (member, ()) = self.0.pop_last()?;
        Some(member)
    }

    /// Keeps the members for which `keep` returns true, and removes the others. O(len).
    ///
    /// `keep` sees members in the order in which they were added, without the lock; it may use the
    /// set. If it panics, the members that it has not seen stay.
    ///
    /// # Panics
    ///
    /// If `keep` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let numbers = [1, 2, 3].map(Strong::new);
    /// let set: WeakSet<i32> = numbers.iter().collect();
    /// set.retain(|number| **number != 2);
    /// assert_eq!(set.len(), 2);
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&Strong<T>) -> bool) {
        self.0.retain(|member, ()| keep(member));
    }

    /// Removes all members and returns them in the order in which they were added. O(len).
    ///
    /// The set is empty at once. Members that die before they are reached are skipped.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// let set = WeakSet::from([&one]);
    /// assert!(set.drain().eq([one]));
    /// assert!(set.is_empty());
    /// ```
    pub fn drain(&self) -> Drain<T> {
        Drain(self.0.drain())
    }

    /// The members in the order in which they were added. O(1) per member.
    ///
    /// It tolerates any change: members that were there when it began and are still alive are
    /// yielded once, others are not.
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let set = WeakSet::from([&one, &two]);
    /// let mut iter = set.iter();
    /// assert_eq!(iter.next(), Some(one));
    /// drop(two);
    /// assert_eq!(iter.next(), None);
    /// ```
    pub fn iter(&self) -> Iter<T> {
        Iter(self.0.keys())
    }

    /// Removes the members for which `is_wanted` returns true, and yields them in the order in which
    /// they were added. O(len) in all.
    ///
    /// A member is removed when the iterator reaches it; if it is dropped before its end, the rest
    /// stay. `is_wanted` runs without the lock, and may use the set.
    ///
    /// # Panics
    ///
    /// If `is_wanted` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let numbers = [1, 2, 3].map(Strong::new);
    /// let set: WeakSet<i32> = numbers.iter().collect();
    /// assert!(set.extract_if(|it| **it % 2 == 1).map(|it| *it).eq([1, 3]));
    /// assert_eq!(set.len(), 1);
    /// ```
    pub fn extract_if<P>(&self, mut is_wanted: P) -> impl Iterator<Item = Strong<T>>
    where
        P: FnMut(&Strong<T>) -> bool,
    {
        let extracted = self.0.extract_if(move |member, ()| is_wanted(member));
        extracted.map(|(member, ())| member)
    }

    /// Weak references to the members, in the order in which they were added. O(len).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::{Strong, WeakRef, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// assert_eq!(WeakSet::from([&one]).refs(), [WeakRef::new(&one)]);
    /// ```
    pub fn refs(&self) -> Vec<WeakRef<T>> {
        self.iter().map(|member| WeakRef::new(&member)).collect()
    }
}

impl<T, S> fmt::Debug for WeakSet<T, S>
where
    T: ?Sized + fmt::Debug + Send + Sync + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Adds all, in order.
impl<'a, T, S> Extend<&'a Strong<T>> for WeakSet<T, S>
where
    T: ?Sized + Send + Sync + 'static,
    S: FindObject<T>,
{
    fn extend<I: IntoIterator<Item = &'a Strong<T>>>(&mut self, members: I) {
        for member in members {
            self.insert(member);
        }
    }
}

/// Adds all, in order. Members without another owner die at once.
impl<T, S> Extend<Strong<T>> for WeakSet<T, S>
where
    T: ?Sized + Send + Sync + 'static,
    S: FindObject<T>,
{
    fn extend<I: IntoIterator<Item = Strong<T>>>(&mut self, members: I) {
        for member in members {
            self.insert(&member);
        }
    }
}

impl<T, S, A> FromIterator<A> for WeakSet<T, S>
where
    T: ?Sized,
    Self: Default + Extend<A>,
{
    fn from_iter<I: IntoIterator<Item = A>>(members: I) -> Self {
        let mut set = Self::default();
        set.extend(members);
        set
    }
}

impl<T, const N: usize> From<[&Strong<T>; N]> for WeakSet<T>
where
    T: ?Sized + Hash + Eq + Send + Sync + 'static,
{
    fn from(members: [&Strong<T>; N]) -> Self {
        members.into_iter().collect()
    }
}

impl<T, S> IntoIterator for &WeakSet<T, S>
where
    T: ?Sized + Send + Sync + 'static,
{
    type Item = Strong<T>;
    type IntoIter = Iter<T>;

    fn into_iter(self) -> Iter<T> {
        self.iter()
    }
}

/// As [`WeakSet::iter`]: the iterator keeps a handle of the set.
impl<T, S> IntoIterator for WeakSet<T, S>
where
    T: ?Sized + Send + Sync + 'static,
{
    type Item = Strong<T>;
    type IntoIter = Iter<T>;

    fn into_iter(self) -> Iter<T> {
        self.iter()
    }
}
