//! What `keep_alive` does: it keeps objects alive for an owner, and a little longer.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::ephemerons::collector;
use weakly_pyo3::interpreter::class::instance::{self, Class};
use weakly_pyo3::interpreter::{alloc, collection};

use crate::classes::weak_id_key_dictionary::WeakIdKeyDictionary;

/// What is kept alive for one owner, by identity.
///
/// The collector clears weak references, which drops this, before it calls any `__del__`. So it outlives
/// the collection. Nothing of it is Python code, which could be interrupted or want memory.
#[pyclass(frozen, module = "weakly", name = "_Patients")]
pub(crate) struct Patients {
    /// None in a new instance that is not written yet.
    all: Option<Py<PyDict>>,
}

impl Class for Patients {}

impl Patients {
    fn new(py: Python<'_>) -> PyResult<Bound<'_, Self>> {
        let all = Some(alloc::dict(py)?.unbind());
        collection::announce(py)?;
        instance::new(py, Self { all })
    }

    fn add(&self, object: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = object.py();
        let address = alloc::int(py, object.as_ptr().addr() as isize)?;
        let all = self.all.as_ref().expect("an instance in use has its dict");
        all.bind(py).set_item(address, object)
    }
}

#[pymethods]
impl Patients {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.all)
    }
}

impl Drop for Patients {
    fn drop(&mut self) {
        if let Some(all) = self.all.take() {
            Python::attach(|py| collection::outlive(py, all.into_bound(py).into()));
        }
    }
}

/// Keeps an object alive in `kept`, for as long as its owner lives.
#[pyfunction]
pub(crate) fn _keep(
    kept: &Bound<'_, WeakIdKeyDictionary>,
    owner: &Bound<'_, PyAny>,
    obj: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let py = owner.py();
    let patients = match kept.get().value(owner)? {
        Some(patients) => patients,
        None => kept
            .get()
            .set_default(owner, Patients::new(py)?.into_any())?,
    };
    if !obj.is(owner) {
        patients.cast::<Patients>()?.get().add(obj)?;
    }
    collector::watch(py)
}
