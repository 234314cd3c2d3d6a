//! Who is told when an object of one thread dies.
//!
//! The same as with objects that threads share, in the same order, with plain pointers instead of
//! numbers and locks.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::Cell;

use super::aftermath::Aftermath;
use super::container::Container;
use super::local_identity::LocalIdentity;
use super::nesting::perform;
use super::task::Task;
use crate::room::{boxed, no_room, reserve_one};
use crate::table::{Fingerprint, Table, TryReserveError};

/// Where an object is found in a container of its thread.
#[derive(Clone)]
pub struct LocalEntry {
    container: Weak<dyn Container>,
    fingerprint: Fingerprint,
}

impl LocalEntry {
    pub(crate) fn new(container: &Weak<dyn Container>, fingerprint: Fingerprint) -> Self {
        Self {
            container: container.clone(),
            fingerprint,
        }
    }

    fn is(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint && self.container.ptr_eq(&other.container)
    }

    fn hash(&self) -> u64 {
        let address = self.container.as_ptr().cast::<()>().addr() as u64;
        address << 32 ^ u64::from(self.fingerprint.to_u32())
    }

    /// Lets the container forget the object that was at `address`.
    fn forget(&self, address: usize, aftermath: &mut Aftermath) {
        if let Some(container) = self.container.upgrade() {
            container.forget(self.fingerprint, address, aftermath);
        }
    }
}

/// The watchers of one object of one thread. One entry needs no memory of its own.
pub struct LocalWatchers(Cell<Record>);

#[derive(Default)]
enum Record {
    #[default]
    Nobody,
    Entry(LocalEntry),
    Many(Box<[Many; 1]>),
}

#[derive(Default)]
struct Many {
    canonical: Weak<LocalIdentity>,
    /// The oldest first.
    callbacks: Vec<Watcher>,
    entries: Table<LocalEntry, ()>,
}

/// A reference with a callback, which is not called if the reference is dropped, or a finalizer, which
/// nobody else need keep.
enum Watcher {
    Reference(Weak<LocalIdentity>),
    Finalizer(Rc<LocalIdentity>),
}

impl Watcher {
    fn is_alive(&self) -> bool {
        match self {
            Self::Reference(weak) => weak.strong_count() > 0,
            Self::Finalizer(identity) => identity.has_callback(),
        }
    }
}

impl Record {
    /// Room for more than one watcher. If there is no memory for that, the record stays as it is.
    fn try_many(&mut self) -> Result<&mut Many, TryReserveError> {
        if !matches!(self, Self::Many(_)) {
            let mut many = Many::default();
            many.entries.try_reserve(1)?;
            let mut boxed = boxed(many).map_err(|_| TryReserveError)?;
            if let Self::Entry(entry) = core::mem::take(self) {
                boxed[0].entries.insert(entry.hash(), entry, ());
            }
            *self = Self::Many(boxed);
        }
        match self {
            Self::Many(many) => Ok(&mut many[0]),
            _ => unreachable!("the record was just made one of many"),
        }
    }

    fn try_add_entry(&mut self, entry: LocalEntry) -> Result<(), TryReserveError> {
        if let Self::Nobody = self {
            *self = Self::Entry(entry);
            return Ok(());
        }
        let entries = &mut self.try_many()?.entries;
        entries.try_reserve(1)?;
        entries.insert(entry.hash(), entry, ());
        Ok(())
    }

    fn remove_entry(&mut self, entry: &LocalEntry) {
        match self {
            Self::Entry(only) if only.is(entry) => *self = Self::Nobody,
            Self::Many(many) => {
                let entries = &mut many[0].entries;
                if let Some(slot) = entries.find(entry.hash(), |it, ()| it.is(entry)) {
                    entries.remove(slot);
                }
            }
            _ => {}
        }
    }
}

impl Many {
    fn try_add_callback(&mut self, watcher: Watcher) -> Result<(), TryReserveError> {
        if self.callbacks.len() == self.callbacks.capacity() {
            self.callbacks.retain(Watcher::is_alive);
        }
        reserve_one(&mut self.callbacks)?;
        self.callbacks.push(watcher);
        Ok(())
    }

    /// The living references: the canonical one first, then the newest first.
    fn references(&self) -> impl Iterator<Item = Rc<LocalIdentity>> {
        let callbacks = self.callbacks.iter().rev();
        let callbacks = callbacks.filter_map(|watcher| match watcher {
            Watcher::Reference(weak) => weak.upgrade(),
            Watcher::Finalizer(_) => None,
        });
        self.canonical.upgrade().into_iter().chain(callbacks)
    }
}

impl LocalWatchers {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(Record::Nobody))
    }

    /// The watchers of an object to come, to which there is a weak reference already.
    pub(crate) fn with_canonical(identity: &Rc<LocalIdentity>) -> Self {
        let watchers = Self::new();
        watchers.change(|record| match record.try_many() {
            Ok(many) => many.canonical = Rc::downgrade(identity),
            Err(_) => no_room(),
        });
        watchers
    }

    /// What `change` makes of the record. It runs no user code.
    #[inline]
    fn change<R>(&self, change: impl FnOnce(&mut Record) -> R) -> R {
        let mut record = self.0.take();
        let result = change(&mut record);
        // Nobody was put in its place: to drop that takes instructions, too.
        core::mem::forget(self.0.replace(record));
        result
    }

    #[inline]
    pub(crate) fn try_add_entry(&self, entry: LocalEntry) -> Result<(), TryReserveError> {
        self.change(|record| record.try_add_entry(entry))
    }

    /// Removes one such entry, if there is one. O(1) on average.
    #[inline]
    pub(crate) fn remove_entry(&self, entry: &LocalEntry) {
        self.change(|record| record.remove_entry(entry));
    }

    /// The identity of the reference without callback: the living one, or a new one.
    pub(crate) fn canonical(&self) -> Rc<LocalIdentity> {
        let found = self.change(|record| {
            let many = record.try_many()?;
            if let Some(identity) = many.canonical.upgrade() {
                return Ok(identity);
            }
            let identity = LocalIdentity::new(None);
            many.canonical = Rc::downgrade(&identity);
            Ok(identity)
        });
        found.unwrap_or_else(|_: TryReserveError| no_room())
    }

    pub(crate) fn add_callback(&self, identity: &Rc<LocalIdentity>) {
        self.add(Watcher::Reference(Rc::downgrade(identity)));
    }

    /// Adds a callback that is kept until it has run.
    pub(crate) fn add_finalizer(&self, identity: Rc<LocalIdentity>) {
        self.add(Watcher::Finalizer(identity));
    }

    fn add(&self, watcher: Watcher) {
        let added = self.change(|record| record.try_many()?.try_add_callback(watcher));
        added.unwrap_or_else(|_| no_room());
    }

    /// The living references: the canonical one first, then the newest first.
    pub(crate) fn references(&self) -> Vec<Rc<LocalIdentity>> {
        self.change(|record| match record {
            Record::Many(many) => many[0].references().collect(),
            Record::Nobody | Record::Entry(_) => Vec::new(),
        })
    }

    /// How many of them there are.
    pub(crate) fn count_references(&self) -> usize {
        self.references().len()
    }

    /// Tells the watchers that their object is dead, which lived at `address`. Nobody else can reach it
    /// any more, and its value is still whole.
    #[inline]
    pub(crate) fn tell(&self, address: usize) {
        match self.0.take() {
            Record::Nobody => {}
            Record::Entry(entry) => {
                let mut aftermath = Aftermath::of_one();
                entry.forget(address, &mut aftermath);
                let tasks = aftermath.into_tasks();
                if !tasks.is_empty() {
                    perform(tasks);
                }
            }
            Record::Many(many) => {
                let [many] = *many;
                tell_many(many, address);
            }
        }
    }
}

#[inline(never)]
fn tell_many(many: Many, address: usize) {
    let mut aftermath = Aftermath::of_many();
    for (entry, ()) in many.entries {
        entry.forget(address, &mut aftermath);
    }
    let newest_first = many.callbacks.into_iter().rev();
    // Upgraded when its turn comes: a reference that was dropped by then is not called.
    let callbacks = newest_first.map(|watcher| match watcher {
        Watcher::Reference(weak) => Task::LocalCallback(weak),
        Watcher::Finalizer(identity) => Task::LocalFinalizer(identity),
    });
    perform(aftermath.into_tasks().into_iter().chain(callbacks));
}

/// The object dies where it lived: the watchers are its first field.
impl Drop for LocalWatchers {
    #[inline]
    fn drop(&mut self) {
        let address = core::ptr::from_ref(self).addr();
        self.tell(address);
    }
}
