//! Instances of the extension's classes.
//!
//! PyO3 makes them through `object.__new__`, which on CPython 3.11 and 3.12 makes an instance's
//! `__dict__` at once: that may collect garbage when the collector knows the instance already and PyO3
//! has not written it, and may end the thread below a frame of PyO3. Here they are only allocated, by
//! a call that is guarded, and written before anybody can see them. The `__dict__` comes when it is
//! asked for.

use std::ptr;

use pyo3::PyClass;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::types::{PyTuple, PyType};

use crate::interpreter;
use crate::interpreter::class::trampoline::trampoline;

/// A class of ours. All zeroes are a valid value: that is what an instance has for a moment.
pub trait Class: PyClass<Frozen = True> + Sync {}

/// A class that can be called.
pub trait Constructible: Class {
    /// What an instance has before `__init__`. Errors: MemoryError.
    fn blank() -> PyResult<Self>;

    /// What an instance of a class has before `__init__`: of that of `Self`, or of a subclass.
    fn of_class(_class: &Bound<'_, PyType>) -> PyResult<Self> {
        Self::blank()
    }
}

/// A new instance of the very class. Errors: MemoryError.
#[inline]
pub fn new<T: Class>(py: Python<'_>, value: T) -> PyResult<Bound<'_, T>> {
    // SAFETY: (16) it is the class of `T`.
    unsafe { of_class(&py.get_type::<T>(), value) }
}

/// A new instance of a class.
///
/// # Safety
///
/// The class is that of `T` or a subclass.
unsafe fn of_class<'py, T: Class>(class: &Bound<'py, PyType>, value: T) -> PyResult<Bound<'py, T>> {
    let py = class.py();
    let type_object = class.as_type_ptr();
    // SAFETY: (11) the memory is zeroes, which are a valid `T`, and beside that what the
    // interpreter has written. Nobody else has the instance. Where its `T` lies is known to PyO3.
    unsafe {
        let made = if ffi::PyType_HasFeature(type_object, ffi::Py_TPFLAGS_IS_ABSTRACT) == 0 {
            let alloc = (*type_object).tp_alloc.expect("a class can allocate");
            interpreter::slot_of_two(alloc, (type_object, 0))
        } else {
            // It has the words for a class with abstract methods.
            let new = ffi::PyBaseObject_Type
                .tp_new
                .expect("`object` can be called");
            let nothing = PyTuple::empty(py);
            interpreter::slot_of_three(new, (type_object, nothing.as_ptr(), ptr::null_mut()))
        };
        let made = Bound::from_owned_ptr_or_err(py, made)?.cast_into_unchecked::<T>();
        let offset = ptr::from_ref(made.get()).addr() - made.as_ptr().addr();
        made.as_ptr().byte_add(offset).cast::<T>().write(value);
        Ok(made)
    }
}

/// Lets the interpreter make instances of a class, and of its subclasses, in this way.
pub fn install<T: Constructible>(py: Python<'_>) {
    // SAFETY: (14) the type is live, and has neither instances nor subclasses yet.
    unsafe { (*py.get_type::<T>().as_type_ptr()).tp_new = Some(tp_new::<T>) };
}

unsafe extern "C" fn tp_new<T: Constructible>(
    class: *mut ffi::PyTypeObject,
    _args: *mut ffi::PyObject,
    _kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls a constructor with its class or a subclass, the
    // thread attached.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let class = Borrowed::from_ptr(py, class.cast()).cast_unchecked::<PyType>();
            Ok(of_class::<T>(&class, T::of_class(&class)?)?.into_ptr())
        })
    }
}

/// Whether `object` is an instance of `class` or of a subclass. Runs no Python code: it asks the type,
/// and not `__class__`, which a mock or a proxy gives as it likes. Before any cast, it must be this.
pub fn is_instance(object: &Bound<'_, PyAny>, class: &Bound<'_, PyType>) -> bool {
    // SAFETY: (15) both are live.
    unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), class.as_type_ptr()) != 0 }
}
