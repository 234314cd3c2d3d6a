//! A rule that is kept by types: what comes out of a locked table is dropped without the lock.
//!
//! An owner that was obtained under the lock may turn out to be the last one, and a value may run
//! user code when it is dropped. Both could come back to the same table, whose lock the thread holds.
//! So owners, entries and lent values carry a [`DropUnlocked`]: where debug assertions are on, as in
//! all tests, to drop one under the lock of any table is a panic, whether or not it is the last one.

use core::ops::{Deref, DerefMut};

use crate::sync::{Mutex, MutexGuard, lock};

/// What a lock guards, until this is dropped.
pub struct Locked<'a, T> {
    guard: MutexGuard<'a, T>,
    _mark: Mark,
}

impl<'a, T> Locked<'a, T> {
    pub(crate) fn new(mutex: &'a Mutex<T>) -> Self {
        Self {
            guard: lock(mutex),
            _mark: Mark::new(),
        }
    }
}

impl<T> Deref for Locked<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for Locked<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

pub(crate) use mark::{DropUnlocked, Mark};

#[cfg(all(debug_assertions, feature = "std"))]
mod mark {
    use std::cell::Cell;

    #[cfg(test)]
    use shuttle::thread_local;

    thread_local! {
        /// How many tables this thread has locked.
        static LOCKED: Cell<u32> = const { Cell::new(0) };
    }

    /// Counts as a table that this thread has locked.
    pub(crate) struct Mark(());

    impl Mark {
        pub(crate) fn new() -> Self {
            let _ = LOCKED.try_with(|locked| locked.set(locked.get() + 1));
            Self(())
        }
    }

    impl Drop for Mark {
        fn drop(&mut self) {
            let _ = LOCKED.try_with(|locked| locked.set(locked.get() - 1));
        }
    }

    /// Part of what may be dropped only while this thread has no table locked.
    pub(crate) struct DropUnlocked;

    impl Drop for DropUnlocked {
        fn drop(&mut self) {
            let locked = LOCKED.try_with(Cell::get).unwrap_or_default();
            assert!(
                locked == 0 || std::thread::panicking(),
                "what comes out of a locked table is dropped without the lock"
            );
        }
    }
}

#[cfg(not(all(debug_assertions, feature = "std")))]
mod mark {
    pub(crate) struct Mark(());

    impl Mark {
        #[inline(always)]
        pub(crate) fn new() -> Self {
            Self(())
        }
    }

    pub(crate) struct DropUnlocked;
}
