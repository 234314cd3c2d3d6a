//! The finalizers that are alive.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::PyTypeInfo;
use pyo3::prelude::*;
use weakly::table::{Table, TryReserveError};
use weakly_pyo3::interpreter::{alloc, names};

/// By which the registry knows a finalizer.
pub(super) type Number = NonZero<u64>;

/// The live finalizers, oldest first, and whether they may still run. It keeps them alive.
pub(super) struct Registry<T> {
    /// With their numbers, which are their hashes, too.
    finalizers: Table<T, Number>,
    made: u64,
    is_shut_down: bool,
}

impl<T> Registry<T> {
    pub(super) const fn new() -> Self {
        Self {
            finalizers: Table::new(),
            made: 0,
            is_shut_down: false,
        }
    }

    /// Keeps a finalizer alive from now on, unless the program has ended: gives it a number, and
    /// takes it.
    pub(super) fn add(
        &mut self,
        finalizer: &mut Option<T>,
    ) -> Result<Option<Number>, TryReserveError> {
        if self.is_shut_down {
            return Ok(None);
        }
        self.finalizers.try_reserve(1)?;
        self.made += 1;
        let number = Number::new(self.made);
        if let (Some(number), Some(finalizer)) = (number, finalizer.take()) {
            self.finalizers.insert(number.get(), finalizer, number);
        }
        Ok(number)
    }

    pub(super) fn remove(&mut self, number: Option<Number>) -> Option<T> {
        let number = number?;
        let slot = self
            .finalizers
            .find(number.get(), |_, own| *own == number)?;
        Some(self.finalizers.remove(slot).0)
    }

    /// From now on no finalizer runs, and none is kept alive: what it holds can be collected.
    pub(super) fn shut_down(&mut self) -> Table<T, Number> {
        self.is_shut_down = true;
        self.finalizers.take()
    }

    pub(super) fn is_shut_down(&self) -> bool {
        self.is_shut_down
    }

    /// How many finalizers have ever been added.
    pub(super) fn made(&self) -> u64 {
        self.made
    }

    /// Oldest first.
    pub(super) fn try_iter(
        &mut self,
    ) -> Result<impl ExactSizeIterator<Item = &T>, TryReserveError> {
        let finalizers = self.finalizers.try_iter()?;
        Ok(finalizers.map(|(_, finalizer, _)| finalizer))
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
