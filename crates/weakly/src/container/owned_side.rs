//! The strong side of an entry.

use std::ops::Deref;
use std::sync::Arc;

use super::{Side, is_plain};
use crate::death::Aftermath;
use crate::locked::DropUnlocked;

/// A value that can be lent to those who must handle it without the lock.
///
/// It lies in the table itself until it is lent first, which most never are; then it moves to an
/// `Arc`. Lending runs no user code.
pub(crate) struct Loan<T> {
    state: State<T>,
    _rule: DropUnlocked,
}

enum State<T> {
    Owned(T),
    Shared(Arc<T>),
    /// For the moment of moving.
    Moving,
}

/// A value on loan.
pub(crate) struct Lent<T> {
    value: Arc<T>,
    _rule: DropUnlocked,
}

impl<T> Deref for Lent<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Lent<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> Loan<T> {
    pub(crate) fn new(value: T) -> Self {
        Self::of(State::Owned(value))
    }

    fn of(state: State<T>) -> Self {
        Self {
            state,
            _rule: DropUnlocked,
        }
    }

    pub(crate) fn lend(&mut self) -> Lent<T> {
        Lent {
            value: self.move_out(),
            _rule: DropUnlocked,
        }
    }

    fn move_out(&mut self) -> Arc<T> {
        let shared = match std::mem::replace(&mut self.state, State::Moving) {
            State::Owned(value) => Arc::new(value),
            State::Shared(shared) => shared,
            State::Moving => unreachable!("{MOVING}"),
        };
        self.state = State::Shared(Arc::clone(&shared));
        shared
    }

    pub(crate) fn get(&self) -> &T {
        match &self.state {
            State::Owned(value) => value,
            State::Shared(shared) => shared,
            State::Moving => unreachable!("{MOVING}"),
        }
    }

    pub(crate) fn is(&self, lent: &Lent<T>) -> bool {
        matches!(&self.state, State::Shared(shared) if Arc::ptr_eq(shared, &lent.value))
    }
}

impl<T: Clone> Loan<T> {
    /// What can leave the table under the lock and become a clone without it.
    pub(crate) fn share(&mut self) -> Self
    where
        T: 'static,
    {
        Self::of(if is_plain::<T>() {
            State::Owned(self.get().clone())
        } else {
            State::Shared(self.move_out())
        })
    }

    /// The value itself, or a clone of it if it is lent. Runs user code.
    pub(crate) fn into_value(self) -> T {
        match self.state {
            State::Owned(value) => value,
            State::Shared(shared) => Arc::unwrap_or_clone(shared),
            State::Moving => unreachable!("{MOVING}"),
        }
    }
}

const MOVING: &str = "no value is in motion when the table is unlocked";

impl<T: Send + Sync + 'static> Side for Loan<T> {
    fn is_dead(&self) -> bool {
        false
    }

    fn hand_over(self, aftermath: &mut Aftermath) {
        if std::mem::needs_drop::<T>() {
            aftermath.drop_later(self);
        }
    }
}
