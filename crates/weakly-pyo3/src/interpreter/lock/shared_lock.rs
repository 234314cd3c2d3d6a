//! A mutex that several threads pass at once, if they only read: the lock where there is no GIL.

use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::Ordering::{Relaxed, Release, SeqCst};
use std::sync::{PoisonError, TryLockError};

use super::sync::{AtomicBool, AtomicPtr, AtomicU32, MEETINGS, Mutex, MutexGuard, yield_now};

/// A mutex, until readers meet in it again and again. From then on a reader writes to no memory that
/// other threads use: it only says in a place of its own that it is inside. A writer ends that, and
/// waits for the readers who are inside. So a lock that nobody shares costs what a mutex costs, and a
/// writer pays for the readers at most once in so many meetings.
///
/// (The method is that of Dice and Kogan's BRAVO.)
///
/// A thread that waits here stays attached to the interpreter. It waits for no longer than a few
/// operations on the value, since whoever is inside runs nothing that could wait for it in turn.
///
/// # Why nobody reads while another writes
///
/// Who holds the mutex keeps out all others who take it. Let a reader pass it by:
/// - It writes to its place, then reads that the lock is shared. A writer, with the mutex held, writes
///   that the lock is not shared, then reads all places. These four are in one order for all threads
///   (`SeqCst`). So either the reader sees that the lock is no longer shared, and takes the mutex as
///   all others do; or the writer sees the reader in its place, and waits until it has left that.
/// - What a reader did happens before what the writer does that saw it leave (`Release`, `SeqCst`).
///   What a writer did happens before a reader passes: the lock is shared again only by a thread that
///   held the mutex after the writer, and the reader has read what this thread wrote.
/// - A lock becomes shared only by who holds the mutex. So none is while a writer is inside.
///
/// Two threads may have the same place, as there are not endlessly many, and one may be in two locks:
/// a place that is taken turns the reader to the mutex.
#[derive(Debug, Default)]
pub(crate) struct Lock<T> {
    mutex: Mutex<()>,
    /// Whether readers pass by the mutex. Written only by who holds it.
    is_shared: AtomicBool,
    /// How often a reader found the mutex taken since the last writer. Used only by who holds it.
    meetings: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: (3) `with` gives the value to one thread alone, `read` to several that only read it.
unsafe impl<T: Send + Sync> Sync for Lock<T> {}

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            mutex: Mutex::new(()),
            is_shared: AtomicBool::new(false),
            meetings: AtomicU32::new(0),
            value: UnsafeCell::new(value),
        }
    }

    /// Runs `f` on the value, alone. `places` are all places that readers use.
    #[inline]
    pub(crate) fn with<R>(&self, places: &[Place], f: impl FnOnce(&mut T) -> R) -> R {
        let _alone = self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
        self.meetings.store(0, Relaxed);
        if self.is_shared.load(Relaxed) {
            self.end_sharing(places);
        }
        // SAFETY: (3) the mutex keeps out who takes it, and no reader has passed it by: see above.
        f(unsafe { &mut *self.value.get() })
    }

    /// Runs `f` on the value, which others may read at the same time. `place` is this thread's.
    #[inline]
    pub(crate) fn read<'a, R>(
        &self,
        place: impl FnOnce() -> &'a Place,
        f: impl FnOnce(&T) -> R,
    ) -> R {
        if self.is_shared.load(Relaxed) {
            if let Some(_inside) = place().enter(self.address()) {
                if self.is_shared.load(SeqCst) {
                    // SAFETY: (3) a writer waits until this reader has left its place: see above.
                    return f(unsafe { &*self.value.get() });
                }
            } // Not inside any more: the writer waits for that, and this thread for the writer.
        }
        let _alone = self.lock_to_read();
        // SAFETY: (3) the mutex keeps writers out.
        f(unsafe { &*self.value.get() })
    }

    fn address(&self) -> *mut () {
        ptr::from_ref(self).cast_mut().cast()
    }

    #[inline]
    fn lock_to_read(&self) -> MutexGuard<'_, ()> {
        match self.mutex.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => self.meet(),
        }
    }

    #[cold]
    fn meet(&self) -> MutexGuard<'_, ()> {
        let guard = self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
        let meetings = self.meetings.load(Relaxed);
        if meetings < MEETINGS {
            self.meetings.store(meetings + 1, Relaxed);
        } else {
            self.is_shared.store(true, SeqCst);
        }
        guard
    }

    #[cold]
    fn end_sharing(&self, places: &[Place]) {
        self.is_shared.store(false, SeqCst);
        for place in places {
            while place.0.load(SeqCst) == self.address() {
                yield_now();
            }
        }
    }
}

/// Where a thread says which lock it is in as a reader. It has its part of the memory for itself:
/// processors hand memory to each other in such parts, or in pairs of halves of them.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Place(AtomicPtr<()>);

impl Place {
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// `None` if a reader is in the place already.
    #[inline]
    fn enter(&self, lock: *mut ()) -> Option<Inside<'_>> {
        let entered = self
            .0
            .compare_exchange(ptr::null_mut(), lock, SeqCst, Relaxed);
        // Made only then: to drop one is to leave.
        entered.is_ok().then(|| Inside(self))
    }
}

/// The time of a reader in its place.
struct Inside<'a>(&'a Place);

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.0.store(ptr::null_mut(), Release);
    }
}
