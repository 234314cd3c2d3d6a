//! What both dictionaries share: the protocol of `MutableMapping`, and reading other mappings.

use pyo3::basic::CompareOp;
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};

use crate::fallible;

/// Calls `each` with the keys and values of `source`: a mapping, or an iterable of pairs.
///
/// Errors: as `dict(source)` and `source.items()`; what `each` returns.
pub(crate) fn for_each_pair<'py>(
    source: &Bound<'py, PyAny>,
    mut each: impl FnMut(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    let py = source.py();
    let items = intern!(py, "items");
    let pairs = if source.hasattr(items)? {
        source.call_method0(items)?
    } else {
        py.get_type::<PyDict>()
            .call1((source,))?
            .call_method0(items)?
    };
    for pair in pairs.try_iter()? {
        let (key, value) = unpack(&pair?)?;
        each(&key, &value)?;
    }
    Ok(())
}

/// `dict(source)`: whatever `source` says, no key comes twice.
pub(crate) fn to_dict<'py>(source: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    source.py().get_type::<PyDict>().call1((source,))
}

/// `key, value = pair`
fn unpack<'py>(pair: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    if let Ok(pair) = pair.cast_exact::<PyTuple>() {
        return pair.extract();
    }
    pair.py().get_type::<PyTuple>().call1((pair,))?.extract()
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
    PyKeyError::new_err((key.unbind(),))
}

/// `KeyError` as `popitem()` of an empty dictionary raises it.
#[cold]
pub(crate) fn nothing_to_pop() -> PyErr {
    PyKeyError::new_err("popitem(): dictionary is empty")
}

/// `TypeError` as pickling a dictionary raises it: weak references cannot be pickled.
#[cold]
pub(crate) fn cannot_pickle(slf: &Bound<'_, PyAny>) -> PyErr {
    match slf.get_type().name() {
        Ok(name) => PyTypeError::new_err(format!("cannot pickle '{name}' object")),
        Err(error) => error,
    }
}

/// Whether `object` is a `collections.abc.Mapping`.
pub(crate) fn is_mapping(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static MAPPING: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    object.is_instance(MAPPING.import(object.py(), "collections.abc", "Mapping")?)
}

/// `own == other` and `own != other`, as `Mapping` defines them: both as dicts.
pub(crate) fn compare<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
    op: CompareOp,
) -> PyResult<Bound<'py, PyAny>> {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || !is_mapping(other)? {
        return Ok(not_implemented(own.py()));
    }
    let py = own.py();
    let as_dict = |mapping: &Bound<'py, PyAny>| {
        let items = mapping.call_method0(intern!(py, "items"))?;
        to_dict(&items)
    };
    as_dict(own)?.rich_compare(as_dict(other)?, op)
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
    let union = own.call_method0(intern!(own.py(), "copy"))?;
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
    own.call_method1(intern!(own.py(), "update"), (other,))?;
    Ok(())
}

/// `MutableMapping.clear` of a subclass: pops item after item.
pub(crate) fn clear_by_popping(own: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = own.py();
    loop {
        if let Err(error) = own.call_method0(intern!(py, "popitem")) {
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
    static DEEPCOPY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let deepcopy = DEEPCOPY.import(object.py(), "copy", "deepcopy")?;
    deepcopy.call1((object, memo))
}

/// `<WeakKeyDictionary at 0x...>`
pub(crate) fn repr<'py>(own: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    let text = format!("<{} at {:p}>", own.get_type().name()?, own.as_ptr());
    fallible::string(own.py(), &text)
}
