//! How a map searches for a key: what it compares with, and what it keeps alive meanwhile.

use super::find::Find;
use super::keep::Keep;
use super::side::Side;
use crate::table::{Compare, Search, Verdict};

/// What a lookup must keep alive until the lock is gone.
pub(super) struct Memory<K: Side, Kept> {
    pub(super) kept: Kept,
    pub(super) search: Option<Search<K::Guard>>,
}

impl<K: Side, Kept: Keep> Memory<K, Kept> {
    pub(super) fn new() -> Self {
        Self {
            kept: Kept::default(),
            search: None,
        }
    }
}

/// Compares keys with a query, as `F` does.
pub(super) struct ByQuery<'q, K: Side, F: Find<K, Q>, Q: ?Sized> {
    query: &'q Q,
    /// To be dropped without the lock.
    kept: &'q mut F::Kept,
}

impl<'q, K: Side, F: Find<K, Q>, Q: ?Sized> ByQuery<'q, K, F, Q> {
    pub(super) fn new(query: &'q Q, kept: &'q mut F::Kept) -> Self {
        Self { query, kept }
    }

    /// Compares without the lock.
    pub(super) fn is_equal(&self, guard: &K::Guard) -> bool {
        F::is_equal(guard, self.query)
    }
}

impl<K: Side, F: Find<K, Q>, Q: ?Sized> Compare<K> for ByQuery<'_, K, F, Q> {
    type Guard = K::Guard;

    #[inline]
    fn verdict(&mut self, key: &K) -> Verdict {
        F::verdict(key, self.query, self.kept)
    }

    #[inline]
    fn has_failed(&self) -> bool {
        self.kept.has_failed()
    }

    #[inline]
    fn guard(&self, key: &mut K) -> Option<K::Guard> {
        key.guard()
    }

    #[inline]
    fn is_guarded_by(&self, key: &K, guard: &K::Guard) -> bool {
        key.is_guarded_by(guard)
    }
}
