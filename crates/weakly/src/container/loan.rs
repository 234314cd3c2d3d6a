//! The strong side of an entry.

use std::sync::Arc;

use super::{Side, is_plain};
use crate::death::Estate;

/// A value that can be lent to those who must handle it without the lock.
///
/// It lies in the table itself until it is lent first, which most never are; then it moves to an
/// `Arc`. Lending runs no user code.
pub(crate) enum Loan<T> {
    Owned(T),
    Shared(Arc<T>),
    /// For the moment of moving.
    Moving,
}

impl<T> Loan<T> {
    pub(crate) fn lend(&mut self) -> Arc<T> {
        let shared = match std::mem::replace(self, Self::Moving) {
            Self::Owned(value) => Arc::new(value),
            Self::Shared(shared) => shared,
            Self::Moving => unreachable!("{MOVING}"),
        };
        *self = Self::Shared(Arc::clone(&shared));
        shared
    }

    pub(crate) fn get(&self) -> &T {
        match self {
            Self::Owned(value) => value,
            Self::Shared(shared) => shared,
            Self::Moving => unreachable!("{MOVING}"),
        }
    }

    pub(crate) fn is(&self, lent: &Arc<T>) -> bool {
        matches!(self, Self::Shared(shared) if Arc::ptr_eq(shared, lent))
    }
}

impl<T: Clone> Loan<T> {
    /// What can leave the table under the lock and become a clone without it.
    pub(crate) fn share(&mut self) -> Self
    where
        T: 'static,
    {
        if is_plain::<T>() {
            Self::Owned(self.get().clone())
        } else {
            Self::Shared(self.lend())
        }
    }

    /// The value itself, or a clone of it if it is lent. Runs user code.
    pub(crate) fn into_value(self) -> T {
        match self {
            Self::Owned(value) => value,
            Self::Shared(shared) => Arc::unwrap_or_clone(shared),
            Self::Moving => unreachable!("{MOVING}"),
        }
    }
}

const MOVING: &str = "no value is in motion when the table is unlocked";

impl<T: Send + Sync + 'static> Side for Loan<T> {
    fn is_dead(&self) -> bool {
        false
    }

    fn bury(self, estate: &mut Estate) {
        if std::mem::needs_drop::<T>() {
            estate.leave(self);
        }
    }
}
