//! The extension belongs to the main interpreter.

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;

/// Refuses with an `ImportError` to be loaded in a subinterpreter.
///
/// The classes are one for the process. What a subinterpreter would add to them, it would free
/// when it ends, while the others still use it.
pub(crate) fn require(_py: Python<'_>) -> PyResult<()> {
    // SAFETY: (1) this thread is attached to an interpreter, which `Python` shows.
    let is_main = unsafe { ffi::PyInterpreterState_Get() == ffi::PyInterpreterState_Main() };
    if is_main {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "weakly does not support subinterpreters",
    ))
}
