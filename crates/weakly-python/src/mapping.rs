//! What both dictionaries share: the protocol of `MutableMapping`, and reading other mappings.

use std::ffi::CStr;

use pyo3::PyTypeInfo;
use pyo3::basic::CompareOp;
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySet, PyString, PyTuple};

use crate::fallible::{self, Shown};
use crate::hooks;
use crate::interpreter;
use crate::interrupt;
use crate::names;
use crate::once::Once;
use crate::recursion;

/// Calls `each` with the keys and values of `source`: a mapping, or an iterable of pairs.
///
/// Errors: as `dict(source)` and `source.items()`; what `each` returns.
pub(crate) fn for_each_pair<'py>(
    source: &Bound<'py, PyAny>,
    each: impl FnMut(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    if let Some(dict) = as_dict(source)? {
        return for_each_item(&dict, each);
    }
    for_each_unpacked(&source.call_method0(names::items(source.py()))?, each)
}

/// The `dict` to read `source` from, whose keys differ: itself, or `dict(source)` if it is no
/// mapping. None if it is another mapping.
pub(crate) fn as_dict<'py>(source: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    if let Ok(dict) = source.cast_exact::<PyDict>() {
        return Ok(Some(dict.clone()));
    }
    if source.hasattr(names::items(source.py()))? {
        return Ok(None);
    }
    Ok(Some(to_dict(source)?.cast_into()?))
}

/// Calls `each` with the keys and values of an iterable of pairs.
fn for_each_unpacked<'py>(
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

/// `dict(source)`: whatever `source` says, no key comes twice.
pub(crate) fn to_dict<'py>(source: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
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
    let py = dict.py();
    let len = dict.len();
    let mut pauses = interrupt::Pauses::new(py);
    let mut position = 0;
    let (mut key, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: the dict is live, and may change between the calls: each checks its bounds. The
    // pointers of an entry are good until then, and are made owned at once.
    while unsafe {
        ffi::PyDict_Next(
            dict.as_ptr(),
            &raw mut position,
            &raw mut key,
            &raw mut value,
        )
    } != 0
    {
        // SAFETY: `PyDict_Next` has just said that both are there.
        let (key, value) = unsafe {
            (
                Bound::from_borrowed_ptr(py, key),
                Bound::from_borrowed_ptr(py, value),
            )
        };
        each(&key, &value)?;
        pauses.step()?;
        if dict.len() != len {
            return Err(fallible::error::<pyo3::exceptions::PyRuntimeError>(
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
pub(crate) fn len_hint(iterable: &Bound<'_, PyAny>) -> usize {
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
            fallible::error::<PyValueError>(
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
    let class = object.get_type();
    // SAFETY: both are live.
    let has_iterator = unsafe {
        (*class.as_type_ptr()).tp_iter.is_some() || ffi::PySequence_Check(object.as_ptr()) != 0
    };
    match class.name() {
        Ok(name) if !has_iterator && error.is_instance_of::<PyTypeError>(object.py()) => {
            fallible::error::<PyTypeError>(
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
    let error = fallible::error::<PyValueError>;
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

/// The default given to `get` and `setdefault`, which is None if none is given.
#[inline]
pub(crate) fn default<'py>(
    py: Python<'py>,
    given: Option<&Bound<'py, PyAny>>,
) -> Bound<'py, PyAny> {
    given.map_or_else(|| py.None().into_bound(py), Bound::clone)
}

/// `KeyError(key)`
#[cold]
pub(crate) fn key_error(key: Bound<'_, PyAny>) -> PyErr {
    fallible::error_with::<PyKeyError>(key)
}

/// `KeyError` as `popitem()` of an empty dictionary raises it.
#[cold]
pub(crate) fn nothing_to_pop(py: Python<'_>) -> PyErr {
    fallible::error::<PyKeyError>(py, format_args!("popitem(): dictionary is empty"))
}

/// `TypeError` as pickling a dictionary raises it: weak references cannot be pickled.
#[cold]
pub(crate) fn cannot_pickle(slf: &Bound<'_, PyAny>) -> PyErr {
    match slf.get_type().name() {
        Ok(name) => fallible::error::<PyTypeError>(
            slf.py(),
            format_args!("cannot pickle '{}' object", Shown(&name)),
        ),
        Err(error) => error,
    }
}

/// Whether `object` is a `collections.abc.Mapping`.
pub(crate) fn is_mapping(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static MAPPING: Once<Py<PyAny>> = Once::new();
    let py = object.py();
    let mapping = MAPPING.get_or_try_make(py, || {
        let abc = fallible::import(py, c"collections.abc")?;
        abc.getattr(names::Mapping(py)).map(Bound::unbind)
    })?;
    object.is_instance(mapping.bind(py))
}

/// Whether `own` is exactly of its class, and `other` of the same or a `dict`: then nobody has
/// redefined how the one is copied and updated, or the other is read.
pub(crate) fn are_plain<T: PyTypeInfo>(own: &Bound<'_, PyAny>, other: &Bound<'_, PyAny>) -> bool {
    own.is_exact_instance_of::<T>()
        && (other.is_exact_instance_of::<T>() || other.is_exact_instance_of::<PyDict>())
}

/// `own == other` and `own != other`, as `Mapping` defines them: both as dicts.
pub(crate) fn compare<'py, T: PyTypeInfo>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
    op: CompareOp,
) -> PyResult<Bound<'py, PyAny>> {
    if matches!(op, CompareOp::Ne) && !own.is_exact_instance_of::<T>() {
        return hooks::not_equal(own, other);
    }
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || !is_mapping(other)? {
        return Ok(not_implemented(own.py()));
    }
    let py = own.py();
    let as_dict = |mapping: &Bound<'py, PyAny>| {
        let items = mapping.call_method0(names::items(py))?;
        to_dict(&items)
    };
    let (own, other) = (as_dict(own)?, as_dict(other)?);
    recursion::counted(py, c" in comparison", 1, || own.rich_compare(other, op))
}

pub(crate) fn not_implemented(py: Python<'_>) -> Bound<'_, PyAny> {
    py.NotImplemented().into_bound(py)
}

/// `own | other`: a copy, updated.
pub(crate) fn union<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if !is_mapping(other)? {
        return Ok(not_implemented(own.py()));
    }
    let union = own.call_method0(names::copy(own.py()))?;
    update(&union, other)?;
    Ok(union)
}

/// `other | own`: a new instance of `own`'s class, updated by both.
pub(crate) fn reflected_union<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if !is_mapping(other)? {
        return Ok(not_implemented(own.py()));
    }
    let union = own.get_type().call0()?;
    update(&union, other)?;
    update(&union, own)?;
    Ok(union)
}

/// `own.update(other)`, as a subclass may have defined it.
pub(crate) fn update(own: &Bound<'_, PyAny>, other: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = own.py();
    recursion::counted(py, CALLING, 1, || {
        own.call_method1(names::update(py), (other,)).map(drop)
    })
}

/// `MutableMapping.clear` of a subclass: pops item after item.
pub(crate) fn clear_by_popping(own: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = own.py();
    loop {
        if let Err(error) = own.call_method0(names::popitem(py)) {
            return if error.is_instance_of::<PyKeyError>(py) {
                Ok(())
            } else {
                Err(error)
            };
        }
    }
}

/// `copy.deepcopy(object, memo)`
pub(crate) fn deepcopy<'py>(
    object: &Bound<'py, PyAny>,
    memo: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    static DEEPCOPY: Once<Py<PyAny>> = Once::new();
    let py = object.py();
    let deepcopy = DEEPCOPY.get_or_try_make(py, || {
        let copy = fallible::import(py, c"copy")?;
        copy.getattr(names::deepcopy(py)).map(Bound::unbind)
    })?;
    let deepcopy = deepcopy.bind(py);
    recursion::counted(py, CALLING, 1, || {
        interpreter::call(deepcopy, [object, memo])
    })
}

const CALLING: &CStr = c" while calling a Python object";

/// `<WeakKeyDictionary at 0x...>`
pub(crate) fn repr<'py>(own: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    let (name, at) = (own.get_type().name()?, own.as_ptr());
    fallible::format(own.py(), format_args!("<{} at {at:p}>", Shown(&name)))
}
