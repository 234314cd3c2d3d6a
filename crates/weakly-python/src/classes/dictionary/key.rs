//! What a dictionary does differently because its keys are weak, or because they are not.
//!
//! One with weak keys takes its argument by the name `dict`, as `WeakKeyDictionary` does, and keywords
//! are no keys: their names cannot be weakly referenced. One that owns its keys has no such name, and
//! stores the keywords, as `WeakValueDictionary` does.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use weakly_pyo3::content::key::Key;
use weakly_pyo3::content::source;
use weakly_pyo3::interpreter::{alloc, names};
use weakly_pyo3::references::weak_ref::WeakRef;

use super::Contents;
use crate::classes::mapping;

/// By which name `__init__` takes its argument, if by any.
pub(crate) const fn keyword<K: Key>() -> Option<&'static str> {
    if K::IS_WEAK { Some("dict") } else { None }
}

/// The error of a key without entry.
#[cold]
pub(crate) fn missing<K: Key>(key: &Bound<'_, PyAny>) -> PyErr {
    if K::IS_WEAK {
        mapping::weak_key_error(key)
    } else {
        mapping::key_error(key.clone())
    }
}

/// The error of `pop` with so many arguments, more than two, if there is one.
pub(crate) fn refuse_to_pop<K: Key>(key: &Bound<'_, PyAny>, given: usize) -> Option<PyErr> {
    let refusal = || mapping::too_many_to_pop(key.py(), given);
    K::IS_WEAK.then(|| WeakRef::canonical(key).err().unwrap_or_else(refusal))
}

/// Refuses keywords of `update` before anything is stored: a newer interpreter says so at once.
pub(crate) fn refuse_keywords<K: Key>(py: Python<'_>) -> PyResult<()> {
    if !K::IS_WEAK || !cfg!(Py_3_15) {
        return Ok(());
    }
    Err(alloc::error::<PyTypeError>(
        py,
        format_args!(
            "Keyword arguments are not supported: cannot create weak reference to 'str' object"
        ),
    ))
}

/// Stores the keywords of `own.update(**kwargs)`, which are not empty.
pub(crate) fn update_from_keywords<C: Contents>(
    content: &C,
    own: &Bound<'_, PyAny>,
    kwargs: &Bound<'_, PyDict>,
) -> PyResult<()> {
    if C::Key::IS_WEAK {
        return mapping::update(own, kwargs);
    }
    source::for_each_pair(kwargs, |key, value| content.store(key, value))
}

/// Fills an instance of a subclass, of whatever `update` does: what `__init__` was called with.
pub(crate) fn init_subclass<K: Key>(
    own: &Bound<'_, PyAny>,
    source: Option<Bound<'_, PyAny>>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let py = own.py();
    if K::IS_WEAK {
        return match source.filter(|source| !source.is_none()) {
            Some(source) => mapping::update(own, &source),
            None => Ok(()),
        };
    }
    let source = source.unwrap_or_else(|| PyTuple::empty(py).into_any());
    let update = own.getattr(names::update(py))?;
    update.call(alloc::tuple(py, [source])?, kwargs).map(drop)
}

/// A key as `copy.deepcopy` copies it: a weak one stays the same.
pub(crate) fn deep_copy<'py, K: Key>(
    key: Bound<'py, PyAny>,
    memo: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if K::IS_WEAK {
        Ok(key)
    } else {
        mapping::deepcopy(&key, memo)
    }
}

/// Whether keys are compared by their identity.
pub(crate) const fn is_identity<K: Key>() -> bool {
    K::IS_IDENTITY
}
