//! The side of an entry that does not keep its object alive.

use std::borrow::Borrow;
use std::sync::{Arc, Weak};

use super::side::{CopyOut, Side};
use crate::death::{Aftermath, Container, Entry};
use crate::locked::DropUnlocked;
use crate::strong::{Object, Strong};
use crate::sync::schedule_point;
use crate::table::{Guards, Slot, TryReserveError, Verdict};

/// An object in a container, which does not keep it alive.
///
/// It owns the object's watcher: dropping it, which must happen without any lock, removes the
/// watcher. The upgrade that this takes may turn out to be the object's last owner.
pub struct WeakSide<T: ?Sized> {
    object: Weak<Object<T>>,
    /// The place of the watcher in the list of the object.
    position: u32,
    _rule: DropUnlocked,
}

const UNWATCHED: u32 = u32::MAX;

impl<T: ?Sized> WeakSide<T> {
    fn upgrade(&self) -> Option<Strong<T>> {
        self.object.upgrade().map(Strong::from_object)
    }

    /// Whether this is the very object of `owner`. Its address cannot be another's: the entry keeps
    /// the place, though not the object.
    pub(super) fn is(&self, owner: &Strong<T>) -> bool {
        std::ptr::addr_eq(self.object.as_ptr(), Arc::as_ptr(&owner.object))
    }
}

impl<T: ?Sized> Drop for WeakSide<T> {
    fn drop(&mut self) {
        if self.position == UNWATCHED {
            return;
        }
        if let Some(object) = self.object.upgrade() {
            schedule_point();
            drop(object.watchers.remove_entry(self.position));
        }
    }
}

impl<T: ?Sized + Send + Sync + 'static> Side for WeakSide<T> {
    type Target = T;
    type Given<'a> = &'a Strong<T>;
    type Owner<'a> = &'a Strong<T>;
    type Guard = Strong<T>;
    type Out = Strong<T>;

    fn target<'g>(given: &'g &Strong<T>) -> &'g T {
        given
    }

    fn new<'a>(owner: Self::Given<'a>) -> (Self, Self::Owner<'a>) {
        let side = Self {
            object: Arc::downgrade(&owner.object),
            position: UNWATCHED,
            _rule: DropUnlocked,
        };
        (side, owner)
    }

    fn try_watch(
        &mut self,
        owner: &Strong<T>,
        slot: Slot,
        container: impl FnOnce() -> Arc<dyn Container>,
    ) -> Result<(), TryReserveError> {
        let container = container();
        let entry = Entry { container, slot };
        self.position = owner.object.watchers.try_add_entry(entry)?;
        Ok(())
    }

    fn is_dead(&self) -> bool {
        self.object.strong_count() == 0
    }

    fn hand_over(self, _: &mut Aftermath) {}

    fn guard(&mut self) -> Option<Strong<T>> {
        self.upgrade()
    }

    fn is_guarded_by(&self, guard: &Strong<T>) -> bool {
        self.is(guard)
    }

    fn guarded(guard: &Strong<T>) -> &T {
        guard
    }

    fn target_of(out: &Strong<T>) -> &T {
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

    fn give(out: &Strong<T>) -> &Strong<T> {
        out
    }
}
