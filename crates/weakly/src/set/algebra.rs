//! Sets as sets: union, intersection, difference, comparison.

use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Sub, SubAssign};

use super::WeakSet;
use crate::container::FindObject;
use crate::strong::Strong;

/// Members are compared as the sets find them, by value or by identity. Of two equal ones, the first
/// set's is taken. Both sets may change meanwhile: each member is looked up when it is reached.
impl<T, S> WeakSet<T, S>
where
    T: ?Sized + Send + Sync + 'static,
    S: FindObject<T>,
{
    /// The members of this set, then those of `other` that are not in this one. O(1) per member.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the iteration or the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let (a, b) = (WeakSet::from([&one]), WeakSet::from([&one, &two]));
    /// assert!(a.union(&b).eq([one, two]));
    /// ```
    pub fn union<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Strong<T>> + 'a {
        self.iter().chain(other.difference(self))
    }

    /// The members of this set that are in `other` too. O(1) per member.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the iteration or the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let (a, b) = (WeakSet::from([&one]), WeakSet::from([&one, &two]));
    /// assert!(a.intersection(&b).eq([one]));
    /// ```
    pub fn intersection<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Strong<T>> + 'a {
        self.iter().filter(|member| other.0.contains_out(member))
    }

    /// The members of this set that are not in `other`. O(1) per member.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the iteration or the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let (a, b) = (WeakSet::from([&one]), WeakSet::from([&one, &two]));
    /// assert!(b.difference(&a).eq([two]));
    /// ```
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Strong<T>> + 'a {
        self.iter().filter(|member| !other.0.contains_out(member))
    }

    /// The members that are in one of the sets only. O(1) per member.
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the iteration or the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let (a, b) = (WeakSet::from([&one]), WeakSet::from([&one, &two]));
    /// assert!(a.symmetric_difference(&b).eq([two]));
    /// ```
    pub fn symmetric_difference<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = Strong<T>> + 'a {
        self.difference(other).chain(other.difference(self))
    }

    /// Whether all members of this set are in `other`. O(len).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the iteration or the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let (a, b) = (WeakSet::from([&one]), WeakSet::from([&one, &two]));
    /// assert!(a.is_subset(&b) && !b.is_subset(&a));
    /// ```
    #[doc(alias = "issubset")]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).next().is_none()
    }

    /// Whether all members of `other` are in this set. O(len).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the iteration or the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// let (a, b) = (WeakSet::from([&one]), WeakSet::from([&one, &two]));
    /// assert!(b.is_superset(&a) && !a.is_superset(&b));
    /// ```
    #[doc(alias = "issuperset")]
    pub fn is_superset(&self, other: &Self) -> bool {
        other.is_subset(self)
    }

    /// Whether no member of this set is in `other`. O(len).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the iteration or the search.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, two] = [1, 2].map(Strong::new);
    /// assert!(WeakSet::from([&one]).is_disjoint(&WeakSet::from([&two])));
    /// ```
    #[doc(alias = "isdisjoint")]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.intersection(other).next().is_none()
    }
}

/// Sets are equal when each has all members of the other.
impl<T, S> PartialEq for WeakSet<T, S>
where
    T: ?Sized + Send + Sync + 'static,
    S: FindObject<T>,
{
    fn eq(&self, other: &Self) -> bool {
        self.is_subset(other) && other.is_subset(self)
    }
}

impl<T, S> Eq for WeakSet<T, S>
where
    T: ?Sized + Send + Sync + 'static,
    S: FindObject<T>,
{
}

/// Implements an operator that makes a new set, and the one that changes the left set.
macro_rules! operator {
    ($trait:ident::$method:ident by $iterator:ident,
     $assign_trait:ident::$assign:ident = |$left:ident, $right:ident| $change:block) => {
        #[doc = concat!("A new set of [`WeakSet::", stringify!($iterator), "`]'s members. O(len).")]
        impl<T, S> $trait for &WeakSet<T, S>
        where
            T: ?Sized + Send + Sync + 'static,
            S: FindObject<T> + Default,
        {
            type Output = WeakSet<T, S>;

            fn $method(self, other: Self) -> WeakSet<T, S> {
                self.$iterator(other).collect()
            }
        }

        #[doc = concat!("Changes the set to [`WeakSet::", stringify!($iterator), "`]'s members. O(len).")]
        impl<T, S> $assign_trait<&WeakSet<T, S>> for WeakSet<T, S>
        where
            T: ?Sized + Send + Sync + 'static,
            S: FindObject<T>,
        {
            fn $assign(&mut self, other: &WeakSet<T, S>) {
                let ($left, $right) = (self, other);
                $change
            }
        }
    };
}

operator!(BitOr::bitor by union, BitOrAssign::bitor_assign = |set, other| {
    set.extend(other.iter());
});
operator!(BitAnd::bitand by intersection, BitAndAssign::bitand_assign = |set, other| {
    set.retain(|member| other.0.contains_out(member));
});
operator!(Sub::sub by difference, SubAssign::sub_assign = |set, other| {
    set.retain(|member| !other.0.contains_out(member));
});
operator!(BitXor::bitxor by symmetric_difference, BitXorAssign::bitxor_assign = |set, other| {
    for member in other {
        if !set.0.remove_out(&member) {
            set.insert(&member);
        }
    }
});
