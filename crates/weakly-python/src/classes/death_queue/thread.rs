//! The thread that calls the finalizers of a queue.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use weakly_pyo3::content::deaths::{Deaths, Reader};
use weakly_pyo3::interpreter::alloc;
use weakly_pyo3::interpreter::class::instance::{self, Class};
use weakly_pyo3::interpreter::names;
use weakly_pyo3::interpreter::shared::Shared;

use super::timeout::Deadline;
use crate::classes::finalize::turns::Turns;

/// What the thread runs. It shares the deaths, not the queue.
#[pyclass(frozen, module = "weakly", name = "_DeathThread")]
pub(crate) struct DeathThread {
    /// None in a new instance that is not written yet.
    deaths: Option<Shared<Deaths>>,
}

impl Class for DeathThread {}

#[pymethods]
impl DeathThread {
    /// Calls finalizers until the queue is gone.
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        let Some(deaths) = &self.deaths else {
            return Ok(());
        };
        let turns = Turns::register(py)?;
        loop {
            let due = turns.take(|| match deaths.take_due(py) {
                Some(finalizer) => call(&finalizer).map(|()| true),
                None => Ok(false),
            })?;
            if due {
                continue;
            }
            if deaths.is_closed(py) {
                return Ok(());
            }
            let descriptor = deaths.descriptor(py, Reader::Thread)?;
            Deadline::NEVER.until_readable(py, descriptor)?;
        }
    }
}

/// Starts the thread of a queue.
pub(super) fn start(py: Python<'_>, deaths: &Shared<Deaths>) -> PyResult<()> {
    let target = instance::new(
        py,
        DeathThread {
            deaths: Some(deaths.clone()),
        },
    )?;
    let kwargs = alloc::dict(py)?;
    kwargs.set_item(names::target(py), target)?;
    kwargs.set_item(names::name(py), alloc::string(py, "weakly.DeathQueue")?)?;
    kwargs.set_item(names::daemon(py), true)?;
    let class = alloc::import(py, c"threading")?.getattr(names::Thread(py))?;
    let thread = class.call(alloc::tuple(py, [])?, Some(&kwargs))?;
    thread.call_method0(names::start(py)).map(drop)
}

/// Calls a finalizer that is due. An exception is reported as in a callback.
///
/// Errors: an exception that is no `Exception`.
pub(super) fn call(finalizer: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = finalizer.py();
    match finalizer.call0() {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, Some(finalizer));
            Ok(())
        }
        called => called.map(drop),
    }
}
