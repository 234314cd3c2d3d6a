//! `finalize`: a call that happens when an object dies, or at exit.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::{PyAssertionError, PyException};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::{Slot, Table, TryReserveError};

use weakly_pyo3::content::out_of_memory;
use weakly_pyo3::interpreter;
use weakly_pyo3::interpreter::class::arguments::Signature;
use weakly_pyo3::interpreter::class::attributes;
use weakly_pyo3::interpreter::class::instance::{self, Class, Constructible};
use weakly_pyo3::interpreter::class::slots;
use weakly_pyo3::interpreter::class::vectorcall::{self, Arguments, Constructor};
use weakly_pyo3::interpreter::fallible::{self, Shown};
use weakly_pyo3::interpreter::handled::while_handling;
use weakly_pyo3::interpreter::lock::Lock;
use weakly_pyo3::interpreter::lock::held::Held;
use weakly_pyo3::interpreter::names;
use weakly_pyo3::interpreter::once::Once;
use weakly_pyo3::interpreter::vector;
use weakly_pyo3::interpreter::zeroed::assert_zeroed;
use weakly_pyo3::references::weak_ref::WeakRef;

/// A callable that runs `func(*args, **kwargs)` when `obj` dies.
///
/// Calling the finalizer runs the function now and returns its result. After that the finalizer is
/// dead, and calls return None. Finalizers that are alive when the program ends run then, newest
/// first, if their `atexit` is true. It behaves as `weakref.finalize`.
#[pyclass(frozen, subclass, module = "weakly")]
#[expect(non_camel_case_types, reason = "the name of the class in Python")]
#[derive(Default)]
pub(crate) struct finalize {
    state: Lock<State>,
}

/// All zeroes are a dead finalizer's.
#[derive(Default)]
struct State {
    pending: Option<Pending>,
    is_at_exit: bool,
    /// Where the registry keeps the finalizer alive, unless the program had ended already.
    slot: Option<Slot>,
}

impl Class for finalize {}

impl Constructible for finalize {
    fn blank() -> PyResult<Self> {
        assert_zeroed!(State, |state| state.pending.is_none());
        Ok(Self::default())
    }
}

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
        let rest = fallible::slice(args, 2)?;
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
        CALL.one(slf, args, kwargs, Some("_weak"))?;
        let result = slf.get().run(py)?;
        Ok(result.unwrap_or_else(|| py.None().into_bound(py)))
    }
}

static CALL: Signature = Signature::new(
    c"class finalize:\n def __call__(self, _weak=None): pass
function = finalize.__call__",
);

/// What a live finalizer has to do.
struct Pending {
    /// Its callback is the finalizer.
    weak: WeakRef,
    call: Call,
}

/// A function with its arguments.
struct Call {
    func: Py<PyAny>,
    args: Py<PyTuple>,
    kwargs: Option<Py<PyDict>>,
}

/// The live finalizers, oldest first, and whether they may still run.
struct Registry {
    finalizers: Table<Py<finalize>, ()>,
    made: u64,
    is_shut_down: bool,
}

static REGISTRY: Lock<Registry> = Lock::new(Registry {
    finalizers: Table::new(),
    made: 0,
    is_shut_down: false,
});

impl Registry {
    /// Keeps a finalizer alive from now on, unless the program has ended: says where, and takes it.
    fn add(
        &mut self,
        finalizer: &mut Option<Py<finalize>>,
    ) -> Result<Option<Slot>, TryReserveError> {
        if self.is_shut_down {
            return Ok(None);
        }
        self.finalizers.try_reserve(1)?;
        self.made += 1;
        let add = |finalizer| self.finalizers.insert(self.made, finalizer, ());
        Ok(finalizer.take().map(add))
    }

    fn remove(&mut self, slot: Option<Slot>) -> Option<Py<finalize>> {
        let slot = slot.filter(|_| !self.is_shut_down)?;
        Some(self.finalizers.remove(slot).0)
    }

    /// From now on no finalizer runs, and none is kept alive: what it holds can be collected.
    fn shut_down(&mut self) -> Table<Py<finalize>, ()> {
        self.is_shut_down = true;
        self.finalizers.take()
    }
}

impl State {
    /// Takes what there is to do. Whether it was to run at exit stays.
    fn take(&mut self) -> Self {
        Self {
            pending: self.pending.take(),
            is_at_exit: self.is_at_exit,
            slot: self.slot.take(),
        }
    }

    /// Gives up a state that is no finalizer's any more, but for what there was to do.
    fn end(self, py: Python<'_>) -> Option<Call> {
        let pending = self.pending?;
        let registered = REGISTRY.with(py, |all| all.remove(self.slot));
        // The reference goes before the function runs: its callback is the finalizer.
        drop((
            registered.map(|registered| registered.into_bound(py)),
            pending.weak.into_bound(py),
        ));
        Some(pending.call)
    }

    /// The object and what there is to do, if both live.
    fn alive<'py>(&self, py: Python<'py>) -> Option<(Held<'py>, &Call)> {
        let pending = self.pending.as_ref()?;
        Some((pending.weak.upgrade(py)?, &pending.call))
    }
}

impl finalize {
    /// What the finalizer, which is new or is used once more, has to do when `obj` dies.
    fn begin<'py>(
        slf: &Bound<'py, Self>,
        obj: &Bound<'py, PyAny>,
        func: &Bound<'py, PyAny>,
        args: Bound<'py, PyTuple>,
        kwargs: Option<Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let py = slf.py();
        register_exit_function(py)?;
        let weak = WeakRef::new(obj, slf.as_any())?;
        let call = Call {
            func: func.clone().unbind(),
            args: args.unbind(),
            kwargs: kwargs.map(Bound::unbind),
        };
        let mut unregistered = Some(slf.clone().unbind());
        let slot = REGISTRY.with(py, |all| all.add(&mut unregistered));
        drop(unregistered.map(|finalizer| finalizer.into_bound(py)));
        let slot = match slot {
            Ok(slot) => slot,
            Err(error) => {
                call.discard(py);
                drop(weak.into_bound(py));
                return Err(out_of_memory(error));
            }
        };
        let state = State {
            pending: Some(Pending { weak, call }),
            is_at_exit: true,
            slot,
        };
        // In one step: to drop what it had to do before may run code that begins it once more, and
        // so may another thread. Each drops the registration that it finds.
        let before = slf.get().state.with(py, |own| mem::replace(own, state));
        if let Some(call) = before.end(py) {
            call.discard(py);
        }
        Ok(())
    }

    /// Calls the function, if the finalizer is alive.
    fn run<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(call) = self.take(py) else {
            return Ok(None);
        };
        let result = if REGISTRY.with(py, |all| all.is_shut_down) {
            Ok(None)
        } else {
            let kwargs = call.kwargs.as_ref().map(|kwargs| kwargs.bind(py));
            call.func
                .bind(py)
                .call(call.args.bind(py), kwargs)
                .map(Some)
        };
        call.discard(py);
        result
    }

    /// Takes what the finalizer has to do: after this it is dead.
    fn take(&self, py: Python<'_>) -> Option<Call> {
        self.state.with(py, State::take).end(py)
    }

    /// The object, if it and the finalizer are alive.
    fn referent<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let object = self
            .state
            .with(py, |state| state.alive(py).map(|(object, _)| object))?;
        Some(object.release())
    }

    /// `(obj, func, args, kwargs)`
    fn describe<'py>(object: Bound<'py, PyAny>, call: &Call) -> PyResult<Bound<'py, PyTuple>> {
        let py = object.py();
        let kwargs = match &call.kwargs {
            Some(kwargs) => kwargs.bind(py).clone(),
            None => fallible::dict(py)?,
        };
        let (func, args) = (call.func.bind(py).clone(), call.args.bind(py).clone());
        fallible::tuple(py, [object, func, args.into_any(), kwargs.into_any()])
    }
}

impl Pending {
    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self.weak.as_object())?;
        visit.call(&self.call.func)?;
        visit.call(&self.call.args)?;
        visit.call(&self.call.kwargs)
    }
}

impl Call {
    /// Drops it. Runs Python code: not under the lock.
    fn discard(self, py: Python<'_>) {
        drop((
            self.func.into_bound(py),
            self.args.into_bound(py),
            self.kwargs.map(|kwargs| kwargs.into_bound(py)),
        ));
    }

    fn clone_ref(&self, py: Python<'_>) -> Self {
        Self {
            func: self.func.clone_ref(py),
            args: self.args.clone_ref(py),
            kwargs: self.kwargs.as_ref().map(|kwargs| kwargs.clone_ref(py)),
        }
    }
}

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
        Self::describe(object, &call).map(Some)
    }

    /// If alive, returns (obj, func, args, kwargs); otherwise None.
    fn peek<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let found = self.state.with(py, |state| {
            let (object, call) = state.alive(py)?;
            Some((object, call.clone_ref(py)))
        });
        match found {
            Some((object, call)) => Self::describe(object.release(), &call).map(Some),
            None => Ok(None),
        }
    }

    /// Whether the finalizer is alive.
    #[getter]
    fn alive(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| state.pending.is_some())
    }

    /// Whether the finalizer, if it is alive then, runs when the program ends.
    #[getter]
    fn atexit(&self, py: Python<'_>) -> bool {
        self.state
            .with(py, |state| state.pending.is_some() && state.is_at_exit)
    }

    #[setter]
    fn set_atexit(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if !self.alive(value.py()) {
            return Ok(());
        }
        let value_is_true = value.is_truthy()?;
        self.state
            .with(value.py(), |state| state.is_at_exit = value_is_true);
        Ok(())
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        let (name, at) = (slf.get_type().name()?, slf.as_ptr());
        let name = Shown(&name);
        match slf.get().referent(slf.py()) {
            None => fallible::format(slf.py(), format_args!("<{name} object at {at:p}; dead>")),
            Some(object) => {
                let of = object.get_type().name()?.repr()?;
                let (of, of_at) = (Shown(&of), object.as_ptr());
                let text = format_args!("<{name} object at {at:p}; for {of} at {of_at:p}>");
                fallible::format(slf.py(), text)
            }
        }
    }

    /// A copy is dead: one object needs one finalization.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        static NEW_OBJECT: Once<Py<PyAny>> = Once::new();
        let new_object = NEW_OBJECT
            .get_or_try_make(py, || {
                let copyreg = fallible::import(py, c"copyreg")?;
                copyreg.getattr(names::newobj(py)).map(Bound::unbind)
            })?
            .bind(py);
        let arguments = fallible::tuple(py, [slf.get_type().into_any()])?;
        fallible::tuple(py, [new_object.clone(), arguments.into_any()])
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.state.visit(&visit, |state| match &state.pending {
            Some(pending) => pending.visit(&visit),
            None => Ok(()),
        })
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
        let gc = fallible::import(py, c"gc")?;
        let was_enabled = gc.call_method0(names::isenabled(py))?.is_truthy()?;
        if was_enabled {
            gc.call_method0(names::disable(py))?;
        }
        let outcome = run_all(py);
        let left_over = REGISTRY.with(py, Registry::shut_down);
        for (finalizer, ()) in left_over {
            drop(finalizer.into_bound(py));
        }
        if was_enabled {
            gc.call_method0(names::enable(py))?;
        }
        outcome
    }
}

/// Calls the finalizers that are to run at exit, the newest first, also those that are made
/// meanwhile. An exception is reported and does not stop the others; one that is no `Exception`
/// does.
fn run_all(py: Python<'_>) -> PyResult<()> {
    let mut selected = select_for_exit(py)?;
    let mut made = REGISTRY.with(py, |all| all.made);
    while let Some(next) = selected.pop() {
        if let Err(error) = next.call0() {
            report(py, error)?;
        }
        // A subclass may have called no `super().__call__`, or the function may have begun its
        // finalizer once more. It had its turn, and gets no other: that could go on for ever.
        if let Some(call) = next.get().take(py) {
            call.discard(py);
            report(
                py,
                fallible::error::<PyAssertionError>(py, format_args!("{STILL_ALIVE}")),
            )?;
        }
        let made_now = REGISTRY.with(py, |all| all.made);
        if made_now != made {
            made = made_now;
            selected = select_for_exit(py)?;
        }
    }
    Ok(())
}

const STILL_ALIVE: &str = "a finalizer was called at exit and is still alive";

/// Shows an error as the interpreter shows one that nobody handles. Errors: the error itself if it
/// is no `Exception`; what the hook raises.
fn report(py: Python<'_>, error: PyErr) -> PyResult<()> {
    if !error.is_instance_of::<PyException>(py) {
        return Err(error);
    }
    while_handling(py, &error, || {
        let hook = fallible::import(py, c"sys")?.getattr(names::excepthook(py))?;
        let traceback = error.traceback(py).map(Bound::into_any);
        let traceback = traceback.unwrap_or_else(|| py.None().into_bound(py));
        let (class, value) = (error.get_type(py), error.value(py));
        interpreter::call(&hook, [class.as_any(), value.as_any(), &traceback])?;
        Ok(())
    })
}

/// The live finalizers that are to run at exit, oldest first. Errors: MemoryError.
fn select_for_exit(py: Python<'_>) -> PyResult<Vec<Bound<'_, finalize>>> {
    let mut all = REGISTRY.with(py, |all| {
        let finalizers = all.finalizers.iter();
        vector::collect(finalizers.map(|(_, finalizer, ())| finalizer.bind(py).clone()))
    })?;
    all.retain(|finalizer| finalizer.get().atexit(py));
    Ok(all)
}

/// Has `_exitfunc` called at exit, from the first finalizer on: so the finalizers run before what
/// was registered earlier, and after what is registered later.
fn register_exit_function(py: Python<'_>) -> PyResult<()> {
    static IS_REGISTERED: AtomicBool = AtomicBool::new(false);
    // Relaxed: it orders nothing else. Whoever comes while another registers it need not wait.
    if IS_REGISTERED.load(Ordering::Relaxed) || IS_REGISTERED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let register = || {
        let exit_function = py.get_type::<finalize>().getattr(names::exitfunc(py))?;
        fallible::import(py, c"atexit")?.call_method1(names::register(py), (exit_function,))
    };
    let registered = register();
    IS_REGISTERED.store(registered.is_ok(), Ordering::Relaxed);
    registered.map(drop)
}
