//! The entries: a hash table that grows, and is cleaned, a little at a time.

use hashbrown::{HashTable, hash_table};

use super::order::Line;
use super::reserve::TryReserveError;
use super::slot::{Fingerprint, Slot};

#[derive(Debug)]
pub(super) struct Entry<K, V> {
    pub(super) fingerprint: Fingerprint,
    /// The how-manieth insertion it was.
    pub(super) number: u32,
    pub(super) pair: (K, V),
}

/// The entries by fingerprint.
///
/// A `HashTable` that is full of entries, or of the marks that removed ones leave, must be made anew
/// as a whole. A large one is therefore put aside as `old`, and each insertion and removal moves a
/// few of its entries into a new one, which has room for all of them.
#[derive(Debug)]
pub(super) struct Entries<K, V> {
    new: HashTable<Entry<K, V>>,
    old: Option<Old<K, V>>,
}

#[derive(Debug)]
struct Old<K, V> {
    table: HashTable<Entry<K, V>>,
    /// The buckets before this one are empty.
    hand: usize,
}

/// Up to so many buckets are moved at once: that takes some ten microseconds. Tests use few, so that
/// nearly all of their tables are moved a little at a time.
const SMALL: usize = if cfg!(debug_assertions) {
    1 << 4
} else {
    1 << 12
};

/// So many buckets are moved with each insertion and removal. A new table has room for at least an
/// eighth as many entries as the old one had buckets: with 8, it is never full before the old one is
/// empty.
const STEP: usize = 8;

impl<K, V> Entries<K, V> {
    pub(super) const fn new() -> Self {
        Self {
            new: HashTable::new(),
            old: None,
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.new.len() + self.old.as_ref().map_or(0, |old| old.table.len())
    }

    /// How many entries the buckets can hold. (`HashTable::capacity` is less while removed entries
    /// wait to be cleaned up.)
    pub(super) fn capacity(&self) -> usize {
        full(self.new.num_buckets())
    }

    /// How many more entries fit.
    #[inline]
    pub(super) fn room(&self) -> usize {
        let room = self.new.capacity() - self.new.len();
        match &self.old {
            None => room,
            Some(old) => room.saturating_sub(old.table.len()),
        }
    }

    #[inline]
    pub(super) fn is_moving(&self) -> bool {
        self.old.is_some()
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
        // If half of the buckets wait to be cleaned up, to do that is enough.
        let wanted = needed.max(capacity + usize::from(needed > capacity / 2));
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
        self.begin_move(try_with_room(wanted)?);
        Ok(())
    }

    /// Gives back what no entry uses, if there is memory for a smaller table. All entries move.
    pub(super) fn shrink_to_fit(&mut self) {
        self.finish_move();
        if let Ok(new) = try_with_room(self.new.len()) {
            self.begin_move(new);
            self.finish_move();
        }
    }

    /// Puts the table aside for one that is empty and has room for all entries.
    fn begin_move(&mut self, new: HashTable<Entry<K, V>>) {
        let table = std::mem::replace(&mut self.new, new);
        self.old = Some(Old { table, hand: 0 });
    }

    /// Moves all that is left of the old table.
    pub(super) fn finish_move(&mut self) {
        while self.old.is_some() {
            self.move_some();
        }
    }

    /// Moves the entries of the next buckets. There is room for them.
    #[cold]
    #[inline(never)]
    fn move_some(&mut self) {
        let Some(old) = &mut self.old else {
            return;
        };
        for bucket in old.hand..old.hand + STEP {
            if let Ok(entry) = old.table.get_bucket_entry(bucket) {
                let (entry, _) = entry.remove();
                put(&mut self.new, entry);
            }
        }
        old.hand += STEP;
        if old.table.is_empty() {
            self.old = None;
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
            Some(old) => self.old.is_some().then(|| Slot::old(old)),
        }
    }

    pub(super) fn buckets(&self) -> usize {
        let old = self.old.as_ref();
        self.new.num_buckets() + old.map_or(0, |old| old.table.num_buckets())
    }

    /// The table that `slot` is a place of.
    #[inline]
    fn table_of(&mut self, slot: Slot) -> &mut HashTable<Entry<K, V>> {
        match &mut self.old {
            Some(old) if slot.is_old() => &mut old.table,
            _ => &mut self.new,
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
        let old = self.old.as_ref().filter(|_| slot.is_old())?;
        old.table.get_bucket(slot.bucket())
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
        if let Some(old) = &self.old {
            return self.find_in_both(old, fingerprint, is_match);
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
        if let Some(old) = &self.old {
            let slot = self.find_in_both(old, fingerprint, is_match)?;
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
        if let Some(old) = &self.old {
            let slot = self.find_in_both(old, fingerprint, is_match)?;
            return self.get_mut(slot);
        }
        self.new.find_mut(fingerprint.spread(), is_match)
    }

    #[cold]
    #[inline(never)]
    fn find_in_both(
        &self,
        old: &Old<K, V>,
        fingerprint: Fingerprint,
        mut is_match: impl FnMut(&Entry<K, V>) -> bool,
    ) -> Option<Slot> {
        let hash = fingerprint.spread();
        match self.new.find_bucket_index(hash, &mut is_match) {
            Some(bucket) => Some(Slot::new(bucket)),
            None => {
                let bucket = old.table.find_bucket_index(hash, &mut is_match)?;
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
        let old = self.old.iter();
        let old = old.flat_map(move |old| old.table.iter_hash_buckets(hash).map(Slot::old));
        new.chain(old).filter_map(move |slot| {
            let entry = self.get(slot)?;
            (entry.fingerprint == fingerprint).then_some((slot, &entry.pair))
        })
    }

    /// All entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry<K, V>> {
        let old = self.old.iter().flat_map(|old| &old.table);
        self.new.iter().chain(old)
    }

    /// Where the entries are, in no order. None is being moved.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> {
        debug_assert!(!self.is_moving());
        self.new.iter_buckets().map(Slot::new)
    }

    #[cfg(test)]
    pub(super) fn left_to_move(&self) -> usize {
        self.old.as_ref().map_or(0, |old| old.table.len())
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
