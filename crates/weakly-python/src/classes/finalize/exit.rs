//! What happens at exit.

use pyo3::exceptions::{PyAssertionError, PyException};
use pyo3::prelude::*;
use weakly_pyo3::interpreter::handled::while_handling;
use weakly_pyo3::interpreter::{self, alloc, names, vector};

use super::finalizer::{FINALIZERS, finalize};
use super::turns;

/// Calls the finalizers that are to run at exit, the newest first, also those that are made
/// meanwhile. An exception is reported and does not stop the others; one that is no `Exception`
/// does, and so does a finalizer that is still alive after its call, as in CPython.
pub(super) fn run_all(py: Python<'_>) -> PyResult<()> {
    turns::stop(py)?;
    let mut selected = select_for_exit(py)?;
    let mut made = FINALIZERS.with(py, |all| all.live.added());
    while let Some(next) = selected.pop() {
        if let Err(error) = next.call0() {
            report(py, error)?;
        }
        // A subclass may have called no `super().__call__`, or the function may have begun its
        // finalizer once more. If it got another turn, that could go on forever.
        if next.get().is_alive(py) {
            return Err(alloc::error::<PyAssertionError>(
                py,
                format_args!("a finalizer was called at exit and is still alive"),
            ));
        }
        let made_now = FINALIZERS.with(py, |all| all.live.added());
        if made_now != made {
            made = made_now;
            selected = select_for_exit(py)?;
        }
    }
    Ok(())
}

/// Shows an error as the interpreter shows one that nobody handles. Errors: the error itself if it
/// is no `Exception`; what the hook raises.
fn report(py: Python<'_>, error: PyErr) -> PyResult<()> {
    if !error.is_instance_of::<PyException>(py) {
        return Err(error);
    }
    while_handling(py, &error, || {
        let hook = alloc::import(py, c"sys")?.getattr(names::excepthook(py))?;
        let traceback = error.traceback(py).map(Bound::into_any);
        let traceback = traceback.unwrap_or_else(|| py.None().into_bound(py));
        let (class, value) = (error.get_type(py), error.value(py));
        interpreter::call(&hook, [class.as_any(), value.as_any(), &traceback])?;
        Ok(())
    })
}

/// The live finalizers that are to run at exit, oldest first. Errors: MemoryError.
fn select_for_exit(py: Python<'_>) -> PyResult<Vec<Bound<'_, finalize>>> {
    let mut all = FINALIZERS.with(py, |all| {
        vector::collect(
            all.live
                .try_iter()?
                .map(|(_, _, finalizer)| finalizer.bind(py).clone()),
        )
    })?;
    all.retain(|finalizer| finalizer.get().runs_at_exit(py));
    Ok(all)
}
