//! What the slots of an object's type say of it, without asking the object.

use pyo3::ffi;
use pyo3::prelude::*;

/// Whether an object is hashed by its address.
#[inline]
pub(crate) fn is_hashed_by_address(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: (15) the object is live, so its type is.
    unsafe { hashes_by_address(type_of(object)) }
}

/// Whether a type keeps `object.__hash__`.
///
/// # Safety
///
/// The type is live.
#[inline]
pub(crate) unsafe fn hashes_by_address(class: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: (17, 20) the caller's promise. A slot is read as one word, as the interpreter reads
    // it; those of `object` never change.
    unsafe {
        let own = (*class).tp_hash.map(|slot| slot as usize);
        own == ffi::PyBaseObject_Type.tp_hash.map(|slot| slot as usize)
    }
}

/// Whether an object is compared by its identity: it has no `__eq__` but that of `object`.
#[inline]
pub fn is_compared_by_identity(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: (15) the object is live, so its type is.
    unsafe { compares_by_identity(type_of(object)) }
}

/// Whether a type keeps `object.__eq__`, for which only identity counts.
///
/// # Safety
///
/// The type is live.
#[inline]
pub(crate) unsafe fn compares_by_identity(class: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: (17, 20) the caller's promise, and as in `hashes_by_address`.
    unsafe {
        let own = (*class).tp_richcompare.map(|slot| slot as usize);
        let default = ffi::PyBaseObject_Type
            .tp_richcompare
            .map(|slot| slot as usize);
        own == default
    }
}

/// Whether the interpreter looks for an iterator of the object at all: by `__iter__`, or as that of
/// a sequence.
pub(crate) fn is_iterable(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: (15) the object is live, so its type is.
    unsafe { (*type_of(object)).tp_iter.is_some() || ffi::PySequence_Check(object.as_ptr()) != 0 }
}

/// Whether an object is an iterator: it has a `__next__`.
pub(crate) fn is_iterator(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: (15) the object is live, so its type is.
    unsafe { (*type_of(object)).tp_iternext.is_some() }
}

#[inline]
fn type_of(object: &Bound<'_, PyAny>) -> *mut ffi::PyTypeObject {
    // SAFETY: (15) the object is live.
    unsafe { ffi::Py_TYPE(object.as_ptr()) }
}
