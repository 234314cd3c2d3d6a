//! The iterators over the containers.

use std::mem;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::{Cursor, Table};

use crate::content::{Entries, Kind};
use crate::fallible;
use crate::lock::Lock;

/// What an iteration yields of each entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Yield {
    Keys,
    Values,
    Items,
    Refs,
}

/// One thing yielded.
pub(crate) enum Item<'py> {
    One(Bound<'py, PyAny>),
    Pair(Bound<'py, PyAny>, Bound<'py, PyAny>),
}

/// What can be iterated over: the entries of any kind of container.
pub(crate) trait Source: Send + Sync {
    fn begin(&self, py: Python<'_>) -> Cursor;

    /// Moves the cursor to the next live entry.
    fn next<'py>(&self, py: Python<'py>, cursor: &mut Cursor, what: Yield) -> Option<Item<'py>>;

    fn end(&self, py: Python<'_>, cursor: Cursor);
}

impl<K: Kind> Source for Entries<K> {
    fn begin(&self, py: Python<'_>) -> Cursor {
        self.0.with(py, Table::cursor)
    }

    fn next<'py>(&self, py: Python<'py>, cursor: &mut Cursor, what: Yield) -> Option<Item<'py>> {
        self.0.with(py, |table| {
            loop {
                let slot = table.advance(cursor)?;
                let (key, value) = (table.key(slot), table.value(slot));
                let weak = K::weak(key, value);
                let Some(referent) = weak.upgrade(py) else {
                    continue;
                };
                return Some(match what {
                    Yield::Keys => Item::One(K::key_object(key, referent)),
                    Yield::Values => Item::One(K::value_object(value, referent)),
                    Yield::Items => {
                        let value = K::value_object(value, referent.clone());
                        Item::Pair(K::key_object(key, referent), value)
                    }
                    Yield::Refs => Item::One(weak.bind(py).clone()),
                });
            }
        })
    }

    fn end(&self, py: Python<'_>, cursor: Cursor) {
        self.0.with(py, |table| table.release(cursor));
    }
}

/// An iterator over a weak container.
///
/// It yields each entry that was there at the first `next()` and lives until its turn, once, in
/// insertion order. The container may be changed meanwhile. Nothing is kept alive but the
/// container.
#[pyclass(frozen, module = "weakly", name = "_WeakIterator")]
pub(crate) struct WeakIterator {
    source: Arc<dyn Source>,
    what: Yield,
    progress: Lock<Progress>,
}

/// As with the generators of the standard library, the iteration begins with the first step.
enum Progress {
    Fresh(Py<PyAny>),
    Running(Py<PyAny>, Cursor),
    Finished,
}

impl WeakIterator {
    /// An iterator over the content of `owner`.
    pub(crate) fn new(owner: &Bound<'_, PyAny>, source: Arc<dyn Source>, what: Yield) -> Self {
        Self {
            source,
            what,
            progress: Lock::new(Progress::Fresh(owner.clone().unbind())),
        }
    }

    fn finish(&self, py: Python<'_>) {
        let progress = self
            .progress
            .with(py, |progress| mem::replace(progress, Progress::Finished));
        match progress {
            Progress::Running(owner, cursor) => {
                self.source.end(py, cursor);
                drop(owner.into_bound(py));
            }
            Progress::Fresh(owner) => drop(owner.into_bound(py)),
            Progress::Finished => {}
        }
    }
}

#[pymethods]
impl WeakIterator {
    fn __iter__<'a, 'py>(slf: &'a Bound<'py, Self>) -> &'a Bound<'py, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let item = self.progress.with(py, |progress| {
            if matches!(progress, Progress::Fresh(_)) {
                *progress = match mem::replace(progress, Progress::Finished) {
                    Progress::Fresh(owner) => Progress::Running(owner, self.source.begin(py)),
                    other => other,
                };
            }
            match progress {
                Progress::Running(_, cursor) => self.source.next(py, cursor, self.what),
                _ => None,
            }
        });
        match item {
            Some(Item::One(object)) => Ok(Some(object)),
            Some(Item::Pair(key, value)) => Ok(Some(fallible::tuple(py, [key, value])?.into_any())),
            None => {
                self.finish(py);
                Ok(None)
            }
        }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // SAFETY: the garbage collector traverses with the thread attached.
        unsafe {
            self.progress.with_attached(|progress| match progress {
                Progress::Fresh(owner) | Progress::Running(owner, _) => visit.call(&*owner),
                Progress::Finished => Ok(()),
            })
        }
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
