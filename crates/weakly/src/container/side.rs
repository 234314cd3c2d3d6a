//! What a container is made of: two sides for each entry, each weak or owned.

use std::borrow::Borrow;

use crate::death::{Aftermath, Entry};
use crate::table::{Guards, TryReserveError, Verdict};

/// One side of an entry: its key or its value.
///
/// What users wrote must not run while the table is locked, so what is compared, shown or handed to
/// closures is taken out first: by a guard, or, where it leaves for good, by a copy
/// ([`CopyOut`]).
pub trait Side: Send + Sized + 'static {
    /// What is compared and shown.
    type Target: ?Sized + 'static;
    /// What a caller gives to make one.
    type Given<'a>;
    /// Whom the entry watches, if it watches anyone.
    type Owner<'a>: Copy;
    /// What keeps this side whole outside the lock. To be dropped there.
    type Guard;
    /// What leaves the container: an owner or a clone.
    type Out;

    fn target<'g>(given: &'g Self::Given<'_>) -> &'g Self::Target;

    fn new<'a>(given: Self::Given<'a>) -> (Self, Self::Owner<'a>);

    // What follows is given here as it is for what never dies and is not watched.

    /// Makes the object of `owner` know `entry`, to tell it of its death. Fails, without changing
    /// anything, if there is no memory for that.
    fn try_watch(_owner: Self::Owner<'_>, _entry: Entry) -> Result<(), TryReserveError> {
        Ok(())
    }

    /// Takes [`Side::try_watch`] back.
    fn unwatch(_owner: Self::Owner<'_>, _entry: Entry) {}

    /// Makes the object, if it lives, not know `entry` any more. Called without any lock.
    fn leave(&self, _entry: Entry) {}

    /// Whether this is the very object of `owner`.
    fn is_of(&self, _owner: Self::Owner<'_>) -> bool {
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

    /// Hands over what must be dropped after the entry has gone with a dead object.
    fn hand_over(self, aftermath: &mut Aftermath);

    /// A guard of this side, or `None` if it is dead.
    fn guard(&mut self) -> Option<Self::Guard>;

    /// Whether `guard` is one of this very side.
    fn is_guarded_by(&self, guard: &Self::Guard) -> bool;

    fn guarded(guard: &Self::Guard) -> &Self::Target;

    /// Another side of what `guard` guards, which watches nothing.
    fn of_guard(guard: &Self::Guard) -> Self;

    fn target_of(out: &Self::Out) -> &Self::Target;

    /// What leaves with a removed entry; what was given to find it, if this cannot leave.
    fn into_out_or(self, given: Self::Given<'_>) -> Self::Out;

    /// Compares under the lock, for types that allow it. What that takes to keep alive goes to
    /// `kept`.
    fn verdict<Q: ?Sized + Eq>(&self, query: &Q, kept: &mut Guards<Self::Guard>) -> Verdict
    where
        Self::Target: Borrow<Q>;
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
    fn give(out: &Self::Out) -> Self::Given<'_>;

    /// What `insert` makes of what somebody gives who does not keep `out`.
    fn give_up<R>(out: Self::Out, insert: impl FnOnce(Self::Given<'_>) -> R) -> R;

    /// The other way round.
    fn take(given: Self::Given<'_>) -> Self::Out;

    /// What leaves of a side that stays in the container. Runs user code.
    fn copy(guard: &Self::Guard) -> Self::Out;
}

/// The other side of a set.
impl Side for () {
    type Target = ();
    type Given<'a> = ();
    type Owner<'a> = ();
    type Guard = ();
    type Out = ();

    fn target(given: &()) -> &() {
        given
    }

    fn new<'a>((): Self::Given<'a>) -> (Self, Self::Owner<'a>) {
        ((), ())
    }

    fn hand_over(self, _: &mut Aftermath) {}

    fn guard(&mut self) -> Option<()> {
        Some(())
    }

    fn is_guarded_by(&self, (): &()) -> bool {
        true
    }

    fn guarded(guard: &()) -> &() {
        guard
    }

    fn of_guard((): &()) -> Self {}

    fn target_of(out: &()) -> &() {
        out
    }

    fn into_out_or(self, (): Self::Given<'_>) {}

    fn verdict<Q: ?Sized + Eq>(&self, query: &Q, _: &mut Guards<()>) -> Verdict
    where
        (): Borrow<Q>,
    {
        Verdict::of(self.borrow() == query)
    }
}

impl CopyOut for () {
    type Snapshot = ();

    fn snapshot(&mut self) -> Option<()> {
        Some(())
    }

    fn finish((): ()) {}

    fn into_out(self) -> Option<()> {
        Some(())
    }

    fn give((): &()) {}

    fn give_up<R>((): (), insert: impl FnOnce(()) -> R) -> R {
        insert(())
    }

    fn take((): Self::Given<'_>) {}

    fn copy((): &()) {}
}
