//! The weak table: an insertion-ordered hash table made for entries that die.
//!
//! [`Table`] knows nothing of reference counts, of Python or of threads. It maps hashes to
//! entries and promises what a weak container needs:
//!
//! * **Death is O(1) in the worst case.** [`Table::remove`] takes a [`Slot`] and follows links; it
//!   neither hashes nor compares, and nothing is swept.
//! * **No user code runs inside.** The table never calls `Hash`, `Eq`, `Clone` or `Drop` of a key or
//!   a value: a lookup hands candidates to its caller ([`Probe`]), a removal hands back what was
//!   removed. Callers hold a lock only while they are inside, and run user code outside it.
//! * **Order and cursors.** Entries keep their insertion order. A [`Cursor`] is a pair of places
//!   in that order, so that any mutation leaves every iteration in a sensible place. However many
//!   there are, and however many were forgotten, they slow nothing down.
//! * **Exact length, steady speed.** [`Table::len`] counts live entries only. Inserting while others
//!   die needs neither sweep nor compaction; the only operation that takes time proportional to the
//!   table is its growth.
//!
//! # Representation
//!
//! ```text
//! index: hash ──> slot        entries: a slab, linked in insertion order
//! ┌────┬────┬────┬────┐       ┌──────────┬──────────┬──────────┬──────────┐
//! │  2 │    │  0 │    │       │ 0  entry │ 1 vacant │ 2  entry │ 3 marker │
//! └────┴────┴────┴────┘       └──────────┴──────────┴──────────┴──────────┘
//!    │         │                   ⇅ prev/next: 0 ⇄ 3 ⇄ 2      free list: 1
//!    └─────────┴── entry.bucket points back: removal needs no search
//! ```
//!
//! An entry costs 16 bytes beside its key and value, and about 5.7 to 11.4 bytes of index.
//!
//! # Example
//!
//! ```
//! use weakly::table::Table;
//!
//! let mut table = Table::new();
//! let ann = table.insert(7, "ann", 1);
//! table.insert(7, "bob", 2); // the same hash: equality is up to the caller
//! assert_eq!(table.find(7, |key, _| *key == "bob").map(|slot| *table.value(slot)), Some(2));
//!
//! let mut cursor = table.cursor();
//! table.remove(ann); // the entry that the cursor was about to yield
//! table.insert(9, "cleo", 3); // an entry that the iteration will not see
//! let seen = table.advance(&mut cursor).map(|slot| *table.key(slot));
//! assert_eq!(seen, Some("bob"));
//! assert!(table.advance(&mut cursor).is_none());
//! table.release(cursor);
//! ```

mod cursor;
mod entries;
mod index;
mod markers;
mod moving;
mod probe;
mod reserve;
mod search;
mod slot;
#[cfg(test)]
mod tests;

pub use cursor::Cursor;
pub use entries::{IntoIter, Iter};
pub use probe::Probe;
pub use reserve::TryReserveError;
pub use search::{Compare, Guards, Search, Step, Verdict};
pub(crate) use slot::Fingerprint;
pub use slot::Slot;

use entries::Entries;
use index::Index;

/// An insertion-ordered hash table with O(1) removal by slot and cursors that survive mutation.
///
/// Keys need not be unique and need neither `Hash` nor `Eq`: the caller gives the hash and decides
/// equality. See the [module documentation](self) for the promises and the representation.
///
/// A `Table` has no lock of its own. It is `Send` and `Sync` when its keys and values are.
#[derive(Debug)]
pub struct Table<K, V> {
    entries: Entries<K, V>,
    index: Index,
    version: u64,
    /// How often the entries were taken out, which ends all iterations.
    epoch: u64,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> Table<K, V> {
    /// Makes an empty table. Allocates nothing. O(1).
    pub const fn new() -> Self {
        Self {
            entries: Entries::new(),
            index: Index::new(),
            version: 0,
            epoch: 0,
        }
    }

    /// Makes an empty table with room for `capacity` entries. O(capacity).
    ///
    /// # Panics
    ///
    /// If the capacity exceeds what the allocator or 32-bit slots can hold.
    pub fn with_capacity(capacity: usize) -> Self {
        let mut table = Self::new();
        table.reserve(capacity);
        table
    }

    /// The number of entries, exactly. O(1).
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry. O(1).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many entries fit before the table must grow. O(1).
    pub fn capacity(&self) -> usize {
        self.entries.capacity().min(self.index.capacity())
    }

    /// A number that changes whenever an entry is inserted or removed. O(1).
    ///
    /// Replacing a value in place ([`Table::value_mut`]) does not change it.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Makes room for `additional` more entries. O(new capacity) if it grows, else O(1).
    ///
    /// # Panics
    ///
    /// If the capacity exceeds what the allocator or 32-bit slots can hold.
    #[inline]
    pub fn reserve(&mut self, additional: usize) {
        if let Err(error) = self.try_reserve(additional) {
            panic!("a weak table cannot hold {additional} more entries: {error}");
        }
    }

    /// Makes room for `additional` more entries, or says why it could not.
    /// O(new capacity) if it grows, else O(1).
    ///
    /// # Errors
    ///
    /// If the capacity exceeds what the allocator or 32-bit slots can hold. The table is unchanged.
    #[inline]
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        if additional <= self.entries.room().min(self.index.room()) {
            Ok(())
        } else {
            self.grow(additional)
        }
    }

    #[cold]
    fn grow(&mut self, additional: usize) -> Result<(), TryReserveError> {
        self.entries.try_reserve(additional)?;
        self.index.try_reserve(additional, &mut self.entries)
    }

    /// Gives back memory that no entry uses, as far as there is memory to do it with. Slots stay as
    /// they are, so entries that lie behind free slots keep those slots allocated. O(capacity).
    pub fn shrink_to_fit(&mut self) {
        self.entries.shrink_to_fit();
        self.index.shrink_to_fit(&mut self.entries);
    }

    /// Adds an entry at the end of the order and returns its slot, without looking for an equal
    /// one: look first ([`Table::find`], [`Table::probe`]). Amortised O(1); O(len) when it grows.
    ///
    /// # Panics
    ///
    /// If the table must grow and cannot, as [`Table::reserve`]; [`Table::try_reserve`] first
    /// avoids it. The table is then unchanged.
    pub fn insert(&mut self, hash: u64, key: K, value: V) -> Slot {
        self.reserve(1);
        self.add(Fingerprint::of(hash), (key, value))
    }

    fn add(&mut self, fingerprint: Fingerprint, pair: (K, V)) -> Slot {
        let slot = self.entries.next_slot();
        let bucket = self.index.insert(slot, fingerprint);
        self.entries.push_back(fingerprint, bucket, pair);
        self.version += 1;
        Slot(slot)
    }

    /// Removes the entry at `slot` and returns its key and value, to be dropped where user code
    /// may run. O(1) in the worst case.
    ///
    /// # Panics
    ///
    /// If no entry lives at `slot`.
    pub fn remove(&mut self, slot: Slot) -> (K, V) {
        let (bucket, pair) = self.entries.remove(slot);
        self.index.remove(bucket);
        self.version += 1;
        pair
    }

    /// Takes all entries out, as a table of their own, to be dropped where user code may run. What
    /// is left is empty and has no capacity; running iterations find nothing more. O(1).
    pub fn take(&mut self) -> Self {
        let mut taken = Self::new();
        self.exchange(&mut taken);
        taken
    }

    /// As [`Table::take`], but what is left has room for `room` entries. O(room) in addition.
    ///
    /// # Errors
    ///
    /// As [`Table::try_reserve`]. The table is unchanged.
    pub fn try_take(&mut self, room: usize) -> Result<Self, TryReserveError> {
        let mut taken = Self::new();
        taken.try_reserve(room)?;
        self.exchange(&mut taken);
        Ok(taken)
    }

    /// Exchanges all entries, which keep their slots, for those of `other`, and the capacity;
    /// running iterations of both tables find nothing more. O(1).
    pub fn exchange(&mut self, other: &mut Self) {
        // Greater than both had, so that no cursor or probe takes one table for the other.
        let version = self.version.max(other.version) + 1;
        let epoch = self.epoch.max(other.epoch) + 1;
        std::mem::swap(self, other);
        for table in [self, other] {
            table.version = version;
            table.epoch = epoch;
        }
    }

    /// The first entry, in insertion order, for which `is_match` holds among those of equal hash.
    /// O(1) on average.
    ///
    /// `is_match` is for comparisons that run no user code, as of addresses. For those that do,
    /// use [`Table::probe`] and compare outside the lock. Entries of equal hash come in no
    /// particular order, and rarely one of another hash is offered too.
    #[inline]
    pub fn find(&self, hash: u64, is_match: impl FnMut(&K, &V) -> bool) -> Option<Slot> {
        self.find_by_fingerprint(Fingerprint::of(hash), is_match)
    }

    /// As [`Table::find`], for who kept of the hash what the table keeps.
    #[inline]
    pub(crate) fn find_by_fingerprint(
        &self,
        fingerprint: Fingerprint,
        mut is_match: impl FnMut(&K, &V) -> bool,
    ) -> Option<Slot> {
        self.index.find(fingerprint, &self.entries, |pair| {
            is_match(&pair.0, &pair.1)
        })
    }

    /// What is kept of the hash of the entry at `slot`. O(1).
    #[inline]
    pub(crate) fn fingerprint(&self, slot: Slot) -> Fingerprint {
        self.entries.fingerprint(slot)
    }

    /// Begins a lookup whose comparisons may run any code, even code that changes this table.
    /// O(1) on average. See [`Probe`].
    pub fn probe(&self, hash: u64) -> Probe {
        let mut probe = Probe::new(Fingerprint::of(hash));
        probe.restart(self.version);
        self.collect_candidates(&mut probe, |_, _| false);
        probe
    }

    /// The next candidate of a lookup, or `None` when every entry of its hash was offered. O(1)
    /// while the table has not changed.
    ///
    /// If it has, the lookup starts again, without the entries for which `was_compared` holds.
    /// After `None`, and before the lock is given up, an entry of the probed key can be inserted.
    pub fn resume(
        &self,
        probe: &mut Probe,
        was_compared: impl FnMut(&K, &V) -> bool,
    ) -> Option<Slot> {
        if probe.version != self.version {
            probe.restart(self.version);
            self.collect_candidates(probe, was_compared);
            return probe.pop();
        }
        let next = probe.pop();
        if next.is_some() || probe.passed.is_none() {
            return next;
        }
        self.collect_candidates(probe, was_compared);
        probe.pop()
    }

    /// Gives the probe the candidates that it has not passed, as many as it has room for.
    fn collect_candidates(&self, probe: &mut Probe, mut skip: impl FnMut(&K, &V) -> bool) {
        let passed = probe.passed.take().unwrap_or_default();
        let candidates = self.index.candidates(probe.fingerprint, &self.entries);
        for (at, (slot, pair)) in candidates.enumerate().skip(passed) {
            if !skip(&pair.0, &pair.1) && !probe.push(slot) {
                probe.passed = Some(at);
                return;
            }
        }
    }

    /// The key and value at `slot`, or `None` if no entry lives there. O(1).
    ///
    /// A slot is used again after its entry was removed: a caller that kept one across a change of
    /// the table must also check that it still finds what it put there.
    pub fn get(&self, slot: Slot) -> Option<(&K, &V)> {
        self.entries.get(slot).map(|pair| (&pair.0, &pair.1))
    }

    /// The key at `slot`. O(1).
    ///
    /// # Panics
    ///
    /// If no entry lives at `slot`.
    pub fn key(&self, slot: Slot) -> &K {
        &self.entries.pair(slot).0
    }

    /// The value at `slot`. O(1).
    ///
    /// # Panics
    ///
    /// If no entry lives at `slot`.
    pub fn value(&self, slot: Slot) -> &V {
        &self.entries.pair(slot).1
    }

    /// The value at `slot`, to be replaced. The old value must be dropped where user code may run.
    /// O(1).
    ///
    /// # Panics
    ///
    /// If no entry lives at `slot`.
    pub fn value_mut(&mut self, slot: Slot) -> &mut V {
        &mut self.entries.pair_mut(slot).1
    }

    /// The key and the value at `slot`, to be changed. The key must stay one of the same hash that
    /// is equal to the same others; what is replaced must be dropped where user code may run. O(1).
    ///
    /// # Panics
    ///
    /// If no entry lives at `slot`.
    pub fn pair_mut(&mut self, slot: Slot) -> (&mut K, &mut V) {
        let (key, value) = self.entries.pair_mut(slot);
        (key, value)
    }

    /// The entry inserted last, or `None` if the table is empty. O(1).
    pub fn last(&self) -> Option<Slot> {
        self.entries.last()
    }

    /// The entry inserted after that at `slot`, or `None` if that is the last one. O(1).
    ///
    /// # Panics
    ///
    /// If no entry lives at `slot`.
    pub fn after(&self, slot: Slot) -> Option<(Slot, &K, &V)> {
        self.entries.after(slot)
    }

    /// All entries in insertion order, for as long as the table is borrowed. O(1) per entry.
    ///
    /// For an iteration that others may interrupt, use [`Table::cursor`].
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.entries.iter()
    }

    /// Begins an iteration over the entries of this moment. Amortised O(1). See [`Cursor`].
    ///
    /// # Panics
    ///
    /// If there is no room for it; [`Table::try_cursor`] avoids it.
    pub fn cursor(&mut self) -> Cursor {
        self.try_cursor().expect("there is room for a cursor")
    }

    /// As [`Table::cursor`].
    ///
    /// # Errors
    ///
    /// As [`Table::try_reserve`]: a cursor takes the room of up to three entries. The table is
    /// unchanged.
    pub fn try_cursor(&mut self) -> Result<Cursor, TryReserveError> {
        Cursor::try_new(&mut self.entries, self.epoch)
    }

    /// Moves `cursor` onto the next entry that was there when its iteration began and lives
    /// still, or returns `None` at the end. O(1) amortised, and O(log of the number of cursors) in
    /// the worst case.
    ///
    /// # Panics
    ///
    /// As [`Table::try_advance`] fails.
    pub fn advance(&mut self, cursor: &mut Cursor) -> Option<Slot> {
        self.try_advance(cursor)
            .expect("there is room for a cursor")
    }

    /// As [`Table::advance`].
    ///
    /// # Errors
    ///
    /// As [`Table::try_reserve`], when another cursor moved last: that takes the room of an entry
    /// then. The cursor stays where it is.
    #[inline]
    pub fn try_advance(&mut self, cursor: &mut Cursor) -> Result<Option<Slot>, TryReserveError> {
        if !cursor.is_of(self.epoch) {
            return Ok(None);
        }
        cursor.advance(&mut self.entries)
    }

    /// Ends the iteration of `cursor`, finished or not. O(1) amortised.
    ///
    /// A cursor that is dropped instead keeps its room until the entries are taken out
    /// ([`Table::take`]). It slows nothing.
    pub fn release(&mut self, cursor: Cursor) {
        if cursor.is_of(self.epoch) {
            cursor.release(&mut self.entries);
        }
    }
}

impl<'a, K, V> IntoIterator for &'a Table<K, V> {
    type Item = (Slot, &'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The entries in insertion order; O(1) per entry.
impl<K, V> IntoIterator for Table<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        IntoIter::new(self.entries)
    }
}
