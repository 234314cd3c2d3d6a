//! The iterators over the containers.

use std::mem::{self, MaybeUninit};
use std::ptr;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::{Cursor, Table, TryReserveError};

use crate::content::{Entries, Kind, look_ahead, out_of_memory};
use crate::interpreter::class::entry::entry;
use crate::interpreter::class::instance::{self, Class};
use crate::interpreter::fallible;
use crate::interpreter::interrupt;
use crate::interpreter::lock::Lock;
use crate::interpreter::lock::held::Held;
#[cfg(not(any(Py_3_14, Py_GIL_DISABLED)))]
use crate::interpreter::owned::Owned;
use crate::interpreter::shared::Shared;

/// What an iteration yields of each entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Yield {
    Keys,
    Values,
    Items,
    Refs,
}

/// One thing yielded.
pub(crate) struct Item<'py> {
    one: Held<'py>,
    /// The other half of a pair. Beside one thing, the referent of its entry, if that is another
    /// object: it was upgraded to see that the entry lives.
    other: Option<Held<'py>>,
}

/// What can be iterated over: the entries of any kind of container.
pub(crate) trait Source: Send + Sync {
    /// Errors: no memory.
    fn begin(&self, py: Python<'_>) -> Result<Cursor, TryReserveError>;

    /// Moves the cursor to the next live entry.
    ///
    /// Errors: no memory; the cursor stays where it is.
    fn next<'py>(
        &self,
        py: Python<'py>,
        cursor: &mut Cursor,
        what: Yield,
    ) -> Result<Option<Item<'py>>, TryReserveError>;

    fn end(&self, py: Python<'_>, cursor: Cursor);
}

impl<K: Kind> Source for Entries<K> {
    fn begin(&self, py: Python<'_>) -> Result<Cursor, TryReserveError> {
        self.0.with(py, Table::try_cursor)
    }

    fn next<'py>(
        &self,
        py: Python<'py>,
        cursor: &mut Cursor,
        what: Yield,
    ) -> Result<Option<Item<'py>>, TryReserveError> {
        self.0.with(py, |table| {
            loop {
                let Some(slot) = table.try_advance(cursor)? else {
                    return Ok(None);
                };
                look_ahead::<K>(table, slot);
                let Some((key, value)) = table.get(slot) else {
                    return Ok(None);
                };
                let weak = K::weak(key, value);
                let Some(referent) = weak.upgrade(py) else {
                    continue;
                };
                let (one, other) = match what {
                    Yield::Keys => K::key_object(key, referent),
                    Yield::Values => K::value_object(value, referent),
                    Yield::Refs => (Held::new(weak.bind(py).clone()), Some(referent)),
                    Yield::Items => {
                        let (key, value) = K::item(key, value, referent);
                        (key, Some(value))
                    }
                };
                return Ok(Some(Item { one, other }));
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
/// container and, up to Python 3.13, the pair yielded last.
#[pyclass(frozen, module = "weakly", name = "_WeakIterator")]
pub(crate) struct WeakIterator {
    /// None in a new instance that is not written yet.
    source: Option<Shared<dyn Source>>,
    what: Yield,
    progress: Lock<Progress>,
    steps: AtomicU32,
    /// The pair yielded last, to be used again.
    #[cfg(not(any(Py_3_14, Py_GIL_DISABLED)))]
    last_pair: Lock<Option<Owned>>,
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
    pub(crate) fn over<'py, K: Kind>(
        owner: &Bound<'py, PyAny>,
        entries: &Shared<Entries<K>>,
        what: Yield,
    ) -> PyResult<Bound<'py, Self>> {
        const { assert!(Self::zeroes_are_none()) };
        let source = Shared::unsize(entries.clone(), |entries| entries as _);
        let iterator = Self {
            source: Some(source),
            what,
            progress: Lock::new(Progress::Fresh(owner.clone().unbind())),
            steps: AtomicU32::new(0),
            #[cfg(not(any(Py_3_14, Py_GIL_DISABLED)))]
            last_pair: Lock::new(None),
        };
        instance::new(owner.py(), iterator)
    }

    const fn zeroes_are_none() -> bool {
        let zeroes = MaybeUninit::<Self>::zeroed();
        // SAFETY: only the compiler evaluates this, and it refuses bytes that are no valid value.
        unsafe { zeroes.assume_init_ref().source.is_none() }
    }

    /// Counts a step, and pauses now and then: whoever takes all that there is, as `list` does, makes
    /// no pause of its own.
    #[inline]
    fn count(&self, py: Python<'_>) -> PyResult<()> {
        // Two threads may count as one: there is a pause soon, that is all.
        let steps = self.steps.load(Relaxed).wrapping_add(1);
        self.steps.store(steps, Relaxed);
        if steps % interrupt::EVERY == 0 {
            interrupt::pause(py)?;
        }
        Ok(())
    }

    /// The next thing, or `None` at the end.
    #[inline]
    fn advance<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.count(py)?;
        let Some(source) = &self.source else {
            return Ok(None);
        };
        let item = self.progress.with(py, |progress| {
            if let Progress::Running(_, cursor) = progress {
                return source.next(py, cursor, self.what);
            }
            self.begin(py, source, progress)
        });
        let Some(Item { one, other }) = item.map_err(out_of_memory)? else {
            self.finish(py);
            return Ok(None);
        };
        let one = one.release();
        let other = other.map(Held::release);
        match other {
            Some(other) if self.what == Yield::Items => self.pair(one, other).map(Some),
            _ => Ok(Some(one)),
        }
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
        let cursor = source.begin(py)?;
        *progress = match mem::replace(progress, Progress::Finished) {
            Progress::Fresh(owner) => Progress::Running(owner, cursor),
            other => other,
        };
        match progress {
            Progress::Running(_, cursor) => source.next(py, cursor, self.what),
            _ => Ok(None),
        }
    }

    /// `(key, value)`. As `dict` does, the tuple yielded before is used again if nobody else has it.
    ///
    /// (From 3.14 on tuples remember their hashes, and making one is cheap.)
    #[cfg(not(any(Py_3_14, Py_GIL_DISABLED)))]
    fn pair<'py>(
        &self,
        key: Bound<'py, PyAny>,
        value: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        let last = self.last_pair.with(py, Option::take);
        // SAFETY: the tuple is of two items and, its count being one, nobody else can see that
        // they change; it owns those it is given, and gives up those it had. The collector may
        // have lost interest in it because of what it held.
        let pair = unsafe {
            match last {
                Some(last) if ffi::Py_REFCNT(last.as_ptr()) == 1 => {
                    let tuple = last.as_ptr();
                    let old = [
                        ffi::PyTuple_GET_ITEM(tuple, 0),
                        ffi::PyTuple_GET_ITEM(tuple, 1),
                    ];
                    ffi::PyTuple_SET_ITEM(tuple, 0, key.into_ptr());
                    ffi::PyTuple_SET_ITEM(tuple, 1, value.into_ptr());
                    if ffi::PyObject_GC_IsTracked(tuple) == 0 {
                        ffi::PyObject_GC_Track(tuple.cast());
                    }
                    let pair = last.into_bound(py);
                    for object in old {
                        ffi::Py_DECREF(object);
                    }
                    pair
                }
                _ => fallible::tuple(py, [key, value])?.into_any(),
            }
        };
        let kept = Owned::from(&pair);
        let other = self.last_pair.with(py, |last| last.replace(kept));
        drop(other);
        Ok(pair)
    }

    #[cfg(any(Py_3_14, Py_GIL_DISABLED))]
    fn pair<'py>(
        &self,
        key: Bound<'py, PyAny>,
        value: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        Ok(fallible::tuple(py, [key, value])?.into_any())
    }

    fn finish(&self, py: Python<'_>) {
        #[cfg(not(any(Py_3_14, Py_GIL_DISABLED)))]
        drop(self.last_pair.with(py, Option::take));
        let progress = self
            .progress
            .with(py, |progress| mem::replace(progress, Progress::Finished));
        match progress {
            Progress::Running(owner, cursor) => {
                if let Some(source) = &self.source {
                    source.end(py, cursor);
                }
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
        self.advance(py)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        #[cfg(not(any(Py_3_14, Py_GIL_DISABLED)))]
        // SAFETY: the garbage collector traverses with the thread attached.
        unsafe {
            self.last_pair.with_attached(|last| match last {
                Some(last) => visit.call(&**last),
                None => Ok(()),
            })?;
        }
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

/// Lets the interpreter take each step straight, as it does the operations in `shortcut.rs`.
pub(crate) fn add_shortcut(py: Python<'_>) {
    // SAFETY: the type is a heap type, and no instance exists yet.
    unsafe { (*py.get_type::<WeakIterator>().as_type_ptr()).tp_iternext = Some(next) };
}

unsafe extern "C" fn next(slf: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls a slot with an instance of its type, the thread attached.
    unsafe {
        entry(ptr::null_mut(), |py| {
            let slf = Borrowed::from_ptr(py, slf).cast_unchecked::<WeakIterator>();
            let item = slf.get().advance(py)?;
            Ok(item.map_or(ptr::null_mut(), Bound::into_ptr))
        })
    }
}
