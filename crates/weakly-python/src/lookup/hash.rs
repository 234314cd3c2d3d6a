//! The hash of a key, and the error messages for unhashable keys.

use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

use pyo3::exceptions::{PyImportError, PyTypeError};
use pyo3::ffi::{self, Py_hash_t};
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::interpreter::fallible::{self, Shown};
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

#[inline]
fn known_hash(object: &Bound<'_, PyAny>) -> Option<Py_hash_t> {
    let object = object.as_ptr();
    // SAFETY: the object is live, and its type says what its struct is. A string's hash is written
    // once, as one word.
    unsafe {
        let type_object = ffi::Py_TYPE(object);
        if type_object == &raw mut ffi::PyUnicode_Type {
            let string = object.cast::<ffi::PyASCIIObject>();
            let hash = AtomicIsize::from_ptr(&raw mut (*string).hash).load(Relaxed);
            return (hash != -1).then_some(hash);
        }
        hashes_by_address(type_object).then(|| address_hash(object))
    }
}

fn ask_for_hash(object: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
    check_stack()?;
    // SAFETY: the object is live; -1 comes with an error set.
    let hash = unsafe { ffi::PyObject_Hash(object.as_ptr()) };
    if hash == -1 {
        return Err(PyErr::fetch(object.py()));
    }
    Ok(hash)
}

/// Whether a type keeps `object.__hash__`.
///
/// # Safety
///
/// The type is live.
#[inline]
pub(crate) unsafe fn hashes_by_address(type_object: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: the caller's promise; `object` is always there, and its slots never change.
    unsafe {
        let own = (*type_object).tp_hash.map(|slot| slot as usize);
        own == ffi::PyBaseObject_Type.tp_hash.map(|slot| slot as usize)
    }
}

/// What `object.__hash__` makes of an address: the low bits, which are zero, go to the high end.
#[inline]
fn address_hash(object: *mut ffi::PyObject) -> Py_hash_t {
    match object.addr().rotate_right(4) as Py_hash_t {
        -1 => -2,
        hash => hash,
    }
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
pub(crate) fn hash_of_referent(object: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
    if !is_referenceable(object) {
        // The interpreter finds the words of the error.
        WeakRef::canonical(object)?;
    }
    hash_of(object)
}

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
            fallible::discard(py, error);
            fallible::error::<PyTypeError>(
                py,
                format_args!(
                    "cannot use '{}' as a {role} ({})",
                    Shown(&name),
                    Shown(&cause)
                ),
            )
        }
        Err(unexplained) => {
            fallible::discard(py, error);
            unexplained
        }
    }
}
