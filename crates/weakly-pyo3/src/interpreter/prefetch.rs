//! Memory that will be needed soon.

use pyo3::prelude::*;

/// How many objects ahead to ask: fetching one takes as long as some steps of a loop.
pub(crate) const AHEAD: usize = 8;

/// Lets the processor fetch the cache line at an address, which need not be valid, while it goes on.
/// Does nothing on processors that we do not know.
#[inline(always)]
pub(crate) fn prefetch<T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: (19) every x86-64 processor has the instruction. It reads nothing that the program
    // could see, and an address that is not mapped is no error.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: (19) as above.
    unsafe {
        std::arch::asm!(
            "prfm pldl1keep, [{address}]",
            address = in(reg) address,
            options(nostack, readonly, preserves_flags),
        );
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = address;
}

/// The elements of a vector, the object of each fetched some steps before its turn: for loops over
/// objects that lie anywhere.
pub(crate) fn fetched<'py, T>(
    elements: Vec<T>,
    object: impl Fn(&T) -> &Bound<'py, PyAny>,
) -> impl Iterator<Item = T> {
    let mut elements = elements.into_iter();
    std::iter::from_fn(move || {
        if let Some(later) = elements.as_slice().get(AHEAD) {
            prefetch(object(later).as_ptr());
        }
        elements.next()
    })
}
