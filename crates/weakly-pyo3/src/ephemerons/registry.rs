//! The tables whose entries are ephemerons.

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;

use crate::ephemerons::enrollment::Enrollment;
use crate::interpreter::alloc::NoMemory;
use crate::interpreter::lock::Lock;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::shared::Shared;
use crate::interpreter::vector;
use crate::references::weak_ref::WeakRef;

/// A table of weak keys and values that it owns.
pub trait Ephemerons: Send + Sync {
    fn enrollment(&self) -> &Enrollment;

    /// Whether the entries are to be ephemerons.
    fn are_wanted(&self) -> bool;

    fn len(&self, py: Python<'_>) -> usize;

    /// Calls `each` with the weak keys and the values. Under the lock.
    fn for_each(&self, py: Python<'_>, each: &mut dyn FnMut(&WeakRef, &Py<PyAny>));

    /// Puts `instead` in the place of the value of the entry of this weak key, if there is one. Gives the
    /// key and the value, or `instead` back.
    fn exchange(
        &self,
        py: Python<'_>,
        hash: Py_hash_t,
        weak: usize,
        instead: OwnedObject,
    ) -> Result<(WeakRef, OwnedObject), OwnedObject>;
}

pub type Registered = Shared<dyn Ephemerons>;

/// A table that dies leaves: see [`remove`].
static TABLES: Lock<Vec<Registered>> = Lock::new(Vec::new());

/// Adds a table, if it is not there. Errors: MemoryError.
pub(crate) fn add(py: Python<'_>, table: Registered) -> Result<(), NoMemory> {
    let rest = TABLES.with(py, |tables| {
        if table.enrollment().place().is_some() {
            return Ok(Some(table));
        }
        vector::reserve_one(tables)?;
        table.enrollment().set_place(Some(tables.len()));
        tables.push(table);
        Ok(None)
    });
    rest.map(drop)
}

/// Removes a table. O(1).
pub(crate) fn remove(py: Python<'_>, enrollment: &Enrollment) {
    let removed = TABLES.with(py, |tables| {
        let place = enrollment.place()?;
        let removed = tables.swap_remove(place);
        enrollment.set_place(None);
        if let Some(moved) = tables.get(place) {
            moved.enrollment().set_place(Some(place));
        }
        Some(removed)
    });
    drop(removed);
}

/// The tables whose entries are to be ephemerons now. Errors: MemoryError.
pub(crate) fn wanted(py: Python<'_>) -> Result<Vec<Registered>, NoMemory> {
    TABLES.with(py, |tables| {
        let mut wanted = vector::with_room(tables.len())?;
        wanted.extend(tables.iter().filter(|table| table.are_wanted()).cloned());
        Ok(wanted)
    })
}
