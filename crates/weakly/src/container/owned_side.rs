//! The side of an entry that the container owns.

use core::borrow::Borrow;
use core::fmt;
use core::ops::Deref;

use super::safe_types::is_safe;
use super::sharing::{AcrossThreads, Sharing};
use super::side::{ByValue, CopyOut, Side, Watch};
use crate::locked::DropUnlocked;
use crate::table::Verdict;

/// A value in a container, which can be shared with those who must handle it without the lock.
///
/// It lies in the table itself until it is shared first, which most never are; then it moves to an
/// `Arc` or `Rc`. Sharing runs no user code.
pub struct OwnedSide<T, L: Sharing = AcrossThreads> {
    state: State<T, L>,
    _rule: DropUnlocked,
}

enum State<T, L: Sharing> {
    Inline(T),
    Shared(L::Pointer<T>),
    /// For the moment of moving.
    Moving,
}

/// A value that is shared with its container.
pub struct SharedValue<T, L: Sharing = AcrossThreads> {
    value: L::Pointer<T>,
    _rule: DropUnlocked,
}

impl<T, L: Sharing> Deref for SharedValue<T, L> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug, L: Sharing> fmt::Debug for SharedValue<T, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T, L: Sharing> OwnedSide<T, L> {
    fn of(state: State<T, L>) -> Self {
        Self {
            state,
            _rule: DropUnlocked,
        }
    }

    fn share(&mut self) -> L::Pointer<T> {
        let shared = match core::mem::replace(&mut self.state, State::Moving) {
            State::Inline(value) => L::share(value),
            State::Shared(shared) => shared,
            State::Moving => unreachable!("{MOVING}"),
        };
        self.state = State::Shared(shared.clone());
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

impl<T, L: Sharing> Side for OwnedSide<T, L> {
    type Given<'a>
        = T
    where
        Self: 'a;
    type Owner<'a>
        = ()
    where
        Self: 'a;
    type Guard = SharedValue<T, L>;
    type Out = T;

    const RUNS_CODE: bool = core::mem::needs_drop::<T>();

    fn new<'a>(value: T) -> (Self, Self::Owner<'a>)
    where
        Self: 'a,
    {
        (Self::of(State::Inline(value)), ())
    }

    fn guard(&mut self) -> Option<SharedValue<T, L>> {
        Some(SharedValue {
            value: self.share(),
            _rule: DropUnlocked,
        })
    }

    fn is_guarded_by(&self, guard: &SharedValue<T, L>) -> bool {
        let here = |shared: &L::Pointer<T>| core::ptr::eq(&raw const **shared, &raw const **guard);
        matches!(&self.state, State::Shared(shared) if here(shared))
    }

    fn of_guard(guard: &SharedValue<T, L>) -> Self {
        Self::of(State::Shared(guard.value.clone()))
    }

    fn into_out_or<'a>(self, given: T) -> T
    where
        Self: 'a,
    {
        match self.state {
            State::Inline(value) => value,
            // Somebody may be comparing it.
            State::Shared(shared) => L::try_unwrap(shared).unwrap_or(given),
            State::Moving => unreachable!("{MOVING}"),
        }
    }
}

impl<E, T, L: Sharing> Watch<E> for OwnedSide<T, L> {}

impl<T, L: Sharing> ByValue for OwnedSide<T, L> {
    type Value = T;
    type Kept = ();

    fn given<'g, 'a>(given: &'g T) -> &'g T
    where
        Self: 'a,
    {
        given
    }

    fn guarded(guard: &SharedValue<T, L>) -> &T {
        guard
    }

    fn out(out: &T) -> &T {
        out
    }

    fn verdict<Q: ?Sized + Eq>(&self, query: &Q, (): &mut ()) -> Verdict
    where
        T: Borrow<Q>,
    {
        Verdict::of(self.get().borrow() == query)
    }
}

impl<T: Clone, L: Sharing> CopyOut for OwnedSide<T, L> {
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
            State::Shared(shared) => L::unwrap_or_clone(shared),
            State::Moving => unreachable!("{MOVING}"),
        }
    }

    fn into_out(self) -> Option<T> {
        Some(Self::finish(self))
    }

    fn give<'a>(out: &'a T) -> T
    where
        Self: 'a,
    {
        out.clone()
    }

    fn give_up<'a>(out: &'a mut Option<T>) -> T
    where
        Self: 'a,
    {
        out.take().expect("it is there")
    }

    fn take<'a>(given: T) -> T
    where
        Self: 'a,
    {
        given
    }

    fn copy(guard: &SharedValue<T, L>) -> T {
        T::clone(guard)
    }
}
