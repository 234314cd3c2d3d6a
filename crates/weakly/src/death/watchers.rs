//! Who is told when an object dies.

use std::mem::ManuallyDrop;
use std::sync::{Arc, Weak};

use super::aftermath::Entry;
use super::announce;
use super::identity::Identity;
use super::list::{List, is_alive};
use crate::room::no_room;
use crate::sync::{Mutex, get_mut, lock};
use crate::table::TryReserveError;

/// The watchers of one object: its weak references and the entries of containers it is in.
///
/// Weak references are not removed when they go: their identities die, and make room when the
/// list would grow. Entries are removed by their position, in O(1), by the container.
pub(crate) struct Watchers {
    // Dropped by hand, in `Drop`: so an object that nobody watches has nothing to drop here.
    list: Mutex<ManuallyDrop<List>>,
}

impl Watchers {
    pub(crate) const fn new() -> Self {
        Self::of(List::Nobody)
    }

    /// The watchers of an object to come, to which there is a weak reference already.
    pub(crate) fn with_canonical(identity: &Arc<Identity>) -> Self {
        Self::of(List::Canonical(Arc::downgrade(identity)))
    }

    const fn of(list: List) -> Self {
        Self {
            list: Mutex::new(ManuallyDrop::new(list)),
        }
    }

    /// The identity of the reference without callback: the living one, or a new one.
    pub(crate) fn canonical(&self) -> Arc<Identity> {
        let mut list = lock(&self.list);
        if let Some(identity) = list.canonical() {
            return identity;
        }
        let identity = Identity::new(None);
        let weak = Arc::downgrade(&identity);
        if list.is_vacant() {
            **list = List::Canonical(weak);
        } else if let Ok(many) = list.try_many() {
            many.canonical = weak;
        } else {
            drop(list);
            no_room();
        }
        identity
    }

    pub(crate) fn add_callback(&self, identity: &Arc<Identity>) {
        let weak = Arc::downgrade(identity);
        let mut list = lock(&self.list);
        if list.is_vacant() {
            **list = List::Callback(weak);
            return;
        }
        let added = list.try_many().and_then(|many| many.try_add_callback(weak));
        drop(list);
        if added.is_err() {
            no_room();
        }
    }

    /// Adds an entry and returns its position, or adds nothing if there is no memory for it.
    pub(crate) fn try_add_entry(&self, entry: Entry) -> Result<u32, TryReserveError> {
        let mut list = lock(&self.list);
        if list.is_vacant() {
            **list = List::Entry(entry.container, entry.slot);
            return Ok(0);
        }
        list.try_many()?.entries.try_add(entry)
    }

    /// Removes the entry at `position`, to be dropped where anything may run.
    pub(crate) fn remove_entry(&self, position: u32) -> Option<Entry> {
        let mut list = lock(&self.list);
        if let List::Many(many) = &mut **list {
            return many[0].entries.remove(position);
        }
        match std::mem::replace(&mut **list, List::Nobody) {
            List::Entry(container, slot) => Some(Entry { container, slot }),
            other => {
                **list = other;
                None
            }
        }
    }

    /// The living references: the canonical one first, then the newest first.
    pub(crate) fn references(&self) -> Vec<Arc<Identity>> {
        let list = lock(&self.list);
        let callbacks = list.callbacks().iter().rev().filter_map(Weak::upgrade);
        list.canonical().into_iter().chain(callbacks).collect()
    }

    /// How many references live.
    pub(crate) fn count_references(&self) -> usize {
        let list = lock(&self.list);
        let canonical = match &**list {
            List::Canonical(weak) => is_alive(weak),
            List::Many(many) => is_alive(&many[0].canonical),
            _ => false,
        };
        let callbacks = list.callbacks().iter().filter(|weak| is_alive(weak));
        usize::from(canonical) + callbacks.count()
    }
}

/// The object dies: nobody can reach it any more, and its value is still whole.
impl Drop for Watchers {
    #[inline]
    fn drop(&mut self) {
        let list = get_mut(&mut self.list);
        if !matches!(**list, List::Nobody) {
            let list = std::mem::replace(list, ManuallyDrop::new(List::Nobody));
            announce(ManuallyDrop::into_inner(list));
        }
    }
}
