//! What the interpreter has built in, whatever a program has put into the module `builtins`.

use std::ffi::c_int;

use pyo3::basic::CompareOp;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::interpreter;

/// The class `filter`.
pub fn filter(py: Python<'_>) -> Bound<'_, PyAny> {
    // SAFETY: (20) the type is the interpreter's own, and lives forever.
    unsafe { Bound::from_borrowed_ptr(py, (&raw mut ffi::PyFilter_Type).cast()) }
}

/// `object.__ne__(own, other)`, which asks `__eq__`.
pub fn object_ne<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: (13, 15, 20) both objects are live, and `object` has this slot.
    unsafe {
        let compare = ffi::PyBaseObject_Type
            .tp_richcompare
            .expect("`object` has comparisons");
        let operands = (own.as_ptr(), other.as_ptr(), CompareOp::Ne as c_int);
        let result = interpreter::slot_of_three(compare, operands);
        Bound::from_owned_ptr_or_err(own.py(), result)
    }
}
