//! `CachedResults`: the results of a function, and their uses.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::content::uses::Uses;
use weakly_pyo3::interpreter::alloc;
use weakly_pyo3::interpreter::class::instance::{self, Class};
use weakly_pyo3::interpreter::class::methods;
use weakly_pyo3::interpreter::class::vectorcall::{self, Arguments, Constructor};
use weakly_pyo3::interpreter::owned_object::OwnedObject;

use super::result::CachedResult;
use crate::classes::weak_id_key_dictionary::WeakIdKeyDictionary;
use crate::classes::weak_key_dictionary::WeakKeyDictionary;

/// The results of a function.
///
/// They are in nested weak dictionaries, a level for each weak argument, and below that in a `dict`, by
/// the key of the others. Nothing else owns a result, so it goes when any of its arguments dies.
#[pyclass(frozen, module = "weakly._weakly")]
#[derive(Default)]
pub(crate) struct CachedResults {
    /// The first level. None in a new instance that is not written yet.
    top: Option<OwnedObject>,
    /// Whether a use of a result makes it the newest.
    is_ordered: bool,
    uses: Uses,
}

impl Class for CachedResults {}

impl CachedResults {
    fn level<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        let top = self.top.as_ref();
        top.expect("an instance in use has its parts")
            .bind(py)
            .clone()
    }

    /// The result for these arguments, which is used now, if there is one. Counts a hit.
    #[inline]
    pub(crate) fn find<'a, 'py: 'a>(
        &self,
        weak: impl Iterator<Item = Option<Borrowed<'a, 'py, PyAny>>>,
        key: &Bound<'py, PyTuple>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = key.py();
        let mut level = self.level(py);
        for argument in weak {
            let Some(argument) = argument else {
                return Ok(None); // there are too few
            };
            let Some(below) = below(&level, &argument)? else {
                return Ok(None);
            };
            level = below;
        }
        let Some(result) = level.cast::<PyDict>()?.get_item(key)? else {
            return Ok(None);
        };
        let result = result.cast::<CachedResult>()?.get();
        self.uses.hit(py, result.number(), self.is_ordered);
        Ok(Some(result.value(py)))
    }
}

/// What a level has for an argument.
#[inline]
fn below<'py>(
    level: &Bound<'py, PyAny>,
    argument: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    match level.cast::<WeakIdKeyDictionary>() {
        Ok(level) => level.get().value(argument),
        Err(_) => level.cast::<WeakKeyDictionary>()?.get().value(argument),
    }
}

/// `CachedResults(top, is_ordered)`
struct Construct;

impl Constructor for Construct {
    fn construct<'py>(
        class: &Bound<'py, PyType>,
        arguments: Arguments<'_, 'py>,
    ) -> Option<PyResult<Bound<'py, PyAny>>> {
        let (top, is_ordered) = (arguments.get(0)?, arguments.get(1)?);
        let made = Uses::new().and_then(|uses| {
            let results = CachedResults {
                top: Some(OwnedObject::from(&*top)),
                is_ordered: is_ordered.is_truthy()?,
                uses,
            };
            instance::new(class.py(), results).map(Bound::into_any)
        });
        Some(made)
    }
}

/// Completes the class.
pub(super) fn complete(py: Python<'_>) -> PyResult<()> {
    vectorcall::install::<Construct>(&py.get_type::<CachedResults>());
    methods::guard::<CachedResults>(py)
}

#[pymethods]
impl CachedResults {
    #[getter]
    fn top<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.level(py)
    }

    /// A new result, which was used now.
    fn add<'py>(
        &self,
        value: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, CachedResult>> {
        CachedResult::new(&self.uses, value, references, key)
    }

    /// Makes a result the one that was used last.
    #[pyo3(name = "use")]
    fn use_again(&self, result: &Bound<'_, CachedResult>) {
        self.uses.touch(result.py(), result.get().number());
    }

    /// Counts a miss.
    fn miss(&self, py: Python<'_>) {
        self.uses.miss(py);
    }

    /// The result that was not used for the longest time, which does not count any more, or None.
    fn take_oldest<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.uses.take_oldest(py)
    }

    /// A list of all results, those used least recently first.
    fn all<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        alloc::list(py, self.uses.all(py)?).map(Bound::into_any)
    }

    /// The numbers of hits, of misses, and of results.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let (hits, misses) = self.uses.counts(py);
        let numbers = [
            alloc::int(py, hits as isize)?,
            alloc::int(py, misses as isize)?,
            alloc::int(py, self.uses.len(py) as isize)?,
        ];
        alloc::tuple(py, numbers)
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.uses.len(py)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match &self.top {
            Some(top) => visit.call(&**top),
            None => Ok(()),
        }
    }
}
