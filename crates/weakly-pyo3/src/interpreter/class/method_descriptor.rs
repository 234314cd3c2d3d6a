//! Classes whose instances are methods.
//!
//! `object.method(..)` calls such an instance with the object as the first argument: no bound method
//! is made, and no tuple of the arguments.

use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::interpreter;
use crate::interpreter::class::instance::{self, Constructible};
use crate::interpreter::class::slots;
use crate::interpreter::class::trampoline::trampoline;
use crate::interpreter::class::vectorcall::Arguments;

/// A class whose instances are methods.
pub trait MethodDescriptor: Constructible + slots::Call {
    /// Where an instance has what the interpreter calls.
    fn entry(&self) -> &Entry;

    /// As [`slots::Call::call`], with the arguments as the interpreter has them.
    fn call_method<'py>(
        slf: &Bound<'py, Self>,
        arguments: Arguments<'_, 'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>>;
}

/// What the interpreter calls; a field of each instance. If there is none, it uses `__call__`.
#[derive(Default)]
pub struct Entry(
    #[expect(dead_code, reason = "the interpreter reads it")] Option<ffi::vectorcallfunc>,
);

impl Entry {
    pub fn of<T: MethodDescriptor>() -> Self {
        Self(Some(call::<T>))
    }
}

/// Makes methods of the instances of a class.
pub fn install<T: MethodDescriptor>(py: Python<'_>) -> PyResult<()> {
    slots::set_call::<T>(py)?;
    let instance = instance::new(py, T::blank()?)?;
    let entry = ptr::from_ref(instance.get().entry());
    let offset = entry.addr() - instance.as_ptr().addr();
    let flags = ffi::Py_TPFLAGS_HAVE_VECTORCALL | ffi::Py_TPFLAGS_METHOD_DESCRIPTOR;
    // SAFETY: (11, 14) the type is live, and nobody uses it yet. All instances have the field in the
    // same place, where it is null or a function.
    unsafe {
        let class = py.get_type::<T>().as_type_ptr();
        (*class).tp_vectorcall_offset = offset as ffi::Py_ssize_t;
        #[cfg(not(Py_GIL_DISABLED))]
        {
            (*class).tp_flags |= flags;
        }
        #[cfg(Py_GIL_DISABLED)]
        (*class)
            .tp_flags
            .fetch_or(flags, std::sync::atomic::Ordering::Relaxed);
    }
    Ok(())
}

/// `__get__` of an instance: of a class it is the instance itself, of an object what `bind` returns for
/// the two.
pub fn get<'py, T: MethodDescriptor>(
    slf: &Bound<'py, T>,
    object: &Bound<'py, PyAny>,
    bind: &Py<PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if object.is_none() {
        return Ok(slf.clone().into_any());
    }
    interpreter::call(bind.bind(slf.py()), [slf.as_any(), object])
}

unsafe extern "C" fn call<T: MethodDescriptor>(
    slf: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls an instance with `count` live arguments, and behind
    // them those that the tuple `names` names, the thread attached.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let slf = Borrowed::from_ptr(py, slf).cast_unchecked::<T>();
            let arguments = Arguments::new(py, args, ffi::PyVectorcall_NARGS(count) as usize);
            let kwargs = arguments.keywords(names)?;
            T::call_method(&slf, arguments, kwargs.as_ref()).map(Bound::into_ptr)
        })
    }
}
