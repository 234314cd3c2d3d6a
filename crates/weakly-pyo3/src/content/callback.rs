//! The death callback of a container's references.

use std::ffi::CStr;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::interpreter::class::arguments::Signature;
use crate::interpreter::class::instance;
use crate::interpreter::class::slots;
use crate::interpreter::class::trampoline::{Builtin, Function};
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

impl Remove {
    #[inline]
    fn forget(&self, weak: &Bound<'_, PyAny>) {
        if let Some(content) = &self.content {
            content.forget(weak);
        }
    }
}

impl instance::Class for Remove {}

static CALL: Signature = Signature::new(c"def function(weak, /): pass");

impl slots::Call for Remove {
    fn call<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (1, None, Ok(weak)) = (args.len(), kwargs, args.get_borrowed_item(0)) else {
            return Err(CALL.refusal(None, args, kwargs));
        };
        slf.get().forget(&weak);
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
    CALL.prepare(py)?;
    slots::set_call::<Remove>(py)
}

/// Removes the entry of a dead weak reference.
struct Removal;

impl Function for Removal {
    const NAME: &'static CStr = c"_remove";
    const DOC: &'static CStr = c"Removes the entry of a dead weak reference.";
    type Receiver = Remove;

    #[inline]
    fn call<'py>(slf: &Bound<'py, Remove>, weak: &Bound<'py, PyAny>) -> PyResult<()> {
        slf.get().forget(weak);
        Ok(())
    }
}

static REMOVAL: Builtin<Removal> = Builtin::new();

/// Makes the callback of a container: a builtin, which the interpreter calls four times faster
/// than a closure, with a [`Remove`] as its `__self__`.
pub(crate) fn new(py: Python<'_>, content: Shared<dyn Forget>) -> PyResult<Py<PyAny>> {
    let content = Some(content);
    REMOVAL.bind(&instance::new(py, Remove { content })?)
}
