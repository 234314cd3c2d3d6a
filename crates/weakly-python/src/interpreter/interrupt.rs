//! Long operations that can be interrupted.

use pyo3::prelude::*;

use crate::interpreter;
use crate::interpreter::fallible;
use crate::interpreter::names;
use crate::interpreter::once::Once;

/// After so many steps an operation pauses: seldom enough to cost nothing that could be measured.
pub(crate) const EVERY: u32 = 256;

/// Counts the steps of an operation, and pauses now and then.
pub(crate) struct Pauses<'py> {
    py: Python<'py>,
    steps: u32,
}

impl<'py> Pauses<'py> {
    pub(crate) fn new(py: Python<'py>) -> Self {
        Self { py, steps: 0 }
    }

    /// Called before each step of an operation, not under a lock: any code may run.
    ///
    /// Errors: what a signal handler raises, and what another thread has this one raise.
    #[inline]
    pub(crate) fn step(&mut self) -> PyResult<()> {
        self.steps = self.steps.wrapping_add(1);
        if self.steps % EVERY == 0 {
            pause(self.py)?;
        }
        Ok(())
    }
}

/// What the interpreter does between two steps of a program: it runs the handlers of signals, and
/// lets another thread go on if one has waited long enough.
///
/// For the second there is no function, so this is a step of a program: a call that does nothing.
///
/// Errors: as [`Pauses::step`].
#[cold]
pub(crate) fn pause(py: Python<'_>) -> PyResult<()> {
    nothing(py)?.call0().map(drop)
}

/// `lambda: None`
fn nothing(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static NOTHING: Once<Py<PyAny>> = Once::new();
    let made = NOTHING.get_or_try_make(py, || {
        let eval = fallible::import(py, c"builtins")?.getattr(names::eval(py))?;
        let names = fallible::dict(py)?;
        let made = interpreter::call(&eval, [names::do_nothing(py), &names])?;
        Ok(made.unbind())
    });
    made.map(|made| made.bind(py))
}

/// Makes what a pause needs.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    pause(py)
}

/// The items of an iterable, with pauses.
///
/// Errors: as iterating over it, and as [`Pauses::step`].
pub(crate) fn items<'py>(
    iterable: &Bound<'py, PyAny>,
) -> PyResult<impl Iterator<Item = PyResult<Bound<'py, PyAny>>> + use<'py>> {
    let mut pauses = Pauses::new(iterable.py());
    let items = iterable.try_iter()?;
    Ok(items.map(move |item| {
        pauses.step()?;
        item
    }))
}

/// The elements of something that is ours, with pauses.
///
/// Errors: as [`Pauses::step`].
pub(crate) fn in_turn<'py, T>(
    py: Python<'py>,
    elements: impl IntoIterator<Item = T>,
) -> impl Iterator<Item = PyResult<T>> {
    let mut pauses = Pauses::new(py);
    elements
        .into_iter()
        .map(move |element| pauses.step().map(|()| element))
}

/// Drops the elements one after another, with pauses.
///
/// Errors: as [`Pauses::step`]; the others are dropped all the same.
pub(crate) fn drop_in_turn<T>(
    py: Python<'_>,
    elements: impl IntoIterator<Item = T>,
) -> PyResult<()> {
    let mut pauses = Pauses::new(py);
    let mut result = Ok(());
    for element in elements {
        drop(element);
        if result.is_ok() {
            result = pauses.step();
        }
    }
    result
}
