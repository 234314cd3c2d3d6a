//! The owners that were used last.

use std::collections::{BTreeMap, HashMap};

use crate::strong::Strong;

/// Keeps the objects that were used last, as far as their weights allow. It drops none itself: what
/// leaves is returned, to be dropped without a lock.
pub(super) struct Recent<T: ?Sized> {
    max_weight: usize,
    weight: usize,
    /// By the number of the last use.
    by_use: BTreeMap<u64, (Strong<T>, usize)>,
    /// The number of the last use, by address.
    uses: HashMap<usize, u64>,
    next_use: u64,
}

impl<T: ?Sized> Recent<T> {
    pub(super) fn new(max_weight: usize) -> Self {
        Self {
            max_weight,
            weight: 0,
            by_use: BTreeMap::new(),
            uses: HashMap::new(),
            next_use: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.by_use.len()
    }

    /// Notes that the object was used, and returns what leaves for it.
    pub(super) fn touch(&mut self, owner: Strong<T>, weight: usize) -> Vec<Strong<T>> {
        let mut leaving = Vec::new();
        leaving.extend(self.remove(&owner));
        if weight > self.max_weight {
            leaving.push(owner);
            return leaving;
        }
        let this_use = self.next_use;
        self.next_use += 1;
        self.uses.insert(owner.address(), this_use);
        self.by_use.insert(this_use, (owner, weight));
        self.weight += weight;
        while self.weight > self.max_weight {
            let Some((_, (oldest, weight))) = self.by_use.pop_first() else {
                break;
            };
            self.weight -= weight;
            self.uses.remove(&oldest.address());
            leaving.push(oldest);
        }
        leaving
    }

    pub(super) fn remove(&mut self, owner: &Strong<T>) -> Option<Strong<T>> {
        let last_use = self.uses.remove(&owner.address())?;
        let (owner, weight) = self.by_use.remove(&last_use)?;
        self.weight -= weight;
        Some(owner)
    }

    /// Takes all out.
    pub(super) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new(self.max_weight))
    }
}
