//! Long operations that can be interrupted.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::interpreter;
use crate::interpreter::alloc;
use crate::interpreter::names;
use crate::interpreter::reentrant_once::ReentrantOnce;

/// After so many steps an operation pauses: seldom enough to cost nothing that could be measured.
const EVERY: u32 = 256;

/// Counts the steps of an operation, and pauses now and then.
#[derive(Default)]
pub struct Pauses {
    steps: AtomicU32,
}

impl Pauses {
    /// Called before each step of an operation, not under a lock: any code may run.
    ///
    /// Errors: what a signal handler raises, and what another thread has this one raise.
    #[inline]
    pub fn step(&self, py: Python<'_>) -> PyResult<()> {
        // Two threads may count as one: there is a pause soon, that is all.
        let steps = self.steps.load(Relaxed).wrapping_add(1);
        self.steps.store(steps, Relaxed);
        if steps % EVERY == 0 {
            pause(py)?;
        }
        Ok(())
    }
}

/// What the interpreter does between two steps of a program: it runs the handlers of signals, and
/// lets another thread go on if one has waited long enough. Without the GIL, objects die there that
/// this thread has made and others have let go.
///
/// For these there is no function, so this is a step of a program: a call that does nothing.
///
/// Errors: as [`Pauses::step`].
#[cold]
pub fn pause(py: Python<'_>) -> PyResult<()> {
    nothing(py)?.call0().map(drop)
}

/// `lambda: None`
fn nothing(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static NOTHING: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    evaluated(&NOTHING, names::do_nothing(py))
}

/// What a text evaluates to, kept from the first call on.
fn evaluated<'py>(
    kept: &'static ReentrantOnce<Py<PyAny>>,
    text: &Bound<'py, PyString>,
) -> PyResult<&'py Bound<'py, PyAny>> {
    let py = text.py();
    let made = kept.get_or_try_make(py, || {
        let eval = alloc::import(py, c"builtins")?.getattr(names::eval(py))?;
        let names = alloc::dict(py)?;
        let made = interpreter::call(&eval, [text, &names])?;
        Ok(made.unbind())
    });
    made.map(|made| made.bind(py))
}

/// Makes what a pause needs.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    pause(py)
}

/// An iterator over the same items, with pauses, for functions of the interpreter that read to the end
/// without one. It is a generator: each of its steps is a step of a program.
///
/// Errors: as iterating over it, and as [`Pauses::step`].
pub fn generator<'py>(iterable: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    static MAKE: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    interpreter::call(
        evaluated(&MAKE, names::generator(iterable.py()))?,
        [iterable],
    )
}

/// The items of an iterable, with pauses.
///
/// Errors: as iterating over it, and as [`Pauses::step`].
pub fn items<'py>(
    iterable: &Bound<'py, PyAny>,
) -> PyResult<impl Iterator<Item = PyResult<Bound<'py, PyAny>>> + use<'py>> {
    let (py, pauses) = (iterable.py(), Pauses::default());
    let items = iterable.try_iter()?;
    Ok(items.map(move |item| {
        pauses.step(py)?;
        item
    }))
}

/// The elements of something that is ours, with pauses.
///
/// Errors: as [`Pauses::step`].
pub fn in_turn<'py, T>(
    py: Python<'py>,
    elements: impl IntoIterator<Item = T>,
) -> impl Iterator<Item = PyResult<T>> {
    let pauses = Pauses::default();
    elements
        .into_iter()
        .map(move |element| pauses.step(py).map(|()| element))
}

/// Drops the elements one after another, with pauses.
///
/// Errors: as [`Pauses::step`]; the others are dropped all the same.
pub(crate) fn drop_in_turn<T>(
    py: Python<'_>,
    elements: impl IntoIterator<Item = T>,
) -> PyResult<()> {
    let pauses = Pauses::default();
    let mut result = Ok(());
    for element in elements {
        drop(element);
        if result.is_ok() {
            result = pauses.step(py);
        }
    }
    result
}
