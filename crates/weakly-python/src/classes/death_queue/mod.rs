//! `DeathQueue`: deaths that wait until the program asks for them.

mod thread;
mod timeout;

use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyList, PyString, PyTuple};
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::content::deaths::{Deaths, Reader};
use weakly_pyo3::interpreter::alloc::{self, Shown};
use weakly_pyo3::interpreter::class::arguments::Signature;
use weakly_pyo3::interpreter::class::instance::{self, Class, Constructible};
use weakly_pyo3::interpreter::class::methods::{self, Varied};
use weakly_pyo3::interpreter::class::slots;
use weakly_pyo3::interpreter::class::vectorcall::Arguments;
use weakly_pyo3::interpreter::reentrant_once::ReentrantOnce;
use weakly_pyo3::interpreter::shared::Shared;
use weakly_pyo3::interpreter::{names, weak_list};

use crate::classes::finalize::finalize;
use crate::classes::mapping;
use timeout::Deadline;

/// Deaths that wait until the program asks for them, where it suits it.
///
/// A callback or a finalizer runs at the death of its object, in the middle of whatever runs then. A
/// queue runs nothing at a death: what was held for the object waits in the queue. `get()` and `drain()`
/// take it out, and call the finalizers that were bound with `finalize()` and are due.
///
/// With `thread=True` a thread of the queue's own calls the finalizers that are due. It ends with the
/// queue.
///
/// A death takes no memory and no lock that the code it interrupts could hold. Several threads may use
/// a queue at once.
#[pyclass(frozen, subclass, dict, weakref, generic, module = "weakly")]
pub(crate) struct DeathQueue {
    /// None in a new instance that is not written yet.
    deaths: Option<Shared<Deaths>>,
    /// What the references call. Made with the first of them.
    callback: ReentrantOnce<Py<PyAny>>,
    /// The process in which the queue's own thread was started, or 0. A forked process has none.
    process: AtomicU32,
}

impl Class for DeathQueue {}

impl Constructible for DeathQueue {
    fn blank() -> PyResult<Self> {
        Ok(Self {
            deaths: Some(Deaths::new()?),
            callback: ReentrantOnce::new(),
            process: AtomicU32::new(0),
        })
    }
}

static INIT: Signature = Signature::new(
    c"class DeathQueue:\n def __init__(self, thread=False): pass
function = DeathQueue.__init__",
);

impl slots::Init for DeathQueue {
    fn init<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let [thread] = INIT.arguments(slf, args, kwargs, ["thread"], 0)?;
        if thread.map_or(Ok(false), |thread| thread.is_truthy())? {
            slf.get().deaths().leave_to_thread(slf.py());
        }
        Ok(())
    }
}

impl DeathQueue {
    fn deaths(&self) -> &Shared<Deaths> {
        self.deaths
            .as_ref()
            .expect("an instance in use has its parts")
    }

    /// Calls the finalizers that are due, unless that is the thread's business. An exception is reported,
    /// as in a callback; one that is no `Exception` is raised.
    fn call_due(&self, py: Python<'_>) -> PyResult<()> {
        if self.deaths().has_thread(py) {
            return Ok(());
        }
        while let Some(finalizer) = self.deaths().take_due(py) {
            thread::call(&finalizer)?;
        }
        Ok(())
    }

    /// Starts the queue's own thread, if it is to have one and has none in this process.
    fn ensure_thread(&self, py: Python<'_>) -> PyResult<()> {
        let process = process::id();
        if !self.deaths().has_thread(py) || self.process.swap(process, Relaxed) == process {
            return Ok(());
        }
        thread::start(py, self.deaths()).inspect_err(|_| self.process.store(0, Relaxed))
    }
}

#[pymethods]
impl DeathQueue {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(thread=False)")]
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

    /// Waits for the death of obj: then held can be taken out of the queue. Returns a token, an int that
    /// no other watch of any queue has.
    ///
    /// The queue holds held, which must not lead to obj: it would keep obj alive. Raises TypeError if
    /// obj cannot be weakly referenced. O(1).
    #[pyo3(signature = (obj, held=None))]
    fn watch<'py>(
        &self,
        obj: &Bound<'py, PyAny>,
        held: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = obj.py();
        let callback = self
            .callback
            .get_or_try_make(py, || Deaths::callback(self.deaths(), py))?;
        let none = py.None().into_bound(py);
        self.deaths()
            .watch(obj, held.unwrap_or(&none), callback.bind(py))
    }

    /// Forgets a watch by its token, and what is held for it. Returns whether there was one: not if its
    /// object is dead. O(1).
    #[pyo3(signature = (token))]
    fn unwatch(&self, token: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = token.py();
        let Ok(number) = token.cast::<PyInt>() else {
            let name = token.get_type().name()?;
            return Err(alloc::error::<PyTypeError>(
                py,
                format_args!(
                    "a token is the int that watch() returned, not '{}'",
                    Shown(&name)
                ),
            ));
        };
        let number = alloc::caught(py, || Ok(number.extract::<isize>().ok()))?;
        Ok(number.is_some_and(|number| self.deaths().unwatch(py, number)))
    }

    /// Binds a finalizer to the queue: when obj dies, func(*args, **kwargs) waits in the queue, and is
    /// called by get(), by drain() or by the queue's own thread.
    ///
    /// Returns a weakly.finalize, which can be called or detached, and which also runs at exit. It keeps
    /// the queue alive until then. An exception of func is reported by sys.unraisablehook.
    // Called through `Finalize`, which has all keywords in one dict.
    #[pyo3(
        signature = (obj, func, args=None, kwargs=None, /),
        text_signature = "($self, obj, func, /, *args, **kwargs)"
    )]
    fn finalize<'py>(
        slf: &Bound<'py, Self>,
        obj: &Bound<'py, PyAny>,
        func: &Bound<'py, PyAny>,
        args: Option<Bound<'py, PyTuple>>,
        kwargs: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let args = args.unwrap_or_else(|| PyTuple::empty(slf.py()));
        Self::bind(slf, obj, func, args, kwargs)
    }

    /// Takes out what was held for the object that died first, and waits for it if there is nothing.
    ///
    /// Calls the finalizers that are due before, and while it waits. Raises queue.Empty after timeout
    /// seconds, if timeout is given: with 0, at once.
    #[pyo3(signature = (timeout=None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        timeout: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let deadline = Deadline::after(timeout)?;
        loop {
            self.call_due(py)?;
            if let Some(held) = self.deaths().take_held(py) {
                return Ok(held);
            }
            let descriptor = self.deaths().descriptor(py, Reader::Program)?;
            if !deadline.until_readable(py, descriptor)? {
                return Err(timeout::empty(py));
            }
        }
    }

    /// Calls the finalizers that are due, then takes out all that was held for the dead. Returns it as a
    /// list, in the order of the deaths.
    fn drain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.call_due(py)?;
        self.deaths().take_all_held(py)
    }

    /// A file descriptor that can be read while there is something to take out or to call, for
    /// selectors and event loops. Nobody else may read from it.
    ///
    /// It is the same for the life of the queue, but another one in a forked process. Raises OSError if
    /// there are too many. Without the GIL, objects that a thread has made and another one lets go die
    /// where the first runs Python code: as get() sees to, and a thread that waits in a selector does not.
    fn fileno<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        alloc::int(py, self.deaths().descriptor(py, Reader::Program)?)
    }

    /// `await q.wait()`: returns when there is something to take out or to call. For asyncio.
    fn wait<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let waiting = alloc::import(py, c"weakly._waiting")?;
        waiting.call_method1(names::wait(py), (slf,))
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.deaths().len(py)
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        mapping::repr(slf)
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(mapping::cannot_pickle(slf))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match &self.deaths {
            Some(deaths) => deaths.visit(&visit),
            None => Ok(()),
        }
    }

    fn __clear__(&self, py: Python<'_>) {
        if let Some(deaths) = &self.deaths {
            deaths.give_up(py);
        }
    }
}

impl Drop for DeathQueue {
    fn drop(&mut self) {
        if let Some(deaths) = &self.deaths {
            Python::attach(|py| {
                deaths.close(py);
                deaths.give_up(py);
            });
        }
    }
}

weak_list::referent!(DeathQueue);

impl DeathQueue {
    fn bind<'py>(
        slf: &Bound<'py, Self>,
        obj: &Bound<'py, PyAny>,
        func: &Bound<'py, PyAny>,
        args: Bound<'py, PyTuple>,
        kwargs: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.get().ensure_thread(slf.py())?;
        let made = instance::new(slf.py(), finalize::default())?;
        finalize::begin_bound(
            &made,
            (slf.as_any(), slf.get().deaths()),
            obj,
            func,
            args,
            kwargs,
        )?;
        Ok(made.into_any())
    }
}

/// `finalize(obj, func, /, *args, **kwargs)`
struct Finalize;

static FINALIZE: Signature = Signature::new(
    c"class DeathQueue:\n def finalize(self, obj, func, /, *args, **kwargs): pass
function = DeathQueue.finalize",
);

impl Varied for Finalize {
    type Class = DeathQueue;
    const NAME: &'static str = "finalize";

    fn call<'py>(
        slf: &Bound<'py, DeathQueue>,
        arguments: Arguments<'_, 'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (Some(obj), Some(func)) = (arguments.get(0), arguments.get(1)) else {
            return Err(FINALIZE.refusal(Some(slf), &arguments.tuple_from(0)?, kwargs));
        };
        let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
        DeathQueue::bind(slf, &obj, &func, arguments.tuple_from(2)?, kwargs.cloned())
    }
}

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    instance::install::<DeathQueue>(py);
    INIT.prepare(py)?;
    FINALIZE.prepare(py)?;
    slots::set_init::<DeathQueue>(py)?;
    weak_list::clear_first::<DeathQueue>(py);
    methods::replace::<Finalize>(py)?;
    methods::guard::<DeathQueue>(py)
}
