//! An exception while it is handled, as in the body of an `except`.

use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;

/// Runs `handler` as the body of `except ... as error`: there `sys.exc_info()` is the error, as
/// `traceback` and `logging` ask for it, and an exception that is raised gets it as its context.
pub fn while_handling<R>(py: Python<'_>, error: &PyErr, handler: impl FnOnce() -> R) -> R {
    let _outer = Handled::begin(py, error);
    handler()
}

/// What was handled before, which is handled again afterwards.
struct Handled([*mut ffi::PyObject; 3]);

impl Handled {
    fn begin(py: Python<'_>, error: &PyErr) -> Self {
        let mut outer = [ptr::null_mut(); 3];
        let [kind, value, trace] = &mut outer;
        let (error_type, error_trace) = (error.get_type(py), error.traceback(py));
        // It also tells the exception of its traceback, as an `except` does.
        let error_value = error.clone_ref(py).into_value(py);
        // SAFETY: (15) the first function hands its references over, the second takes them.
        unsafe {
            ffi::PyErr_GetExcInfo(kind, value, trace);
            ffi::PyErr_SetExcInfo(
                error_type.into_ptr(),
                error_value.into_ptr(),
                error_trace.map_or(ptr::null_mut(), Bound::into_ptr),
            );
        }
        Self(outer)
    }
}

impl Drop for Handled {
    fn drop(&mut self) {
        let [kind, value, trace] = self.0;
        // SAFETY: (15) the references that the interpreter handed over; it takes them back.
        unsafe { ffi::PyErr_SetExcInfo(kind, value, trace) };
    }
}
