//! `finalize`: a call that happens when an object dies, or at exit.

mod call;
mod exit;
mod finalizer;
mod registry;
pub(crate) mod turns;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::interpreter::alloc::{self, Shown};
use weakly_pyo3::interpreter::class::arguments::Signature;
use weakly_pyo3::interpreter::class::instance::{self, Constructible};
use weakly_pyo3::interpreter::class::vectorcall::{self, Arguments, Constructor};
use weakly_pyo3::interpreter::class::{attributes, slots};
use weakly_pyo3::interpreter::names;
use weakly_pyo3::interpreter::reentrant_once::ReentrantOnce;

use finalizer::FINALIZERS;
use registry::Finalizers;

pub(crate) use finalizer::finalize;

impl slots::Init for finalize {
    fn init<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
        let (Ok(obj), Ok(func)) = (args.get_borrowed_item(0), args.get_borrowed_item(1)) else {
            return Err(INIT.refusal(Some(slf), args, kwargs));
        };
        let rest = alloc::slice(args, 2)?;
        Self::begin(slf, &obj, &func, rest, kwargs.cloned())
    }
}

static INIT: Signature = Signature::new(
    c"class finalize:\n def __init__(self, obj, func, /, *args, **kwargs): pass
function = finalize.__init__",
);

/// As a callback it gets the dead reference.
impl slots::Call for finalize {
    fn call<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let weak = CALL.one(slf, args, kwargs, Some("_weak"))?;
        if weak.is_some_and(|weak| Self::wait_in_queue(slf, &weak)) {
            return Ok(py.None().into_bound(py));
        }
        let result = slf.get().run(py)?;
        Ok(result.unwrap_or_else(|| py.None().into_bound(py)))
    }
}

static CALL: Signature = Signature::new(
    c"class finalize:\n def __call__(self, _weak=None): pass
function = finalize.__call__",
);

/// `finalize(obj, func, *args)`
struct Construct;

impl Constructor for Construct {
    fn construct<'py>(
        class: &Bound<'py, PyType>,
        arguments: Arguments<'_, 'py>,
    ) -> Option<PyResult<Bound<'py, PyAny>>> {
        let (obj, func) = (arguments.get(0)?, arguments.get(1)?);
        let construct = || {
            let made = instance::new(class.py(), finalize::default())?;
            finalize::begin(&made, &obj, &func, arguments.tuple_from(2)?, None)?;
            Ok(made.into_any())
        };
        Some(construct())
    }
}

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    vectorcall::install::<Construct>(&py.get_type::<finalize>());
    instance::install::<finalize>(py);
    attributes::guard::<finalize>(py, "atexit")?;
    INIT.prepare(py)?;
    CALL.prepare(py)?;
    slots::set_init::<finalize>(py)?;
    slots::set_call::<finalize>(py)
}

#[pymethods]
impl finalize {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(obj, func, /, *args, **kwargs)")]
    fn __new__(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::blank()
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __init__<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        slots::Init::init(slf, args, kwargs)
    }

    /// If alive, marks the finalizer as dead and returns func(*args, **kwargs); otherwise None.
    #[pyo3(signature = (_weak=None))]
    fn __call__(slf: &Bound<'_, Self>, _weak: Option<&Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        let call = slf.get().run(slf.py())?;
        Ok(call.map_or_else(|| slf.py().None(), Bound::unbind))
    }

    /// If alive, marks the finalizer as dead and returns (obj, func, args, kwargs); otherwise None.
    fn detach<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let Some(object) = self.referent(py) else {
            return Ok(None);
        };
        let Some(call) = self.take(py) else {
            return Ok(None);
        };
        call.describe(object).map(Some)
    }

    /// If alive, returns (obj, func, args, kwargs); otherwise None.
    fn peek<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        match self.pending(py) {
            Some((object, call)) => call.describe(object).map(Some),
            None => Ok(None),
        }
    }

    /// Whether the finalizer is alive.
    #[getter]
    fn alive(&self, py: Python<'_>) -> bool {
        self.is_alive(py)
    }

    /// Whether the finalizer, if it is alive then, runs when the program ends.
    #[getter]
    fn atexit(&self, py: Python<'_>) -> bool {
        self.runs_at_exit(py)
    }

    #[setter]
    fn set_atexit(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if !self.alive(value.py()) {
            return Ok(());
        }
        let value_is_true = value.is_truthy()?;
        self.set_runs_at_exit(value.py(), value_is_true);
        Ok(())
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        let (name, at) = (slf.get_type().name()?, slf.as_ptr());
        let name = Shown(&name);
        match slf.get().referent(slf.py()) {
            None => alloc::format(slf.py(), format_args!("<{name} object at {at:p}; dead>")),
            Some(object) => {
                let of = object.get_type().name()?.repr()?;
                let (of, of_at) = (Shown(&of), object.as_ptr());
                alloc::format(
                    slf.py(),
                    format_args!("<{name} object at {at:p}; for {of} at {of_at:p}>"),
                )
            }
        }
    }

    /// A copy is dead: one object needs one finalization.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        static NEW_OBJECT: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
        let new_object = NEW_OBJECT
            .get_or_try_make(py, || {
                let copyreg = alloc::import(py, c"copyreg")?;
                copyreg.getattr(names::newobj(py)).map(Bound::unbind)
            })?
            .bind(py);
        let arguments = alloc::tuple(py, [slf.get_type().into_any()])?;
        alloc::tuple(py, [new_object.clone(), arguments.into_any()])
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.visit(&visit)
    }

    /// Reached only once the program has ended: until then the registry keeps live ones alive.
    fn __clear__(&self, py: Python<'_>) {
        if let Some(call) = self.take(py) {
            call.discard(py);
        }
    }

    /// Runs at exit: calls the finalizers whose atexit is true, newest first.
    #[classmethod]
    fn _exitfunc(class: &Bound<'_, PyType>) -> PyResult<()> {
        let py = class.py();
        let gc = alloc::import(py, c"gc")?;
        let was_enabled = gc.call_method0(names::isenabled(py))?.is_truthy()?;
        if was_enabled {
            gc.call_method0(names::disable(py))?;
        }
        let outcome = exit::run_all(py);
        let left_over = FINALIZERS.with(py, Finalizers::shut_down);
        for (_, finalizer) in left_over {
            drop(finalizer.into_bound(py));
        }
        if was_enabled {
            gc.call_method0(names::enable(py))?;
        }
        outcome
    }
}
