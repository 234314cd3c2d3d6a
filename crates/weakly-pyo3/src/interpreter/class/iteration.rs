//! Iterators whose steps the interpreter takes straight.

use std::ptr;

use pyo3::PyClass;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;

use crate::interpreter::class::trampoline::trampoline;

/// An iterator.
pub trait Iteration: PyClass<Frozen = True> + Sync {
    /// The next thing, or `None` at the end.
    fn advance<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>>;
}

/// Puts `T::advance` in the place of the function that PyO3 made of `__next__`.
pub fn install<T: Iteration>(py: Python<'_>) {
    // SAFETY: (14) the type is a heap type, and no instance exists yet.
    unsafe { (*py.get_type::<T>().as_type_ptr()).tp_iternext = Some(next::<T>) };
}

unsafe extern "C" fn next<T: Iteration>(slf: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls a slot with an instance of its type, the thread
    // attached.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let slf = Borrowed::from_ptr(py, slf).cast_unchecked::<T>();
            let item = slf.get().advance(py)?;
            Ok(item.map_or(ptr::null_mut(), Bound::into_ptr))
        })
    }
}
