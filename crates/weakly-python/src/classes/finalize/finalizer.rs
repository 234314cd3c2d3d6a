//! A finalizer: what it has to do, until it has done it.

use std::mem;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::Number;
use weakly_pyo3::content::deaths::Deaths;
use weakly_pyo3::interpreter::class::instance::{Class, Constructible};
use weakly_pyo3::interpreter::lock::Lock;
use weakly_pyo3::interpreter::lock::held::Held;
use weakly_pyo3::interpreter::shared::Shared;
use weakly_pyo3::interpreter::zeroed::assert_zeroed;
use weakly_pyo3::references::weak_ref::WeakRef;

use super::call::Call;
use super::registry::{self, Finalizers};

pub(super) static FINALIZERS: Lock<Finalizers<Py<finalize>>> = Lock::new(Finalizers::new());

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
    /// Where it waits when the object is dead, if it is bound to a queue.
    destination: Option<Destination>,
    /// By which the registry keeps the finalizer alive, unless the program had ended already.
    number: Option<Number>,
}

/// The queue that a finalizer is bound to.
struct Destination {
    deaths: Shared<Deaths>,
    queue: Py<PyAny>,
    /// Whether the finalizer is there.
    is_due: bool,
}

impl Destination {
    /// The finalizer needs no queue any more. Runs Python code: not under the lock.
    fn discard(self, py: Python<'_>) {
        if !self.is_due {
            self.deaths.unbind(py);
        }
        drop(self.queue.into_bound(py));
    }
}

/// What a live finalizer has to do.
struct Pending {
    /// Its callback is the finalizer.
    weak: WeakRef,
    call: Call,
}

impl Class for finalize {}

impl Constructible for finalize {
    fn blank() -> PyResult<Self> {
        assert_zeroed!(State, |state| state.pending.is_none());
        Ok(Self::default())
    }
}

impl State {
    /// Takes what there is to do. Whether it was to run at exit stays.
    fn take(&mut self) -> Self {
        Self {
            pending: self.pending.take(),
            is_at_exit: self.is_at_exit,
            destination: self.destination.take(),
            number: self.number.take(),
        }
    }

    /// Gives up a state that is no finalizer's any more, but for what there was to do.
    fn end(self, py: Python<'_>) -> Option<Call> {
        if let Some(destination) = self.destination {
            destination.discard(py);
        }
        let pending = self.pending?;
        let registered = FINALIZERS.with(py, |all| all.live.remove(self.number?));
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
    /// As [`finalize::begin`], for a new finalizer that waits in a queue when `obj` is dead.
    pub(crate) fn begin_bound<'py>(
        slf: &Bound<'py, Self>,
        (queue, deaths): (&Bound<'py, PyAny>, &Shared<Deaths>),
        obj: &Bound<'py, PyAny>,
        func: &Bound<'py, PyAny>,
        args: Bound<'py, PyTuple>,
        kwargs: Option<Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        deaths.bind(slf.py())?;
        let destination = Destination {
            deaths: deaths.clone(),
            queue: queue.clone().unbind(),
            is_due: false,
        };
        Self::begin_for(slf, Some(destination), obj, func, args, kwargs)
    }

    /// What the finalizer, which is new or is used once more, has to do when `obj` dies.
    pub(super) fn begin<'py>(
        slf: &Bound<'py, Self>,
        obj: &Bound<'py, PyAny>,
        func: &Bound<'py, PyAny>,
        args: Bound<'py, PyTuple>,
        kwargs: Option<Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        Self::begin_for(slf, None, obj, func, args, kwargs)
    }

    fn begin_for<'py>(
        slf: &Bound<'py, Self>,
        destination: Option<Destination>,
        obj: &Bound<'py, PyAny>,
        func: &Bound<'py, PyAny>,
        args: Bound<'py, PyTuple>,
        kwargs: Option<Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let weak = registry::run_at_exit::<Self>(py).and_then(|()| WeakRef::new(obj, slf.as_any()));
        let weak = match weak {
            Ok(weak) => weak,
            Err(error) => {
                if let Some(destination) = destination {
                    destination.discard(py);
                }
                return Err(error);
            }
        };
        let call = Call {
            func: func.clone().unbind(),
            args: args.unbind(),
            kwargs: kwargs.map(Bound::unbind),
        };
        let mut unregistered = Some(slf.clone().unbind());
        let number = FINALIZERS.with(py, |all| all.add(&mut unregistered));
        drop(unregistered.map(|finalizer| finalizer.into_bound(py)));
        let number = match number {
            Ok(number) => number,
            Err(error) => {
                call.discard(py);
                drop(weak.into_bound(py));
                if let Some(destination) = destination {
                    destination.discard(py);
                }
                return Err(error.into());
            }
        };
        let state = State {
            pending: Some(Pending { weak, call }),
            is_at_exit: true,
            destination,
            number,
        };
        // In one step: to drop what it had to do before may run code that begins it once more, and
        // so may another thread. Each drops the registration that it finds.
        let before = slf.get().state.with(py, |own| mem::replace(own, state));
        if let Some(call) = before.end(py) {
            call.discard(py);
        }
        Ok(())
    }

    /// Lets a finalizer whose object is dead wait in its queue, if it has one. `weak` is what the callback
    /// was called with. Says whether it waits. Takes no memory and runs no Python code.
    pub(super) fn wait_in_queue(slf: &Bound<'_, Self>, weak: &Bound<'_, PyAny>) -> bool {
        let deaths = slf.get().state.with(slf.py(), |state| {
            let pending = state.pending.as_ref()?;
            let destination = state.destination.as_mut()?;
            if destination.is_due || !pending.weak.as_object().is(weak) {
                return None;
            }
            destination.is_due = true;
            Some(destination.deaths.clone())
        });
        match deaths {
            Some(deaths) => {
                deaths.put_due(slf.as_any());
                true
            }
            None => false,
        }
    }

    /// Calls the function, if the finalizer is alive.
    pub(super) fn run<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(call) = self.take(py) else {
            return Ok(None);
        };
        let result = if FINALIZERS.with(py, |all| all.is_shut_down()) {
            Ok(None)
        } else {
            call.call(py).map(Some)
        };
        call.discard(py);
        result
    }

    /// Takes what the finalizer has to do: after this it is dead.
    pub(super) fn take(&self, py: Python<'_>) -> Option<Call> {
        self.state.with(py, State::take).end(py)
    }

    /// The object, if it and the finalizer are alive.
    pub(super) fn referent<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let object = self
            .state
            .with(py, |state| state.alive(py).map(|(object, _)| object))?;
        Some(object.release())
    }

    /// The object and what there is to do, if the finalizer is alive.
    pub(super) fn pending<'py>(&self, py: Python<'py>) -> Option<(Bound<'py, PyAny>, Call)> {
        let (object, call) = self.state.with(py, |state| {
            let (object, call) = state.alive(py)?;
            Some((object, call.clone_ref(py)))
        })?;
        Some((object.release(), call))
    }

    pub(super) fn is_alive(&self, py: Python<'_>) -> bool {
        self.state.with(py, |state| state.pending.is_some())
    }

    pub(super) fn runs_at_exit(&self, py: Python<'_>) -> bool {
        self.state
            .with(py, |state| state.pending.is_some() && state.is_at_exit)
    }

    pub(super) fn set_runs_at_exit(&self, py: Python<'_>, value: bool) {
        self.state.with(py, |state| state.is_at_exit = value);
    }

    /// For `tp_traverse`.
    pub(super) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.state.visit(visit, |state| match &state.pending {
            Some(pending) => {
                if let Some(destination) = &state.destination {
                    visit.call(&destination.queue)?;
                }
                visit.call(pending.weak.as_object())?;
                pending.call.visit(visit)
            }
            None => Ok(()),
        })
    }
}
