//! What a container is made of: two sides for each entry, each weak or owned.

use core::borrow::Borrow;

use super::keep::Keep;
use crate::table::{TryReserveError, Verdict};

/// One side of an entry: its key or its value.
///
/// What users wrote must not run while the table is locked, so what is compared, shown or handed to
/// closures is taken out first: by a guard, or, where it leaves for good, by a copy
/// ([`CopyOut`]).
pub trait Side: Sized {
    /// What a caller gives to make one.
    type Given<'a>
    where
        Self: 'a;
    /// Whom the entry watches, if it watches anyone.
    type Owner<'a>: Copy
    where
        Self: 'a;
    /// What keeps this side whole outside the lock. To be dropped there.
    type Guard;
    /// What leaves the container: an owner or a clone.
    type Out;

    /// Whether dropping one runs code that users wrote.
    const RUNS_CODE: bool = false;

    /// Whether nobody tells the container of a death, so that it must look for the dead itself.
    const IS_UNTOLD: bool = false;

    fn new<'a>(given: Self::Given<'a>) -> (Self, Self::Owner<'a>)
    where
        Self: 'a;

    // What follows is given here as it is for what never dies.

    /// Whether this is the very object of `owner`.
    fn is_of<'a>(&self, _owner: Self::Owner<'a>) -> bool
    where
        Self: 'a,
    {
        false
    }

    /// Whether this was an object that has died, so that the entry must go.
    fn is_dead(&self) -> bool {
        false
    }

    /// Whether this was an object at `address` that has died.
    fn died_at(&self, _address: usize) -> bool {
        false
    }

    /// A guard of this side, or `None` if it is dead.
    fn guard(&mut self) -> Option<Self::Guard>;

    /// Whether `guard` is one of this very side.
    fn is_guarded_by(&self, guard: &Self::Guard) -> bool;

    /// Another side of what `guard` guards, which watches nothing.
    fn of_guard(guard: &Self::Guard) -> Self;

    /// What leaves with a removed entry; what was given to find it, if this cannot leave.
    fn into_out_or<'a>(self, given: Self::Given<'a>) -> Self::Out
    where
        Self: 'a;
}

/// A side whose objects are told of by `E`, the entries of a kind of container. Here as it is for what
/// is not watched.
pub trait Watch<E>: Side {
    /// Makes the object of `owner` know the entry, to tell it of its death. Fails, without changing
    /// anything, if there is no memory for that.
    fn try_watch<'a>(
        _owner: Self::Owner<'a>,
        _entry: impl FnOnce() -> E,
    ) -> Result<(), TryReserveError>
    where
        Self: 'a,
    {
        Ok(())
    }

    /// Takes [`Watch::try_watch`] back.
    fn unwatch<'a>(_owner: Self::Owner<'a>, _entry: &E)
    where
        Self: 'a,
    {
    }

    /// Makes the object, if it lives, not know the entry any more. Called without any lock.
    fn leave(&self, _entry: impl FnOnce() -> E) {}
}

/// A side that can be found by its value.
pub trait ByValue: Side {
    /// What is hashed and compared.
    type Value: ?Sized;
    /// What comparing under the lock must keep alive until that is gone.
    type Kept: Keep;

    fn given<'g, 'a>(given: &'g Self::Given<'a>) -> &'g Self::Value
    where
        Self: 'a;

    fn guarded(guard: &Self::Guard) -> &Self::Value;

    fn out(out: &Self::Out) -> &Self::Value;

    /// Compares under the lock, for types that allow it. What that takes to keep alive goes to
    /// `kept`.
    fn verdict<Q: ?Sized + Eq>(&self, query: &Q, kept: &mut Self::Kept) -> Verdict
    where
        Self::Value: Borrow<Q>;
}

/// A side that leaves the container as an owner or a clone.
pub trait CopyOut: Side {
    /// What it is until the lock is gone.
    type Snapshot;

    /// What can leave under the lock, or `None` if it is dead.
    fn snapshot(&mut self) -> Option<Self::Snapshot>;

    /// Runs user code.
    fn finish(snapshot: Self::Snapshot) -> Self::Out;

    /// What leaves with a removed entry, or `None` if it is dead. Runs user code.
    fn into_out(self) -> Option<Self::Out>;

    /// What is given to a container by somebody who keeps `out`. Runs user code.
    fn give<'a>(out: &'a Self::Out) -> Self::Given<'a>
    where
        Self: 'a;

    /// What is given by somebody who does not keep `out`, which is there.
    fn give_up<'a>(out: &'a mut Option<Self::Out>) -> Self::Given<'a>
    where
        Self: 'a;

    /// The other way round.
    fn take<'a>(given: Self::Given<'a>) -> Self::Out
    where
        Self: 'a;

    /// What leaves of a side that stays in the container. Runs user code.
    fn copy(guard: &Self::Guard) -> Self::Out;
}

/// The other side of a set.
impl Side for () {
    type Given<'a> = ();
    type Owner<'a> = ();
    type Guard = ();
    type Out = ();

    fn new<'a>((): Self::Given<'a>) -> (Self, Self::Owner<'a>) {
        ((), ())
    }

    fn guard(&mut self) -> Option<()> {
        Some(())
    }

    fn is_guarded_by(&self, (): &()) -> bool {
        true
    }

    fn of_guard((): &()) -> Self {}

    fn into_out_or<'a>(self, (): ())
    where
        Self: 'a,
    {
    }
}

impl<E> Watch<E> for () {}

impl CopyOut for () {
    type Snapshot = ();

    fn snapshot(&mut self) -> Option<()> {
        Some(())
    }

    fn finish((): ()) {}

    fn into_out(self) -> Option<()> {
        Some(())
    }

    fn give<'a>((): &'a ()) -> Self::Given<'a>
    where
        Self: 'a,
    {
    }

    fn give_up<'a>(_: &'a mut Option<()>) -> Self::Given<'a>
    where
        Self: 'a,
    {
    }

    fn take<'a>((): ())
    where
        Self: 'a,
    {
    }

    fn copy((): &()) {}
}
