//! The locks that deaths and lookups race for.
//!
//! The crate's own tests swap them for those of a model checker that tries the schedules of
//! threads (`races.rs`); everyone else gets the standard library's.

#[cfg(test)]
pub(crate) use shuttle::sync::{Mutex, MutexGuard};
#[cfg(not(test))]
pub(crate) use std::sync::{Mutex, MutexGuard};

use std::sync::PoisonError;

/// Locks, whether or not a thread has panicked with the lock held: no user code runs under our
/// locks, so what they guard is whole.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reaches what a lock guards when nobody else can.
pub(crate) fn get_mut<T: ?Sized>(mutex: &mut Mutex<T>) -> &mut T {
    mutex.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// A point at which another thread may run: between two steps that are not one.
#[inline(always)]
pub(crate) fn schedule_point() {
    #[cfg(test)]
    shuttle::thread::yield_now();
}
