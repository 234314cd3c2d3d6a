//! Who watches an object, where one word is not enough to say it.

use std::sync::{Arc, Weak};

use super::entry::Entry;
use super::identity::Identity;
use crate::room::{boxed, reserve_one};
use crate::table::{Table, TryReserveError};

/// The watchers of one object. One of them needs no memory of its own.
#[derive(Default)]
pub(super) enum Record {
    #[default]
    Nobody,
    Canonical(Weak<Identity>),
    Callback(Weak<Identity>),
    Entry(Entry),
    Many(Box<[Many; 1]>),
}

#[derive(Default)]
pub(super) struct Many {
    canonical: Weak<Identity>,
    /// The references with a callback, the oldest first.
    pub(super) callbacks: Vec<Weak<Identity>>,
    pub(super) entries: Entries,
}

impl Record {
    /// Whether nobody that matters watches.
    fn is_vacant(&self) -> bool {
        match self {
            Self::Nobody => true,
            Self::Canonical(weak) | Self::Callback(weak) => !is_alive(weak),
            Self::Entry(_) | Self::Many(_) => false,
        }
    }

    pub(super) fn canonical(&self) -> Option<Arc<Identity>> {
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

    /// The living references: the canonical one first, then the newest first.
    pub(super) fn references(&self) -> Vec<Arc<Identity>> {
        let callbacks = self.callbacks().iter().rev().filter_map(Weak::upgrade);
        self.canonical().into_iter().chain(callbacks).collect()
    }

    /// How many references live.
    pub(super) fn count_references(&self) -> usize {
        let canonical = match self {
            Self::Canonical(weak) => is_alive(weak),
            Self::Many(many) => is_alive(&many[0].canonical),
            _ => false,
        };
        let callbacks = self.callbacks().iter().filter(|weak| is_alive(weak));
        usize::from(canonical) + callbacks.count()
    }

    /// Fails, as all that follow, without changing anything if there is no memory for it.
    pub(super) fn try_set_canonical(
        &mut self,
        identity: &Arc<Identity>,
    ) -> Result<(), TryReserveError> {
        let weak = Arc::downgrade(identity);
        if self.is_vacant() {
            *self = Self::Canonical(weak);
        } else {
            self.try_many()?.canonical = weak;
        }
        Ok(())
    }

    pub(super) fn try_add_callback(
        &mut self,
        identity: &Arc<Identity>,
    ) -> Result<(), TryReserveError> {
        let weak = Arc::downgrade(identity);
        if self.is_vacant() {
            *self = Self::Callback(weak);
            return Ok(());
        }
        self.try_many()?.try_add_callback(weak)
    }

    pub(super) fn try_add_entry(&mut self, entry: Entry) -> Result<(), TryReserveError> {
        if self.is_vacant() {
            *self = Self::Entry(entry);
            return Ok(());
        }
        self.try_many()?.entries.try_add(entry)
    }

    /// Removes one such entry, if there is one. O(1) on average.
    pub(super) fn remove_entry(&mut self, entry: Entry) {
        match self {
            Self::Entry(only) if *only == entry => *self = Self::Nobody,
            Self::Many(many) => many[0].entries.remove(entry),
            _ => {}
        }
    }

    /// Makes the record one that has room for more than one watcher. If there is no memory for that,
    /// it stays as it is.
    fn try_many(&mut self) -> Result<&mut Many, TryReserveError> {
        if !matches!(self, Self::Many(_)) {
            let mut many = Many::default();
            match self {
                Self::Callback(_) => reserve_one(&mut many.callbacks)?,
                Self::Entry(entry) => many.entries.try_add(*entry)?,
                Self::Nobody | Self::Canonical(_) | Self::Many(_) => {}
            }
            let mut boxed = boxed(many).map_err(|_| TryReserveError)?;
            let [many] = &mut *boxed;
            match std::mem::take(self) {
                Self::Canonical(weak) => many.canonical = weak,
                Self::Callback(weak) => many.callbacks.push(weak),
                Self::Nobody | Self::Entry(_) | Self::Many(_) => {}
            }
            *self = Self::Many(boxed);
        }
        match self {
            Self::Many(many) => Ok(&mut many[0]),
            _ => unreachable!("the record was just made one of many"),
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

/// The entries of one object, the oldest first.
pub(super) enum Entries {
    Few(Vec<Entry>),
    /// Of an object in so many containers that to look through all would take long.
    Indexed(Box<[Table<Entry, ()>; 1]>),
}

/// How many entries are few.
const FEW: usize = 16;

impl Default for Entries {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Entries {
    fn try_add(&mut self, entry: Entry) -> Result<(), TryReserveError> {
        match self {
            Self::Few(entries) if entries.len() < FEW => {
                reserve_one(entries)?;
                entries.push(entry);
            }
            Self::Few(entries) => {
                let mut table = Table::new();
                table.try_reserve(2 * FEW)?;
                for entry in entries.iter().copied().chain([entry]) {
                    table.insert(entry.hash(), entry, ());
                }
                *self = Self::Indexed(boxed(table).map_err(|_| TryReserveError)?);
            }
            Self::Indexed(table) => {
                table[0].try_reserve(1)?;
                table[0].insert(entry.hash(), entry, ());
            }
        }
        Ok(())
    }

    fn remove(&mut self, entry: Entry) {
        match self {
            Self::Few(entries) => {
                if let Some(at) = entries.iter().rposition(|it| *it == entry) {
                    entries.remove(at);
                }
            }
            Self::Indexed(table) => {
                if let Some(slot) = table[0].find(entry.hash(), |it, ()| *it == entry) {
                    table[0].remove(slot);
                }
            }
        }
    }

    pub(super) fn for_each(self, visit: impl FnMut(Entry)) {
        match self {
            Self::Few(entries) => entries.into_iter().for_each(visit),
            Self::Indexed(table) => {
                let [table] = *table;
                table.into_iter().map(|(entry, ())| entry).for_each(visit);
            }
        }
    }
}

#[cfg(test)]
impl Record {
    pub(super) fn entries(&self) -> Vec<Entry> {
        match self {
            Self::Entry(entry) => vec![*entry],
            Self::Many(many) => match &many[0].entries {
                Entries::Few(entries) => entries.clone(),
                Entries::Indexed(table) => {
                    let entries = table[0].iter_unordered();
                    entries.map(|(_, entry, ())| *entry).collect()
                }
            },
            _ => Vec::new(),
        }
    }
}
