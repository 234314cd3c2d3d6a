//! The entries: a hash table that grows, and is cleaned, a little at a time.

use hashbrown::{HashTable, hash_table};

use super::reserve::TryReserveError;
use super::slot::{Fingerprint, Line, Slot};

#[derive(Debug)]
pub(super) struct Entry<K, V> {
    pub(super) fingerprint: Fingerprint,
    /// The how-manieth insertion it was.
    pub(super) number: u32,
    pub(super) pair: (K, V),
}

/// The entries by fingerprint.
///
/// A `HashTable` that is full of entries, or of the marks that removed ones leave, must be rebuilt
/// as a whole. A large one is therefore put aside as `old`, and each insertion and removal moves a
/// few of its entries into a new one, which has room for all of them.
///
/// In steady churn the two change places forever: nothing is allocated, and nothing is given back,
/// which for a large table takes the system as long as it is large.
#[derive(Debug)]
pub(super) struct Entries<K, V> {
    new: HashTable<Entry<K, V>>,
    /// Empty when nothing is left to move; then it may have room for the next move.
    old: HashTable<Entry<K, V>>,
    /// So many of the first buckets of `old` are still to be moved.
    left: usize,
}

/// Up to so many buckets are moved at once: that takes some ten microseconds. Tests use few, so that
/// nearly all of their tables are moved a little at a time.
const SMALL: usize = if cfg!(debug_assertions) {
    1 << 4
} else {
    1 << 12
};

/// How many buckets are moved with each insertion and removal: a group of the `HashTable`. A new table
/// has room for at least a fifth as many entries as the old one has buckets, so it is never full
/// before the old one is empty.
pub(super) const STEP: usize = 16;

/// A table of which entries take more than this fraction is not cleaned but grows. At three quarters
/// each removal pays for moving three entries, at worst; less would double more tables.
const FULL: (usize, usize) = (3, 4);

impl<K, V> Entries<K, V> {
    pub(super) const fn new() -> Self {
        Self {
            new: HashTable::new(),
            old: HashTable::new(),
            left: 0,
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.new.len() + self.old.len()
    }

    /// How many entries the buckets can hold. (`HashTable::capacity` is less while removed entries
    /// wait to be cleaned up.)
    pub(super) fn capacity(&self) -> usize {
        full(self.new.num_buckets())
    }

    /// How many more entries fit.
    #[inline]
    pub(super) fn room(&self) -> usize {
        (self.new.capacity() - self.new.len()).saturating_sub(self.old.len())
    }

    #[inline]
    pub(super) fn is_moving(&self) -> bool {
        self.left > 0
    }

    /// Makes room where there is none. All entries may move.
    #[cold]
    pub(super) fn try_grow(&mut self, additional: usize) -> Result<(), TryReserveError> {
        self.finish_move();
        if additional <= self.room() {
            return Ok(());
        }
        let len = self.new.len();
        let needed = len.checked_add(additional).ok_or(TryReserveError)?;
        let capacity = self.capacity();
        // If many buckets wait to be cleaned up, to do that is enough.
        let grows = needed > capacity / FULL.1 * FULL.0;
        let wanted = needed.max(capacity + usize::from(grows));
        if wanted > full(Slot::BUCKETS) {
            return Err(TryReserveError);
        }
        if self.new.num_buckets() <= SMALL {
            // It moves them all by itself.
            return self
                .new
                .try_reserve(additional, |entry| entry.fingerprint.spread())
                .map_err(|_| TryReserveError);
        }
        let mut new = core::mem::take(&mut self.old);
        if new.capacity() < wanted {
            drop(new);
            new = try_with_room(wanted)?;
        }
        self.begin_move(new);
        Ok(())
    }

    /// Gives back what no entry uses, if there is memory for a smaller table. All entries move.
    pub(super) fn shrink_to_fit(&mut self) {
        self.finish_move();
        if let Ok(new) = try_with_room(self.new.len()) {
            self.begin_move(new);
            self.finish_move();
        }
        self.old = HashTable::new();
    }

    /// Puts the table aside for one that is empty and has room for all entries.
    fn begin_move(&mut self, new: HashTable<Entry<K, V>>) {
        self.old = core::mem::replace(&mut self.new, new);
        self.left = self.old.num_buckets();
    }

    /// Moves all that is left of the old table.
    pub(super) fn finish_move(&mut self) {
        while self.is_moving() {
            self.move_some();
        }
    }

    /// Moves the entries of the next buckets. There is room for them.
    #[cold]
    #[inline(never)]
    fn move_some(&mut self) {
        let end = self.left;
        self.left = end.saturating_sub(STEP);
        for bucket in self.left..end {
            if let Ok(entry) = self.old.get_bucket_entry(bucket) {
                let (entry, _) = entry.remove();
                put(&mut self.new, entry);
            }
        }
        if self.old.is_empty() {
            self.left = 0;
            self.keep_for_the_next();
        }
    }

    /// Keeps the old table, which is empty, if another one of its size may be needed: not after growth.
    fn keep_for_the_next(&mut self) {
        if self.old.num_buckets() == self.new.num_buckets() {
            // Takes the marks away, too, a byte per bucket.
            drop(self.old.drain());
        } else {
            self.old = HashTable::new();
        }
    }

    /// Adds an entry. There is room for it: the caller has asked [`Entries::room`].
    #[inline]
    pub(super) fn insert(&mut self, entry: Entry<K, V>) -> Slot {
        if self.is_moving() {
            self.move_some();
        }
        put(&mut self.new, entry)
    }

    /// Removes the entry at `slot`.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[inline]
    #[track_caller]
    pub(super) fn remove(&mut self, slot: Slot) -> (K, V) {
        let found = self.table_of(slot).get_bucket_entry(slot.bucket());
        let (removed, _) = found.ok().expect(NOBODY).remove();
        if self.is_moving() {
            self.move_some();
        }
        removed.pair
    }

    /// The bucket at `hand`, which is moved on, and round. `None` if there are none.
    #[inline]
    pub(super) fn next_bucket(&self, hand: &mut usize) -> Option<Slot> {
        let new = self.new.num_buckets();
        let bucket = if *hand < self.buckets() { *hand } else { 0 };
        *hand = bucket + 1;
        match bucket.checked_sub(new) {
            None => Some(Slot::new(bucket)),
            Some(old) => self.is_moving().then(|| Slot::old(old)),
        }
    }

    pub(super) fn buckets(&self) -> usize {
        let old = if self.is_moving() {
            self.old.num_buckets()
        } else {
            0
        };
        self.new.num_buckets() + old
    }

    /// The table that `slot` is a place of.
    #[inline]
    fn table_of(&mut self, slot: Slot) -> &mut HashTable<Entry<K, V>> {
        if slot.is_old() {
            &mut self.old
        } else {
            &mut self.new
        }
    }

    #[inline]
    pub(super) fn get(&self, slot: Slot) -> Option<&Entry<K, V>> {
        // An old slot is beyond the buckets.
        match self.new.get_bucket(slot.place()) {
            Some(entry) => Some(entry),
            None => self.get_old(slot),
        }
    }

    #[cold]
    fn get_old(&self, slot: Slot) -> Option<&Entry<K, V>> {
        if slot.is_old() {
            self.old.get_bucket(slot.bucket())
        } else {
            None
        }
    }

    #[inline]
    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Entry<K, V>> {
        self.table_of(slot).get_bucket_mut(slot.bucket())
    }

    /// What the entry of a line of the order holds, if it is still there.
    #[inline]
    pub(super) fn written(&self, line: Line) -> Option<&(K, V)> {
        let entry = self.get(line.slot)?;
        (entry.number == line.number).then_some(&entry.pair)
    }

    #[inline]
    #[track_caller]
    pub(super) fn pair(&self, slot: Slot) -> &(K, V) {
        &self.entry(slot).pair
    }

    #[inline]
    #[track_caller]
    pub(super) fn entry(&self, slot: Slot) -> &Entry<K, V> {
        self.get(slot).expect(NOBODY)
    }

    #[inline]
    #[track_caller]
    pub(super) fn pair_mut(&mut self, slot: Slot) -> &mut (K, V) {
        &mut self.entry_mut(slot).pair
    }

    #[inline]
    #[track_caller]
    pub(super) fn entry_mut(&mut self, slot: Slot) -> &mut Entry<K, V> {
        self.get_mut(slot).expect(NOBODY)
    }

    #[inline]
    pub(super) fn find(
        &self,
        fingerprint: Fingerprint,
        mut is_match: impl FnMut(&(K, V)) -> bool,
    ) -> Option<Slot> {
        let is_match =
            |entry: &Entry<K, V>| entry.fingerprint == fingerprint && is_match(&entry.pair);
        // Asked first, and with a predicate of its own: so the search that nearly all lookups make is
        // compiled into them.
        if self.is_moving() {
            return self.find_in_both(fingerprint, is_match);
        }
        let bucket = self.new.find_bucket_index(fingerprint.spread(), is_match)?;
        Some(Slot::new(bucket))
    }

    /// As [`Entries::find`].
    #[inline]
    pub(super) fn find_entry(
        &self,
        fingerprint: Fingerprint,
        mut is_match: impl FnMut(&(K, V)) -> bool,
    ) -> Option<&Entry<K, V>> {
        let is_match =
            |entry: &Entry<K, V>| entry.fingerprint == fingerprint && is_match(&entry.pair);
        if self.is_moving() {
            let slot = self.find_in_both(fingerprint, is_match)?;
            return self.get(slot);
        }
        self.new.find(fingerprint.spread(), is_match)
    }

    /// As [`Entries::find`].
    #[inline]
    pub(super) fn find_entry_mut(
        &mut self,
        fingerprint: Fingerprint,
        mut is_match: impl FnMut(&(K, V)) -> bool,
    ) -> Option<&mut Entry<K, V>> {
        let is_match =
            |entry: &Entry<K, V>| entry.fingerprint == fingerprint && is_match(&entry.pair);
        if self.is_moving() {
            let slot = self.find_in_both(fingerprint, is_match)?;
            return self.get_mut(slot);
        }
        self.new.find_mut(fingerprint.spread(), is_match)
    }

    #[cold]
    #[inline(never)]
    fn find_in_both(
        &self,
        fingerprint: Fingerprint,
        mut is_match: impl FnMut(&Entry<K, V>) -> bool,
    ) -> Option<Slot> {
        let hash = fingerprint.spread();
        match self.new.find_bucket_index(hash, &mut is_match) {
            Some(bucket) => Some(Slot::new(bucket)),
            None => {
                let bucket = self.old.find_bucket_index(hash, &mut is_match)?;
                Some(Slot::old(bucket))
            }
        }
    }

    /// The entries of a fingerprint, in an order that stays the same until the table changes.
    pub(super) fn candidates(
        &self,
        fingerprint: Fingerprint,
    ) -> impl Iterator<Item = (Slot, &(K, V))> {
        let hash = fingerprint.spread();
        let new = self.new.iter_hash_buckets(hash).map(Slot::new);
        let old = self.old.iter_hash_buckets(hash).map(Slot::old);
        new.chain(old).filter_map(move |slot| {
            let entry = self.get(slot)?;
            (entry.fingerprint == fingerprint).then_some((slot, &entry.pair))
        })
    }

    /// All entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry<K, V>> {
        self.new.iter().chain(&self.old)
    }

    /// Where the entries are, in no order. None is being moved.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> {
        debug_assert!(!self.is_moving());
        self.new.iter_buckets().map(Slot::new)
    }

    #[cfg(test)]
    pub(super) fn left_to_move(&self) -> usize {
        self.old.len()
    }

    /// How many buckets there are, and how many in the other table.
    #[cfg(test)]
    pub(super) fn sizes(&self) -> [usize; 2] {
        [&self.new, &self.old].map(HashTable::num_buckets)
    }

    /// All entries, in no order.
    pub(super) fn into_unordered(mut self) -> hash_table::IntoIter<Entry<K, V>> {
        self.finish_move();
        self.new.into_iter()
    }
}

const NOBODY: &str = "an entry lives at the slot";

/// How many entries so many buckets can hold.
fn full(buckets: usize) -> usize {
    match buckets {
        0..8 => buckets - 1,
        _ => buckets / 8 * 7,
    }
}

fn try_with_room<T>(room: usize) -> Result<HashTable<T>, TryReserveError> {
    let mut table = HashTable::new();
    table
        .try_reserve(room, |_| unreachable!("an empty table moves nothing"))
        .map_err(|_| TryReserveError)?;
    Ok(table)
}

#[inline]
fn put<K, V>(table: &mut HashTable<Entry<K, V>>, entry: Entry<K, V>) -> Slot {
    let occupied = table.insert_unique(entry.fingerprint.spread(), entry, |_| {
        unreachable!("a table with room does not grow")
    });
    Slot::new(occupied.bucket_index())
}
