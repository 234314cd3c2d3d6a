//! What a container needs of a handle.

use core::ops::DerefMut;

use super::claims::Claims;
use super::side::Side;
use crate::table::{Fingerprint, Slot, Table, TryReserveError};

/// A handle of a container: it knows how the table is locked, and how objects come to know the entries
/// that they are in.
pub trait Held<K: Side, V: Side>: Clone {
    /// The table, until this is dropped.
    type Locked<'a>: DerefMut<Target = Table<K, V>>
    where
        Self: 'a;

    fn lock(&self) -> Self::Locked<'_>;

    /// What `run` makes of the locked table.
    #[inline]
    fn with<R>(&self, run: impl FnOnce(&mut Table<K, V>) -> R) -> R {
        run(&mut self.lock())
    }

    /// The keys whose values are being made.
    fn claims(&self) -> &Claims<K>;

    fn ptr_eq(&self, other: &Self) -> bool;

    /// Makes the objects of an entry to come know it, or changes nothing if there is no memory for
    /// that. Called with the table locked, so that the entry and its watchers come into being as one.
    fn try_watch(
        &self,
        fingerprint: Fingerprint,
        key: K::Owner<'_>,
        value: V::Owner<'_>,
    ) -> Result<(), TryReserveError>;

    /// As [`Held::try_watch`], for a value that is put in the place of another.
    fn try_watch_value(
        &self,
        fingerprint: Fingerprint,
        value: V::Owner<'_>,
    ) -> Result<(), TryReserveError>;

    /// As [`Held::try_watch`], for a key that is put in the place of another.
    fn try_watch_key(
        &self,
        fingerprint: Fingerprint,
        key: K::Owner<'_>,
    ) -> Result<(), TryReserveError>;

    /// Makes the object of a value that was replaced not know its entry any more. Called without any
    /// lock.
    fn leave_value(&self, fingerprint: Fingerprint, value: &V);

    /// As [`Held::leave_value`], for a key.
    fn leave_key(&self, fingerprint: Fingerprint, key: &K);

    /// Unlocks the table, to which an entry was added.
    #[inline]
    fn added<'a>(&'a self, table: Self::Locked<'a>) {
        drop(table);
    }

    /// Removes the entry at `slot`, and unlocks the table.
    fn remove<'a>(&'a self, table: Self::Locked<'a>, slot: Slot) -> (K, V);

    /// Takes all entries out, to be dropped without the lock. The container keeps its capacity, if
    /// there is memory for that.
    fn take_all(&self) -> Table<K, V>;
}

/// A handle that containers are made with.
pub trait Open<K: Side, V: Side>: Held<K, V> {
    fn open(table: Table<K, V>) -> Self;
}
