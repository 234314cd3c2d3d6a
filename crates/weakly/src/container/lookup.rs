//! Finding an entry by its key, with the user's `Eq` running outside the lock.

use std::borrow::Borrow;
use std::ops::Deref;

use super::{Held, Lent, Loan, Shared, Side, is_plain};
use crate::locked::Locked;
use crate::room::{no_room, reserve_one};
use crate::strong::Strong;
use crate::sync::schedule_point;
use crate::table::{Probe, Slot, Table};

/// A side of an entry that the entry is found by.
pub(crate) trait Key: Side {
    /// What is compared.
    type Target: ?Sized + 'static;
    /// What keeps the key whole while it is compared outside the lock. To be dropped there.
    type Guard: Deref<Target = Self::Target>;

    /// A guard of this key, or `None` if it is dead.
    fn guard(&mut self) -> Option<Self::Guard>;

    /// Whether `guard` is one of this very key.
    fn is_guarded_by(&self, guard: &Self::Guard) -> bool;

    /// Compares under the lock, for plain types. What that takes to keep alive goes to `guards`.
    fn equals<Q: ?Sized + Eq>(&self, query: &Q, guards: &mut Guards<Self::Guard>) -> bool
    where
        Self::Target: Borrow<Q>;
}

impl<T: ?Sized + Send + Sync + 'static> Key for Held<T> {
    type Target = T;
    type Guard = Strong<T>;

    fn guard(&mut self) -> Option<Strong<T>> {
        self.upgrade()
    }

    fn is_guarded_by(&self, guard: &Strong<T>) -> bool {
        self.is(guard)
    }

    fn equals<Q: ?Sized + Eq>(&self, query: &Q, guards: &mut Guards<Strong<T>>) -> bool
    where
        T: Borrow<Q>,
    {
        guards.has_room()
            && self.upgrade().is_some_and(|owner| {
                let is_equal = (*owner).borrow() == query;
                guards.push(owner);
                is_equal
            })
    }
}

impl<T: Send + Sync + 'static> Key for Loan<T> {
    type Target = T;
    type Guard = Lent<T>;

    fn guard(&mut self) -> Option<Lent<T>> {
        Some(self.lend())
    }

    fn is_guarded_by(&self, guard: &Lent<T>) -> bool {
        self.is(guard)
    }

    fn equals<Q: ?Sized + Eq>(&self, query: &Q, _: &mut Guards<Lent<T>>) -> bool
    where
        T: Borrow<Q>,
    {
        self.get().borrow() == query
    }
}

/// Guards to be dropped when the lock is gone. Nearly always there is one or none.
pub(crate) struct Guards<G> {
    first: Option<G>,
    others: Vec<G>,
    /// Whether one more would have needed memory that there was not.
    is_full: bool,
}

impl<G> Guards<G> {
    const fn new() -> Self {
        Self {
            first: None,
            others: Vec::new(),
            is_full: false,
        }
    }

    /// Whether there is room for one more.
    fn has_room(&mut self) -> bool {
        self.first.is_none() || self.make_room()
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) -> bool {
        self.is_full |= reserve_one(&mut self.others).is_err();
        !self.is_full
    }

    /// Keeps a guard. There is room for it: the caller has asked.
    fn push(&mut self, guard: G) {
        if self.first.is_none() {
            self.first = Some(guard);
        } else {
            self.push_other(guard);
        }
    }

    #[cold]
    #[inline(never)]
    fn push_other(&mut self, guard: G) {
        self.others.push(guard);
    }

    fn any(&self, mut is_match: impl FnMut(&G) -> bool) -> bool {
        self.first.as_ref().is_some_and(&mut is_match) || self.others.iter().any(is_match)
    }
}

/// Where an entry is, or may be put, in a table that is locked until this is dropped.
pub(crate) struct Place<'a, K: Key, V> {
    // Before the guards, so that the lock is gone when they are dropped.
    pub(crate) table: Locked<'a, Table<K, V>>,
    /// Where the entry is; `None` if there is none.
    pub(crate) slot: Option<Slot>,
    /// Keeps alive what must not die under the lock.
    _guards: Guards<K::Guard>,
}

impl<K: Key, V: Side> Shared<K, V> {
    /// Finds the entry whose key equals `query`, and keeps the table locked.
    pub(crate) fn locate<Q>(&self, hash: u64, query: &Q) -> Place<'_, K, V>
    where
        K::Target: Borrow<Q>,
        Q: ?Sized + Eq + 'static,
    {
        if is_plain::<K::Target>() && is_plain::<Q>() {
            let mut guards = Guards::new();
            let table = self.lock();
            let slot = table.find(hash, |key, _| key.equals(query, &mut guards));
            if guards.is_full {
                drop(table);
                no_room();
            }
            return Place {
                table,
                slot,
                _guards: guards,
            };
        }
        loop {
            if let Some(place) = self.try_locate(hash, query) {
                return place;
            }
        }
    }

    /// As [`Shared::locate`]; `None` if the entry was found and then removed by others before it
    /// could be locked.
    fn try_locate<Q>(&self, hash: u64, query: &Q) -> Option<Place<'_, K, V>>
    where
        K::Target: Borrow<Q>,
        Q: ?Sized + Eq + 'static,
    {
        let mut guards = Guards::new();
        let mut table = self.lock();
        let mut probe = table.probe(hash);
        while let Some((slot, guard)) = next_candidate(&mut table, &mut probe, &guards) {
            drop(table);
            schedule_point();
            let is_equal = (*guard).borrow() == query;
            if !guards.has_room() {
                no_room();
            }
            table = self.lock();
            let is_there = |(key, _): (&K, &V)| key.is_guarded_by(&guard);
            let is_there = table.get(slot).is_some_and(is_there);
            guards.push(guard);
            if is_equal {
                if !is_there {
                    return None;
                }
                return Some(Place {
                    table,
                    slot: Some(slot),
                    _guards: guards,
                });
            }
        }
        Some(Place {
            table,
            slot: None,
            _guards: guards,
        })
    }

    /// Finds the entry whose key equals `query`, and returns what `peek` made of it under the lock.
    /// `peek` may be called for other entries, too; what it returns is dropped without the lock.
    pub(crate) fn read<Q, R>(
        &self,
        hash: u64,
        query: &Q,
        mut peek: impl FnMut(&mut K, &mut V) -> R,
    ) -> Option<R>
    where
        K::Target: Borrow<Q>,
        Q: ?Sized + Eq + 'static,
    {
        let mut guards = Guards::new();
        if is_plain::<K::Target>() && is_plain::<Q>() {
            let mut table = self.lock();
            let slot = table.find(hash, |key, _| key.equals(query, &mut guards));
            let Some(slot) = slot else {
                drop(table);
                if guards.is_full {
                    no_room();
                }
                return None;
            };
            let (key, value) = table.pair_mut(slot);
            return Some(peek(key, value));
        }
        let mut probe = None;
        loop {
            // All that was taken out has left the lock when this has.
            let (guard, found) = self.with(|table| {
                let probe = probe.get_or_insert_with(|| table.probe(hash));
                let (slot, guard) = next_candidate(table, probe, &guards)?;
                let (key, value) = table.pair_mut(slot);
                Some((guard, peek(key, value)))
            })?;
            schedule_point();
            if (*guard).borrow() == query {
                return Some(found);
            }
            drop(found);
            if !guards.has_room() {
                no_room();
            }
            guards.push(guard);
        }
    }
}

/// The next living entry of the probe that was not compared yet, and what guards its key.
fn next_candidate<K: Key, V>(
    table: &mut Table<K, V>,
    probe: &mut Probe,
    compared: &Guards<K::Guard>,
) -> Option<(Slot, K::Guard)> {
    loop {
        let was_compared = |key: &K, _: &V| compared.any(|guard| key.is_guarded_by(guard));
        let slot = table.resume(probe, was_compared)?;
        if let Some(guard) = table.pair_mut(slot).0.guard() {
            return Some((slot, guard));
        }
    }
}
