//! Strings and integers, exactly of these types: they are compared without running Python code.

use pyo3::ffi;
use pyo3::prelude::*;

/// Whether two strings or two integers are equal; `None` if they are something else. Runs no Python
/// code, makes no object and cannot fail.
#[inline]
pub(crate) fn are_equal(own: &Py<PyAny>, other: &Bound<'_, PyAny>) -> Option<bool> {
    // SAFETY: (15, 16) both objects are live and of the type just checked.
    unsafe {
        let (a, b) = (own.as_ptr(), other.as_ptr());
        if ffi::PyUnicode_CheckExact(a) != 0 && ffi::PyUnicode_CheckExact(b) != 0 {
            Some(ffi::PyUnicode_Compare(a, b) == 0)
        } else if ffi::PyLong_CheckExact(a) != 0 && ffi::PyLong_CheckExact(b) != 0 {
            Some(ffi::PyObject_RichCompareBool(a, b, ffi::Py_EQ) == 1)
        } else {
            None
        }
    }
}
