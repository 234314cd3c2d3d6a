//! The garbage collection that runs now, and what must outlive it.

use pyo3::prelude::*;

use crate::interpreter::alloc::NoMemory;
use crate::interpreter::lock::Lock;
use crate::interpreter::owned_object::OwnedObject;

static COLLECTION: Lock<Collection> = Lock::new(Collection {
    is_running: false,
    announced: 0,
    waiting: Vec::new(),
});

struct Collection {
    is_running: bool,
    /// How many objects may still come: there is room for all.
    announced: usize,
    /// What outlives the collection.
    waiting: Vec<OwnedObject>,
}

/// Says that an object is to [`outlive`] the collection in which that is called, and makes room for it.
/// Errors: MemoryError.
pub fn announce(py: Python<'_>) -> PyResult<()> {
    Ok(COLLECTION.with(py, |collection| {
        collection.waiting.try_reserve(collection.announced + 1)?;
        collection.announced += 1;
        Ok::<_, NoMemory>(())
    })?)
}

/// Gives up an object that was announced: now, or at the end of the collection that runs. Needs no memory,
/// and runs no Python code but the object's.
///
/// Not only in the thread that collects: without the GIL, an object that the collector lets go dies in the
/// thread that made it.
pub fn outlive(py: Python<'_>, object: OwnedObject) {
    let now = COLLECTION.with(py, |collection| {
        collection.announced -= 1;
        if !collection.is_running {
            return Some(object);
        }
        collection.waiting.push(object);
        None
    });
    drop(now);
}

/// A collection begins.
pub(crate) fn begin(py: Python<'_>) {
    COLLECTION.with(py, |collection| collection.is_running = true);
}

/// The collection has ended: what waited for this goes.
pub(crate) fn end(py: Python<'_>) {
    COLLECTION.with(py, |collection| collection.is_running = false);
    // One by one: each may run any code, and the room for others must stay.
    while let Some(object) = COLLECTION.with(py, |collection| collection.waiting.pop()) {
        drop(object);
    }
}
