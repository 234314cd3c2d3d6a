//! The hash of a key, and the error messages for unhashable keys.

use pyo3::exceptions::{PyImportError, PyTypeError};
use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::interpreter::alloc::{self, Shown};
use crate::interpreter::known_hash::{address_hash, known_hash};
use crate::interpreter::recursion::check_stack;
use crate::references::weak_ref::{WeakRef, is_referenceable};

/// `hash(object)`.
///
/// Most keys are strings, or objects that keep `object.__hash__`. Their hashes are known without
/// calling anything.
#[inline]
pub(crate) fn hash_of(object: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
    match known_hash(object) {
        Some(hash) => Ok(hash),
        None => ask_for_hash(object),
    }
}

#[inline(never)]
fn ask_for_hash(object: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
    check_stack()?;
    object.hash()
}

/// Refuses to run on an interpreter whose `object.__hash__` is not [`address_hash`].
///
/// `object` is any that keeps `object.__hash__`.
pub(crate) fn check(object: &Bound<'_, PyAny>) -> PyResult<()> {
    if ask_for_hash(object)? == address_hash(object.as_ptr()) {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "weakly does not know how this interpreter hashes objects: use a CPython from 3.9 to 3.15, \
         or a newer weakly",
    ))
}

/// The hash of an object that is to be weakly referenced.
///
/// Errors: CPython's TypeError for an object that cannot be weakly referenced; whatever its
/// `__hash__` raises.
#[inline]
pub fn hash_of_referent(object: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
    if !is_referenceable(object) {
        // The interpreter finds the words of the error.
        WeakRef::canonical(object)?;
    }
    hash_of(object)
}

/// What a key is to the `dict` or `set` of CPython that it would be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    DictKey,
    SetElement,
}

/// The hash of a key that is held strongly. Errors: whatever its `__hash__` raises, as `dict` says
/// it.
#[inline]
pub(crate) fn hash_of_key(key: &Bound<'_, PyAny>, role: Role) -> PyResult<Py_hash_t> {
    hash_of(key).map_err(|error| explain_strong(error, key, role))
}

/// The hash of a key that is held by a weak reference. Errors: as [`hash_of_referent`], as `dict`
/// or `set` says it of the reference.
#[inline]
pub(crate) fn hash_of_weak_key(key: &Bound<'_, PyAny>, role: Role) -> PyResult<Py_hash_t> {
    hash_of_referent(key).map_err(|error| explain_weak(error, key, role))
}

#[cold]
fn explain_strong(error: PyErr, key: &Bound<'_, PyAny>, role: Role) -> PyErr {
    explain(error, &key.get_type(), role)
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
    let parts = class
        .fully_qualified_name()
        .and_then(|name| Ok((name, error.value(py).str()?)));
    match parts {
        Ok((name, cause)) => {
            alloc::discard(py, error);
            alloc::error::<PyTypeError>(
                py,
                format_args!(
                    "cannot use '{}' as a {role} ({})",
                    Shown(&name),
                    Shown(&cause)
                ),
            )
        }
        Err(unexplained) => {
            alloc::discard(py, error);
            unexplained
        }
    }
}
