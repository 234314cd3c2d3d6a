//! The hash of a key, and the words for a key that has none.

use pyo3::exceptions::PyTypeError;
use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::weak_ref::{WeakRef, hash_of, hash_of_referent};

/// What a key is to the `dict` or `set` of CPython that it would be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    DictKey,
    SetElement,
}

/// The hash of a key that is held strongly. Errors: whatever its `__hash__` raises, as `dict` says
/// it.
#[inline]
pub(crate) fn hash_of_key(key: &Bound<'_, PyAny>, role: Role) -> PyResult<Py_hash_t> {
    hash_of(key).map_err(|error| explain(error, &key.get_type(), role))
}

/// The hash of a key that is held by a weak reference. Errors: as [`hash_of_referent`], as `dict`
/// or `set` says it of the reference.
#[inline]
pub(crate) fn hash_of_weak_key(key: &Bound<'_, PyAny>, role: Role) -> PyResult<Py_hash_t> {
    hash_of_referent(key).map_err(|error| explain_weak(error, key, role))
}

#[cold]
fn explain_weak(error: PyErr, key: &Bound<'_, PyAny>, role: Role) -> PyErr {
    if !cfg!(Py_3_14) {
        return error;
    }
    match WeakRef::canonical(key) {
        Ok(weak) => explain(error, &weak.bind(key.py()).get_type(), role),
        // It was not about the hash.
        Err(_) => error,
    }
}

/// From 3.14 on a `TypeError` is told with what the object was to be: "cannot use 'list' as a dict
/// key (unhashable type: 'list')".
#[cold]
fn explain(error: PyErr, class: &Bound<'_, PyType>, role: Role) -> PyErr {
    let py = class.py();
    if !cfg!(Py_3_14) || !error.get_type(py).is(py.get_type::<PyTypeError>()) {
        return error;
    }
    let role = match role {
        Role::DictKey => "dict key",
        Role::SetElement => "set element",
    };
    let text = class.fully_qualified_name().and_then(|name| {
        Ok(format!(
            "cannot use '{name}' as a {role} ({})",
            error.value(py).str()?
        ))
    });
    text.map_or_else(|unexplained| unexplained, PyTypeError::new_err)
}
