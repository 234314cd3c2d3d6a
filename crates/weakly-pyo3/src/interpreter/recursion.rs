//! Recursion through Python code: it ends with `RecursionError` and never with the end of the stack.
//!
//! The interpreter counts calls, and up to CPython 3.13 believes that the stack holds as many as the
//! program allows. A level that leads through a method in Rust takes more of the stack than one in
//! Python, and is not counted. So each is counted here, and up to 3.13 the stack is looked at too, as
//! CPython 3.14 does it.

use std::ffi::CStr;

use pyo3::ffi;
use pyo3::prelude::*;

/// Runs `call`, which may come back to where it is called from, as `levels` of recursion: as many
/// calls as there are where it is written in Python.
///
/// Errors: RecursionError, with `what` in its text; what `call` returns.
pub fn counted<R>(
    py: Python<'_>,
    what: &CStr,
    levels: u32,
    call: impl FnOnce() -> PyResult<R>,
) -> PyResult<R> {
    check_stack()?;
    let enter = || {
        // SAFETY: (1) attached, as `py` says; an error is set where the result is not zero.
        match unsafe { ffi::Py_EnterRecursiveCall(what.as_ptr()) } {
            0 => Ok(()),
            _ => Err(PyErr::fetch(py)),
        }
    };
    // SAFETY: (1) attached; it undoes one `enter` that went well.
    let leave = || unsafe { ffi::Py_LeaveRecursiveCall() };
    let (mut entered, mut outcome) = (0, Ok(()));
    while entered < levels && outcome.is_ok() {
        outcome = enter();
        entered += u32::from(outcome.is_ok());
    }
    let result = outcome.and_then(|()| call());
    (0..entered).for_each(|_| leave());
    result
}

/// Errors: RecursionError, if there is not much left of the stack.
#[cfg(any(Py_3_14, not(any(target_os = "linux", target_os = "macos"))))]
#[inline]
pub fn check_stack() -> PyResult<()> {
    Ok(())
}

/// Errors: RecursionError, if there is not much left of the stack.
#[cfg(all(not(Py_3_14), any(target_os = "linux", target_os = "macos")))]
#[inline]
pub fn check_stack() -> PyResult<()> {
    if stack::is_good() {
        Ok(())
    } else {
        Err(stack::exhausted())
    }
}

#[cfg(all(not(Py_3_14), any(target_os = "linux", target_os = "macos")))]
mod stack {
    use std::cell::Cell;
    use std::hint::black_box;
    use std::ops::Range;

    use pyo3::exceptions::PyRecursionError;
    use pyo3::prelude::*;

    use crate::interpreter::alloc;

    /// What is kept free of a stack: the size through this, but no more than the most.
    const SHARE: usize = 8;
    const MOST: usize = 64 << 10;

    thread_local! {
        /// The addresses of the thread's stack that may be used. Empty before the first look.
        static GOOD: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    }

    /// Whether the stack may grow on.
    #[inline]
    pub(super) fn is_good() -> bool {
        let local = 0_u8;
        let here = black_box(&raw const local).addr();
        let (low, high) = GOOD.get();
        (low..high).contains(&here) || look(here)
    }

    #[cold]
    pub(super) fn exhausted() -> PyErr {
        // SAFETY: (1) all of the extension runs with the thread attached.
        let py = unsafe { Python::assume_attached() };
        alloc::error::<PyRecursionError>(
            py,
            format_args!("maximum recursion depth exceeded: the thread's stack is full"),
        )
    }

    /// Asks the system. It may give the thread more room meanwhile; and a thread may run on a stack
    /// of somebody else's, of which nothing is known.
    #[cold]
    #[inline(never)]
    fn look(here: usize) -> bool {
        let Some(stack) = bounds().filter(|stack| stack.contains(&here)) else {
            return true;
        };
        let low = stack.start + (stack.len() / SHARE).min(MOST);
        GOOD.set((low, stack.end));
        here >= low
    }

    /// The addresses of the thread's stack, which grows down.
    #[cfg(target_os = "linux")]
    fn bounds() -> Option<Range<usize>> {
        use std::mem::MaybeUninit;

        let mut attributes = MaybeUninit::uninit();
        let (mut low, mut size) = (std::ptr::null_mut(), 0);
        // SAFETY: (19) the first function writes the attributes of this thread, unless it fails;
        // they are read and given back.
        unsafe {
            if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
                return None;
            }
            let status =
                libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut low, &raw mut size);
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
            (status == 0).then(|| low.addr()..low.addr() + size)
        }
    }

    #[cfg(target_os = "macos")]
    fn bounds() -> Option<Range<usize>> {
        // SAFETY: (19) both functions only look at this thread.
        let (high, size) = unsafe {
            let thread = libc::pthread_self();
            let high = libc::pthread_get_stackaddr_np(thread);
            (high.addr(), libc::pthread_get_stacksize_np(thread))
        };
        Some(high - size..high)
    }
}
