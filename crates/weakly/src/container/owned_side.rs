//! The side of an entry that the container owns.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::safe_types::is_safe;
use super::side::{CopyOut, Side};
use crate::death::Aftermath;
use crate::locked::DropUnlocked;
use crate::table::{Guards, Verdict};

/// A value in a container, which can be shared with those who must handle it without the lock.
///
/// It lies in the table itself until it is shared first, which most never are; then it moves to an
/// `Arc`. Sharing runs no user code.
pub struct OwnedSide<T> {
    state: State<T>,
    _rule: DropUnlocked,
}

enum State<T> {
    Inline(T),
    Shared(Arc<T>),
    /// For the moment of moving.
    Moving,
}

/// A value that is shared with its container.
pub struct SharedValue<T> {
    value: Arc<T>,
    _rule: DropUnlocked,
}

impl<T> Deref for SharedValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for SharedValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> OwnedSide<T> {
    fn of(state: State<T>) -> Self {
        Self {
            state,
            _rule: DropUnlocked,
        }
    }

    fn share(&mut self) -> Arc<T> {
        let shared = match std::mem::replace(&mut self.state, State::Moving) {
            State::Inline(value) => Arc::new(value),
            State::Shared(shared) => shared,
            State::Moving => unreachable!("{MOVING}"),
        };
        self.state = State::Shared(Arc::clone(&shared));
        shared
    }

    fn get(&self) -> &T {
        match &self.state {
            State::Inline(value) => value,
            State::Shared(shared) => shared,
            State::Moving => unreachable!("{MOVING}"),
        }
    }
}

const MOVING: &str = "no value is in motion when the table is unlocked";

impl<T: Send + Sync + 'static> Side for OwnedSide<T> {
    type Target = T;
    type Given<'a> = T;
    type Owner<'a> = ();
    type Guard = SharedValue<T>;
    type Out = T;

    fn target(given: &T) -> &T {
        given
    }

    fn new<'a>(value: Self::Given<'a>) -> (Self, Self::Owner<'a>) {
        (Self::of(State::Inline(value)), ())
    }

    fn hand_over(self, aftermath: &mut Aftermath) {
        if std::mem::needs_drop::<T>() {
            aftermath.drop_later(self);
        }
    }

    fn guard(&mut self) -> Option<SharedValue<T>> {
        Some(SharedValue {
            value: self.share(),
            _rule: DropUnlocked,
        })
    }

    fn is_guarded_by(&self, guard: &SharedValue<T>) -> bool {
        matches!(&self.state, State::Shared(shared) if Arc::ptr_eq(shared, &guard.value))
    }

    fn guarded(guard: &SharedValue<T>) -> &T {
        guard
    }

    fn of_guard(guard: &SharedValue<T>) -> Self {
        Self::of(State::Shared(Arc::clone(&guard.value)))
    }

    fn target_of(out: &T) -> &T {
        out
    }

    fn into_out_or(self, given: T) -> T {
        match self.state {
            State::Inline(value) => value,
            // Somebody may be comparing it.
            State::Shared(shared) => Arc::try_unwrap(shared).unwrap_or(given),
            State::Moving => unreachable!("{MOVING}"),
        }
    }

    fn verdict<Q: ?Sized + Eq>(&self, query: &Q, _: &mut Guards<SharedValue<T>>) -> Verdict
    where
        T: Borrow<Q>,
    {
        Verdict::of(self.get().borrow() == query)
    }
}

impl<T: Clone + Send + Sync + 'static> CopyOut for OwnedSide<T> {
    type Snapshot = Self;

    fn snapshot(&mut self) -> Option<Self> {
        Some(Self::of(if is_safe::<T>() {
            State::Inline(self.get().clone())
        } else {
            State::Shared(self.share())
        }))
    }

    fn finish(snapshot: Self) -> T {
        match snapshot.state {
            State::Inline(value) => value,
            // A clone, unless the entry has gone meanwhile.
            State::Shared(shared) => Arc::unwrap_or_clone(shared),
            State::Moving => unreachable!("{MOVING}"),
        }
    }

    fn into_out(self) -> Option<T> {
        Some(Self::finish(self))
    }

    fn give(out: &T) -> T {
        out.clone()
    }

    fn give_up<R>(out: T, insert: impl FnOnce(T) -> R) -> R {
        insert(out)
    }

    fn take(given: T) -> T {
        given
    }

    fn copy(guard: &SharedValue<T>) -> T {
        T::clone(guard)
    }
}
