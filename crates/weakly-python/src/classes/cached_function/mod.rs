//! `CachedFunction`: a function whose results are found by its arguments, the first of them weakly.

pub(crate) mod result;
pub(crate) mod results;

use std::mem;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use pyo3::{Borrowed, PyTraverseError, PyVisit};
use weakly_pyo3::interpreter::class::instance::{self, Class, Constructible};
use weakly_pyo3::interpreter::class::method_descriptor::{self, Entry, MethodDescriptor};
use weakly_pyo3::interpreter::class::vectorcall::{self, Arguments, Constructor};
use weakly_pyo3::interpreter::class::{methods, slots};
use weakly_pyo3::interpreter::lock::Lock;
use weakly_pyo3::interpreter::owned_object::OwnedObject;
use weakly_pyo3::interpreter::zeroed::assert_zeroed;
use weakly_pyo3::interpreter::{self, alloc, names, vector};

use self::results::CachedResults;

/// A function whose results are kept, by its first arguments weakly and by a key of the others.
///
/// `compute` is called where there is no result, with the `CachedResults`, the arguments as a tuple and
/// a dict or None, and the key. `named` stands in the key before the arguments with names. `bind` is
/// called with the function and an object, and returns what `object.function` is.
#[pyclass(frozen, dict, weakref, module = "weakly._weakly")]
#[derive(Default)]
pub(crate) struct CachedFunction {
    entry: Entry,
    parts: Option<Parts>,
}

struct Parts {
    compute: Py<PyAny>,
    named: Py<PyAny>,
    bind: Py<PyAny>,
    /// How many arguments are weak.
    weak: usize,
    results: Lock<OwnedObject>,
}

impl Class for CachedFunction {}

impl Constructible for CachedFunction {
    fn blank() -> PyResult<Self> {
        assert_zeroed!(CachedFunction, |function| function.parts.is_none());
        Ok(Self::default())
    }
}

impl CachedFunction {
    fn parts(&self) -> &Parts {
        self.parts
            .as_ref()
            .expect("an instance in use has its parts")
    }
}

impl Parts {
    fn results<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.results.with(py, |results| results.hold(py)).release()
    }

    /// The key of the arguments that are not weak: they, and the pairs of those with names, sorted.
    #[inline]
    fn key<'py>(
        &self,
        arguments: Arguments<'_, 'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let weak = self.weak.min(arguments.count());
        match kwargs.filter(|kwargs| !kwargs.is_empty()) {
            Some(kwargs) => self.key_with_names(arguments, weak, kwargs),
            None => arguments.tuple_from(weak),
        }
    }

    fn key_with_names<'py>(
        &self,
        arguments: Arguments<'_, 'py>,
        weak: usize,
        kwargs: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let py = kwargs.py();
        let mut pairs = Vec::new();
        for (name, value) in kwargs.iter() {
            vector::push(&mut pairs, alloc::tuple(py, [name, value])?.into_any())?;
        }
        let count = arguments.count() - weak + 1 + pairs.len();
        let pairs = alloc::list(py, pairs)?;
        if pairs.len() > 1 {
            pairs.call_method0(names::sort(py))?;
        }
        let positional = (weak..arguments.count())
            .filter_map(|at| arguments.get(at))
            .map(Borrowed::to_owned);
        let parts = positional.chain([self.named.bind(py).clone()]);
        alloc::tuple_of(py, count, parts.chain(pairs.iter()))
    }
}

impl MethodDescriptor for CachedFunction {
    fn entry(&self) -> &Entry {
        &self.entry
    }

    #[inline]
    fn call_method<'py>(
        slf: &Bound<'py, Self>,
        arguments: Arguments<'_, 'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let parts = slf.get().parts();
        let results = parts.results(py);
        let key = parts.key(arguments, kwargs)?;
        let weak = (0..parts.weak).map(|at| arguments.get(at));
        if let Some(value) = results.cast::<CachedResults>()?.get().find(weak, &key)? {
            return Ok(value);
        }
        let none = py.None().into_bound(py);
        let kwargs = kwargs.map_or(&none, |kwargs| kwargs.as_any());
        let all = arguments.tuple_from(0)?;
        let compute = parts.compute.bind(py);
        interpreter::call(compute, [&results, all.as_any(), kwargs, key.as_any()])
    }
}

impl slots::Call for CachedFunction {
    fn call<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Self::call_method(slf, Arguments::of(args), kwargs)
    }
}

/// `CachedFunction(weak, named, compute, bind, results)`
struct Construct;

impl Constructor for Construct {
    fn construct<'py>(
        class: &Bound<'py, PyType>,
        arguments: Arguments<'_, 'py>,
    ) -> Option<PyResult<Bound<'py, PyAny>>> {
        let [weak, named, compute, bind, results] = [0, 1, 2, 3, 4].map(|at| arguments.get(at));
        let parts = Parts {
            weak: weak?.extract().ok()?,
            named: named?.to_owned().unbind(),
            compute: compute?.to_owned().unbind(),
            bind: bind?.to_owned().unbind(),
            results: Lock::new(OwnedObject::from(&*results?.cast::<CachedResults>().ok()?)),
        };
        let function = CachedFunction {
            entry: Entry::of::<CachedFunction>(),
            parts: Some(parts),
        };
        Some(instance::new(class.py(), function).map(Bound::into_any))
    }
}

/// Completes the classes.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    vectorcall::install::<Construct>(&py.get_type::<CachedFunction>());
    method_descriptor::install::<CachedFunction>(py)?;
    methods::guard::<CachedFunction>(py)?;
    results::complete(py)
}

#[pymethods]
impl CachedFunction {
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

    /// The results that calls find now.
    #[getter]
    fn results<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.parts().results(py)
    }

    /// Lets calls find other results from now on.
    fn begin(&self, results: &Bound<'_, CachedResults>) {
        let mut other = OwnedObject::from(results);
        let own = &self.parts().results;
        own.with(results.py(), |own| mem::swap(own, &mut other));
        drop(other);
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(parts) = &self.parts else {
            return Ok(());
        };
        visit.call(&parts.compute)?;
        visit.call(&parts.named)?;
        visit.call(&parts.bind)?;
        parts
            .results
            .visit(&visit, |results| visit.call(&**results))
    }
}
