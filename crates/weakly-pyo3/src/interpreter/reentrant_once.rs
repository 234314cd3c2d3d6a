//! A value that is made where it is first needed.

use std::sync::OnceLock;

use pyo3::prelude::*;

/// A value made once, by code that may need it itself.
///
/// Creating a Python object may start the garbage collector, which runs any code, also code that
/// comes here again. PyO3's lock would wait for itself then. So nobody waits: the first value that is made
/// is the value, and another one that was begun before is dropped.
///
/// PyO3's lock also gives up the GIL while it is half set. If another thread forks then, the lock of the
/// child stays so for ever.
pub struct ReentrantOnce<T>(OnceLock<T>);

impl<T> Default for ReentrantOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> ReentrantOnce<T> {
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The value, if it was made.
    pub fn get(&self, _py: Python<'_>) -> Option<&T> {
        self.0.get()
    }

    /// The value, made by `make` if there is none yet. Errors: what `make` returns.
    #[inline]
    pub fn get_or_try_make(
        &self,
        _py: Python<'_>,
        make: impl FnOnce() -> PyResult<T>,
    ) -> PyResult<&T> {
        match self.0.get() {
            Some(value) => Ok(value),
            None => self.make(make),
        }
    }

    #[cold]
    fn make(&self, make: impl FnOnce() -> PyResult<T>) -> PyResult<&T> {
        let made = make()?;
        Ok(self.0.get_or_init(|| made))
    }
}
