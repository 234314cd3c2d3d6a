//! Waiting until a descriptor can be read, for so long.

use std::time::{Duration, Instant};

use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
#[cfg(unix)]
use weakly_pyo3::interpreter;
use weakly_pyo3::interpreter::{alloc, interrupt, names};

/// When waiting ends, if it does.
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    pub(super) const NEVER: Self = Self(None);

    /// Errors: TypeError, ValueError and OverflowError for what is no number of seconds.
    pub(super) fn after(timeout: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(timeout) = timeout.filter(|timeout| !timeout.is_none()) else {
            return Ok(Self::NEVER);
        };
        let py = timeout.py();
        let seconds: f64 = timeout.extract()?;
        if seconds.is_nan() || seconds < 0.0 {
            return Err(alloc::error::<PyValueError>(
                py,
                format_args!("'timeout' must be a non-negative number"),
            ));
        }
        let end = Duration::try_from_secs_f64(seconds)
            .ok()
            .and_then(|duration| Instant::now().checked_add(duration));
        let too_large =
            || alloc::error::<PyOverflowError>(py, format_args!("timeout value is too large"));
        Ok(Self(Some(end.ok_or_else(too_large)?)))
    }

    /// Waits, without the GIL. Says whether the descriptor can be read.
    ///
    /// Errors: what a signal handler raises; MemoryError.
    pub(super) fn until_readable(&self, py: Python<'_>, descriptor: isize) -> PyResult<bool> {
        let descriptor = alloc::int(py, descriptor)?;
        loop {
            let left = self
                .0
                .map(|end| end.saturating_duration_since(Instant::now()));
            if wait(&descriptor, at_once(left))? {
                return Ok(true);
            }
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(false);
            }
            interrupt::pause(py)?;
        }
    }
}

/// How much of a wait may be made at once.
///
/// Without the GIL an object that another thread lets go dies in the thread that made it, between two
/// steps of a program there. A thread that waits for such a death must come to that now and then.
fn at_once(left: Option<Duration>) -> Option<Duration> {
    const OFTEN: Duration = Duration::from_millis(10);
    if cfg!(Py_GIL_DISABLED) {
        Some(left.map_or(OFTEN, |left| left.min(OFTEN)))
    } else {
        left
    }
}

/// Waits for so long, or a little less. Says whether the descriptor can be read.
#[cfg(unix)]
fn wait(descriptor: &Bound<'_, PyAny>, left: Option<Duration>) -> PyResult<bool> {
    let py = descriptor.py();
    let select = alloc::import(py, c"select")?;
    let poll = select.call_method0(names::poll(py))?;
    let input = select.getattr(names::POLLIN(py))?;
    poll.call_method1(names::register(py), (descriptor, input))?;
    let poll = poll.getattr(names::poll(py))?;
    let readable = match left {
        None => poll.call0()?,
        Some(left) => {
            let milliseconds = left.as_micros().div_ceil(1000).min(LONG);
            interpreter::call(&poll, [&alloc::int(py, milliseconds as isize)?])?
        }
    };
    readable.is_truthy()
}

/// As above, with the system's only way.
#[cfg(not(unix))]
fn wait(descriptor: &Bound<'_, PyAny>, left: Option<Duration>) -> PyResult<bool> {
    let py = descriptor.py();
    let select = alloc::import(py, c"select")?.getattr("select")?;
    let (read, none) = (
        alloc::tuple(py, [descriptor.clone()])?,
        alloc::tuple(py, [])?,
    );
    let readable = match left {
        None => select.call1((read, &none, &none))?,
        Some(left) => select.call1((read, &none, &none, left.as_secs_f64()))?,
    };
    readable.get_item(0)?.is_truthy()
}

/// The system counts milliseconds in 32 bits.
#[cfg(unix)]
const LONG: u128 = 1 << 30;

/// `queue.Empty`
#[cold]
pub(super) fn empty(py: Python<'_>) -> PyErr {
    let empty =
        alloc::import(py, c"_queue").and_then(|queue| queue.getattr(names::Empty(py))?.call0());
    empty.map_or_else(|error| error, PyErr::from_value)
}
