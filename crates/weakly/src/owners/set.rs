//! The set of any owners.

use core::borrow::Borrow;
use core::fmt;
use core::ops::{BitAnd, BitOr, BitXor, Sub};

use super::basics::owner_container;
use crate::container::{
    ByIdentity, Drain, ElementSide, FindElement, FindOwner, Keys, Map, Opens, PlainHandle,
    Side as _, WeakElement,
};
use crate::hasher::RandomState;
use crate::table::TryReserveError;

owner_container!(
    /// A set of the objects of any owners.
    ///
    /// Members are found by their value (`Hash` and `Eq`); sets made by [`WeakSet::by_identity`] compare
    /// identities instead. [The module](super) says when dead members leave.
    ///
    /// `&`, `|`, `-` and `^` of two sets make a third one; the methods of the same meaning return
    /// iterators.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// let set = WeakSet::from([&one, &two]);
    /// drop(one);
    /// assert!(!set.contains(&1) && set.contains(&2));
    /// ```
    #[doc(alias = "WeakHashSet")]
    WeakSet<W: WeakElement>(shared W::Sharing)
    of ElementSide<W> => ();
    setup "use std::rc::Rc;
let (one, a) = (Rc::new(1), ());
let map = weakly::rc::WeakSet::new();
map.insert(&one);"
);

impl<W: WeakElement> WeakSet<W, ByIdentity>
where
    W::Sharing: Opens<ElementSide<W>, ()>,
{
    /// Makes an empty set that finds its members by identity. O(1).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, equal] = [1, 1].map(Rc::new);
    /// let set = WeakSet::by_identity();
    /// set.insert(&one);
    /// assert!(set.contains(&one) && !set.contains(&equal));
    /// ```
    #[doc(alias = "PtrWeakHashSet")]
    pub fn by_identity() -> Self {
        Self::with_hasher(ByIdentity)
    }
}

impl<W: WeakElement, S> WeakSet<W, S> {
    /// Adds `member`; returns false, and keeps the one that is there, if there is an equal one that
    /// lives. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the member. The set is as before then.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let one = Rc::new(1);
    /// let set = WeakSet::new();
    /// assert!(set.insert(&one));
    /// assert!(!set.insert(&one));
    /// ```
    pub fn insert(&self, member: impl Borrow<W::Strong>) -> bool
    where
        S: FindOwner<W>,
    {
        self.0.insert(member.borrow(), ()).is_none()
    }

    /// Adds `member`, in the place of an equal one if there is one, which is returned. O(1).
    ///
    /// This is what `insert` of weak-table does.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the member. The set is as before then.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [old, new] = [1, 1].map(Rc::new);
    /// let set = WeakSet::from([&old]);
    /// assert!(Rc::ptr_eq(&set.replace(&new).unwrap(), &old));
    /// drop(old);
    /// assert!(set.contains(&1));
    /// ```
    pub fn replace(&self, member: impl Borrow<W::Strong>) -> Option<W::Strong>
    where
        S: FindOwner<W>,
    {
        let member = member.borrow();
        let replaced = self.0.insert_or_replace_key(member, ())?;
        Some(replaced.into_out_or(member))
    }

    /// Whether there is a living member equal to `member`. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the search.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let name = Rc::new(String::from("a"));
    /// assert!(WeakSet::from([&name]).contains("a"));
    /// ```
    pub fn contains<Q: ?Sized>(&self, member: &Q) -> bool
    where
        S: FindElement<W, Q>,
    {
        self.0.contains(member)
    }

    /// The member that is equal to `member`. O(1).
    ///
    /// # Panics
    ///
    /// As [`WeakSet::contains`].
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let name = Rc::new(String::from("a"));
    /// let found = WeakSet::from([&name]).get("a").unwrap();
    /// assert!(Rc::ptr_eq(&found, &name));
    /// ```
    pub fn get<Q: ?Sized>(&self, member: &Q) -> Option<W::Strong>
    where
        S: FindElement<W, Q>,
    {
        self.0.get_key(member)
    }

    /// The member that is equal to `member`; if there is none, adds the one that `make_member`
    /// returns. O(1) and what `make_member` costs.
    ///
    /// `make_member` runs without the lock. If an equal member was added meanwhile, that one is
    /// returned. This makes an interner of the set.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `make_member` panics, or there is no memory for the member. The set is as
    /// before then.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let names: WeakSet<str> = WeakSet::new();
    /// let one = names.get_or_insert_with("a", |name| Rc::from(name));
    /// let two = names.get_or_insert_with("a", |name| Rc::from(name));
    /// assert!(Rc::ptr_eq(&one, &two));
    /// ```
    pub fn get_or_insert_with<Q: ?Sized>(
        &self,
        member: &Q,
        make_member: impl FnOnce(&Q) -> W::Strong,
    ) -> W::Strong
    where
        S: FindElement<W, Q> + FindOwner<W>,
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
            if let Some(found) = self.0.get_key_out(&made) {
                return found;
            }
        }
    }

    /// Removes the member that is equal to `member`; returns whether there was one. O(1).
    ///
    /// # Panics
    ///
    /// As [`WeakSet::contains`].
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let one = Rc::new(1);
    /// let set = WeakSet::from([&one]);
    /// assert!(set.remove(&1));
    /// assert!(!set.remove(&1));
    /// ```
    pub fn remove<Q: ?Sized>(&self, member: &Q) -> bool
    where
        S: FindElement<W, Q>,
    {
        self.0.remove(member).is_some()
    }

    /// Removes the member that is equal to `member` and returns it. O(1).
    ///
    /// # Panics
    ///
    /// As [`WeakSet::contains`].
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let one = Rc::new(1);
    /// assert_eq!(WeakSet::from([&one]).take(&1), Some(one));
    /// ```
    pub fn take<Q: ?Sized>(&self, member: &Q) -> Option<W::Strong>
    where
        S: FindElement<W, Q>,
    {
        self.0.remove_key(member)
    }

    /// Removes the member added last and returns it. O(1), after O(capacity) where nobody has asked
    /// for the order before.
    ///
    /// # Panics
    ///
    /// If there is no memory for the order.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// assert_eq!(WeakSet::from([&one, &two]).pop_last(), Some(two));
    /// ```
    pub fn pop_last(&self) -> Option<W::Strong> {
        let (member, ()) = self.0.pop_last()?;
        Some(member)
    }

    /// Keeps the members for which `keep` returns true, and removes the others. O(len).
    ///
    /// `keep` runs without the lock, and may use the set.
    ///
    /// # Panics
    ///
    /// If `keep` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let numbers = [1, 2, 3].map(Rc::new);
    /// let set = WeakSet::from(numbers.each_ref());
    /// set.retain(|number| **number != 2);
    /// assert_eq!(set.len(), 2);
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&W::Strong) -> bool) {
        self.0.retain(|member, ()| keep(member));
    }

    /// Removes the members for which `is_wanted` returns true, and yields them in the order in which
    /// they were added. O(len) in all.
    ///
    /// A member is removed when the iterator reaches it. `is_wanted` runs without the lock.
    ///
    /// # Panics
    ///
    /// If `is_wanted` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// let set = WeakSet::from([&one, &two]);
    /// assert!(set.extract_if(|number| **number == 1).eq([one]));
    /// assert_eq!(set.len(), 1);
    /// ```
    pub fn extract_if(
        &self,
        mut is_wanted: impl FnMut(&W::Strong) -> bool,
    ) -> impl Iterator<Item = W::Strong> {
        let extracted = self.0.extract_if(move |member, ()| is_wanted(member));
        extracted.map(|(member, ())| member)
    }

    /// Removes all members and returns them in the order in which they were added. O(len).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let one = Rc::new(1);
    /// let set = WeakSet::from([&one]);
    /// assert!(set.drain().eq([one]));
    /// assert!(set.is_empty());
    /// ```
    pub fn drain(&self) -> impl Iterator<Item = W::Strong> + use<W, S> {
        self.0.drain().map(|(member, ())| member)
    }

    /// The living members in the order in which they were added. O(1) per member, after O(capacity)
    /// where nobody has asked for the order before.
    ///
    /// It tolerates any change: members that were there when it began and are still there are yielded
    /// once, others are not.
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// assert!(WeakSet::from([&one, &two]).iter().eq([one, two]));
    /// ```
    pub fn iter(&self) -> Members<W> {
        self.0.keys()
    }

    /// Whether each member of this set is one of `other`. O(len).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the iteration. So do all that follow.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// assert!(WeakSet::from([&one]).is_subset(&WeakSet::from([&one, &two])));
    /// ```
    pub fn is_subset(&self, other: &Self) -> bool
    where
        S: FindOwner<W>,
    {
        self.iter().all(|member| other.0.contains_out(&member))
    }

    /// Whether each member of `other` is one of this set. O(len).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// assert!(WeakSet::from([&one, &two]).is_superset(&WeakSet::from([&one])));
    /// ```
    pub fn is_superset(&self, other: &Self) -> bool
    where
        S: FindOwner<W>,
    {
        other.is_subset(self)
    }

    /// Whether no member of this set is one of `other`. O(len).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// assert!(WeakSet::from([&one]).is_disjoint(&WeakSet::from([&two])));
    /// ```
    pub fn is_disjoint(&self, other: &Self) -> bool
    where
        S: FindOwner<W>,
    {
        self.intersection(other).next().is_none()
    }

    /// The members of this set that are in `other`, too. O(1) per member of this set.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// let (a, b) = (WeakSet::from([&one, &two]), WeakSet::from([&two]));
    /// assert!(a.intersection(&b).eq([two]));
    /// ```
    pub fn intersection<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = W::Strong> + 'a
    where
        S: FindOwner<W>,
    {
        self.iter().filter(|member| other.0.contains_out(member))
    }

    /// The members of this set that are not in `other`. O(1) per member of this set.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// let (a, b) = (WeakSet::from([&one, &two]), WeakSet::from([&two]));
    /// assert!(a.difference(&b).eq([one]));
    /// ```
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = W::Strong> + 'a
    where
        S: FindOwner<W>,
    {
        self.iter().filter(|member| !other.0.contains_out(member))
    }

    /// The members of this set, then those of `other` that are not in this one. O(1) per member.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two] = [1, 2].map(Rc::new);
    /// let (a, b) = (WeakSet::from([&one]), WeakSet::from([&one, &two]));
    /// assert!(a.union(&b).eq([one, two]));
    /// ```
    pub fn union<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = W::Strong> + 'a
    where
        S: FindOwner<W>,
    {
        self.iter().chain(other.difference(self))
    }

    /// The members of one of the sets that are not in the other. O(1) per member.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakSet;
    ///
    /// let [one, two, three] = [1, 2, 3].map(Rc::new);
    /// let (a, b) = (WeakSet::from([&one, &two]), WeakSet::from([&two, &three]));
    /// assert!(a.symmetric_difference(&b).eq([one, three]));
    /// ```
    pub fn symmetric_difference<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = W::Strong> + 'a
    where
        S: FindOwner<W>,
    {
        self.difference(other).chain(other.difference(self))
    }
}

/// The living members of a set.
pub type Members<W> =
    Keys<ElementSide<W>, (), PlainHandle<<W as WeakElement>::Sharing, ElementSide<W>, ()>>;

macro_rules! operator {
    ($trait:ident::$method:ident by $iterator:ident) => {
        #[doc = concat!("A new set of [`WeakSet::", stringify!($iterator), "`]'s members. O(len).")]
        impl<W: WeakElement, S: FindOwner<W> + Default> $trait for &WeakSet<W, S>
        where
            W::Sharing: Opens<ElementSide<W>, ()>,
        {
            type Output = WeakSet<W, S>;

            fn $method(self, other: Self) -> WeakSet<W, S> {
                self.$iterator(other).collect()
            }
        }
    };
}

operator!(BitOr::bitor by union);
operator!(BitAnd::bitand by intersection);
operator!(Sub::sub by difference);
operator!(BitXor::bitxor by symmetric_difference);

/// Makes another set of the same living members. O(len).
impl<W: WeakElement, S: FindOwner<W> + Clone> Clone for WeakSet<W, S>
where
    W::Sharing: Opens<ElementSide<W>, ()>,
{
    fn clone(&self) -> Self {
        let copy = Self::with_hasher(self.hasher().clone());
        self.0.copy_into(&copy.0);
        copy
    }
}

/// Sets are equal if each has all members of the other.
impl<W: WeakElement, S: FindOwner<W>> PartialEq for WeakSet<W, S> {
    fn eq(&self, other: &Self) -> bool {
        self.is_subset(other) && other.is_subset(self)
    }
}

impl<W: WeakElement, S: FindOwner<W>> Eq for WeakSet<W, S> {}

impl<W: WeakElement<Strong: fmt::Debug>, S> fmt::Debug for WeakSet<W, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Adds all, in order.
impl<W: WeakElement, S: FindOwner<W>, A: Borrow<W::Strong>> Extend<A> for WeakSet<W, S> {
    fn extend<I: IntoIterator<Item = A>>(&mut self, members: I) {
        for member in members {
            self.insert(member);
        }
    }
}

impl<W: WeakElement, S> IntoIterator for &WeakSet<W, S> {
    type Item = W::Strong;
    type IntoIter = Members<W>;

    fn into_iter(self) -> Members<W> {
        self.iter()
    }
}

impl<W: WeakElement, S> IntoIterator for WeakSet<W, S> {
    type Item = W::Strong;
    type IntoIter = core::iter::Map<Drain<ElementSide<W>, ()>, fn((W::Strong, ())) -> W::Strong>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.drain().map(|(member, ())| member)
    }
}
