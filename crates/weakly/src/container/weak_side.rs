//! The side of an entry that does not keep its object alive.

use std::borrow::Borrow;
use std::sync::{Arc, Weak};

use super::side::{ByValue, CopyOut, Side, Watch};
use crate::death::Entry;
use crate::locked::DropUnlocked;
use crate::strong::{Object, Strong};
use crate::sync::schedule_point;
use crate::table::{Guards, TryReserveError, Verdict};

/// An object in a container, which does not keep it alive.
///
/// The object knows the entry as long as that is in the table: [`Watch::leave`] is called for all
/// that are taken out.
pub struct WeakSide<T: ?Sized> {
    object: Weak<Object<T>>,
    _rule: DropUnlocked,
}

impl<T: ?Sized> WeakSide<T> {
    fn upgrade(&self) -> Option<Strong<T>> {
        self.object.upgrade().map(Strong::from_object)
    }

    /// Whether this is the very object of `owner`. Its address cannot be another's: the entry keeps
    /// the place, though not the object.
    pub(super) fn is(&self, owner: &Strong<T>) -> bool {
        self.address() == owner.address()
    }

    fn address(&self) -> usize {
        self.object.as_ptr().cast::<()>().addr()
    }
}

impl<T: ?Sized + Send + Sync + 'static> Side for WeakSide<T> {
    type Given<'a> = &'a Strong<T>;
    type Owner<'a> = &'a Strong<T>;
    type Guard = Strong<T>;
    type Out = Strong<T>;

    fn new<'a>(owner: Self::Given<'a>) -> (Self, Self::Owner<'a>)
    where
        Self: 'a,
    {
        let side = Self {
            object: Arc::downgrade(&owner.object),
            _rule: DropUnlocked,
        };
        (side, owner)
    }

    fn is_of<'a>(&self, owner: &'a Strong<T>) -> bool
    where
        Self: 'a,
    {
        self.is(owner)
    }

    fn is_dead(&self) -> bool {
        self.object.strong_count() == 0
    }

    fn died_at(&self, address: usize) -> bool {
        self.address() == address && self.is_dead()
    }

    fn guard(&mut self) -> Option<Strong<T>> {
        self.upgrade()
    }

    fn is_guarded_by(&self, guard: &Strong<T>) -> bool {
        self.is(guard)
    }

    fn of_guard(guard: &Strong<T>) -> Self {
        Self::new(guard).0
    }

    fn into_out_or<'a>(self, given: &'a Strong<T>) -> Strong<T>
    where
        Self: 'a,
    {
        self.upgrade().unwrap_or_else(|| given.clone())
    }
}

impl<T: ?Sized + Send + Sync + 'static> Watch<Entry> for WeakSide<T> {
    fn try_watch<'a>(
        owner: &'a Strong<T>,
        entry: impl FnOnce() -> Entry,
    ) -> Result<(), TryReserveError>
    where
        Self: 'a,
    {
        owner.object.watchers.try_add_entry(entry())
    }

    fn unwatch<'a>(owner: &'a Strong<T>, entry: &Entry)
    where
        Self: 'a,
    {
        owner.object.watchers.remove_entry(*entry);
    }

    fn leave(&self, entry: impl FnOnce() -> Entry) {
        // This may turn out to be the object's last owner.
        if let Some(owner) = self.upgrade() {
            schedule_point();
            Self::unwatch(&owner, &entry());
        }
    }
}

impl<T: ?Sized + Send + Sync + 'static> ByValue for WeakSide<T> {
    type Value = T;
    type Kept = Guards<Strong<T>>;

    fn given<'g, 'a>(given: &'g &'a Strong<T>) -> &'g T
    where
        Self: 'a,
    {
        given
    }

    fn guarded(guard: &Strong<T>) -> &T {
        guard
    }

    fn out(out: &Strong<T>) -> &T {
        out
    }

    fn verdict<Q: ?Sized + Eq>(&self, query: &Q, kept: &mut Guards<Strong<T>>) -> Verdict
    where
        T: Borrow<Q>,
    {
        let is_same = kept.has_room()
            && self.upgrade().is_some_and(|owner| {
                let is_equal = (*owner).borrow() == query;
                kept.push(owner);
                is_equal
            });
        Verdict::of(is_same)
    }
}

impl<T: ?Sized + Send + Sync + 'static> CopyOut for WeakSide<T> {
    type Snapshot = Strong<T>;

    fn snapshot(&mut self) -> Option<Strong<T>> {
        self.upgrade()
    }

    fn finish(owner: Strong<T>) -> Strong<T> {
        owner
    }

    fn into_out(self) -> Option<Strong<T>> {
        self.upgrade()
    }

    fn give<'a>(out: &'a Strong<T>) -> &'a Strong<T>
    where
        Self: 'a,
    {
        out
    }

    fn give_up<'a>(out: &'a mut Option<Strong<T>>) -> &'a Strong<T>
    where
        Self: 'a,
    {
        out.as_ref().expect("it is there")
    }

    fn take<'a>(given: &'a Strong<T>) -> Strong<T>
    where
        Self: 'a,
    {
        given.clone()
    }

    fn copy(guard: &Strong<T>) -> Strong<T> {
        guard.clone()
    }
}
