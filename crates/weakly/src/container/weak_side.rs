//! The weak side of an entry.

use std::sync::{Arc, Weak};

use super::Side;
use crate::death::{Aftermath, Container, Entry};
use crate::locked::DropUnlocked;
use crate::strong::{Object, Strong};
use crate::sync::schedule_point;
use crate::table::{Slot, TryReserveError};

/// An object in a container, which does not keep it alive.
///
/// It owns the object's watcher: dropping it, which must happen without any lock, removes the
/// watcher. The upgrade that this takes may turn out to be the object's last owner.
pub(crate) struct Held<T: ?Sized> {
    object: Weak<Object<T>>,
    /// The place of the watcher in the list of the object.
    position: u32,
    _rule: DropUnlocked,
}

const UNWATCHED: u32 = u32::MAX;

impl<T: ?Sized> Held<T> {
    pub(crate) fn new(owner: &Strong<T>) -> Self {
        Self {
            object: Arc::downgrade(&owner.object),
            position: UNWATCHED,
            _rule: DropUnlocked,
        }
    }

    /// Fails, without changing anything, if there is no memory for a watcher.
    pub(super) fn try_watch(
        &mut self,
        owner: &Strong<T>,
        container: Arc<dyn Container>,
        slot: Slot,
    ) -> Result<(), TryReserveError> {
        let entry = Entry { container, slot };
        self.position = owner.object.watchers.try_add_entry(entry)?;
        Ok(())
    }

    pub(crate) fn upgrade(&self) -> Option<Strong<T>> {
        self.object.upgrade().map(Strong::from_object)
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.object.strong_count() > 0
    }

    pub(crate) fn is(&self, owner: &Strong<T>) -> bool {
        std::ptr::addr_eq(self.object.as_ptr(), Arc::as_ptr(&owner.object))
    }
}

impl<T: ?Sized> Drop for Held<T> {
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

impl<T: ?Sized + Send + Sync + 'static> Side for Held<T> {
    fn is_dead(&self) -> bool {
        !self.is_alive()
    }

    fn hand_over(self, _: &mut Aftermath) {}
}
