//! The contenders: each is a registry of owned numbers that must not keep its owners alive.
#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "each benchmark uses some of them"
)]

pub(crate) mod arguments;
pub(crate) mod by_hand;
pub(crate) mod case;
pub(crate) mod interners;
pub(crate) mod list;
pub(crate) mod quiet;
pub(crate) mod registries;
pub(crate) mod waiting;
pub(crate) mod weak_table;
pub(crate) mod weakly;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

/// The hasher of every contender, so that hashing decides nothing, with one seed, so that counts repeat.
pub(crate) type Hasher = foldhash::fast::FixedState;

/// What every contender can do.
pub(crate) trait Registry: Default {
    /// The owner of a number: `Arc`, `Rc` or a `Strong`.
    type Owner: Clone + 'static;

    /// A new owner of `id`.
    fn own(id: u64) -> Self::Owner;
    /// Registers an owner, without keeping it alive.
    fn insert(&mut self, id: u64, owner: &Self::Owner);
    /// Looks an entry up, by its number.
    fn contains(&self, id: u64, owner: &Self::Owner) -> bool;
    /// Removes the entry of an owner about to be dropped, where nothing else would.
    fn forget(&mut self, _owner: &Self::Owner) {}
    /// Visits every live entry and sums the numbers.
    fn sum(&self) -> u64;
}

/// A contender behind a lock, as threads have to use it.
#[derive(Default)]
pub(crate) struct Locked<R>(Arc<Mutex<R>>);

impl<R> Clone for Locked<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: Registry> Registry for Locked<R> {
    type Owner = R::Owner;

    fn own(id: u64) -> Self::Owner {
        R::own(id)
    }

    fn insert(&mut self, id: u64, owner: &Self::Owner) {
        self.0.lock().unwrap().insert(id, owner);
    }

    fn contains(&self, id: u64, owner: &Self::Owner) -> bool {
        self.0.lock().unwrap().contains(id, owner)
    }

    fn forget(&mut self, owner: &Self::Owner) {
        self.0.lock().unwrap().forget(owner);
    }

    fn sum(&self) -> u64 {
        self.0.lock().unwrap().sum()
    }
}

/// A contender that one thread shares, as programs without threads use it.
#[derive(Default)]
pub(crate) struct InCell<R>(Rc<RefCell<R>>);

impl<R: Registry> Registry for InCell<R> {
    type Owner = R::Owner;

    fn own(id: u64) -> Self::Owner {
        R::own(id)
    }

    fn insert(&mut self, id: u64, owner: &Self::Owner) {
        self.0.borrow_mut().insert(id, owner);
    }

    fn contains(&self, id: u64, owner: &Self::Owner) -> bool {
        self.0.borrow().contains(id, owner)
    }

    fn forget(&mut self, owner: &Self::Owner) {
        self.0.borrow_mut().forget(owner);
    }

    fn sum(&self) -> u64 {
        self.0.borrow().sum()
    }
}

/// Owners in a ring: the steady state of a cache. Each step makes an owner, registers it and drops
/// another.
pub(crate) struct Churn<R: Registry> {
    registry: R,
    ring: Vec<R::Owner>,
    next: u64,
    random: u64,
}

impl<R: Registry> Churn<R> {
    /// A registry with `size` live owners.
    pub(crate) fn new(size: usize) -> Self {
        Self::of(R::default(), size, 0)
    }

    /// `size` live owners, numbered from `first`, in a registry that others may share.
    pub(crate) fn of(mut registry: R, size: usize, first: u64) -> Self {
        let ids = first..first + size as u64;
        let ring: Vec<_> = ids.clone().map(R::own).collect();
        for (id, owner) in ids.clone().zip(&ring) {
            registry.insert(id, owner);
        }
        Self {
            registry,
            ring,
            next: ids.end,
            random: 0x2545_F491_4F6C_DD1D,
        }
    }

    /// A step in which the oldest dies.
    pub(crate) fn step(&mut self) {
        self.replace((self.next % self.ring.len() as u64) as usize);
    }

    /// A step in which any one dies.
    pub(crate) fn random_step(&mut self) {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.replace((((self.random >> 32) * self.ring.len() as u64) >> 32) as usize);
    }

    fn replace(&mut self, place: usize) {
        let id = self.next;
        self.next += 1;
        let owner = R::own(id);
        self.registry.insert(id, &owner);
        let dying = std::mem::replace(&mut self.ring[place], owner);
        self.registry.forget(&dying);
    }
}

/// A registry of `size` owners, and the owners.
pub(crate) fn filled<R: Registry>(size: usize) -> (R, Vec<R::Owner>) {
    let mut registry = R::default();
    let owners: Vec<_> = (0..size as u64).map(R::own).collect();
    for (id, owner) in owners.iter().enumerate() {
        registry.insert(id as u64, owner);
    }
    (registry, owners)
}

/// The numbers below `size` in an order that the cache cannot foresee.
pub(crate) fn shuffled(size: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..size).collect();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for at in (1..size).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        order.swap(at, (state % (at as u64 + 1)) as usize);
    }
    order
}
