//! Who is told when an object dies.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::announce::announce;
use super::entry::Entry;
use super::identity::Identity;
use super::record::Record;
use super::records;
use super::word::Word;
use crate::room::no_room;
use crate::sync::AtomicU64;
use crate::table::TryReserveError;

/// The watchers of one object: its weak references and the entries of containers it is in.
///
/// They are one word, which says that there are none, or that there is one entry, and which; or it
/// is the number of a [`Record`] of them all. Once there is a record, the object keeps it until it
/// dies. Who changes the word owns the object; so the word cannot change when the object dies.
pub struct Watchers(AtomicU64);

impl Watchers {
    pub(crate) const fn new() -> Self {
        Self::of(Word::Nobody)
    }

    const fn of(word: Word) -> Self {
        Self(AtomicU64::new(word.pack()))
    }

    /// The watchers of an object to come, to which there is a weak reference already.
    pub(crate) fn with_canonical(identity: &Arc<Identity>) -> Self {
        let record = Record::Canonical(Arc::downgrade(identity));
        let shard = records::shard_for(Arc::as_ptr(identity).addr());
        let added = records::lock_shard(shard).try_add(shard, record);
        Self::of(Word::Record(added.unwrap_or_else(|_| no_room())))
    }

    /// The identity of the reference without callback: the living one, or a new one.
    pub(crate) fn canonical(&self) -> Arc<Identity> {
        let found = self.try_with_record(|record| {
            if let Some(identity) = record.canonical() {
                return Ok(identity);
            }
            let identity = Identity::new(None);
            record.try_set_canonical(&identity)?;
            Ok(identity)
        });
        found.unwrap_or_else(|_| no_room())
    }

    pub(crate) fn add_callback(&self, identity: &Arc<Identity>) {
        let added = self.try_with_record(|record| record.try_add_callback(identity));
        added.unwrap_or_else(|_| no_room());
    }

    /// Adds an entry, or nothing if there is no memory for it.
    #[inline]
    pub(crate) fn try_add_entry(&self, entry: Entry) -> Result<(), TryReserveError> {
        if self.change(Word::Nobody, Word::Entry(entry)) {
            return Ok(());
        }
        self.try_add_another(entry)
    }

    #[cold]
    fn try_add_another(&self, entry: Entry) -> Result<(), TryReserveError> {
        self.try_with_record(|record| record.try_add_entry(entry))
    }

    /// Removes one such entry.
    #[inline]
    pub(crate) fn remove_entry(&self, entry: Entry) {
        // If the word is another, it is that of a record, and stays so.
        if !self.change(Word::Entry(entry), Word::Nobody) {
            self.remove_from_record(entry);
        }
    }

    #[cold]
    fn remove_from_record(&self, entry: Entry) {
        self.with_record(|record| record.remove_entry(entry));
    }

    /// The living references: the canonical one first, then the newest first.
    pub(crate) fn references(&self) -> Vec<Arc<Identity>> {
        self.with_record(|record| record.references())
            .unwrap_or_default()
    }

    /// How many references live.
    pub(crate) fn count_references(&self) -> usize {
        self.with_record(|record| record.count_references())
            .unwrap_or_default()
    }

    fn word(&self) -> Word {
        Word::unpack(self.0.load(Ordering::Acquire))
    }

    /// Puts one word in the place of another, if it is that. Who reads that there is a record reads
    /// what was done to it before.
    #[inline]
    fn change(&self, from: Word, to: Word) -> bool {
        let (from, to) = (from.pack(), to.pack());
        let changed = self
            .0
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
        changed.is_ok()
    }

    /// What `run` makes of the record of the object, if it has one.
    fn with_record<R>(&self, run: impl FnOnce(&mut Record) -> R) -> Option<R> {
        match self.word() {
            Word::Record(number) => {
                let mut records = records::lock_shard(records::shard_of(number));
                Some(run(records.get_mut(number)))
            }
            Word::Nobody | Word::Entry(_) => None,
        }
    }

    /// What `run` makes of the record of the object; a new one takes over what the word says.
    fn try_with_record<R>(
        &self,
        run: impl FnOnce(&mut Record) -> Result<R, TryReserveError>,
    ) -> Result<R, TryReserveError> {
        loop {
            let word = self.word();
            let said = match word {
                Word::Record(number) => {
                    let mut records = records::lock_shard(records::shard_of(number));
                    return run(records.get_mut(number));
                }
                Word::Entry(entry) => Record::Entry(entry),
                Word::Nobody => Record::Nobody,
            };
            let shard = records::shard_for(std::ptr::from_ref(self).addr());
            let mut records = records::lock_shard(shard);
            let number = records.try_add(shard, said)?;
            if self.change(word, Word::Record(number)) {
                return run(records.get_mut(number));
            }
            records.remove(number);
        }
    }

    /// Tells the watchers that their object is dead, which lived at `address`. It may have been moved
    /// since. Nobody else can reach it any more, and its value is still whole.
    #[inline]
    pub(crate) fn tell(&mut self, address: usize) {
        let word = self.0.get_mut();
        if *word != Word::NOBODY {
            let word = std::mem::replace(word, Word::NOBODY);
            announce(Word::unpack(word), address);
        }
    }
}

#[cfg(test)]
impl Watchers {
    /// The entries that the object knows.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        match self.word() {
            Word::Nobody => Vec::new(),
            Word::Entry(entry) => vec![entry],
            Word::Record(_) => self.with_record(|record| record.entries()).unwrap(),
        }
    }
}

/// The object dies where it lived: the watchers are its first field.
impl Drop for Watchers {
    #[inline]
    fn drop(&mut self) {
        let address = std::ptr::from_ref(self).addr();
        self.tell(address);
    }
}
