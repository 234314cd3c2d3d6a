//! A value that is made where it is first needed.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// A value made once, by code that may need it itself.
///
/// To make a Python object may start the garbage collector, which runs any code, also such as comes
/// here again. PyO3's lock would wait for itself then. So nobody waits: the first value that is made
/// is the value, and another one that was begun before is dropped.
pub struct ReentrantOnce<T>(PyOnceLock<T>);

impl<T> Default for ReentrantOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> ReentrantOnce<T> {
    pub const fn new() -> Self {
        Self(PyOnceLock::new())
    }

    /// The value, if it was made.
    pub fn get(&self, py: Python<'_>) -> Option<&T> {
        self.0.get(py)
    }

    /// The value, made by `make` if there is none yet. Errors: what `make` returns.
    #[inline]
    pub fn get_or_try_make(
        &self,
        py: Python<'_>,
        make: impl FnOnce() -> PyResult<T>,
    ) -> PyResult<&T> {
        match self.0.get(py) {
            Some(value) => Ok(value),
            None => self.make(py, make),
        }
    }

    #[cold]
    fn make(&self, py: Python<'_>, make: impl FnOnce() -> PyResult<T>) -> PyResult<&T> {
        let made = make()?;
        Ok(self.0.get_or_init(py, || made))
    }
}
