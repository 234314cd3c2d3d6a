//! The iterators over the containers.

use std::mem;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::{Cursor, TryReserveError};
use weakly_pyo3::content::{Entries, HeldItem, PyKind, look_ahead, out_of_memory};
use weakly_pyo3::interpreter::class::instance::{self, Class};
use weakly_pyo3::interpreter::class::iteration::{self, Iteration};
use weakly_pyo3::interpreter::interrupt::Pauses;
use weakly_pyo3::interpreter::last_pair::LastPair;
use weakly_pyo3::interpreter::lock::Lock;
use weakly_pyo3::interpreter::lock::held::Held;
use weakly_pyo3::interpreter::shared::Shared;
use weakly_pyo3::interpreter::zeroed::assert_zeroed;

/// What an iteration yields of each entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Yield {
    Keys,
    Values,
    Items,
    Refs,
}

/// What a step has found.
pub(crate) enum Item<'py> {
    One(Held<'py>),
    Pair(HeldItem<'py>),
}

/// What can be iterated over: the entries of any kind of container.
pub(crate) trait Source: Send + Sync {
    fn begin(&self, py: Python<'_>) -> Cursor;

    /// Moves the cursor to the next live entry.
    ///
    /// Errors: no memory; the cursor stays where it is.
    fn next<'py>(
        &self,
        py: Python<'py>,
        cursor: &mut Cursor,
        what: Yield,
    ) -> Result<Option<Item<'py>>, TryReserveError>;
}

impl<K: PyKind> Source for Entries<K> {
    fn begin(&self, py: Python<'_>) -> Cursor {
        self.table.with(py, |table| table.cursor())
    }

    fn next<'py>(
        &self,
        py: Python<'py>,
        cursor: &mut Cursor,
        what: Yield,
    ) -> Result<Option<Item<'py>>, TryReserveError> {
        self.table.with(py, |table| {
            loop {
                look_ahead::<K>(table, cursor);
                let Some((_, key, value)) = table.try_advance(cursor)? else {
                    return Ok(None);
                };
                let item = match what {
                    Yield::Keys => K::key(py, key, value).map(Item::One),
                    Yield::Values => K::value(py, key, value).map(Item::One),
                    Yield::Refs => K::is_alive(key, value).then(|| {
                        let weak = K::weak(key, value).bind(py).clone();
                        Item::One(Held::new(weak))
                    }),
                    Yield::Items => K::item(py, key, value).map(Item::Pair),
                };
                if item.is_some() {
                    return Ok(item);
                }
            }
        })
    }
}

/// An iterator over a weak container.
///
/// It yields each entry that was there at the first `next()` and lives until its turn, once, in
/// insertion order. The container may be changed meanwhile. Nothing is kept alive but the
/// container and, up to Python 3.13, the pair yielded last.
#[pyclass(frozen, module = "weakly", name = "_WeakIterator")]
pub(crate) struct WeakIterator {
    /// None in a new instance that is not written yet.
    source: Option<Shared<dyn Source>>,
    what: Yield,
    progress: Lock<Progress>,
    /// Whoever takes all that there is, as `list` does, makes no pause of its own.
    pauses: Pauses,
    last_pair: LastPair,
}

/// As with the generators of the standard library, the iteration begins with the first step.
enum Progress {
    Finished,
    Fresh(Py<PyAny>),
    Running(Py<PyAny>, Cursor),
}

impl Class for WeakIterator {}

impl WeakIterator {
    /// An iterator over the content of `owner`.
    ///
    /// Errors: MemoryError.
    pub(crate) fn over<'py, K: PyKind>(
        owner: &Bound<'py, PyAny>,
        entries: &Shared<Entries<K>>,
        what: Yield,
    ) -> PyResult<Bound<'py, Self>> {
        assert_zeroed!(Self, |iterator| iterator.source.is_none());
        let source = Shared::unsize(entries.clone(), |entries| entries as _);
        let iterator = Self {
            source: Some(source),
            what,
            progress: Lock::new(Progress::Fresh(owner.clone().unbind())),
            pauses: Pauses::default(),
            last_pair: LastPair::default(),
        };
        instance::new(owner.py(), iterator)
    }

    /// The first thing, if this is the first step.
    #[cold]
    fn begin<'py>(
        &self,
        py: Python<'py>,
        source: &Shared<dyn Source>,
        progress: &mut Progress,
    ) -> Result<Option<Item<'py>>, TryReserveError> {
        if !matches!(progress, Progress::Fresh(_)) {
            return Ok(None);
        }
        let cursor = source.begin(py);
        *progress = match mem::replace(progress, Progress::Finished) {
            Progress::Fresh(owner) => Progress::Running(owner, cursor),
            other => other,
        };
        match progress {
            Progress::Running(_, cursor) => source.next(py, cursor, self.what),
            _ => Ok(None),
        }
    }

    fn finish(&self, py: Python<'_>) {
        self.last_pair.forget(py);
        let progress = self
            .progress
            .with(py, |progress| mem::replace(progress, Progress::Finished));
        match progress {
            Progress::Running(owner, _) | Progress::Fresh(owner) => drop(owner.into_bound(py)),
            Progress::Finished => {}
        }
    }
}

impl Iteration for WeakIterator {
    #[inline]
    fn advance<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.pauses.step(py)?;
        let Some(source) = &self.source else {
            return Ok(None);
        };
        loop {
            let item = self.progress.with(py, |progress| {
                if let Progress::Running(_, cursor) = progress {
                    return source.next(py, cursor, self.what);
                }
                self.begin(py, source, progress)
            });
            match item.map_err(out_of_memory)? {
                Some(Item::One(one)) => return Ok(Some(one.release())),
                Some(Item::Pair((key, Some(value)))) => {
                    let pair = self.last_pair.make(key.release(), value.release());
                    return pair.map(Some);
                }
                // The value has died right now.
                Some(Item::Pair((key, None))) => drop(key.release()),
                None => {
                    self.finish(py);
                    return Ok(None);
                }
            }
        }
    }
}

#[pymethods]
impl WeakIterator {
    fn __iter__<'a, 'py>(slf: &'a Bound<'py, Self>) -> &'a Bound<'py, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.advance(py)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.last_pair.visit(&visit)?;
        self.progress.visit(&visit, |progress| match progress {
            Progress::Fresh(owner) | Progress::Running(owner, _) => visit.call(&*owner),
            Progress::Finished => Ok(()),
        })
    }

    fn __clear__(&self, py: Python<'_>) {
        self.finish(py);
    }
}

impl Drop for WeakIterator {
    fn drop(&mut self) {
        Python::attach(|py| self.finish(py));
    }
}

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) {
    iteration::install::<WeakIterator>(py);
}
