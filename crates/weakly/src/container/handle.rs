//! What the handles of a container share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::claims::Claims;
use super::held::{Held, Open};
use super::side::Watch;
use crate::death::{Aftermath, Container, Entry, drop_nested, register, retire, reuse};
use crate::locked::Locked;
use crate::sync::{Mutex, schedule_point};
use crate::table::{Fingerprint, Slot, Table, TryReserveError};

/// A table behind a lock, known to the objects in it by a number.
///
/// One that has a number is never freed: when its last handle has gone, it becomes the table of
/// the next container of its type.
pub(super) struct Shell<K, V> {
    table: Mutex<Table<K, V>>,
    handles: AtomicUsize,
    /// Given with the first entry.
    number: OnceLock<u32>,
    /// Made with the first value that is created once.
    claims: OnceLock<Box<[Claims<K>; 1]>>,
    /// [`Shell::close`], for who does not know the bounds that this needs.
    close: fn(Arc<Self>),
}

/// A side of a container that deaths on any thread change.
pub trait WatchedSide: Watch<Entry> + Send + 'static {}

impl<S: Watch<Entry> + Send + 'static> WatchedSide for S {}

impl<K, V> Shell<K, V> {
    fn lock(&self) -> Locked<'_, Table<K, V>> {
        Locked::new(&self.table)
    }

    fn claims(&self) -> &Claims<K> {
        &self.claims.get_or_init(Claims::boxed)[0]
    }

    /// What `run` makes of the locked table.
    fn with<R>(&self, run: impl FnOnce(&mut Table<K, V>) -> R) -> R {
        run(&mut self.lock())
    }
}

impl<K: WatchedSide, V: WatchedSide> Shell<K, V> {
    fn remove(&self, mut table: Locked<'_, Table<K, V>>, slot: Slot) -> (K, V) {
        let fingerprint = table.fingerprint(slot);
        let (key, value) = table.remove(slot);
        drop(table);
        self.leave(fingerprint, &key, &value);
        (key, value)
    }

    fn take_all(&self) -> Table<K, V> {
        let taken = self.with(|table| {
            let room = table.capacity();
            table.try_take(room).unwrap_or_else(|_| table.take())
        });
        self.leave_all(&taken);
        taken
    }

    /// Lets the objects of `taken` not know their entries any more.
    fn leave_all(&self, taken: &Table<K, V>) {
        for (fingerprint, key, value) in taken.iter_unordered() {
            self.leave(fingerprint, key, value);
        }
    }

    fn leave_one(&self, fingerprint: Fingerprint, side: &impl WatchedSide) {
        if let Some(number) = self.number.get() {
            side.leave(|| Entry::new(*number, fingerprint));
        }
    }

    fn leave(&self, fingerprint: Fingerprint, key: &K, value: &V) {
        if let Some(number) = self.number.get() {
            let entry = Entry::new(*number, fingerprint);
            key.leave(|| entry);
            value.leave(|| entry);
        }
    }

    /// Ends a container whose last handle has gone.
    fn close(self: Arc<Self>) {
        let table = self.with(Table::take);
        self.leave_all(&table);
        if self.number.get().is_some() {
            retire(self);
        }
        if !table.is_empty() {
            drop_nested(table);
        }
    }
}

impl<K: WatchedSide, V: WatchedSide> Container for Shell<K, V> {
    fn forget(&self, fingerprint: Fingerprint, address: usize, aftermath: &mut Aftermath) {
        let table = self.lock();
        // The entry may be gone: a removal came first. And if the object was moved out of its `Arc`,
        // a living one may be at its address by now.
        let died = |key: &K, value: &V| key.died_at(address) || value.died_at(address);
        if let Some(slot) = table.find_by_fingerprint(fingerprint, died) {
            let (key, value) = self.remove(table, slot);
            hand_over(key, aftermath);
            hand_over(value, aftermath);
        }
    }
}

/// Hands over what must be dropped after the entry has gone with a dead object.
#[inline]
fn hand_over<S: WatchedSide>(side: S, aftermath: &mut Aftermath) {
    if S::RUNS_CODE {
        aftermath.drop_later(side);
    }
}

/// A handle of a container. When the last one goes, the entries go.
pub struct Handle<K, V>(Arc<Shell<K, V>>);

impl<K: WatchedSide, V: WatchedSide> Open<K, V> for Handle<K, V> {
    fn open(table: Table<K, V>) -> Self {
        if let Some(shell) = reuse::<Shell<K, V>>() {
            shell.handles.store(1, Ordering::Relaxed);
            shell.with(|empty| *empty = table);
            return Self(shell);
        }
        Self(Arc::new(Shell {
            table: Mutex::new(table),
            handles: AtomicUsize::new(1),
            number: OnceLock::new(),
            claims: OnceLock::new(),
            close: Shell::close,
        }))
    }
}

impl<K: WatchedSide, V: WatchedSide> Held<K, V> for Handle<K, V> {
    type Locked<'a>
        = Locked<'a, Table<K, V>>
    where
        Self: 'a;

    #[inline]
    fn lock(&self) -> Locked<'_, Table<K, V>> {
        self.0.lock()
    }

    fn claims(&self) -> &Claims<K> {
        self.0.claims()
    }

    fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    #[inline]
    fn try_watch(
        &self,
        fingerprint: Fingerprint,
        key: K::Owner<'_>,
        value: V::Owner<'_>,
    ) -> Result<(), TryReserveError> {
        let entry = self.try_entry(fingerprint)?;
        K::try_watch(key, || entry)?;
        V::try_watch(value, || entry).inspect_err(|_| K::unwatch(key, &entry))
    }

    #[inline]
    fn try_watch_value(
        &self,
        fingerprint: Fingerprint,
        value: V::Owner<'_>,
    ) -> Result<(), TryReserveError> {
        let entry = self.try_entry(fingerprint)?;
        V::try_watch(value, || entry)
    }

    fn try_watch_key(
        &self,
        fingerprint: Fingerprint,
        key: K::Owner<'_>,
    ) -> Result<(), TryReserveError> {
        let entry = self.try_entry(fingerprint)?;
        K::try_watch(key, || entry)
    }

    fn leave_value(&self, fingerprint: Fingerprint, value: &V) {
        self.0.leave_one(fingerprint, value);
    }

    fn leave_key(&self, fingerprint: Fingerprint, key: &K) {
        self.0.leave_one(fingerprint, key);
    }

    #[inline]
    fn remove<'a>(&'a self, table: Locked<'a, Table<K, V>>, slot: Slot) -> (K, V) {
        self.0.remove(table, slot)
    }

    fn take_all(&self) -> Table<K, V> {
        self.0.take_all()
    }
}

impl<K: WatchedSide, V: WatchedSide> Handle<K, V> {
    /// How objects know an entry. Called with the table locked, so that the entry and its watchers
    /// come into being as one; other locks are taken inside that of a container, never the other way
    /// round.
    #[inline]
    fn try_entry(&self, fingerprint: Fingerprint) -> Result<Entry, TryReserveError> {
        let number = match self.0.number.get() {
            Some(number) => *number,
            None => self.try_register()?,
        };
        Ok(Entry::new(number, fingerprint))
    }

    #[cold]
    fn try_register(&self) -> Result<u32, TryReserveError> {
        let number = register(Arc::clone(&self.0))?;
        let _ = self.0.number.set(number);
        Ok(number)
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
        // As in `Arc`: what other threads did through their handles comes before the end.
        if self.0.handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            schedule_point();
            (self.0.close)(Arc::clone(&self.0));
        }
    }
}
