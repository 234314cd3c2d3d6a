//! The finalizers that are alive.

use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::PyTypeInfo;
use pyo3::prelude::*;
use weakly::table::{Number, Registry, Table};
use weakly_pyo3::interpreter::alloc::{self, NoMemory};
use weakly_pyo3::interpreter::names;

/// The live finalizers, and whether they may still run. It keeps them alive.
pub(super) struct Finalizers<T> {
    pub(super) live: Registry<T>,
    is_shut_down: bool,
}

impl<T> Finalizers<T> {
    pub(super) const fn new() -> Self {
        Self {
            live: Registry::new(),
            is_shut_down: false,
        }
    }

    /// Keeps a finalizer alive from now on, unless the program has ended: gives it a number, and
    /// takes it.
    pub(super) fn add(&mut self, finalizer: &mut Option<T>) -> Result<Option<Number>, NoMemory> {
        let Some(new) = finalizer.take_if(|_| !self.is_shut_down) else {
            return Ok(None);
        };
        match self.live.try_add(new) {
            Ok(number) => Ok(Some(number)),
            Err(new) => {
                *finalizer = Some(new);
                Err(NoMemory)
            }
        }
    }

    /// From now on no finalizer runs, and none is kept alive: what it holds can be collected.
    pub(super) fn shut_down(&mut self) -> Table<Number, T> {
        self.is_shut_down = true;
        self.live.take()
    }

    pub(super) fn is_shut_down(&self) -> bool {
        self.is_shut_down
    }
}

/// Has `_exitfunc` of the class called at exit, from the first finalizer on: so the finalizers run
/// before what was registered earlier, and after what is registered later.
pub(super) fn run_at_exit<T: PyTypeInfo>(py: Python<'_>) -> PyResult<()> {
    static IS_REGISTERED: AtomicBool = AtomicBool::new(false);
    // Relaxed: it orders nothing else. Whoever comes while another registers it need not wait.
    if IS_REGISTERED.load(Ordering::Relaxed) || IS_REGISTERED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let register = || {
        // What is imported at exit, as `_exitfunc` does, lets the GIL come and go on free-threaded
        // builds: CPython 3.13 may crash then, where daemon threads run.
        alloc::import(py, c"gc")?;
        let exit_function = py.get_type::<T>().getattr(names::exitfunc(py))?;
        alloc::import(py, c"atexit")?.call_method1(names::register(py), (exit_function,))
    };
    let registered = register();
    IS_REGISTERED.store(registered.is_ok(), Ordering::Relaxed);
    registered.map(drop)
}
