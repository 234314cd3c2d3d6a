//! The class of the exceptions that PyO3 makes of panics.
//!
//! PyO3 makes it when it is asked for, and asks for it whenever it looks at an error. So where there is
//! no memory for the class, it looks at that error, asks for the class, and waits for itself forever.
//! The class is its base, `BaseException`, then: nobody raises just that.

use std::ffi::c_char;

use pyo3::ffi::{self, PyObject};

#[cfg(ends_threads_by_unwinding)]
use crate::interpreter::hang::or_hang;

#[cfg(not(ends_threads_by_unwinding))]
fn or_hang<R>(call: impl FnOnce() -> R) -> R {
    call()
}

unsafe extern "C-unwind" {
    #[link_name = "__real_PyErr_NewExceptionWithDoc"]
    fn real(
        name: *const c_char,
        text: *const c_char,
        base: *mut PyObject,
        dict: *mut PyObject,
    ) -> *mut PyObject;
}

/// What PyO3 calls, which makes no other class so.
#[unsafe(export_name = "__wrap_PyErr_NewExceptionWithDoc")]
unsafe extern "C-unwind" fn wrap(
    name: *const c_char,
    text: *const c_char,
    base: *mut PyObject,
    dict: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: (13, 17) the caller's promise, who calls the interpreter's function.
    let made = or_hang(|| unsafe { real(name, text, base, dict) });
    if made.is_null() {
        // SAFETY: (1, 20) the caller gets a reference of its own to a class that never dies.
        unsafe {
            ffi::PyErr_Clear();
            return ffi::compat::Py_NewRef(ffi::PyExc_BaseException);
        }
    }
    made
}
