//! Functions that the interpreter calls straight, without PyO3's argument handling.

use std::ffi::CStr;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use pyo3::exceptions::PySystemError;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::interpreter::alloc;

/// What a [`Builtin`] does. It returns None.
pub(crate) trait Function {
    const NAME: &'static CStr;
    const DOC: &'static CStr;

    /// The type of what the function is bound to.
    type Receiver;

    fn call<'py>(slf: &Bound<'py, Self::Receiver>, argument: &Bound<'py, PyAny>) -> PyResult<()>;
}

/// A builtin function of one argument (`METH_O`), the fastest call there is.
pub(crate) struct Builtin<F>(ffi::PyMethodDef, PhantomData<fn() -> F>);

// SAFETY: (10) nothing writes to the definition.
unsafe impl<F> Sync for Builtin<F> {}

impl<F: Function> Builtin<F> {
    pub(crate) const fn new() -> Self {
        let definition = ffi::PyMethodDef {
            ml_name: F::NAME.as_ptr(),
            ml_meth: ffi::PyMethodDefPointer {
                PyCFunction: call::<F>,
            },
            ml_flags: ffi::METH_O,
            ml_doc: F::DOC.as_ptr(),
        };
        Self(definition, PhantomData)
    }

    /// The function as a Python object with `slf` as its `__self__`.
    pub(crate) fn bind(&'static self, slf: &Bound<'_, F::Receiver>) -> PyResult<Py<PyAny>> {
        // SAFETY: (10, 15) the definition is static, and the interpreter only reads it.
        unsafe {
            let definition = (&raw const self.0).cast_mut();
            let made = ffi::PyCFunction_NewEx(definition, slf.as_ptr(), ptr::null_mut());
            Bound::from_owned_ptr_or_err(slf.py(), made).map(Bound::unbind)
        }
    }
}

unsafe extern "C" fn call<F: Function>(
    slf: *mut ffi::PyObject,
    argument: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls with the thread attached and two live objects, of
    // which the first is what `bind` bound.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let slf = Borrowed::from_ptr(py, slf).cast_unchecked::<F::Receiver>();
            F::call(&slf, &Borrowed::from_ptr(py, argument))?;
            Ok(py.None().into_ptr())
        })
    }
}

/// Runs the body of a function that the interpreter calls. An error becomes the interpreter's
/// current exception and `failure` is returned; so does a panic, which must not unwind into C.
///
/// The body must drop Python objects as `Bound`: PyO3 does not know here that the thread is
/// attached, and would put off the drop of a `Py`.
///
/// # Safety
///
/// The thread is attached to the interpreter.
#[inline]
pub(crate) unsafe fn trampoline<R>(failure: R, body: impl FnOnce(Python<'_>) -> PyResult<R>) -> R {
    // SAFETY: (17) the caller's promise.
    let py = unsafe { Python::assume_attached() };
    let error = match catch_unwind(AssertUnwindSafe(|| body(py))) {
        Ok(Ok(result)) => return result,
        Ok(Err(error)) => error,
        Err(_) => alloc::error::<PySystemError>(
            py,
            format_args!("weakly: an operation failed that never should"),
        ),
    };
    raise(py, error);
    failure
}

/// As [`trampoline`], for a body that may drop a `Py` or an error: PyO3 is told of the attachment.
///
/// # Safety
///
/// The thread is attached to the interpreter.
pub(crate) unsafe fn counted_trampoline<R>(
    failure: R,
    body: impl FnOnce(Python<'_>) -> PyResult<R>,
) -> R {
    let mut body = Some(body);
    let told = |py: Python<'_>| {
        let mut run = |py: Python<'_>| body.take().map(|body| body(py));
        // Fails only while the interpreter ends.
        let result = Python::try_attach(&mut run).flatten();
        result.or_else(|| run(py)).expect("the body runs once")
    };
    // SAFETY: (17) the caller's promise.
    unsafe { trampoline(failure, told) }
}

/// Makes `error` the interpreter's current exception. PyO3 is told of the attachment for that: else
/// it would put off the drop of what the error consists of, and of what the body left behind, until
/// some other call tells it, which may be never.
#[cold]
fn raise(py: Python<'_>, error: PyErr) {
    let mut waiting = Some(error);
    // Fails only while the interpreter ends, when nothing is late any more.
    Python::try_attach(|py| {
        if let Some(error) = waiting.take() {
            error.restore(py);
        }
    });
    if let Some(error) = waiting {
        error.restore(py);
    }
}
