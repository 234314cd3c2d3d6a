//! Sets whose members are found by identity.

use super::WeakSet;
use crate::container::{ByIdentity, Held, Shared, identity_hash};
use crate::strong::Strong;

/// Members are found by identity: the methods take an owner. No user code runs in them.
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

    /// Adds the object of `member`; returns false if it is there. O(1), amortised.
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, equal] = [1, 1].map(Strong::new);
    /// let set = WeakSet::by_identity();
    /// assert!(set.insert(&one) && set.insert(&equal));
    /// assert!(!set.insert(&one));
    /// ```
    pub fn insert(&self, member: &Strong<T>) -> bool {
        let table = self.handle.lock();
        let is_new = Shared::find_object(&table, member).is_none();
        if is_new {
            let entry = (Held::new(member), ());
            let hash = identity_hash(member);
            self.handle.put(table, hash, entry, member, |held, ()| held);
        }
        is_new
    }

    /// Whether the object of `member` is in the set. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let [one, equal] = [1, 1].map(Strong::new);
    /// let set = WeakSet::by_identity();
    /// set.insert(&one);
    /// assert!(set.contains(&one) && !set.contains(&equal));
    /// ```
    pub fn contains(&self, member: &Strong<T>) -> bool {
        Shared::find_object(&self.handle.lock(), member).is_some()
    }

    /// Removes the object of `member`; returns whether it was there. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// let set = WeakSet::by_identity();
    /// set.insert(&one);
    /// assert!(set.remove(&one) && !set.remove(&one));
    /// ```
    pub fn remove(&self, member: &Strong<T>) -> bool {
        let mut table = self.handle.lock();
        let slot = Shared::find_object(&table, member);
        let removed = slot.map(|slot| table.remove(slot));
        drop(table);
        removed.is_some()
    }
}

/// Adds all, in order.
impl<'a, T: ?Sized + Send + Sync + 'static> Extend<&'a Strong<T>> for WeakSet<T, ByIdentity> {
    fn extend<I: IntoIterator<Item = &'a Strong<T>>>(&mut self, members: I) {
        for member in members {
            self.insert(member);
        }
    }
}

/// Adds all, in order. Members without another owner die at once.
impl<T: ?Sized + Send + Sync + 'static> Extend<Strong<T>> for WeakSet<T, ByIdentity> {
    fn extend<I: IntoIterator<Item = Strong<T>>>(&mut self, members: I) {
        for member in members {
            self.insert(&member);
        }
    }
}
