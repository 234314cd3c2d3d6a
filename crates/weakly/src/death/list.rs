//! The list of those who watch an object.

use std::sync::{Arc, Weak};

use super::aftermath::{Container, Entry};
use super::identity::Identity;
use crate::room::{boxed, reserve_one};
use crate::table::{Slot, TryReserveError};

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
    pub(crate) canonical: Weak<Identity>,
    /// The references with a callback, the oldest first.
    pub(crate) callbacks: Vec<Weak<Identity>>,
    pub(crate) entries: Entries,
}

impl List {
    /// Whether nobody that matters is in the list.
    pub(crate) fn is_vacant(&self) -> bool {
        match self {
            Self::Nobody => true,
            Self::Canonical(weak) | Self::Callback(weak) => !is_alive(weak),
            Self::Entry(..) | Self::Many(_) => false,
        }
    }

    pub(crate) fn canonical(&self) -> Option<Arc<Identity>> {
        match self {
            Self::Canonical(weak) => weak.upgrade(),
            Self::Many(many) => many[0].canonical.upgrade(),
            _ => None,
        }
    }

    pub(crate) fn callbacks(&self) -> &[Weak<Identity>] {
        match self {
            Self::Callback(weak) => std::slice::from_ref(weak),
            Self::Many(many) => &many[0].callbacks,
            _ => &[],
        }
    }

    /// Makes the list one that has room for more than one watcher. If there is no memory for that,
    /// it stays as it is.
    pub(crate) fn try_many(&mut self) -> Result<&mut Many, TryReserveError> {
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
    pub(crate) fn try_add_callback(&mut self, weak: Weak<Identity>) -> Result<(), TryReserveError> {
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

pub(crate) fn is_alive(weak: &Weak<Identity>) -> bool {
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
    pub(crate) fn try_add(&mut self, entry: Entry) -> Result<u32, TryReserveError> {
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

    pub(crate) fn remove(&mut self, position: u32) -> Option<Entry> {
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
