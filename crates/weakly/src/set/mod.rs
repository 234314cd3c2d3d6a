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
mod by_identity;
mod iter;

pub use iter::{Drain, Iter};

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};

use crate::container::{Handle, Held, Walk, container_basics};
use crate::reference::WeakRef;
use crate::strong::Strong;
use crate::table::Table;

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
pub struct WeakSet<T: ?Sized, S = RandomState> {
    handle: Handle<Held<T>, ()>,
    hasher: S,
}

container_basics!(WeakSet<T: ?Sized> = Handle<Held<T>, ()>, "WeakSet<u32>");

impl<T, S> WeakSet<T, S>
where
    T: ?Sized + Hash + Eq + Send + Sync + 'static,
    S: BuildHasher,
{
    /// Adds `member`; returns false, and keeps the one that is there, if there is an equal one.
    /// O(1), amortised.
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
    pub fn insert(&self, member: &Strong<T>) -> bool {
        let hash = self.hasher.hash_one(&**member);
        let place = self.handle.locate(hash, &**member);
        let is_new = place.slot.is_none();
        if is_new {
            let entry = (Held::new(member), ());
            self.handle
                .put(place.table, hash, entry, member, |held, ()| held);
        }
        is_new
    }

    /// Whether there is a member equal to `member`. O(1).
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
    pub fn contains<Q>(&self, member: &Q) -> bool
    where
        T: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let hash = self.hasher.hash_one(member);
        self.handle.read(hash, member, |_, ()| ()).is_some()
    }

    /// The member that is equal to `member`. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let name = Strong::new(String::from("a"));
    /// let set = WeakSet::from([&name]);
    /// assert!(Strong::ptr_eq(&set.get("a").unwrap(), &name));
    /// ```
    pub fn get<Q>(&self, member: &Q) -> Option<Strong<T>>
    where
        T: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let hash = self.hasher.hash_one(member);
        self.handle.read(hash, member, |held, ()| held.upgrade())?
    }

    /// The member that is equal to `member`; if there is none, inserts the one that `make_member`
    /// returns. O(1) and what `make_member` costs.
    ///
    /// `make_member` runs without the lock. If another thread has added an equal member meanwhile,
    /// that one is returned: it may run more than once. This makes an interner of the set.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let names: WeakSet<String> = WeakSet::new();
    /// let one = names.get_or_insert_with("a", |name| Strong::new(name.to_owned()));
    /// let two = names.get_or_insert_with("a", |name| Strong::new(name.to_owned()));
    /// assert!(Strong::ptr_eq(&one, &two));
    /// ```
    pub fn get_or_insert_with<Q>(
        &self,
        member: &Q,
        make_member: impl FnOnce(&Q) -> Strong<T>,
    ) -> Strong<T>
    where
        T: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
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
            if let Some(found) = self.get::<T>(&made) {
                return found;
            }
        }
    }

    /// Removes the member that is equal to `member`; returns whether there was one. O(1).
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
    pub fn remove<Q>(&self, member: &Q) -> bool
    where
        T: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        self.take(member).is_some()
    }

    /// Removes the member that is equal to `member` and returns it. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// let set = WeakSet::from([&one]);
    /// assert_eq!(set.take(&1), Some(one));
    /// ```
    pub fn take<Q>(&self, member: &Q) -> Option<Strong<T>>
    where
        T: Borrow<Q>,
        Q: ?Sized + Hash + Eq + 'static,
    {
        let mut place = self.handle.locate(self.hasher.hash_one(member), member);
        let slot = place.slot?;
        let (held, ()) = place.table.remove(slot);
        drop(place);
        held.upgrade()
    }
}

impl<T, S> WeakSet<T, S>
where
    T: ?Sized + Send + Sync + 'static,
{
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
        loop {
            let mut table = self.handle.lock();
            let slot = table.last()?;
            let (held, ()) = table.remove(slot);
            drop(table);
            if let Some(member) = held.upgrade() {
                return Some(member);
            }
        }
    }

    /// Keeps the members for which `keep` returns true, and removes the others. O(len).
    ///
    /// `keep` sees members in the order in which they were added, without the lock; it may use the
    /// set. If it panics, the members that it has not seen stay.
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
        let mut walk = Walk::new(&self.handle);
        let take = |slot, held: &mut Held<T>, (): &mut ()| held.upgrade().map(|it| (slot, it));
        while let Some((slot, member)) = walk.next(take) {
            if !keep(&member) {
                let mut table = self.handle.lock();
                let is_there = table.get(slot).is_some_and(|(held, ())| held.is(&member));
                let removed = is_there.then(|| table.remove(slot));
                drop(table);
                drop(removed);
            }
        }
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
        Drain::new(self.handle.take_all())
    }

    /// The members in the order in which they were added. O(1) per member.
    ///
    /// It tolerates any change: members that were there when it began and are still alive are
    /// yielded once, others are not.
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
        Iter::new(&self.handle)
    }

    /// Weak references to the members, in the order in which they were added. O(len).
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
        f.debug_set().entries(Iter::new(&self.handle)).finish()
    }
}

/// Adds all, in order.
impl<'a, T, S> Extend<&'a Strong<T>> for WeakSet<T, S>
where
    T: ?Sized + Hash + Eq + Send + Sync + 'static,
    S: BuildHasher,
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
    T: ?Sized + Hash + Eq + Send + Sync + 'static,
    S: BuildHasher,
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
    S: Default,
    Self: Extend<A>,
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
