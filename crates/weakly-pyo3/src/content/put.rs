//! Storing an entry whose reference is made only once it is known to be needed.

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use weakly::table::{Slot, TryReserveError};

use crate::content::{Content, Kind, TableOf, out_of_memory};
use crate::lookup::{Wanted, locate};

/// What to do with the entry of a key that is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfPresent {
    Keep,
    Replace,
}

/// What is to be stored for a key. `K` is the kind of the content.
pub(crate) trait Offer<K: Kind> {
    /// What was replaced or kept. It leaves the table, and is dropped when that is free.
    type Outcome;

    /// What comes of the offer if it needs no new reference with this entry, or with none. Under the
    /// lock.
    fn settle(
        &mut self,
        py: Python<'_>,
        table: &mut TableOf<K>,
        slot: Option<Slot>,
    ) -> Option<Self::Outcome>;

    /// Makes the reference. That may run any code.
    fn make_reference(&mut self, callback: &Bound<'_, PyAny>) -> PyResult<()>;

    /// Stores it in the entry, or in a new one, for which there is room. Under the lock.
    fn store(&mut self, table: &mut TableOf<K>, slot: Option<Slot>) -> Self::Outcome;
}

impl<K: Kind> Content<K> {
    /// Settles or stores an offer for a key of this hash.
    ///
    /// Errors: those of making the reference and of `==` on keys, MemoryError; nothing is changed
    /// then.
    #[inline(always)] // out of line, an insertion took a tenth more instructions
    pub(crate) fn put<W: Wanted<K::Key>, O: Offer<K>>(
        &self,
        key: &W,
        hash: Py_hash_t,
        offer: &mut O,
    ) -> PyResult<O::Outcome> {
        let py = key.py();
        // First without a reference: to make one costs more than the lookup.
        let found = locate(self.table(), key, hash, |table, slot| {
            match offer.settle(py, table, slot) {
                Some(outcome) => Ok(outcome),
                None => Err((reserve::<K>(table, slot), slot)),
            }
        })?;
        let (reserved, slot) = match found {
            Ok(outcome) => return Ok(outcome),
            Err(absent) => absent,
        };
        let version = reserved.map_err(out_of_memory)?;
        self.watch(py)?;
        offer.make_reference(self.callback(py)?)?;
        // To make it may have run code that changed the table. Nearly always it has not.
        let outcome = self.table().with(py, |table| {
            (table.version() == version).then(|| settle_or_store(py, offer, table, slot))
        });
        match outcome {
            Some(outcome) => Ok(outcome),
            None => self.put_again(key, hash, offer),
        }
    }

    #[cold]
    fn put_again<W: Wanted<K::Key>, O: Offer<K>>(
        &self,
        key: &W,
        hash: Py_hash_t,
        offer: &mut O,
    ) -> PyResult<O::Outcome> {
        let outcome = locate(self.table(), key, hash, |table, slot| {
            reserve::<K>(table, slot)?;
            Ok(settle_or_store(key.py(), offer, table, slot))
        })?;
        outcome.map_err(out_of_memory)
    }
}

#[inline]
fn settle_or_store<K: Kind, O: Offer<K>>(
    py: Python<'_>,
    offer: &mut O,
    table: &mut TableOf<K>,
    slot: Option<Slot>,
) -> O::Outcome {
    match offer.settle(py, table, slot) {
        Some(outcome) => outcome,
        None => offer.store(table, slot),
    }
}

/// The version of a table that has room for one more entry, unless the one at `slot` is to be
/// replaced.
#[inline]
fn reserve<K: Kind>(table: &mut TableOf<K>, slot: Option<Slot>) -> Result<u64, TryReserveError> {
    if slot.is_none() {
        table.try_reserve(1)?;
    }
    Ok(table.version())
}
