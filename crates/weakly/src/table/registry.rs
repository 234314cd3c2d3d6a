//! Members that are known by a number.

use core::num::NonZero;

use super::{Iter, Table, TryReserveError};

/// By which a [`Registry`] knows a member. No other member of it ever has the same.
pub type Number = NonZero<u64>;

/// Owns its members until they are taken out, as finalizers are once they have run.
///
/// It drops no member: what it gives back can be dropped without the lock that its caller holds.
///
/// ```
/// use weakly::table::Registry;
///
/// let mut registry = Registry::new();
/// let ann = registry.try_add("ann").unwrap();
/// registry.try_add("bob").unwrap();
/// assert_eq!(registry.remove(ann), Some("ann"));
/// assert_eq!(registry.remove(ann), None);
/// assert_eq!(registry.newest(|_| true), Some(&"bob"));
/// ```
#[derive(Debug)]
pub struct Registry<T> {
    /// In the order in which they came. Their numbers are their hashes, too.
    members: Table<Number, T>,
    added: u64,
}

impl<T> Registry<T> {
    /// A registry without members. O(1).
    pub const fn new() -> Self {
        Self {
            members: Table::new(),
            added: 0,
        }
    }

    /// Adds a member, and returns its number. O(1), amortised.
    ///
    /// # Errors
    ///
    /// The member, if there is no memory for it.
    pub fn try_add(&mut self, member: T) -> Result<Number, T> {
        let Some(number) = self.added.checked_add(1).and_then(Number::new) else {
            return Err(member);
        };
        if self.members.try_reserve(1).is_err() {
            return Err(member);
        }
        self.added = number.get();
        self.members.insert(number.get(), number, member);
        Ok(number)
    }

    /// Takes the member of this number out, if it is still there. O(1).
    pub fn remove(&mut self, number: Number) -> Option<T> {
        let slot = self.members.find(number.get(), |own, _| *own == number)?;
        Some(self.members.remove(slot).1)
    }

    /// How many members have ever been added. O(1).
    pub fn added(&self) -> u64 {
        self.added
    }

    /// Takes all members out. Their numbers are not used again. O(1).
    pub fn take(&mut self) -> Table<Number, T> {
        self.members.take()
    }

    /// The members with their numbers, the oldest first. O(n) for the first step, if members have
    /// been added since the last time.
    ///
    /// # Errors
    ///
    /// If there is no memory for their order.
    pub fn try_iter(&mut self) -> Result<Iter<'_, Number, T>, TryReserveError> {
        self.members.try_iter()
    }

    /// The newest member that `is_wanted`. Needs no memory. O(n).
    pub fn newest(&self, is_wanted: impl Fn(&T) -> bool) -> Option<&T> {
        let members = self.members.iter_unordered();
        let wanted = members.filter(|(_, _, member)| is_wanted(member));
        let newest = wanted.max_by_key(|(_, number, _)| **number);
        newest.map(|(_, _, member)| member)
    }
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self::new()
    }
}
