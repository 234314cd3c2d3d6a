//! Where values are while the collector finds out that nobody refers to them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

use crate::ephemerons::analysis::Doomed;
use crate::ephemerons::registry::Registered;
use crate::interpreter::alloc::NoMemory;
use crate::interpreter::class::instance;
use crate::interpreter::lock::Lock;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::shared::Shared;
use crate::interpreter::stored::Stored;
use crate::interpreter::vector;
use crate::references::weak_ref::WeakRef;

/// A value that was lent: `None` is in its place.
struct Lent {
    table: Registered,
    weak: WeakRef,
    value: OwnedObject,
}

/// What a [`Limbo`] has. The module knows it too, and takes it back.
struct Loan {
    lent: Lock<Vec<Lent>>,
    /// The object itself: it is a cycle to which nobody else refers, so it is garbage.
    limbo: Lock<Option<OwnedObject>>,
}

/// The object to which values are lent for the time of a collection.
#[pyclass(frozen, module = "weakly", name = "_Limbo")]
pub(super) struct Limbo {
    /// None in a new instance that is not written yet.
    loan: Option<Shared<Loan>>,
}

impl instance::Class for Limbo {}

/// The loan of the present collection.
static LOAN: Lock<Option<Shared<Loan>>> = Lock::new(None);
/// Whether there is one.
static IS_LENT: AtomicBool = AtomicBool::new(false);
/// How many entries have gone.
static GONE: AtomicUsize = AtomicUsize::new(0);

/// How many entries have gone with keys that only values led to, since the program began.
pub(super) fn gone() -> usize {
    GONE.load(Relaxed)
}

/// A place for values. It is made beforehand: when values are lent, no object may be made.
/// Errors: MemoryError.
pub(super) fn prepare(py: Python<'_>) -> PyResult<Bound<'_, Limbo>> {
    let loan = Shared::new(Loan {
        lent: Lock::new(Vec::new()),
        limbo: Lock::new(None),
    })?;
    instance::new(py, Limbo { loan: Some(loan) })
}

/// Lends the values of these entries to an object that nobody but the caller refers to.
///
/// Errors: no memory; nothing is changed then.
pub(super) fn lend(
    limbo: Bound<'_, Limbo>,
    tables: &[Registered],
    doomed: &[Doomed],
) -> Result<(), NoMemory> {
    let py = limbo.py();
    let Some(loan) = limbo.get().loan.clone() else {
        return Ok(());
    };
    let mut lent = vector::with_room(doomed.len())?;
    for entry in doomed {
        let table = &tables[entry.table];
        let none = OwnedObject::from(py.None().into_bound(py));
        if let Ok((weak, value)) = table.exchange(py, entry.hash, entry.weak, none) {
            lent.push(Lent {
                table: table.clone(),
                weak,
                value,
            });
        }
    }
    loan.lent.with(py, |empty| *empty = lent);
    loan.limbo.with(py, |none| *none = Some(limbo.into()));
    LOAN.with(py, |current| *current = Some(loan));
    IS_LENT.store(true, Relaxed);
    Ok(())
}

/// Takes back what is lent. Called before an entry goes that a dead key had, so that its value goes
/// with it, and when a collection has ended.
#[inline]
pub(crate) fn take_back(py: Python<'_>) {
    if IS_LENT.load(Relaxed) {
        take_all_back(py);
    }
}

#[cold]
fn take_all_back(py: Python<'_>) {
    IS_LENT.store(false, Relaxed);
    let Some(loan) = LOAN.with(py, Option::take) else {
        return;
    };
    for lent in loan.take(py) {
        lent.count_gone();
        let Lent { table, weak, value } = lent;
        if let Some(hash) = weak.cached_hash() {
            drop(table.exchange(py, hash, weak.as_ptr().addr(), value));
        }
    }
    drop(loan.limbo.with(py, Option::take));
}

impl Lent {
    /// Counts the entry, if its key is dead.
    fn count_gone(&self) {
        if !self.weak.is_alive() {
            self.table.enrollment().count_collected();
            GONE.fetch_add(1, Relaxed);
        }
    }
}

impl Loan {
    fn take(&self, py: Python<'_>) -> Vec<Lent> {
        self.lent.with(py, std::mem::take)
    }
}

#[pymethods]
impl Limbo {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(loan) = &self.loan else {
            return Ok(());
        };
        loan.limbo.visit(&visit, |limbo| match limbo {
            Some(limbo) => visit.call(&**limbo),
            None => Ok(()),
        })?;
        loan.lent.visit(&visit, |lent| {
            lent.iter().try_for_each(|Lent { weak, value, .. }| {
                weak.visit(&visit)?;
                value.visit(&visit)
            })
        })
    }

    /// The tables are garbage as well: nobody has taken the values back.
    fn __clear__(&self, py: Python<'_>) {
        let Some(loan) = &self.loan else {
            return;
        };
        let lent = loan.take(py);
        lent.iter().for_each(Lent::count_gone);
        drop(lent);
        drop(loan.limbo.with(py, Option::take));
    }
}
