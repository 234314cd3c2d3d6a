//! What a finalizer calls.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::interpreter::alloc;

/// A function with its arguments.
pub(super) struct Call {
    pub(super) func: Py<PyAny>,
    pub(super) args: Py<PyTuple>,
    pub(super) kwargs: Option<Py<PyDict>>,
}

impl Call {
    /// Drops it. Runs Python code: not under the lock.
    pub(super) fn discard(self, py: Python<'_>) {
        drop((
            self.func.into_bound(py),
            self.args.into_bound(py),
            self.kwargs.map(|kwargs| kwargs.into_bound(py)),
        ));
    }

    pub(super) fn clone_ref(&self, py: Python<'_>) -> Self {
        Self {
            func: self.func.clone_ref(py),
            args: self.args.clone_ref(py),
            kwargs: self.kwargs.as_ref().map(|kwargs| kwargs.clone_ref(py)),
        }
    }

    /// `func(*args, **kwargs)`
    pub(super) fn call<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let kwargs = self.kwargs.as_ref().map(|kwargs| kwargs.bind(py));
        self.func.bind(py).call(self.args.bind(py), kwargs)
    }

    /// `(object, func, args, kwargs)`
    pub(super) fn describe<'py>(&self, object: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let py = object.py();
        let kwargs = match &self.kwargs {
            Some(kwargs) => kwargs.bind(py).clone(),
            None => alloc::dict(py)?,
        };
        let (func, args) = (self.func.bind(py).clone(), self.args.bind(py).clone());
        alloc::tuple(py, [object, func, args.into_any(), kwargs.into_any()])
    }

    pub(super) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.func)?;
        visit.call(&self.args)?;
        visit.call(&self.kwargs)
    }
}
