//! The side of an entry that is a weak pointer of any kind.

use core::borrow::Borrow;
use core::fmt;
use core::ops::Deref;

use super::element::{WeakElement, WeakKey};
use super::keep::KeepOwner;
use super::sharing::Sharing;
use super::side::{ByValue, CopyOut, Side, Watch};
use crate::locked::DropUnlocked;
use crate::table::{TryReserveError, Verdict};

/// An object in a container, which does not keep it alive.
pub struct ElementSide<W> {
    weak: W,
    _rule: DropUnlocked,
}

/// An owner that was obtained under the lock.
pub struct Viewed<W: WeakElement> {
    owner: W::Strong,
    _rule: DropUnlocked,
}

impl<W: WeakElement> Deref for Viewed<W> {
    type Target = W::Strong;

    fn deref(&self) -> &W::Strong {
        &self.owner
    }
}

impl<W: WeakElement<Strong: fmt::Debug>> fmt::Debug for Viewed<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.owner.fmt(f)
    }
}

impl<W: WeakElement> ElementSide<W> {
    #[inline]
    fn view(&self) -> Option<Viewed<W>> {
        let owner = self.weak.view()?;
        Some(Viewed {
            owner,
            _rule: DropUnlocked,
        })
    }

    /// Whether this is the very object of `owner`.
    #[inline]
    pub(super) fn is(&self, owner: &W::Strong) -> bool {
        self.weak.address() == W::address_of(owner)
    }
}

impl<W: WeakElement> Side for ElementSide<W> {
    type Given<'a>
        = &'a W::Strong
    where
        Self: 'a;
    type Owner<'a>
        = &'a W::Strong
    where
        Self: 'a;
    type Guard = Viewed<W>;
    type Out = W::Strong;

    const IS_UNTOLD: bool = !W::IS_TOLD;

    fn new<'a>(owner: &'a W::Strong) -> (Self, Self::Owner<'a>)
    where
        Self: 'a,
    {
        let side = Self {
            weak: W::new(owner),
            _rule: DropUnlocked,
        };
        (side, owner)
    }

    fn is_of<'a>(&self, owner: &'a W::Strong) -> bool
    where
        Self: 'a,
    {
        self.is(owner)
    }

    #[inline]
    fn is_dead(&self) -> bool {
        self.weak.is_expired()
    }

    #[inline]
    fn died_at(&self, address: usize) -> bool {
        self.weak.address() == address && self.is_dead()
    }

    fn guard(&mut self) -> Option<Viewed<W>> {
        self.view()
    }

    fn is_guarded_by(&self, guard: &Viewed<W>) -> bool {
        self.is(guard)
    }

    fn of_guard(guard: &Viewed<W>) -> Self {
        Self::new(guard).0
    }

    fn into_out_or<'a>(self, given: &'a W::Strong) -> W::Strong
    where
        Self: 'a,
    {
        self.weak.view().unwrap_or_else(|| W::clone(given))
    }
}

impl<W: WeakElement> Watch<<W::Sharing as Sharing>::Entry> for ElementSide<W> {
    fn try_watch<'a>(
        owner: &'a W::Strong,
        entry: impl FnOnce() -> <W::Sharing as Sharing>::Entry,
    ) -> Result<(), TryReserveError>
    where
        Self: 'a,
    {
        if W::IS_TOLD {
            W::try_watch(owner, entry())?;
        }
        Ok(())
    }

    fn unwatch<'a>(owner: &'a W::Strong, entry: &<W::Sharing as Sharing>::Entry)
    where
        Self: 'a,
    {
        W::unwatch(owner, entry);
    }

    fn leave(&self, entry: impl FnOnce() -> <W::Sharing as Sharing>::Entry) {
        if W::IS_TOLD {
            if let Some(owner) = self.weak.view() {
                W::unwatch(&owner, &entry());
            }
        }
    }
}

impl<W: WeakKey> ByValue for ElementSide<W> {
    type Value = W::Key;
    type Kept = <W::Sharing as Sharing>::Kept<W::Strong>;

    fn given<'g, 'a>(given: &'g Self::Given<'a>) -> &'g W::Key
    where
        Self: 'a,
    {
        W::key(given)
    }

    fn guarded(guard: &Viewed<W>) -> &W::Key {
        W::key(guard)
    }

    fn out(out: &W::Strong) -> &W::Key {
        W::key(out)
    }

    fn verdict<Q: ?Sized + Eq>(&self, query: &Q, kept: &mut Self::Kept) -> Verdict
    where
        W::Key: Borrow<Q>,
    {
        let is_same = kept.has_room()
            && self.weak.view().is_some_and(|owner| {
                let is_equal = W::key(&owner).borrow() == query;
                kept.keep(owner);
                is_equal
            });
        Verdict::of(is_same)
    }
}

impl<W: WeakElement> CopyOut for ElementSide<W> {
    type Snapshot = Viewed<W>;

    #[inline]
    fn snapshot(&mut self) -> Option<Viewed<W>> {
        self.view()
    }

    fn finish(viewed: Viewed<W>) -> W::Strong {
        viewed.owner
    }

    fn into_out(self) -> Option<W::Strong> {
        self.weak.view()
    }

    fn give<'a>(out: &'a W::Strong) -> &'a W::Strong
    where
        Self: 'a,
    {
        out
    }

    fn give_up<'a>(out: &'a mut Option<W::Strong>) -> &'a W::Strong
    where
        Self: 'a,
    {
        out.as_ref().expect("it is there")
    }

    fn take<'a>(given: &'a W::Strong) -> W::Strong
    where
        Self: 'a,
    {
        W::clone(given)
    }

    fn copy(guard: &Viewed<W>) -> W::Strong {
        W::clone(guard)
    }
}
