//! The crate weak-table: maps over `Arc`'s weak pointers, swept when they are full.

use std::sync::{Arc, Weak};

use weak_table::{PtrWeakHashSet, WeakHashSet, WeakKeyHashMap, WeakValueHashMap};

use super::{Hasher, Registry};

/// Numbers to weak values.
#[derive(Default)]
pub(crate) struct Values(WeakValueHashMap<u64, Weak<u64>, Hasher>);

impl Registry for Values {
    type Owner = Arc<u64>;

    fn own(id: u64) -> Arc<u64> {
        Arc::new(id)
    }

    fn insert(&mut self, id: u64, owner: &Arc<u64>) {
        self.0.insert(id, Arc::clone(owner));
    }

    fn contains(&self, id: u64, _owner: &Arc<u64>) -> bool {
        self.0.get(&id).is_some()
    }

    fn sum(&self) -> u64 {
        self.0.iter().map(|(_, value)| *value).sum()
    }
}

/// Weak keys, compared by value.
#[derive(Default)]
pub(crate) struct Keys(WeakKeyHashMap<Weak<u64>, u64, Hasher>);

impl Registry for Keys {
    type Owner = Arc<u64>;

    fn own(id: u64) -> Arc<u64> {
        Arc::new(id)
    }

    fn insert(&mut self, id: u64, owner: &Arc<u64>) {
        self.0.insert(Arc::clone(owner), id);
    }

    fn contains(&self, id: u64, _owner: &Arc<u64>) -> bool {
        self.0.get(&id).is_some()
    }

    fn sum(&self) -> u64 {
        self.0.iter().map(|(_, value)| *value).sum()
    }
}

/// A set of weak items, compared by value.
#[derive(Default)]
pub(crate) struct Items(WeakHashSet<Weak<u64>, Hasher>);

impl Registry for Items {
    type Owner = Arc<u64>;

    fn own(id: u64) -> Arc<u64> {
        Arc::new(id)
    }

    fn insert(&mut self, _id: u64, owner: &Arc<u64>) {
        self.0.insert(Arc::clone(owner));
    }

    fn contains(&self, id: u64, _owner: &Arc<u64>) -> bool {
        self.0.contains(&id)
    }

    fn sum(&self) -> u64 {
        self.0.iter().map(|item| *item).sum()
    }
}

/// A set of weak items, found by identity.
#[derive(Default)]
pub(crate) struct Objects(PtrWeakHashSet<Weak<u64>, Hasher>);

impl Registry for Objects {
    type Owner = Arc<u64>;

    fn own(id: u64) -> Arc<u64> {
        Arc::new(id)
    }

    fn insert(&mut self, _id: u64, owner: &Arc<u64>) {
        self.0.insert(Arc::clone(owner));
    }

    fn contains(&self, _id: u64, owner: &Arc<u64>) -> bool {
        self.0.contains(owner)
    }

    fn sum(&self) -> u64 {
        self.0.iter().map(|item| *item).sum()
    }
}
