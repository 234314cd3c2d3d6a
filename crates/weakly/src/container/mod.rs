//! What all weak containers are made of: a table behind a lock, known to the objects in it.
//!
//! Containers are handles that share one [`Shared`]; every object in it has a watcher that owns it
//! too. When the last handle goes, the entries go, and with them the watchers.
//!
//! Nothing that users wrote runs while the table is locked: what is compared, cloned or dropped is
//! first made safe from removal ([`Held`] objects are upgraded, [`Loan`]s are lent) and then
//! handled without the lock ([`locked`](crate::locked) sees to it). Types of the standard library
//! ([`is_plain`]) need no such care.
//!
//! What needs memory under the lock asks for it before anything has changed. If there is none, the
//! lock is given up and then the thread panics. (A value that is lent first moves to an `Arc`: no
//! memory for that ends the process, as it does wherever an `Arc` is made.)

mod basics;
mod by_identity;
mod iterator;
mod lookup;
mod owned_side;
mod safe_types;
mod walk;
mod weak_side;

pub(crate) use basics::container_basics;
pub use by_identity::ByIdentity;
pub(crate) use by_identity::identity_hash;
pub(crate) use iterator::{draining_iterator, walking_iterator};
pub(crate) use lookup::Place;
pub(crate) use owned_side::{Lent, Loan};
pub(crate) use safe_types::is_plain;
pub(crate) use walk::Walk;
pub(crate) use weak_side::Held;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::death::{Aftermath, Container, drop_nested, recycled_owner};
use crate::locked::Locked;
use crate::room::no_room;
use crate::strong::Strong;
use crate::sync::{Mutex, schedule_point};
use crate::table::{Slot, Table, TryReserveError};

/// One side of an entry: its key or its value.
pub(crate) trait Side: Send + Sized + 'static {
    /// Whether this was an object that has died, so that the entry must go.
    fn is_dead(&self) -> bool;

    /// Hands over what must be dropped after the entry has gone with a dead object.
    fn hand_over(self, aftermath: &mut Aftermath);
}

/// A set has nothing beside its keys.
impl Side for () {
    fn is_dead(&self) -> bool {
        false
    }

    fn hand_over(self, _: &mut Aftermath) {}
}

/// What the handles of a container share.
pub(crate) struct Shared<K, V> {
    table: Mutex<Table<K, V>>,
    handles: AtomicUsize,
    /// Drops the table; set with the first entry, which knows the bounds that this needs.
    drop_table: OnceLock<fn(Table<K, V>)>,
}

impl<K, V> Shared<K, V> {
    pub(crate) fn lock(&self) -> Locked<'_, Table<K, V>> {
        Locked::new(&self.table)
    }

    /// What `run` makes of the locked table.
    pub(crate) fn with<R>(&self, run: impl FnOnce(&mut Table<K, V>) -> R) -> R {
        run(&mut self.lock())
    }

    /// Takes all entries out, to be dropped without the lock. The container keeps its capacity, if
    /// there is memory for that.
    pub(crate) fn take_all(&self) -> Table<K, V> {
        let mut table = self.lock();
        let room = table.capacity();
        table.try_take(room).unwrap_or_else(|_| table.take())
    }
}

impl<K: Side, V: Side> Container for Shared<K, V> {
    fn forget(&self, slot: Slot, aftermath: &mut Aftermath) {
        let mut table = self.lock();
        // The entry may be gone and its slot another's: a removal came first. And if the entry is
        // another dead object's, it goes now instead of in a moment.
        let entry = table.get(slot);
        if entry.is_some_and(|(key, value)| key.is_dead() || value.is_dead()) {
            let (key, value) = table.remove(slot);
            drop(table);
            key.hand_over(aftermath);
            value.hand_over(aftermath);
        }
    }
}

/// A handle of a container.
pub(crate) struct Handle<K, V>(Arc<Shared<K, V>>);

impl<K, V> Handle<K, V> {
    pub(crate) fn new(table: Table<K, V>) -> Self {
        Self(Arc::new(Shared {
            table: Mutex::new(table),
            handles: AtomicUsize::new(1),
            drop_table: OnceLock::new(),
        }))
    }

    pub(crate) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<K: Side, V: Side> Handle<K, V> {
    /// Adds an entry of which `held` is the side that watches the object of `owner`, and unlocks
    /// the table.
    ///
    /// # Panics
    ///
    /// If there is no room for it. Nothing has changed then.
    pub(crate) fn put<T: ?Sized>(
        &self,
        mut table: Locked<'_, Table<K, V>>,
        hash: u64,
        mut entry: (K, V),
        owner: &Strong<T>,
        held: impl for<'a> FnOnce(&'a mut K, &'a mut V) -> &'a mut Held<T>,
    ) {
        let is_watched = table.try_reserve(1).is_ok() && {
            let slot = table.next_slot();
            let held = held(&mut entry.0, &mut entry.1);
            self.try_watch(slot, held, owner).is_ok()
        };
        if !is_watched {
            drop(table);
            no_room();
        }
        table.insert(hash, entry.0, entry.1);
    }

    /// Makes the object of `owner` tell this container of its death, on behalf of the entry at
    /// `slot`, whose `held` it is. Called with the table locked, so that the entry and its watcher
    /// come into being as one; the lock of an object is taken inside that of a container, never
    /// the other way round.
    pub(crate) fn try_watch<T: ?Sized>(
        &self,
        slot: Slot,
        held: &mut Held<T>,
        owner: &Strong<T>,
    ) -> Result<(), TryReserveError> {
        self.0.drop_table.get_or_init(|| drop_nested);
        let container = recycled_owner::take(&*self.0).unwrap_or_else(|| self.0.clone());
        held.try_watch(owner, container, slot)
    }
}

impl<K, V> std::ops::Deref for Handle<K, V> {
    type Target = Shared<K, V>;

    fn deref(&self) -> &Shared<K, V> {
        &self.0
    }
}

impl<K, V> Clone for Handle<K, V> {
    fn clone(&self) -> Self {
        self.0.handles.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

impl<K, V> Drop for Handle<K, V> {
    fn drop(&mut self) {
        // As in `Arc`: what other threads did through their handles comes before the clearing.
        if self.0.handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            schedule_point();
            let table = std::mem::take(&mut *self.lock());
            self.drop_table.get().unwrap_or(&(drop as fn(_)))(table);
        }
    }
}
