//! The interpreter's own lock for threads. To wait for it gives up the GIL, and handles signals.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::interpreter::alloc::{self, NoMemory};
use crate::interpreter::names;
use crate::interpreter::reentrant_once::ReentrantOnce;

/// `_thread.allocate_lock()`, as it was when the module was imported: what takes its place, such as
/// gevent's, would switch to another greenlet.
pub fn new(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    static ALLOCATE: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    let allocate = ALLOCATE.get_or_try_make(py, || {
        let threads = alloc::import(py, c"_thread")?;
        threads.getattr(names::allocate_lock(py)).map(Bound::unbind)
    })?;
    // The interpreter says so in an error of its own.
    let made = allocate.bind(py).call0();
    made.map_err(|error| match error.is_instance_of::<PyRuntimeError>(py) {
        true => NoMemory.into(),
        false => error,
    })
}

/// Takes a lock, and waits for it.
///
/// Errors: what a signal handler raises.
pub fn acquire(lock: &Bound<'_, PyAny>) -> PyResult<()> {
    lock.call_method0(names::acquire(lock.py())).map(drop)
}

/// Lets those go on that wait for a lock. It is taken, so that cannot fail: the call asks for no memory,
/// and for no deeper recursion than the one that took the lock.
pub fn release(lock: &Bound<'_, PyAny>) {
    let released = lock.call_method0(names::release(lock.py()));
    debug_assert!(released.is_ok(), "{released:?}");
}
