//! New Python objects, where there may be no memory for them.
//!
//! PyO3's own constructors of these panic then. A `MemoryError` is what a program can deal with.

use std::collections;
use std::ffi::CStr;
use std::fmt::{self, Write};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use weakly::table;

use pyo3::PyTypeInfo;
use pyo3::exceptions::{PyMemoryError, PyOSError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::interpreter::lock::assert_outside;

/// There is no memory for something of Rust's. It becomes a `MemoryError` where that may be made: not
/// under a lock, as to make it may collect garbage.
#[derive(Debug)]
pub struct NoMemory;

impl From<collections::TryReserveError> for NoMemory {
    fn from(_: collections::TryReserveError) -> Self {
        Self
    }
}

impl From<table::TryReserveError> for NoMemory {
    fn from(_: table::TryReserveError) -> Self {
        Self
    }
}

impl From<NoMemory> for PyErr {
    #[cold]
    fn from(_: NoMemory) -> Self {
        assert_outside();
        // SAFETY: (1) all of the extension runs with the thread attached. The interpreter has a
        // spare error for this.
        unsafe {
            ffi::PyErr_NoMemory();
            Self::fetch(Python::assume_attached())
        }
    }
}

/// What `make` returns. Where PyO3 makes a class or a name it panics if there is no memory, and where
/// it makes an error late it panics when nothing catches that: the error is made here, and a panic
/// becomes a `MemoryError`.
pub fn caught<T>(py: Python<'_>, make: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let made = catch_unwind(AssertUnwindSafe(|| {
        make().inspect_err(|error| {
            error.value(py);
        })
    }));
    made.unwrap_or_else(|_| Err(NoMemory.into()))
}

/// `tuple(items)`
#[inline]
pub fn tuple<'py, const N: usize>(
    py: Python<'py>,
    items: [Bound<'py, PyAny>; N],
) -> PyResult<Bound<'py, PyTuple>> {
    tuple_of(py, N, items)
}

/// `tuple(items)` of so many items.
#[inline]
pub fn tuple_of<'py>(
    py: Python<'py>,
    len: usize,
    items: impl IntoIterator<Item = Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyTuple>> {
    // SAFETY: (18) the tuple is new, and gets no more items than it has room for; it takes them
    // over.
    unsafe {
        let made = ffi::PyTuple_New(len as ffi::Py_ssize_t);
        let tuple = Bound::from_owned_ptr_or_err(py, made)?;
        for (at, item) in (0..len as ffi::Py_ssize_t).zip(items) {
            ffi::PyTuple_SET_ITEM(made, at, item.into_ptr());
        }
        Ok(tuple.cast_into_unchecked())
    }
}

/// `items[from:]`
pub fn slice<'py>(items: &Bound<'py, PyTuple>, from: usize) -> PyResult<Bound<'py, PyTuple>> {
    // SAFETY: (15) the tuple is live; a tuple, or null and an exception.
    unsafe {
        let (from, to) = (from as ffi::Py_ssize_t, ffi::Py_ssize_t::MAX);
        let made = ffi::PyTuple_GetSlice(items.as_ptr(), from, to);
        Ok(Bound::from_owned_ptr_or_err(items.py(), made)?.cast_into_unchecked())
    }
}

/// `list(items)`
pub fn list<'py>(py: Python<'py>, items: Vec<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyList>> {
    let list = NewList::with_len(py, items.len())?;
    list.fill(items.into_iter());
    Ok(list.0)
}

/// A list whose items come later, where no memory may be asked for: under a lock.
pub(crate) struct NewList<'py>(Bound<'py, PyList>);

impl<'py> NewList<'py> {
    pub(crate) fn with_len(py: Python<'py>, len: usize) -> PyResult<Self> {
        // SAFETY: (15) a new list, or null and an exception.
        unsafe {
            let made = ffi::PyList_New(len as ffi::Py_ssize_t);
            let list = Bound::from_owned_ptr_or_err(py, made)?;
            Ok(Self(list.cast_into_unchecked()))
        }
    }

    /// Gives the list its items, if they are as many as it has room for; says whether they are.
    /// Runs no Python code.
    pub(crate) fn fill(&self, mut items: impl ExactSizeIterator<Item = Bound<'py, PyAny>>) -> bool {
        let len = self.0.len();
        if items.len() != len {
            return false;
        }
        for at in 0..len {
            let item = items.next();
            let item = item.expect("an iterator yields as many items as it says");
            // SAFETY: (18) the places of the list are set in turn.
            unsafe { self.set(at, item) };
        }
        true
    }

    /// # Safety
    ///
    /// The place is one of the list's, and was not set before.
    unsafe fn set(&self, at: usize, item: Bound<'py, PyAny>) {
        // SAFETY: (17, 18) nobody else knows the list; the rest is the caller's promise.
        unsafe {
            ffi::PyList_SET_ITEM(self.0.as_ptr(), at as ffi::Py_ssize_t, item.into_ptr());
        }
    }

    /// The list, which was filled.
    pub(crate) fn into_list(self) -> Bound<'py, PyList> {
        self.0
    }
}

/// `{}`
pub fn dict(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    // SAFETY: (15) a new dict, or null and an exception.
    unsafe { Ok(Bound::from_owned_ptr_or_err(py, ffi::PyDict_New())?.cast_into_unchecked()) }
}

/// `id(object)`
pub fn address<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: (15) the pointer becomes a number; the result is a new reference, or null with an error
    // set.
    unsafe {
        let made = ffi::PyLong_FromVoidPtr(object.as_ptr().cast());
        Bound::from_owned_ptr_or_err(object.py(), made)
    }
}

/// `import module`
pub fn import<'py>(py: Python<'py>, module: &CStr) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: (15) the name ends with a zero; a module, or null and an exception.
    unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyImport_ImportModule(module.as_ptr())) }
}

/// `str(text)`
pub fn string<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyString>> {
    let bytes = ptr::from_ref(text).cast();
    // SAFETY: (15) the bytes are valid UTF-8 of this length.
    unsafe {
        let made = ffi::PyUnicode_FromStringAndSize(bytes, text.len() as ffi::Py_ssize_t);
        Ok(Bound::from_owned_ptr_or_err(py, made)?.cast_into_unchecked())
    }
}

/// `int(value)`
pub fn int(py: Python<'_>, value: isize) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: (15) a new integer, or null and an exception.
    unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyLong_FromSsize_t(value)) }
}

/// Drops an error that is not raised, now: as part of a `Py`, see `class::trampoline`.
#[cold]
pub(crate) fn discard(py: Python<'_>, error: PyErr) {
    error.restore(py);
    // SAFETY: (1) the thread is attached.
    unsafe { ffi::PyErr_Clear() };
}

/// `E(argument)`, made at once: PyO3 makes the arguments of an error later, where it can only panic
/// if there is no memory, and nothing catches that.
#[cold]
pub fn error_with<E: PyTypeInfo>(argument: Bound<'_, PyAny>) -> PyErr {
    let py = argument.py();
    let error = tuple(py, [argument]).and_then(|arguments| py.get_type::<E>().call1(arguments));
    error.map_or_else(|no_memory| no_memory, PyErr::from_value)
}

/// `E(text)`, made at once as [`error_with`].
#[cold]
pub fn error<E: PyTypeInfo>(py: Python<'_>, text: fmt::Arguments<'_>) -> PyErr {
    format(py, text).map_or_else(
        |no_memory| no_memory,
        |text| error_with::<E>(text.into_any()),
    )
}

/// `OSError(errno, text)`
#[cold]
pub(crate) fn os_error(py: Python<'_>, error: &io::Error) -> PyErr {
    let made = || {
        let number = int(py, error.raw_os_error().unwrap_or_default() as isize)?;
        let text = format(py, format_args!("{error}"))?;
        py.get_type::<PyOSError>()
            .call1(tuple(py, [number, text.into_any()])?)
    };
    made().map_or_else(|no_memory| no_memory, PyErr::from_value)
}

/// `str(text)`
pub fn format<'py>(py: Python<'py>, text: fmt::Arguments<'_>) -> PyResult<Bound<'py, PyString>> {
    match text.as_str() {
        Some(text) => string(py, text),
        None => string(py, &written(text)?),
    }
}

/// As `format!`, which aborts where there is no memory.
pub(crate) fn written(text: fmt::Arguments<'_>) -> Result<String, NoMemory> {
    let mut written = Written(String::new());
    written.write_fmt(text).map_err(|_| NoMemory)?;
    Ok(written.0)
}

struct Written(String);

impl Write for Written {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.try_reserve(text.len()).map_err(|_| fmt::Error)?;
        self.0.push_str(text);
        Ok(())
    }
}

/// A string as part of a text: PyO3 panics if there is no memory to look into it.
pub struct Shown<'a, 'py>(pub &'a Bound<'py, PyString>);

impl Shown<'_, '_> {
    /// Whether it is this text, which is of ASCII. Runs no code and asks for no memory.
    pub(crate) fn is(&self, text: &CStr) -> bool {
        // SAFETY: (15, 16) the string is live, and the text ends with a zero.
        unsafe { ffi::PyUnicode_CompareWithASCIIString(self.0.as_ptr(), text.as_ptr()) == 0 }
    }
}

impl fmt::Display for Shown<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_str() {
            Ok(text) => f.write_str(text),
            Err(error) if error.is_instance_of::<PyMemoryError>(self.0.py()) => Err(fmt::Error),
            // Half a pair of surrogates.
            Err(_) => f.write_str(&self.0.to_string_lossy()),
        }
    }
}
