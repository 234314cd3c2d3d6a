//! Those of threads, or of the model checker.

#[cfg(test)]
pub(crate) use shuttle::sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU64};
pub(crate) use std::sync::OnceLock;
#[cfg(not(test))]
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU64};

use std::sync::PoisonError;

/// Locks, whether or not a thread has panicked with the lock held: no user code runs under our
/// locks, so what they guard is whole.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A point at which another thread may run: between two steps that are not one.
#[inline(always)]
pub(crate) fn schedule_point() {
    #[cfg(test)]
    shuttle::thread::yield_now();
}

/// A static that all threads share. Under the model checker each of its runs has its own.
macro_rules! one_for_all {
    (static $name:ident: $type:ty = $value:expr;) => {
        #[cfg(not(test))]
        static $name: $type = $value;
        #[cfg(test)]
        shuttle::lazy_static! {
            static ref $name: $type = $value;
        }
    };
}

pub(crate) use one_for_all;
