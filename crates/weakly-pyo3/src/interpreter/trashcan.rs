//! How a long chain of containers dies, each the last owner of the next, in a small stack.
//!
//! The interpreter has a trashcan for its own containers: from a certain depth on a dying one is put
//! there, and taken apart when those around it are done. Ours go there too. It counts the depth where
//! greenlets count theirs, so that one that waits in the middle of a `__del__` stops nobody else; and
//! it is emptied by whatever container of the thread dies next.

use pyo3::ffi;

/// Takes a dying object apart, or leaves it in the trashcan: then `dealloc` is called again.
///
/// # Safety
///
/// `object` is an instance, untracked, of a type that the garbage collector knows, and its last
/// reference is gone. `dealloc` is the caller, which does nothing more to the object.
#[inline]
pub(crate) unsafe fn take_apart(
    object: *mut ffi::PyObject,
    dealloc: ffi::destructor,
    body: impl FnOnce(),
) {
    // SAFETY: (17) the object is still in memory. One of a subclass is taken apart already, and its
    // own deallocator has asked the trashcan.
    let is_whole = unsafe {
        (*ffi::Py_TYPE(object))
            .tp_dealloc
            .is_some_and(|own| own as usize == dealloc as usize)
    };
    // SAFETY: (17) the caller's promise.
    unsafe { imp::take_apart(object, is_whole, body) }
}

/// Up to 3.12 the interpreter counts how many objects are being taken apart inside one another.
#[cfg(not(Py_3_13))]
mod imp {
    use std::ffi::c_int;

    use pyo3::ffi;

    unsafe extern "C" {
        fn _PyTrash_begin(thread: *mut ffi::PyThreadState, object: *mut ffi::PyObject) -> c_int;
        fn _PyTrash_end(thread: *mut ffi::PyThreadState);
    }

    #[inline]
    pub(super) unsafe fn take_apart(
        object: *mut ffi::PyObject,
        is_whole: bool,
        body: impl FnOnce(),
    ) {
        if !is_whole {
            return body();
        }
        // SAFETY: (1, 17) the caller's promise; a deallocator runs with the thread attached.
        // `begin` and `end` are a pair, as in the macros of the interpreter's header.
        unsafe {
            let thread = ffi::PyThreadState_Get();
            if _PyTrash_begin(thread, object) == 0 {
                body();
                _PyTrash_end(thread);
            }
        }
    }
}

/// 3.13 counts how deep the calls in C are, and ten thousand are allowed. A container takes more of
/// the stack than what that number is made for, so it counts as many.
#[cfg(all(Py_3_13, not(Py_3_14)))]
mod imp {
    use std::cell::Cell;

    use pyo3::ffi;

    const COUNTS_AS: usize = 32;

    /// So much deeper one must be able to go to empty the trashcan: at fifty the interpreter's own
    /// objects go there, and would come back at once.
    const TO_EMPTY: usize = 128;

    thread_local! {
        /// Whether there may be something in the trashcan.
        static IS_USED: Cell<bool> = const { Cell::new(false) };
    }

    unsafe extern "C" {
        fn _PyTrash_thread_deposit_object(
            thread: *mut ffi::PyThreadState,
            object: *mut ffi::PyObject,
        );
        fn _PyTrash_thread_destroy_chain(thread: *mut ffi::PyThreadState);
    }

    #[inline]
    pub(super) unsafe fn take_apart(
        object: *mut ffi::PyObject,
        is_whole: bool,
        body: impl FnOnce(),
    ) {
        // SAFETY: (1, 17) the caller's promise; a deallocator runs with the thread attached. What
        // is entered is left again.
        unsafe {
            let entered = enter(COUNTS_AS);
            if entered < COUNTS_AS && is_whole {
                leave(entered);
                IS_USED.set(true);
                _PyTrash_thread_deposit_object(ffi::PyThreadState_Get(), object);
                return;
            }
            body();
            leave(entered);
            if IS_USED.get() {
                empty();
            }
        }
    }

    /// Empties the trashcan, if there is room for it here.
    ///
    /// # Safety
    ///
    /// The thread is attached.
    #[cold]
    unsafe fn empty() {
        // SAFETY: (17) the caller's promise; what is entered is left again.
        unsafe {
            let entered = enter(TO_EMPTY);
            leave(entered);
            if entered == TO_EMPTY {
                IS_USED.set(false);
                _PyTrash_thread_destroy_chain(ffi::PyThreadState_Get());
            }
        }
    }

    /// Goes deeper so many times, or as often as is allowed: says how often. Raises nothing.
    ///
    /// # Safety
    ///
    /// The thread is attached.
    unsafe fn enter(times: usize) -> usize {
        // SAFETY: (17) the caller's promise. An error that was raised before is put back.
        unsafe {
            let before = ffi::PyErr_GetRaisedException();
            let allowed = |_: &usize| ffi::Py_EnterRecursiveCall(c"".as_ptr()) == 0;
            let entered = (0..times).take_while(allowed).count();
            ffi::PyErr_SetRaisedException(before);
            entered
        }
    }

    /// # Safety
    ///
    /// The thread is attached, and was entered so many times.
    unsafe fn leave(times: usize) {
        for _ in 0..times {
            // SAFETY: (17) the caller's promise.
            unsafe { ffi::Py_LeaveRecursiveCall() };
        }
    }
}

/// From 3.14 on the interpreter looks at the stack itself, before it calls any deallocator.
#[cfg(Py_3_14)]
mod imp {
    use pyo3::ffi;

    #[inline]
    pub(super) unsafe fn take_apart(
        _object: *mut ffi::PyObject,
        _is_whole: bool,
        body: impl FnOnce(),
    ) {
        body();
    }
}
