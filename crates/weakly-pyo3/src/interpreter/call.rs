//! Calls by pointers, which the linker does not see.

use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;

#[cfg(ends_threads_by_unwinding)]
use super::hang::or_hang;

/// `callable(*arguments)`
///
/// In the place of PyO3's `call1`: on CPython up to 3.11 that calls the function behind the callable
/// by its pointer.
pub fn call<'py, const N: usize>(
    callable: &Bound<'py, PyAny>,
    arguments: [&Bound<'py, PyAny>; N],
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = arguments.map(Bound::as_ptr);
    // SAFETY: (15) all are live objects; a new reference, or null and an exception.
    unsafe {
        let result =
            ffi::PyObject_VectorcallDict(callable.as_ptr(), arguments.as_ptr(), N, ptr::null_mut());
        Bound::from_owned_ptr_or_err(callable.py(), result)
    }
}

/// Calls a slot of one of the interpreter's types.
///
/// # Safety
///
/// As the slot wants it.
#[inline(never)] // see `or_hang`
pub(crate) unsafe fn slot_of_one<A, R>(slot: unsafe extern "C" fn(A) -> R, a: A) -> R {
    #[cfg(ends_threads_by_unwinding)]
    // SAFETY: (13, 17) the same function, of which is known that it may unwind; the rest is the
    // caller's promise.
    unsafe {
        type Unwinding<A, R> = unsafe extern "C-unwind" fn(A) -> R;
        let slot = std::mem::transmute::<unsafe extern "C" fn(A) -> R, Unwinding<A, R>>(slot);
        or_hang(|| slot(a))
    }
    #[cfg(not(ends_threads_by_unwinding))]
    // SAFETY: (17) the caller's promise.
    unsafe {
        slot(a)
    }
}

/// As [`slot_of_one`], with two arguments.
///
/// # Safety
///
/// As the slot wants it.
#[inline(never)] // see `or_hang`
pub(crate) unsafe fn slot_of_two<A, B, R>(
    slot: unsafe extern "C" fn(A, B) -> R,
    (a, b): (A, B),
) -> R {
    #[cfg(ends_threads_by_unwinding)]
    // SAFETY: (13, 17) as in `slot_of_one`.
    unsafe {
        type Slot<A, B, R> = unsafe extern "C" fn(A, B) -> R;
        type Unwinding<A, B, R> = unsafe extern "C-unwind" fn(A, B) -> R;
        let slot = std::mem::transmute::<Slot<A, B, R>, Unwinding<A, B, R>>(slot);
        or_hang(|| slot(a, b))
    }
    #[cfg(not(ends_threads_by_unwinding))]
    // SAFETY: (17) the caller's promise.
    unsafe {
        slot(a, b)
    }
}

/// As [`slot_of_one`], with three arguments.
///
/// # Safety
///
/// As the slot wants it.
#[inline(never)] // see `or_hang`
pub(crate) unsafe fn slot_of_three<A, B, C, R>(
    slot: unsafe extern "C" fn(A, B, C) -> R,
    (a, b, c): (A, B, C),
) -> R {
    #[cfg(ends_threads_by_unwinding)]
    // SAFETY: (13, 17) as in `slot_of_one`.
    unsafe {
        type Slot<A, B, C, R> = unsafe extern "C" fn(A, B, C) -> R;
        type Unwinding<A, B, C, R> = unsafe extern "C-unwind" fn(A, B, C) -> R;
        let slot = std::mem::transmute::<Slot<A, B, C, R>, Unwinding<A, B, C, R>>(slot);
        or_hang(|| slot(a, b, c))
    }
    #[cfg(not(ends_threads_by_unwinding))]
    // SAFETY: (17) the caller's promise.
    unsafe {
        slot(a, b, c)
    }
}
