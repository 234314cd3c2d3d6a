//! Slots that the interpreter calls without PyO3 in between: `len`, `in` and `[]`.
//!
//! What PyO3 does before the body of a slot runs (it counts the attachment, parses the arguments) takes
//! longer than a lookup. PyO3 has no slots without it, so the finished types get functions of their own.

use std::ffi::c_int;
use std::ptr;

use pyo3::PyClass;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;

use crate::interpreter::class::trampoline::trampoline;

/// A container with a length that can tell what is in it.
pub trait ContainerSlots: PyClass<Frozen = True> + Sync {
    fn len(&self, py: Python<'_>) -> usize;
    fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool>;
}

/// A dictionary.
pub trait DictionarySlots: ContainerSlots {
    /// The value of a key, if it has one.
    fn find_item<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>>;

    /// What `d[key]` comes to for a key without a value.
    fn missing_item<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>>;

    fn set_item(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()>;
    fn del_item(&self, key: &Bound<'_, PyAny>) -> PyResult<()>;
}

/// Puts the slots of `len()` and `in` in place.
pub fn add_container_slots<T: ContainerSlots>(py: Python<'_>) {
    // SAFETY: (14) the type is a heap type, whose tables of slots are there and are its own; no
    // instance exists yet.
    unsafe {
        let class = py.get_type::<T>().as_type_ptr();
        (*(*class).tp_as_sequence).sq_length = Some(length::<T>);
        (*(*class).tp_as_sequence).sq_contains = Some(contains::<T>);
        (*(*class).tp_as_mapping).mp_length = Some(length::<T>);
    }
}

/// Puts the slots of `d[k]`, `d[k] = v` and `del d[k]` in place.
pub fn add_dictionary_slots<T: DictionarySlots>(py: Python<'_>) {
    // SAFETY: (14) as in `add_container_slots`.
    unsafe {
        let class = py.get_type::<T>().as_type_ptr();
        (*(*class).tp_as_mapping).mp_subscript = Some(subscript::<T>);
        (*(*class).tp_as_mapping).mp_ass_subscript = Some(assign_subscript::<T>);
    }
}

/// The instance that a slot of the type of `T` was called with.
///
/// # Safety
///
/// `slf` is an instance of the type of `T` or of a subclass, and outlives the result.
#[inline]
pub(crate) unsafe fn receiver<'a, T: PyClass<Frozen = True> + Sync>(
    slf: &'a Borrowed<'_, '_, PyAny>,
) -> &'a T {
    // SAFETY: (17) the caller's promise.
    unsafe { slf.cast_unchecked::<T>() }.get()
}

unsafe extern "C" fn length<T: ContainerSlots>(slf: *mut ffi::PyObject) -> ffi::Py_ssize_t {
    // SAFETY: (1, 2, 16) the interpreter calls a slot with an instance of its type, the thread
    // attached.
    unsafe {
        trampoline(-1, |py| {
            let slf = Borrowed::from_ptr(py, slf);
            Ok(receiver::<T>(&slf).len(py) as ffi::Py_ssize_t)
        })
    }
}

unsafe extern "C" fn contains<T: ContainerSlots>(
    slf: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: (1, 2, 16) as in `length`; the key is a live object.
    unsafe {
        trampoline(-1, |py| {
            let (slf, key) = (Borrowed::from_ptr(py, slf), Borrowed::from_ptr(py, key));
            receiver::<T>(&slf).contains(&key).map(c_int::from)
        })
    }
}

unsafe extern "C" fn subscript<T: DictionarySlots>(
    slf: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) as in `contains`.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let (slf, key) = (Borrowed::from_ptr(py, slf), Borrowed::from_ptr(py, key));
            let item = match receiver::<T>(&slf).find_item(&key)? {
                Some(item) => item,
                None => T::missing_item(&slf.cast_unchecked(), &key)?,
            };
            Ok(item.into_ptr())
        })
    }
}

unsafe extern "C" fn assign_subscript<T: DictionarySlots>(
    slf: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: (1, 2, 16) as in `contains`; the value is a live object, or null for `del`.
    unsafe {
        trampoline(-1, |py| {
            let (slf, key) = (Borrowed::from_ptr(py, slf), Borrowed::from_ptr(py, key));
            match Borrowed::from_ptr_or_opt(py, value) {
                Some(value) => receiver::<T>(&slf).set_item(&key, &value)?,
                None => receiver::<T>(&slf).del_item(&key)?,
            }
            Ok(0)
        })
    }
}
