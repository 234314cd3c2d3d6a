//! The program of the README of `weakly-pyo3`.

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::{PyWeakKeyMap, PyWeakValueMap};

#[pyclass(frozen, weakref)]
struct Circle {
    #[pyo3(get)]
    radius: u64,
}

#[pyclass(frozen)]
struct Circles {
    by_radius: PyWeakValueMap<u64, Circle>,
    labels: PyWeakKeyMap<String>,
}

#[pymethods]
impl Circles {
    #[new]
    fn new(py: Python<'_>) -> PyResult<Self> {
        Ok(Self {
            by_radius: PyWeakValueMap::new(py)?,
            labels: PyWeakKeyMap::new(py)?,
        })
    }

    /// The one circle of a radius, as long as somebody uses it.
    fn circle<'py>(&self, py: Python<'py>, radius: u64) -> PyResult<Bound<'py, Circle>> {
        let new = || Bound::new(py, Circle { radius });
        self.by_radius.get_or_try_insert(py, radius, new)
    }

    /// Labels any object, as long as it lives.
    fn label(&self, object: &Bound<'_, PyAny>, label: String) -> PyResult<()> {
        self.labels.insert(object, label).map(drop)
    }

    fn label_of(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        Ok(self.labels.get(object)?.map(|label| label.to_string()))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.by_radius.traverse(&visit)?;
        self.labels.traverse(&visit)
    }

    fn __clear__(&self, py: Python<'_>) {
        self.by_radius.clear(py);
        self.labels.clear(py);
    }
}

#[pymodule]
pub(crate) mod circles {
    #[pymodule_export]
    use super::{Circle, Circles};
}
