//! The death callback of a container's references.

use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::interpreter::class::arguments::Signature;
use crate::interpreter::class::entry::{Builtin, entry};
use crate::interpreter::class::instance;
use crate::interpreter::class::slots;
use crate::interpreter::shared::Shared;

/// The content of a container, as its callback sees it.
pub(crate) trait Forget: Send + Sync {
    /// Removes the entry of the dead reference `weak`, if there is one.
    fn forget(&self, weak: &Bound<'_, PyAny>);
}

/// What a container's references call when their referents die.
///
/// It reaches the table, but does not keep the container alive: the container empties the table
/// when it dies, and references that outlive it find nothing to forget.
#[pyclass(frozen, module = "weakly", name = "_Remove")]
pub(crate) struct Remove {
    /// None in a new instance that is not written yet.
    content: Option<Shared<dyn Forget>>,
}

impl instance::Class for Remove {}

impl slots::Call for Remove {
    fn call<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        const CALL: Signature<'_> = Signature {
            in_python: c"def function(weak, /): pass",
        };
        let (1, None, Ok(weak)) = (args.len(), kwargs, args.get_borrowed_item(0)) else {
            return Err(CALL.refusal(None, args, kwargs));
        };
        if let Some(content) = &slf.get().content {
            content.forget(&weak);
        }
        Ok(slf.py().None().into_bound(slf.py()))
    }
}

#[pymethods]
impl Remove {
    /// Removes the entry of a dead weak reference.
    #[pyo3(signature = (*weak))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        weak: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slots::Call::call(slf, weak, None)
    }

    /// None: the callback keeps nothing alive, as CPython's has no closure.
    #[getter]
    fn __closure__(&self) -> Option<Py<PyAny>> {
        None
    }
}

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    slots::set_call::<Remove>(py)
}

static FORGET: Builtin = Builtin::new(
    c"_remove",
    c"Removes the entry of a dead weak reference.",
    forget,
);

/// Makes the callback of a container: a builtin, which the interpreter calls four times faster
/// than a closure, with a [`Remove`] as its `__self__`.
pub(crate) fn new(py: Python<'_>, content: Shared<dyn Forget>) -> PyResult<Py<PyAny>> {
    let content = Some(content);
    FORGET.bind(instance::new(py, Remove { content })?.as_any())
}

unsafe extern "C" fn forget(
    remove: *mut ffi::PyObject,
    weak: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached and two live objects, of which the
    // first is the `Remove` that `new` bound.
    unsafe {
        entry(ptr::null_mut(), |py| {
            let remove = Borrowed::from_ptr(py, remove).cast_unchecked::<Remove>();
            if let Some(content) = &remove.get().content {
                content.forget(&Borrowed::from_ptr(py, weak));
            }
            Ok(py.None().into_ptr())
        })
    }
}
