//! Threads that call finalizers, and the end of the program.
//!
//! Such a thread is stopped by the interpreter wherever it is. So before the finalizers run at exit, each
//! ends the one that it is at, and begins no other.

use std::process;

use pyo3::prelude::*;
use weakly_pyo3::interpreter::alloc::NoMemory;
use weakly_pyo3::interpreter::lock::Lock;
use weakly_pyo3::interpreter::owned_object::OwnedObject;
use weakly_pyo3::interpreter::thread_lock;
use weakly_pyo3::interpreter::vector;

/// The locks of such threads, and the processes in which they are.
static ALL: Lock<Vec<(u32, OwnedObject)>> = Lock::new(Vec::new());

/// The turns of one thread.
pub(crate) struct Turns<'py> {
    /// A `_thread.lock`, taken while a finalizer runs.
    lock: Bound<'py, PyAny>,
}

impl<'py> Turns<'py> {
    /// The turns of this thread. Errors: MemoryError.
    pub(crate) fn register(py: Python<'py>) -> PyResult<Self> {
        let lock = thread_lock::new(py)?;
        let mut own = Some(OwnedObject::from(&lock));
        let stored = ALL.with(py, |all| {
            vector::reserve_one(all)?;
            all.extend(own.take().map(|own| (process::id(), own)));
            Ok::<_, NoMemory>(())
        });
        drop(own);
        stored?;
        Ok(Self { lock })
    }

    /// Runs what must not be stopped in the middle. Once the program ends it does not come back.
    pub(crate) fn take<R>(&self, turn: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
        thread_lock::acquire(&self.lock)?;
        let result = turn();
        thread_lock::release(&self.lock);
        result
    }
}

impl Drop for Turns<'_> {
    fn drop(&mut self) {
        let own = ALL.with(self.lock.py(), |all| {
            let at = all.iter().position(|(_, lock)| lock.is(&self.lock))?;
            Some(all.swap_remove(at))
        });
        drop(own);
    }
}

/// Waits until no thread is at a finalizer. None begins another one.
pub(super) fn stop(py: Python<'_>) -> PyResult<()> {
    while let Some((process, lock)) = ALL.with(py, Vec::pop) {
        let lock = lock.into_bound(py);
        if process == process::id() {
            thread_lock::acquire(&lock)?;
        }
    }
    Ok(())
}
