//! This crate's containers: entries go when their owners die. They have their own lock.

use weakly::{ByIdentity, Strong, WeakKeyMap, WeakSet, WeakValueMap};

use super::{Hasher, Registry};

/// Numbers to weak values.
#[derive(Clone, Default)]
pub(crate) struct Values(WeakValueMap<u64, u64, Hasher>);

impl Registry for Values {
    type Owner = Strong<u64>;

    fn own(id: u64) -> Strong<u64> {
        Strong::new(id)
    }

    fn insert(&mut self, id: u64, owner: &Strong<u64>) {
        self.0.insert(id, owner);
    }

    fn contains(&self, id: u64, _owner: &Strong<u64>) -> bool {
        self.0.get(&id).is_some()
    }

    fn sum(&self) -> u64 {
        self.0.iter().map(|(_, value)| *value).sum()
    }
}

/// Weak keys, compared by value.
#[derive(Clone, Default)]
pub(crate) struct Keys(WeakKeyMap<u64, u64, Hasher>);

impl Registry for Keys {
    type Owner = Strong<u64>;

    fn own(id: u64) -> Strong<u64> {
        Strong::new(id)
    }

    fn insert(&mut self, id: u64, owner: &Strong<u64>) {
        self.0.insert(owner, id);
    }

    fn contains(&self, id: u64, _owner: &Strong<u64>) -> bool {
        self.0.get(&id).is_some()
    }

    fn sum(&self) -> u64 {
        self.0.iter().map(|(_, value)| value).sum()
    }
}

/// A set of weak items, compared by value.
#[derive(Clone, Default)]
pub(crate) struct Items(WeakSet<u64, Hasher>);

impl Registry for Items {
    type Owner = Strong<u64>;

    fn own(id: u64) -> Strong<u64> {
        Strong::new(id)
    }

    fn insert(&mut self, _id: u64, owner: &Strong<u64>) {
        self.0.insert(owner);
    }

    fn contains(&self, id: u64, _owner: &Strong<u64>) -> bool {
        self.0.contains(&id)
    }

    fn sum(&self) -> u64 {
        self.0.iter().map(|item| *item).sum()
    }
}

/// A set of weak items, found by identity.
#[derive(Clone, Default)]
pub(crate) struct Objects(WeakSet<u64, ByIdentity>);

impl Registry for Objects {
    type Owner = Strong<u64>;

    fn own(id: u64) -> Strong<u64> {
        Strong::new(id)
    }

    fn insert(&mut self, _id: u64, owner: &Strong<u64>) {
        self.0.insert(owner);
    }

    fn contains(&self, _id: u64, owner: &Strong<u64>) -> bool {
        self.0.contains(owner)
    }

    fn sum(&self) -> u64 {
        self.0.iter().map(|item| *item).sum()
    }
}
