//! Functions of ours in the slots that PyO3 fills, where PyO3's own would end the process for lack of
//! memory: it panics if it cannot make the dict of the keywords, or an error of wrong arguments.

use std::ffi::{c_int, c_void};
use std::ptr;

use pyo3::PyClass;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::types::{PyDict, PyTuple};

use crate::interpreter::class::arguments;
use crate::interpreter::class::trampoline::counted_trampoline;

/// A class whose `__init__` gets its arguments as the interpreter has them.
pub trait Init: PyClass<Frozen = True> + Sync {
    fn init<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()>;
}

/// A class whose instances can be called.
pub trait Call: PyClass<Frozen = True> + Sync {
    fn call<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>>;
}

/// Puts `T::init` in the place of `__init__`.
pub fn set_init<T: Init>(py: Python<'_>) -> PyResult<()> {
    // SAFETY: (14) the type is live, and has neither instances nor subclasses yet; the function is
    // of the type that this slot wants.
    unsafe {
        (*py.get_type::<T>().as_type_ptr()).tp_init = Some(tp_init::<T>);
        replace_wrapped::<T>(py, "__init__", tp_init::<T> as *mut c_void)
    }
}

/// Puts `T::call` in the place of `__call__`.
pub fn set_call<T: Call>(py: Python<'_>) -> PyResult<()> {
    // SAFETY: (14) as in `set_init`.
    unsafe {
        (*py.get_type::<T>().as_type_ptr()).tp_call = Some(tp_call::<T>);
        replace_wrapped::<T>(py, "__call__", tp_call::<T> as *mut c_void)
    }
}

/// The attribute of a slot calls what was in the slot when the class was made, and subclasses inherit
/// that.
///
/// # Safety
///
/// The class has its own attribute of this name, of a slot that wants such a function.
pub(crate) unsafe fn replace_wrapped<T: PyClass>(
    py: Python<'_>,
    name: &str,
    function: *mut c_void,
) -> PyResult<()> {
    let attribute = py.get_type::<T>().getattr(name)?;
    // SAFETY: (14, 16, 17) the attribute is live, and its type says what its struct is; the rest is
    // the caller's promise.
    unsafe {
        assert!(ffi::Py_TYPE(attribute.as_ptr()) == &raw mut ffi::PyWrapperDescr_Type);
        (*attribute.as_ptr().cast::<ffi::PyWrapperDescrObject>()).d_wrapped = function;
    }
    Ok(())
}

unsafe extern "C" fn tp_init<T: Init>(
    slf: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: (1, 2, 16) the interpreter calls with an instance, a tuple and a dict or null, the
    // thread attached.
    unsafe {
        counted_trampoline(-1, |py| {
            let slf = Borrowed::from_ptr(py, slf).cast_unchecked::<T>();
            let (args, kwargs) = arguments::arguments(py, args, kwargs);
            T::init(&slf, &args, kwargs.as_ref()).map(|()| 0)
        })
    }
}

unsafe extern "C" fn tp_call<T: Call>(
    slf: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) as in `tp_init`.
    unsafe {
        counted_trampoline(ptr::null_mut(), |py| {
            let slf = Borrowed::from_ptr(py, slf).cast_unchecked::<T>();
            let (args, kwargs) = arguments::arguments(py, args, kwargs);
            T::call(&slf, &args, kwargs.as_ref()).map(Bound::into_ptr)
        })
    }
}
