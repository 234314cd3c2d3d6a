//! What the handles of a container share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::side::Side;
use crate::death::{Aftermath, Container, drop_nested};
use crate::locked::Locked;
use crate::sync::{Mutex, schedule_point};
use crate::table::{Slot, Table};

/// A table behind a lock, known to the objects in it.
pub(super) struct Shared<K, V> {
    table: Mutex<Table<K, V>>,
    handles: AtomicUsize,
    /// Drops the table; set with the first entry, which knows the bounds that this needs.
    drop_table: OnceLock<fn(Table<K, V>)>,
}

impl<K, V> Shared<K, V> {
    pub(super) fn lock(&self) -> Locked<'_, Table<K, V>> {
        Locked::new(&self.table)
    }

    /// What `run` makes of the locked table.
    pub(super) fn with<R>(&self, run: impl FnOnce(&mut Table<K, V>) -> R) -> R {
        run(&mut self.lock())
    }

    /// Takes all entries out, to be dropped without the lock. The container keeps its capacity, if
    /// there is memory for that.
    pub(super) fn take_all(&self) -> Table<K, V> {
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

/// A handle of a container. When the last one goes, the entries go, and with them the watchers.
pub(super) struct Handle<K, V>(Arc<Shared<K, V>>);

impl<K, V> Handle<K, V> {
    pub(super) fn new(table: Table<K, V>) -> Self {
        Self(Arc::new(Shared {
            table: Mutex::new(table),
            handles: AtomicUsize::new(1),
            drop_table: OnceLock::new(),
        }))
    }

    pub(super) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<K: Side, V: Side> Handle<K, V> {
    /// An owner of the container for a watcher. Called with the table locked, so that the entry and
    /// its watcher come into being as one; the lock of an object is taken inside that of a
    /// container, never the other way round.
    pub(super) fn owner(&self) -> Arc<dyn Container> {
        self.0.drop_table.get_or_init(|| drop_nested);
        self.0.clone()
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
