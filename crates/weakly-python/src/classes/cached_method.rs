//! `CachedMethod`: a method with a callable for each object, which is weak in the object.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::interpreter;
use weakly_pyo3::interpreter::class::instance::{self, Class, Constructible};
use weakly_pyo3::interpreter::class::method_descriptor::{self, Entry, MethodDescriptor};
use weakly_pyo3::interpreter::class::slots;
use weakly_pyo3::interpreter::class::vectorcall::{self, Arguments, Constructor};
use weakly_pyo3::interpreter::zeroed::assert_zeroed;

use crate::classes::weak_id_key_dictionary::WeakIdKeyDictionary;

/// A method that calls, for each object, a callable of its own.
///
/// `caches` leads from an object to its callable. For an object that has none, `make` is called with
/// the object; it returns the callable and stores it. `bind` is called with the method and an object,
/// and returns what `object.method` is where it is not called at once. `call_by_name` is called in place
/// of a method that gets no arguments by position.
#[pyclass(frozen, dict, weakref, module = "weakly._weakly")]
#[derive(Default)]
pub(crate) struct CachedMethod {
    entry: Entry,
    parts: Option<Parts>,
}

struct Parts {
    caches: Py<WeakIdKeyDictionary>,
    make: Py<PyAny>,
    bind: Py<PyAny>,
    call_by_name: Py<PyAny>,
}

impl Class for CachedMethod {}

impl Constructible for CachedMethod {
    fn blank() -> PyResult<Self> {
        assert_zeroed!(CachedMethod, |method| method.parts.is_none());
        Ok(Self::default())
    }
}

impl CachedMethod {
    fn parts(&self) -> &Parts {
        self.parts
            .as_ref()
            .expect("an instance in use has its parts")
    }

    /// The callable of an object.
    #[inline]
    fn cache<'py>(&self, object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        let parts = self.parts();
        match parts.caches.get().value(object)? {
            Some(cache) => Ok(cache),
            None => interpreter::call(parts.make.bind(py), [object]),
        }
    }

    /// `Class.method(self=object, ..)`
    #[cold]
    fn call_by_name<'py>(
        &self,
        py: Python<'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let none = py.None().into_bound(py);
        let kwargs = kwargs.map_or(&none, |kwargs| kwargs.as_any());
        interpreter::call(self.parts().call_by_name.bind(py), [kwargs])
    }
}

impl MethodDescriptor for CachedMethod {
    fn entry(&self) -> &Entry {
        &self.entry
    }

    #[inline]
    fn call_method<'py>(
        slf: &Bound<'py, Self>,
        arguments: Arguments<'_, 'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match arguments.get(0) {
            Some(object) => arguments.call_from(1, &slf.get().cache(&object)?, kwargs),
            None => slf.get().call_by_name(slf.py(), kwargs),
        }
    }
}

impl slots::Call for CachedMethod {
    fn call<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Self::call_method(slf, Arguments::of(args), kwargs)
    }
}

/// `CachedMethod(caches, make, bind, call_by_name)`
struct Construct;

impl Constructor for Construct {
    fn construct<'py>(
        class: &Bound<'py, PyType>,
        arguments: Arguments<'_, 'py>,
    ) -> Option<PyResult<Bound<'py, PyAny>>> {
        let [caches, make, bind, call_by_name] = [0, 1, 2, 3].map(|at| arguments.get(at));
        let parts = Parts {
            caches: caches?
                .cast::<WeakIdKeyDictionary>()
                .ok()?
                .to_owned()
                .unbind(),
            make: make?.to_owned().unbind(),
            bind: bind?.to_owned().unbind(),
            call_by_name: call_by_name?.to_owned().unbind(),
        };
        let method = CachedMethod {
            entry: Entry::of::<CachedMethod>(),
            parts: Some(parts),
        };
        Some(instance::new(class.py(), method).map(Bound::into_any))
    }
}

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    vectorcall::install::<Construct>(&py.get_type::<CachedMethod>());
    method_descriptor::install::<CachedMethod>(py)
}

#[pymethods]
impl CachedMethod {
    #[pyo3(signature = (*args, **kwargs))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slots::Call::call(slf, args, kwargs)
    }

    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        object: &Bound<'py, PyAny>,
        _class: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        method_descriptor::get(slf, object, &slf.get().parts().bind)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(parts) = &self.parts else {
            return Ok(());
        };
        visit.call(&parts.caches)?;
        visit.call(&parts.make)?;
        visit.call(&parts.bind)?;
        visit.call(&parts.call_by_name)
    }
}
