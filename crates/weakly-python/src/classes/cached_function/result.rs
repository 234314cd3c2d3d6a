//! `CachedResult`: what a function returned.

use std::ptr;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::content::uses::Uses;
use weakly_pyo3::interpreter::class::instance::{self, Class};
use weakly_pyo3::interpreter::owned_object::OwnedObject;

/// What a function returned, and the way to it: references to the weak arguments, and the key of the
/// others. It is among the uses as long as it lives.
#[pyclass(frozen, weakref, module = "weakly._weakly")]
pub(crate) struct CachedResult {
    /// None in a new instance that is not written yet.
    parts: Option<Parts>,
}

struct Parts {
    value: OwnedObject,
    references: OwnedObject,
    key: OwnedObject,
    uses: Uses,
}

impl Class for CachedResult {}

impl CachedResult {
    /// A result that was used now. Errors: MemoryError.
    pub(crate) fn new<'py>(
        uses: &Uses,
        value: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Self>> {
        let parts = Parts {
            value: value.into(),
            references: references.into(),
            key: key.into(),
            uses: uses.clone(),
        };
        let result = instance::new(value.py(), Self { parts: Some(parts) })?;
        uses.add(result.get().number(), result.as_any())?;
        Ok(result)
    }

    /// What tells it from other results.
    #[inline]
    pub(crate) fn number(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    fn parts(&self) -> &Parts {
        self.parts
            .as_ref()
            .expect("an instance in use has its parts")
    }
}

#[pymethods]
impl CachedResult {
    #[getter]
    #[inline]
    pub(crate) fn value<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.parts().value.bind(py).clone()
    }

    #[getter]
    fn references<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.parts().references.bind(py).clone()
    }

    #[getter]
    fn key<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.parts().key.bind(py).clone()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(parts) = &self.parts else {
            return Ok(());
        };
        visit.call(&*parts.value)?;
        visit.call(&*parts.references)?;
        visit.call(&*parts.key)
    }
}

impl Drop for CachedResult {
    fn drop(&mut self) {
        if let Some(parts) = &self.parts {
            Python::attach(|py| parts.uses.forget(py, self.number()));
        }
    }
}
