//! What comparing under the lock obtains, and what keeps it until the lock is gone.

use crate::table::Guards;

/// What is kept alive until the lock is gone.
pub trait Keep: Default {
    /// Whether something could not be kept, for want of memory.
    fn has_failed(&self) -> bool;
}

/// As [`Keep`], for owners that were obtained under the lock.
pub trait KeepOwner<O>: Keep {
    /// Whether there is room for one more, or memory to make it.
    fn has_room(&mut self) -> bool;

    fn keep(&mut self, owner: O);
}

impl<O> KeepOwner<O> for Guards<O> {
    #[inline]
    fn has_room(&mut self) -> bool {
        self.has_room()
    }

    #[inline]
    fn keep(&mut self, owner: O) {
        self.push(owner);
    }
}

/// Within one thread an owner is not the last one while nothing else runs, so it need not be kept.
impl<O> KeepOwner<O> for () {
    #[inline]
    fn has_room(&mut self) -> bool {
        true
    }

    #[inline]
    fn keep(&mut self, owner: O) {
        drop(owner);
    }
}

impl<G> Keep for Guards<G> {
    #[inline]
    fn has_failed(&self) -> bool {
        self.is_full()
    }
}

impl Keep for () {
    #[inline]
    fn has_failed(&self) -> bool {
        false
    }
}
