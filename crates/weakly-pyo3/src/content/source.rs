//! Reading what a container is filled from: mappings, iterables of pairs, any iterable.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySet, PyTuple};

use crate::interpreter;
use crate::interpreter::alloc::{self, Shown};
#[cfg(not(Py_GIL_DISABLED))]
use crate::interpreter::dict;
use crate::interpreter::interrupt;
use crate::interpreter::names;
use crate::interpreter::recursion;
use crate::interpreter::type_slots::{is_iterable, is_iterator};

/// Calls `each` with the keys and values of `source`: a mapping, or an iterable of pairs.
///
/// Errors: as `dict(source)` and `source.items()`; what `each` returns.
pub fn for_each_pair<'py>(
    source: &Bound<'py, PyAny>,
    each: impl FnMut(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    if let Some(dict) = as_dict(source)? {
        return for_each_item(&dict, each);
    }
    for_each_unpacked(&source.call_method0(names::items(source.py()))?, each)
}

/// As [`for_each_pair`], with each pair as it comes: no `dict` is made, which would hash the keys, and
/// keep one of two that are equal.
pub fn for_each_pair_given<'py>(
    source: &Bound<'py, PyAny>,
    mut each: impl FnMut(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    let py = source.py();
    if let Ok(dict) = source.cast_exact::<PyDict>() {
        return for_each_item(dict, each);
    }
    if source.hasattr(names::items(py))? {
        return for_each_unpacked(&source.call_method0(names::items(py))?, each);
    }
    if source.hasattr(names::keys(py))? {
        recursion::check_stack()?;
        for key in interrupt::items(&source.call_method0(names::keys(py))?)? {
            let key = key?;
            each(&key, &source.get_item(&key)?)?;
        }
        return Ok(());
    }
    for_each_unpacked(source, each)
}

/// The `dict` to read `source` from, whose keys differ: itself, or `dict(source)` if it is no
/// mapping. None if it is another mapping.
pub fn as_dict<'py>(source: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    if let Ok(dict) = source.cast_exact::<PyDict>() {
        return Ok(Some(dict.clone()));
    }
    if source.hasattr(names::items(source.py()))? {
        return Ok(None);
    }
    Ok(Some(to_dict(source)?.cast_into()?))
}

/// Calls `each` with the keys and values of an iterable of pairs.
pub fn for_each_unpacked<'py>(
    pairs: &Bound<'py, PyAny>,
    mut each: impl FnMut(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    recursion::check_stack()?;
    for pair in interrupt::items(pairs)? {
        let (key, value) = unpack(&pair?)?;
        each(&key, &value)?;
    }
    Ok(())
}

/// `dict(source)`: whatever `source` says, no key comes twice. An iterator, which may be endless, is read
/// with pauses.
pub fn to_dict<'py>(source: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if is_iterator(source) && !source.hasattr(names::keys(source.py()))? {
        return to_dict_at_once(&interrupt::generator(source)?);
    }
    to_dict_at_once(source)
}

/// As [`to_dict`], of what ends: without pauses of ours.
pub fn to_dict_at_once<'py>(source: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    interpreter::call(&source.py().get_type::<PyDict>(), [source])
}

/// Calls `each` with the keys and values of a `dict`.
///
/// Errors: RuntimeError if `each` changes the size of the `dict`, as iterating over it in Python.
#[cfg(not(Py_GIL_DISABLED))]
pub(crate) fn for_each_item<'py>(
    dict: &Bound<'py, PyDict>,
    mut each: impl FnMut(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    let len = dict.len();
    let pauses = interrupt::Pauses::default();
    for (key, value) in dict::Items::of(dict) {
        each(&key, &value)?;
        pauses.step(dict.py())?;
        if dict.len() != len {
            return Err(alloc::error::<pyo3::exceptions::PyRuntimeError>(
                dict.py(),
                format_args!("dictionary changed size during iteration"),
            ));
        }
    }
    Ok(())
}

/// As above; the iterator of the interpreter knows what to do about other threads.
#[cfg(Py_GIL_DISABLED)]
pub(crate) fn for_each_item<'py>(
    dict: &Bound<'py, PyDict>,
    each: impl FnMut(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    for_each_unpacked(&dict.call_method0(names::items(dict.py()))?, each)
}

/// How many things an iterable will yield, if it is one of the builtin containers; else zero.
pub fn len_hint(iterable: &Bound<'_, PyAny>) -> usize {
    if iterable.is_exact_instance_of::<PyDict>()
        || iterable.is_exact_instance_of::<PyList>()
        || iterable.is_exact_instance_of::<PyTuple>()
        || iterable.is_exact_instance_of::<PySet>()
    {
        iterable.len().unwrap_or(0)
    } else {
        0
    }
}

/// `key, value = pair`
fn unpack<'py>(pair: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    match pair.cast_exact::<PyTuple>() {
        Ok(pair) if pair.len() == 2 => pair.extract(),
        _ => unpack_iterable(pair),
    }
}

/// As [`unpack`], with the words of the interpreter for what is no pair.
fn unpack_iterable<'py>(
    pair: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let mut items = pair.try_iter().map_err(|error| not_iterable(pair, error))?;
    let mut next = |so_far: usize| {
        let too_few = || {
            alloc::error::<PyValueError>(
                pair.py(),
                format_args!("not enough values to unpack (expected 2, got {so_far})"),
            )
        };
        items.next().unwrap_or_else(|| Err(too_few()))
    };
    let both = (next(0)?, next(1)?);
    if let Some(more) = items.next() {
        more?;
        return Err(too_many(pair));
    }
    Ok(both)
}

#[cold]
fn not_iterable(object: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    match object.get_type().name() {
        Ok(name) if !is_iterable(object) && error.is_instance_of::<PyTypeError>(object.py()) => {
            alloc::error::<PyTypeError>(
                object.py(),
                format_args!("cannot unpack non-iterable {} object", Shown(&name)),
            )
        }
        _ => error,
    }
}

#[cold]
fn too_many(pair: &Bound<'_, PyAny>) -> PyErr {
    let is_counted = pair.is_exact_instance_of::<PyTuple>()
        || pair.is_exact_instance_of::<PyList>()
        || pair.is_exact_instance_of::<PyDict>();
    let len = pair.len().ok().filter(|_| cfg!(Py_3_14) && is_counted);
    let error = alloc::error::<PyValueError>;
    match len {
        Some(len) => error(
            pair.py(),
            format_args!("too many values to unpack (expected 2, got {len})"),
        ),
        None => error(
            pair.py(),
            format_args!("too many values to unpack (expected 2)"),
        ),
    }
}
