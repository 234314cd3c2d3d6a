//! Who is told when an object dies.

use std::mem::ManuallyDrop;
use std::sync::{Arc, Weak};

use crate::death::{self, Estate};
use crate::identity::Identity;
use crate::primitive::{Mutex, get_mut, lock};
use crate::room::{boxed, no_room, reserve_one};
use crate::table::{Slot, TryReserveError};

/// A container, as the objects in it see it.
pub(crate) trait Container: Send + Sync {
    /// Removes the entry at `slot` if its object is dead, and leaves what it held to `estate`.
    fn forget(&self, slot: Slot, estate: &mut Estate);
}

/// An entry of a container, as its object sees it.
pub(crate) struct Entry {
    pub(crate) container: Arc<dyn Container>,
    pub(crate) slot: Slot,
}

/// The watchers of one object: its weak references and the entries of containers it is in.
///
/// Weak references are not removed when they go: their identities die, and make room when the
/// list would grow. Entries are removed by their position, in O(1), by the container.
pub(crate) struct Watchers {
    // Dropped by hand, in `Drop`: so an object that nobody watches has nothing to drop here.
    list: Mutex<ManuallyDrop<List>>,
}

/// One watcher needs no memory of its own.
pub(crate) enum List {
    Nobody,
    Canonical(Weak<Identity>),
    Callback(Weak<Identity>),
    /// An [`Entry`], its fields apart to save a word. Its position is 0.
    Entry(Arc<dyn Container>, Slot),
    Many(Box<[Many; 1]>),
}

#[derive(Default)]
pub(crate) struct Many {
    canonical: Weak<Identity>,
    /// The references with a callback, the oldest first.
    pub(crate) callbacks: Vec<Weak<Identity>>,
    pub(crate) entries: Entries,
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
            death::announce(ManuallyDrop::into_inner(list));
        }
    }
}

impl List {
    /// Whether nobody that matters is in the list.
    fn is_vacant(&self) -> bool {
        match self {
            Self::Nobody => true,
            Self::Canonical(weak) | Self::Callback(weak) => !is_alive(weak),
            Self::Entry(..) | Self::Many(_) => false,
        }
    }

    fn canonical(&self) -> Option<Arc<Identity>> {
        match self {
            Self::Canonical(weak) => weak.upgrade(),
            Self::Many(many) => many[0].canonical.upgrade(),
            _ => None,
        }
    }

    fn callbacks(&self) -> &[Weak<Identity>] {
        match self {
            Self::Callback(weak) => std::slice::from_ref(weak),
            Self::Many(many) => &many[0].callbacks,
            _ => &[],
        }
    }

    /// Makes the list one that has room for more than one watcher. If there is no memory for that,
    /// it stays as it is.
    fn try_many(&mut self) -> Result<&mut Many, TryReserveError> {
        if !matches!(self, Self::Many(_)) {
            let mut many = Many::default();
            match self {
                Self::Callback(_) => reserve_one(&mut many.callbacks)?,
                Self::Entry(..) => reserve_one(&mut many.entries.places)?,
                Self::Nobody | Self::Canonical(_) | Self::Many(_) => {}
            }
            let mut boxed = boxed(many).map_err(|_| TryReserveError)?;
            let [many] = &mut *boxed;
            match std::mem::replace(self, Self::Nobody) {
                Self::Canonical(weak) => many.canonical = weak,
                Self::Callback(weak) => many.callbacks.push(weak),
                Self::Entry(container, slot) => many.entries.add(Entry { container, slot }),
                Self::Nobody | Self::Many(_) => {}
            }
            *self = Self::Many(boxed);
        }
        match self {
            Self::Many(many) => Ok(&mut many[0]),
            _ => unreachable!("the list was just made one of many"),
        }
    }
}

impl Many {
    fn try_add_callback(&mut self, weak: Weak<Identity>) -> Result<(), TryReserveError> {
        if self.callbacks.len() == self.callbacks.capacity() {
            self.callbacks.retain(is_alive);
        }
        // At least half of the room is free after this, so sweeping costs O(1) a reference.
        let room = self.callbacks.len().max(1);
        let reserved = self.callbacks.try_reserve(room);
        reserved.map_err(|_| TryReserveError)?;
        self.callbacks.push(weak);
        Ok(())
    }
}

fn is_alive(weak: &Weak<Identity>) -> bool {
    weak.strong_count() > 0
}

/// Entries at positions that stay theirs until they are removed.
#[derive(Default)]
pub(crate) struct Entries {
    places: Vec<Place>,
    /// The first vacant place; `places.len()` if there is none.
    vacant: u32,
}

enum Place {
    Taken(Entry),
    /// The next vacant place.
    Vacant(u32),
}

impl Entries {
    /// Adds an entry and returns its position, or adds nothing if there is no memory for it.
    fn try_add(&mut self, entry: Entry) -> Result<u32, TryReserveError> {
        let position = self.vacant;
        if position as usize == self.places.len() {
            reserve_one(&mut self.places)?;
        }
        self.add(entry);
        Ok(position)
    }

    fn add(&mut self, entry: Entry) {
        match self.places.get_mut(self.vacant as usize) {
            Some(place) => {
                if let Place::Vacant(next) = std::mem::replace(place, Place::Taken(entry)) {
                    self.vacant = next;
                }
            }
            None => {
                self.places.push(Place::Taken(entry));
                self.vacant += 1;
            }
        }
    }

    fn remove(&mut self, position: u32) -> Option<Entry> {
        let place = self.places.get_mut(position as usize)?;
        match std::mem::replace(place, Place::Vacant(self.vacant)) {
            Place::Taken(entry) => {
                self.vacant = position;
                Some(entry)
            }
            vacant => {
                *place = vacant;
                None
            }
        }
    }

    pub(crate) fn into_entries(self) -> impl DoubleEndedIterator<Item = Entry> {
        self.places.into_iter().filter_map(|place| match place {
            Place::Taken(entry) => Some(entry),
            Place::Vacant(_) => None,
        })
    }
}
