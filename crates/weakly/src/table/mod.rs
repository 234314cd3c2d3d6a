//! The weak table: an insertion-ordered hash table made for entries that die.
//!
//! [`Table`] knows nothing of reference counts, of Python or of threads. It maps hashes to
//! entries and promises what a weak container needs:
//!
//! * **No step grows with the table.** Inserting and removing are O(1), growth and cleaning included:
//!   each insertion and removal does a small part of them. Only what asks for all entries, as the
//!   first step of an iteration may, takes time proportional to the table.
//! * **No user code runs inside.** The table never calls `Hash`, `Eq`, `Clone` or `Drop` of a key or
//!   a value: a lookup hands candidates to its caller ([`Probe`]), a removal hands back what was
//!   removed. Callers hold a lock only while they are inside, and run user code outside it.
//! * **Order and cursors.** Entries are yielded in the order of their insertion. A [`Cursor`] is a
//!   pair of numbers: any mutation leaves every iteration in a sensible place, and one that is
//!   forgotten costs nothing.
//! * **Exact length.** [`Table::len`] counts the entries that are there. Nothing is swept.
//!
//! # Representation
//!
//! ```text
//! entries, by fingerprint                               order, if somebody asked for it
//! ┌───────────────────────────┬───┬────────────────┐    ┌──────────┬──────────┬──────────┐
//! │ fingerprint, 7, key, value│   │ .., 3, .., ..  │    │ 3, at 2  │ 4, gone  │ 7, at 0  │
//! └───────────────────────────┴───┴────────────────┘    └──────────┴──────────┴──────────┘
//!   old entries, while some are still to be moved
//! ```
//!
//! An entry lies in a [`hashbrown::HashTable`], with 32 bits of its hash and the number of its
//! insertion: 8 bytes, and one of the `HashTable`. The order of the entries is that of their numbers.
//! It is written down when it is asked for first, in 8 bytes per entry, and kept up while it is of
//! use. Entries move when the table grows, so a [`Slot`] is good only until the table changes: what
//! is to be found again later is found by its hash.
//!
//! # Example
//!
//! ```
//! use weakly::table::Table;
//!
//! let mut table = Table::new();
//! let ann = table.insert(7, "ann", 1);
//! table.remove(ann);
//! table.insert(7, "bob", 2);
//! table.insert(7, "cleo", 3); // the same hash: equality is up to the caller
//! assert_eq!(table.find(7, |key, _| *key == "bob").map(|slot| *table.value(slot)), Some(2));
//!
//! let mut cursor = table.cursor();
//! let bob = table.find(7, |key, _| *key == "bob").unwrap();
//! table.remove(bob); // the entry that the cursor was about to yield
//! table.insert(9, "dan", 4); // an entry that the iteration will not see
//! let seen = table.advance(&mut cursor).map(|(_, key, _)| *key);
//! assert_eq!(seen, Some("cleo"));
//! assert!(table.advance(&mut cursor).is_none());
//! ```

mod cursor;
mod entries;
mod iter;
mod order;
mod probe;
mod recent;
mod registry;
mod reserve;
mod search;
mod slot;
#[cfg(test)]
mod tests;

pub use cursor::Cursor;
pub use iter::{IntoIter, Iter};
pub use probe::Probe;
pub use recent::Recent;
pub use registry::{Number, Registry};
pub use reserve::TryReserveError;
pub use search::{Compare, Guards, Search, Step, Verdict};
pub use slot::{Fingerprint, Slot};

use alloc::vec::Vec;
use entries::{Entries, Entry};
use order::{Order, try_vec};
use slot::Line;

/// An insertion-ordered hash table in which no step grows with it, with cursors that survive
/// mutation.
///
/// Keys need not be unique and need neither `Hash` nor `Eq`: the caller gives the hash and decides
/// equality. See the [module documentation](self) for the promises and the representation.
///
/// A `Table` has no lock of its own. It is `Send` and `Sync` when its keys and values are.
#[derive(Debug)]
pub struct Table<K, V> {
    entries: Entries<K, V>,
    /// While there is one, no entry moves.
    order: Option<Order>,
    /// How many orders were made.
    orders: u64,
    /// That of the next entry.
    number: u32,
    version: u64,
    /// How often the entries were taken out, which ends all iterations.
    epoch: u64,
    /// How often entries got other numbers, and those that they had before the last time: the first
    /// is 0 now, the next 1 and so on.
    era: u32,
    numbers_before: Vec<u32>,
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
            order: None,
            orders: 0,
            number: 0,
            version: 0,
            epoch: 0,
            era: 0,
            numbers_before: Vec::new(),
        }
    }

    /// Makes an empty table with room for `capacity` entries. O(capacity).
    ///
    /// # Panics
    ///
    /// If the capacity exceeds what the allocator or 31-bit slots can hold.
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
        self.entries.capacity()
    }

    /// How many buckets [`Table::remove_next_if`] goes round. O(1).
    pub fn buckets(&self) -> usize {
        self.entries.buckets()
    }

    /// A number that changes whenever an entry is inserted, removed or moved: as long as it is the
    /// same, slots are good. O(1).
    ///
    /// Replacing a value in place ([`Table::value_mut`]) does not change it.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Makes room for `additional` more entries. O(1) for one, O(capacity) for many.
    ///
    /// # Panics
    ///
    /// If the capacity exceeds what the allocator or 31-bit slots can hold.
    #[inline]
    pub fn reserve(&mut self, additional: usize) {
        if let Err(error) = self.try_reserve(additional) {
            panic!("a weak table cannot hold {additional} more entries: {error}");
        }
    }

    /// Makes room for `additional` more entries, or says why it could not.
    /// O(1) for one, O(capacity) for many.
    ///
    /// # Errors
    ///
    /// If the capacity exceeds what the allocator or 31-bit slots can hold. The entries are unchanged.
    #[inline]
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        let has_numbers = additional <= (u32::MAX - self.number) as usize;
        if additional <= self.entries.room() && has_numbers {
            Ok(())
        } else {
            self.grow(additional)
        }
    }

    #[cold]
    fn grow(&mut self, additional: usize) -> Result<(), TryReserveError> {
        if additional > (u32::MAX - self.number) as usize {
            self.renumber(additional)?;
        }
        if additional > self.entries.room() {
            // Entries may move, even if there is no memory.
            self.version += 1;
            self.order = None;
            self.entries.try_grow(additional)?;
        }
        Ok(())
    }

    /// Gives the entries the smallest numbers there are, in their order. That is due after 2^32
    /// insertions, and takes as long as the first step of an iteration.
    #[cold]
    fn renumber(&mut self, additional: usize) -> Result<(), TryReserveError> {
        if additional > u32::MAX as usize - self.len() {
            return Err(TryReserveError);
        }
        let mut before = try_vec(self.len())?;
        self.try_order()?;
        let Some(order) = &mut self.order else {
            return Err(TryReserveError);
        };
        let entries = &mut self.entries;
        order.renumber(|line| {
            entries.written(line)?;
            let number = before.len() as u32;
            before.push(line.number);
            entries.get_mut(line.slot)?.number = number;
            Some(number)
        });
        self.orders += 1;
        order.id = self.orders;
        self.number = before.len() as u32;
        self.numbers_before = before;
        self.era += 1;
        Ok(())
    }

    /// Gives back memory that no entry uses, as far as there is memory to do it with. O(capacity).
    pub fn shrink_to_fit(&mut self) {
        self.version += 1;
        self.order = None;
        self.entries.shrink_to_fit();
    }

    /// Adds an entry at the end of the order and returns its slot, without looking for an equal
    /// one: look first ([`Table::find`], [`Table::probe`]). O(1).
    ///
    /// # Panics
    ///
    /// If the table must grow and cannot, as [`Table::reserve`]; [`Table::try_reserve`] first
    /// avoids it. The table is then unchanged.
    pub fn insert(&mut self, hash: u64, key: K, value: V) -> Slot {
        self.reserve(1);
        let number = self.number;
        let slot = self.entries.insert(Entry {
            fingerprint: Fingerprint::of(hash),
            number,
            pair: (key, value),
        });
        self.number = number + 1;
        self.version += 1;
        if self.order.is_some() {
            self.write_down(Line { number, slot });
        }
        slot
    }

    /// Adds the newest entry to the order, unless that is of no use any more.
    #[inline(never)]
    fn write_down(&mut self, line: Line) {
        let len = self.len();
        let order = self.order.as_mut();
        if !order.is_some_and(|order| !order.is_stale(len) && order.push(line)) {
            self.order = None;
        }
    }

    /// Removes the entry at `slot` and returns its key and value, to be dropped where user code
    /// may run. O(1).
    ///
    /// # Panics
    ///
    /// If no entry lives at `slot`.
    #[track_caller]
    pub fn remove(&mut self, slot: Slot) -> (K, V) {
        let pair = self.entries.remove(slot);
        self.version += 1;
        pair
    }

    /// Looks into the next bucket, and removes the entry there if `is_gone` says so; it is to be
    /// dropped where user code may run. O(1).
    ///
    /// `hand` goes round all buckets: whoever calls this now and then finds what is gone in time. A new
    /// hand is 0.
    ///
    /// ```
    /// use weakly::table::Table;
    ///
    /// let mut table = Table::new();
    /// table.insert(1, "odd", 1);
    /// table.insert(2, "even", 2);
    /// let mut hand = 0;
    /// for _ in 0..table.buckets() {
    ///     table.remove_next_if(&mut hand, |_, number| number % 2 == 0);
    /// }
    /// assert_eq!(table.len(), 1);
    /// ```
    #[inline]
    pub fn remove_next_if(
        &mut self,
        hand: &mut usize,
        is_gone: impl FnOnce(&K, &V) -> bool,
    ) -> Option<(K, V)> {
        let slot = self.entries.next_bucket(hand)?;
        let (key, value) = self.get(slot)?;
        is_gone(key, value).then(|| self.remove(slot))
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

    /// Exchanges all entries for those of `other`, and the capacity;
    /// running iterations of both tables find nothing more. O(1).
    pub fn exchange(&mut self, other: &mut Self) {
        // Greater than both had, so that no cursor or probe takes one table for the other.
        let version = self.version.max(other.version) + 1;
        let epoch = self.epoch.max(other.epoch) + 1;
        let orders = self.orders.max(other.orders) + 1;
        core::mem::swap(self, other);
        for table in [self, other] {
            table.version = version;
            table.epoch = epoch;
            table.orders = orders;
            if let Some(order) = &mut table.order {
                order.id = orders;
            }
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

    /// As [`Table::find`], for who only reads the entry. O(1) on average.
    #[inline]
    pub fn find_entry(
        &self,
        hash: u64,
        mut is_match: impl FnMut(&K, &V) -> bool,
    ) -> Option<(&K, &V)> {
        let entry = self
            .entries
            .find_entry(Fingerprint::of(hash), |pair| is_match(&pair.0, &pair.1))?;
        Some((&entry.pair.0, &entry.pair.1))
    }

    /// As [`Table::find_entry`], for who changes the entry, as [`Table::pair_mut`] says. O(1) on average.
    #[inline]
    pub fn find_entry_mut(
        &mut self,
        hash: u64,
        mut is_match: impl FnMut(&K, &V) -> bool,
    ) -> Option<(&mut K, &mut V)> {
        let entry = self
            .entries
            .find_entry_mut(Fingerprint::of(hash), |pair| is_match(&pair.0, &pair.1))?;
        Some((&mut entry.pair.0, &mut entry.pair.1))
    }

    /// As [`Table::find`], by what an entry keeps of its hash ([`Table::fingerprint`]). O(1) on
    /// average.
    #[inline]
    pub fn find_by_fingerprint(
        &self,
        fingerprint: Fingerprint,
        mut is_match: impl FnMut(&K, &V) -> bool,
    ) -> Option<Slot> {
        self.entries
            .find(fingerprint, |pair| is_match(&pair.0, &pair.1))
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
        let candidates = self.entries.candidates(probe.fingerprint);
        for (at, (slot, pair)) in candidates.enumerate().skip(passed) {
            if !skip(&pair.0, &pair.1) && !probe.push(slot) {
                probe.passed = Some(at);
                return;
            }
        }
    }

    /// The key and value at `slot`, or `None` if no entry lives there. O(1).
    ///
    /// After a change of the table it may be another one.
    pub fn get(&self, slot: Slot) -> Option<(&K, &V)> {
        let entry = self.entries.get(slot)?;
        Some((&entry.pair.0, &entry.pair.1))
    }

    /// What the entry at `slot` keeps of its hash, by which it can be found again after the table
    /// has changed. O(1).
    ///
    /// # Panics
    ///
    /// If no entry lives at `slot`.
    #[track_caller]
    pub fn fingerprint(&self, slot: Slot) -> Fingerprint {
        self.entries.entry(slot).fingerprint
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

    /// As [`Table::pair_mut`], and what the entry keeps of its hash. O(1).
    ///
    /// # Panics
    ///
    /// If no entry lives at `slot`.
    pub fn entry_mut(&mut self, slot: Slot) -> (Fingerprint, &mut K, &mut V) {
        let entry = self.entries.entry_mut(slot);
        (entry.fingerprint, &mut entry.pair.0, &mut entry.pair.1)
    }

    /// The entry inserted last, or `None` if the table is empty. Amortised O(1), after O(capacity)
    /// where nobody has asked for the order before.
    ///
    /// # Panics
    ///
    /// As [`Table::try_last`] fails.
    pub fn last(&mut self) -> Option<Slot> {
        self.try_last().expect(NO_ORDER)
    }

    /// As [`Table::last`].
    ///
    /// # Errors
    ///
    /// If there is no memory for the order: 8 bytes per entry, for a moment more. The table is
    /// unchanged.
    pub fn try_last(&mut self) -> Result<Option<Slot>, TryReserveError> {
        self.try_order()?;
        let entries = &self.entries;
        let is_there = |line| entries.written(line).is_some();
        let order = self.order.as_mut();
        Ok(order.and_then(|order| Some(order.last(is_there)?.slot)))
    }

    /// Writes the order down, unless it is written down already.
    fn try_order(&mut self) -> Result<&Order, TryReserveError> {
        let len = self.len();
        if self.order.as_ref().is_none_or(|order| order.is_stale(len)) {
            self.order = None;
            self.write_order()?;
        }
        self.order.as_ref().ok_or(TryReserveError)
    }

    #[cold]
    fn write_order(&mut self) -> Result<(), TryReserveError> {
        if self.entries.is_moving() {
            self.version += 1;
            self.entries.finish_move();
        }
        self.orders += 1;
        self.order = Some(Order::try_new(self.orders, &self.entries, self.number)?);
        Ok(())
    }

    /// All entries in insertion order, for as long as the table is borrowed. O(1) per entry, after
    /// O(capacity) where nobody has asked for the order before.
    ///
    /// For an iteration that others may interrupt, use [`Table::cursor`].
    ///
    /// # Panics
    ///
    /// As [`Table::try_iter`] fails.
    pub fn iter(&mut self) -> Iter<'_, K, V> {
        self.try_iter().expect(NO_ORDER)
    }

    /// As [`Table::iter`].
    ///
    /// # Errors
    ///
    /// As [`Table::try_last`].
    pub fn try_iter(&mut self) -> Result<Iter<'_, K, V>, TryReserveError> {
        self.try_order()?;
        let order = self.order.as_ref().ok_or(TryReserveError)?;
        Ok(Iter::new(&self.entries, order))
    }

    /// All entries in no particular order, with what they keep of their hashes. O(capacity).
    pub fn iter_unordered(&self) -> impl Iterator<Item = (Fingerprint, &K, &V)> {
        let entries = self.entries.iter();
        entries.map(|entry| (entry.fingerprint, &entry.pair.0, &entry.pair.1))
    }

    /// Begins an iteration over the entries of this moment. O(1). See [`Cursor`].
    pub fn cursor(&self) -> Cursor {
        Cursor {
            epoch: self.epoch,
            order: 0, // no order is this one
            at: 0,
            passed: 0,
            end: self.number,
            era: self.era,
        }
    }

    /// Moves `cursor` onto the next entry that was there when its iteration began and lives
    /// still, or returns `None` at the end. Amortised O(1), after O(capacity) where nobody has asked
    /// for the order before, or where the table has grown since.
    ///
    /// # Panics
    ///
    /// As [`Table::try_advance`] fails.
    pub fn advance(&mut self, cursor: &mut Cursor) -> Option<(Slot, &K, &V)> {
        self.try_advance(cursor).expect(NO_ORDER)
    }

    /// As [`Table::advance`].
    ///
    /// # Errors
    ///
    /// As [`Table::try_last`]. The cursor stays where it is.
    #[inline]
    pub fn try_advance(
        &mut self,
        cursor: &mut Cursor,
    ) -> Result<Option<(Slot, &K, &V)>, TryReserveError> {
        let is_placed = |order: &Order| order.id == cursor.order;
        if !self.order.as_ref().is_some_and(is_placed) && !self.find_place(cursor)? {
            return Ok(None);
        }
        let Some(order) = &self.order else {
            return Ok(None);
        };
        while let Some(line) = order.line(cursor.at) {
            if line.number >= cursor.end {
                break;
            }
            cursor.at += 1;
            if let Some((key, value)) = self.entries.written(line) {
                cursor.passed = line.number + 1;
                return Ok(Some((line.slot, key, value)));
            }
        }
        Ok(None)
    }

    /// Finds the place of a cursor in the order, and says whether its iteration goes on.
    #[cold]
    fn find_place(&mut self, cursor: &mut Cursor) -> Result<bool, TryReserveError> {
        if cursor.epoch != self.epoch {
            return Ok(false);
        }
        match self.era.wrapping_sub(cursor.era) {
            0 => {}
            1 => {
                let now = |number| self.numbers_before.partition_point(|&old| old < number) as u32;
                (cursor.passed, cursor.end) = (now(cursor.passed), now(cursor.end));
                cursor.era = self.era;
            }
            _ => return Ok(false),
        }
        self.try_order()?;
        let entries = &self.entries;
        let is_there = |line| entries.written(line).is_some();
        if let Some(order) = &mut self.order {
            cursor.at = order.position(cursor.passed, is_there);
            cursor.order = order.id;
        }
        Ok(true)
    }

    /// The entry that comes so many after the one that `cursor` moves onto next, if it is known and
    /// lives: a hint, for those who fetch memory before they need it. O(1).
    #[inline]
    pub fn ahead(&self, cursor: &Cursor, ahead: u32) -> Option<(&K, &V)> {
        let line = self.order.as_ref()?.line(cursor.at.wrapping_add(ahead))?;
        self.get(line.slot)
    }
}

const NO_ORDER: &str = "there is memory for the order of the entries";

/// The entries in insertion order; O(1) per entry, after O(capacity), or O(capacity + len * log len)
/// where most of the entries inserted since the oldest have gone.
impl<K, V> IntoIterator for Table<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        IntoIter::new(self.entries, self.number)
    }
}
