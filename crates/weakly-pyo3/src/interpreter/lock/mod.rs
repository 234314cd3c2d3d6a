//! The lock around a container's table.

pub mod held;
#[cfg(Py_GIL_DISABLED)]
mod shared_lock;
#[cfg(Py_GIL_DISABLED)]
mod sync;

#[cfg(debug_assertions)]
use std::cell::Cell;

use pyo3::{PyVisit, Python};

/// Guards a table: with the interpreter's lock a mere flag, without it a mutex that readers share.
///
/// The rule that makes both sound: inside [`Lock::with`] and [`Lock::read`] nothing runs that could come back. No
/// Python code, no Python allocation (it may collect garbage, which runs callbacks), no decref, no
/// comparison. What must be dropped is handed out of the closure and dropped after it.
///
/// Nor does anything inside panic. Should it, the lock is free again: an operation has failed, and the
/// container is no worse than the operation left it.
#[derive(Debug, Default)]
pub struct Lock<T>(imp::Lock<T>);

impl<T> Lock<T> {
    pub const fn new(value: T) -> Self {
        Self(imp::Lock::new(value))
    }

    /// Runs `f` on the value, alone. Panics if called from inside itself.
    #[inline]
    pub fn with<R>(&self, _attached: Python<'_>, f: impl FnOnce(&mut T) -> R) -> R {
        let _entered = Entered::new();
        self.0.with(f)
    }

    /// Runs `f` on the value, which it only reads: without the GIL other threads may do so at the same
    /// time. As [`Lock::with`] in all else.
    #[inline]
    pub fn read<R>(&self, _attached: Python<'_>, f: impl FnOnce(&T) -> R) -> R {
        let _entered = Entered::new();
        self.0.read(f)
    }

    /// As [`Lock::with`], for the garbage collector's visits. They come without a token: the visitor
    /// shows that the thread is attached, as it is while `tp_traverse` runs.
    pub fn visit<R>(&self, _visit: &PyVisit<'_>, f: impl FnOnce(&mut T) -> R) -> R {
        let _entered = Entered::new();
        self.0.with(f)
    }
}

/// Makes sure, in a build with debug assertions, that this thread is in no [`Lock::with`]: called
/// wherever code may run that could come back.
#[inline]
pub(crate) fn assert_outside() {
    #[cfg(debug_assertions)]
    assert!(
        DEPTH.get() == 0 || std::thread::panicking(),
        "something was dropped under a lock"
    );
}

/// Part of a value that must not be dropped inside [`Lock::with`].
pub(crate) struct Outside;

impl Drop for Outside {
    #[inline]
    fn drop(&mut self) {
        assert_outside();
    }
}

#[cfg(debug_assertions)]
thread_local! {
    /// How many locks this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// The time in a lock, counted in a build with debug assertions.
struct Entered;

impl Entered {
    #[inline]
    fn new() -> Self {
        #[cfg(debug_assertions)]
        DEPTH.set(DEPTH.get() + 1);
        Self
    }
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        #[cfg(debug_assertions)]
        DEPTH.set(DEPTH.get() - 1);
    }
}

#[cfg(not(Py_GIL_DISABLED))]
mod imp {
    use std::cell::{Cell, UnsafeCell};

    #[derive(Debug, Default)]
    pub(super) struct Lock<T> {
        is_taken: Cell<bool>,
        value: UnsafeCell<T>,
    }

    // SAFETY: (1, 3) the value is touched only in `with`, whose callers are attached to the
    // interpreter: they hold the GIL, and nothing inside `with` releases it.
    unsafe impl<T: Send> Sync for Lock<T> {}

    impl<T> Lock<T> {
        pub(super) const fn new(value: T) -> Self {
            Self {
                is_taken: Cell::new(false),
                value: UnsafeCell::new(value),
            }
        }

        #[inline]
        pub(super) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            assert!(
                !self.is_taken.replace(true),
                "a table was used from inside itself"
            );
            let _release = Release(&self.is_taken);
            // SAFETY: (3) the GIL keeps other threads out, the flag this one: the borrow is unique.
            f(unsafe { &mut *self.value.get() })
        }

        #[inline]
        pub(super) fn read<R>(&self, f: impl FnOnce(&T) -> R) -> R {
            self.with(|value| f(value))
        }
    }

    /// Gives the lock back, also when a panic unwinds.
    struct Release<'a>(&'a Cell<bool>);

    impl Drop for Release<'_> {
        #[inline]
        fn drop(&mut self) {
            self.0.set(false);
        }
    }
}

#[cfg(Py_GIL_DISABLED)]
mod imp {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use super::shared_lock::{self, Place};

    /// A writer looks at all of them when readers share a lock. Of so many threads each has its own.
    static PLACES: [Place; 64] = [const { Place::new() }; 64];

    static THREADS: AtomicUsize = AtomicUsize::new(0);

    thread_local! {
        static OWN_PLACE: usize = THREADS.fetch_add(1, Relaxed) % PLACES.len();
    }

    #[derive(Debug, Default)]
    pub(super) struct Lock<T>(shared_lock::Lock<T>);

    impl<T> Lock<T> {
        pub(super) const fn new(value: T) -> Self {
            Self(shared_lock::Lock::new(value))
        }

        #[inline]
        pub(super) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            self.0.with(&PLACES, f)
        }

        #[inline]
        pub(super) fn read<R>(&self, f: impl FnOnce(&T) -> R) -> R {
            self.0.read(|| &PLACES[OWN_PLACE.with(|own| *own)], f)
        }
    }
}
