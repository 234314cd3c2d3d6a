//! Hashes that are known without calling anything.

use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

use pyo3::ffi::{self, Py_hash_t};
use pyo3::prelude::*;

use crate::interpreter::type_slots::hashes_by_address;

/// The hash of a string that was asked for it before, or of an object that keeps `object.__hash__`.
#[inline]
pub(crate) fn known_hash(object: &Bound<'_, PyAny>) -> Option<Py_hash_t> {
    let object = object.as_ptr();
    // SAFETY: (15, 16) the object is live, and its type says what its struct is. A string's hash is
    // written once, as one word.
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

/// What `object.__hash__` makes of an address: the low bits, which are zero, go to the high end.
#[inline]
pub(crate) fn address_hash(object: *mut ffi::PyObject) -> Py_hash_t {
    match object.addr().rotate_right(4) as Py_hash_t {
        -1 => -2,
        hash => hash,
    }
}
