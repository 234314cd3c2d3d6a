//! The index: from the fingerprint of a hash to the slots of its entries.

use hashbrown::HashTable;

use super::entries::Entries;
use super::reserve::TryReserveError;
use super::slot::{Fingerprint, Slot};

/// How fingerprints become the 64 bits that `hashbrown` wants: it takes the position from the low
/// end and a tag from the high end.
///
/// Neighbours may share cache lines, which is what counts in a large index: whatever is done in the
/// order in which objects were made, such as letting all of them die, takes half the time. But they
/// also crowd, which costs a comparison of tags now and then: in an index that fits into the
/// cache they are scattered.
#[derive(Clone, Copy, Debug)]
struct Placement {
    factor: u64,
}

impl Placement {
    /// Up to so many entries the index fits into the second cache of any machine.
    const LARGE: usize = 1 << 15;

    const SCATTERED: Self = Self {
        factor: 0x9E37_79B9_7F4A_7C15,
    };

    /// The fingerprint at both ends.
    const TOGETHER: Self = Self {
        factor: 1 << 32 | 1,
    };

    fn of(entries: usize) -> Self {
        if entries < Self::LARGE {
            Self::SCATTERED
        } else {
            Self::TOGETHER
        }
    }

    fn spread(self, fingerprint: Fingerprint) -> u64 {
        u64::from(fingerprint.0).wrapping_mul(self.factor)
    }
}

/// Slots by fingerprint. Entries know their bucket, so that removal needs no search.
#[derive(Debug)]
pub(super) struct Index {
    slots: HashTable<u32>,
    placement: Placement,
}

impl Index {
    pub(super) const fn new() -> Self {
        Self {
            slots: HashTable::new(),
            placement: Placement::SCATTERED,
        }
    }

    /// How many slots the buckets can hold. (`HashTable::capacity` is less while removed slots
    /// wait to be cleaned up.)
    pub(super) fn capacity(&self) -> usize {
        match self.slots.num_buckets() {
            buckets @ 0..8 => buckets.saturating_sub(1),
            buckets => buckets / 8 * 7,
        }
    }

    /// How many more slots fit.
    #[inline]
    pub(super) fn room(&self) -> usize {
        self.slots.capacity() - self.slots.len()
    }

    pub(super) fn try_reserve<K, V>(
        &mut self,
        additional: usize,
        entries: &mut Entries<K, V>,
    ) -> Result<(), TryReserveError> {
        if additional <= self.room() {
            return Ok(());
        }
        let needed = self.slots.len() + additional;
        // If half of the buckets wait to be cleaned up, to do that is enough.
        let grown = self.capacity() + usize::from(needed > self.capacity() / 2);
        self.rebuild(needed.max(grown), entries)
    }

    pub(super) fn shrink_to_fit<K, V>(&mut self, entries: &mut Entries<K, V>) {
        // If there is no memory for a smaller index, the larger one serves as well.
        let _ = self.rebuild(self.slots.len(), entries);
    }

    /// Makes a new index with room for `capacity` slots and places all entries in it, in the order
    /// in which they lie in memory. (A `HashTable` that grows by itself asks for their hashes in the
    /// order of its buckets, and building a large table takes a third longer.)
    fn rebuild<K, V>(
        &mut self,
        capacity: usize,
        entries: &mut Entries<K, V>,
    ) -> Result<(), TryReserveError> {
        // Entries know their bucket by 32 bits.
        if capacity > u32::MAX as usize / 8 * 7 {
            return Err(TryReserveError);
        }
        let mut slots = HashTable::new();
        slots
            .try_reserve(capacity, |_| unreachable!("an empty index moves no slot"))
            .map_err(|_| TryReserveError)?;
        let placement = Placement::of(capacity);
        *self = Self { slots, placement };
        entries.place_all(|slot, fingerprint| self.insert(slot, fingerprint));
        Ok(())
    }

    /// Adds a slot and returns its bucket. There is room for it: the caller has asked
    /// [`Index::room`].
    #[inline]
    pub(super) fn insert(&mut self, slot: u32, fingerprint: Fingerprint) -> u32 {
        let occupied = self
            .slots
            .insert_unique(self.placement.spread(fingerprint), slot, |_| {
                unreachable!("an index with room does not grow")
            });
        occupied.bucket_index() as u32
    }

    pub(super) fn remove(&mut self, bucket: u32) {
        if let Ok(occupied) = self.slots.get_bucket_entry(bucket as usize) {
            occupied.remove();
        }
    }

    #[inline]
    pub(super) fn find<K, V>(
        &self,
        fingerprint: Fingerprint,
        entries: &Entries<K, V>,
        mut is_match: impl FnMut(&(K, V)) -> bool,
    ) -> Option<Slot> {
        self.slots
            .find(self.placement.spread(fingerprint), |&slot| {
                entries
                    .candidate(slot, fingerprint)
                    .is_some_and(&mut is_match)
            })
            .map(|&slot| Slot(slot))
    }

    /// The entries of a fingerprint, in an order that stays the same until the table changes.
    pub(super) fn candidates<'a, K, V>(
        &'a self,
        fingerprint: Fingerprint,
        entries: &'a Entries<K, V>,
    ) -> impl Iterator<Item = (Slot, &'a (K, V))> {
        let slots = self.slots.iter_hash(self.placement.spread(fingerprint));
        slots.filter_map(move |&slot| Some((Slot(slot), entries.candidate(slot, fingerprint)?)))
    }
}
