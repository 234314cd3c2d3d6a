//! The index: from the fingerprint of a hash to the slots of its entries.

use hashbrown::{HashTable, TryReserveError};

use super::entries::{Entries, Slot};

/// What an entry keeps of its hash: 32 well-mixed bits.
///
/// Callers may bring weak hashes (small integers, addresses), so the bits are mixed; two hashes
/// share a fingerprint once in four billion, which costs the caller a comparison and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint(u32);

impl Fingerprint {
    pub(super) fn of(hash: u64) -> Self {
        // Folded multiplication: every bit of the hash reaches every bit kept. The numbers are
        // the fraction of the golden ratio and of the square root of 3.
        let product = u128::from(hash ^ 0x9E37_79B9_7F4A_7C15) * 0xBB67_AE85_84CA_A73B;
        let folded = (product >> 64) as u64 ^ product as u64;
        Self((folded >> 32) as u32 ^ folded as u32)
    }

    /// The 64 bits that `hashbrown` wants: it takes the position from the low end and a tag from
    /// the high end.
    fn spread(self) -> u64 {
        u64::from(self.0) << 32 | u64::from(self.0)
    }
}

/// Slots by fingerprint. Entries know their bucket, so that removal needs no search.
#[derive(Debug)]
pub(super) struct Index {
    slots: HashTable<u32>,
}

impl Index {
    pub(super) const fn new() -> Self {
        Self {
            slots: HashTable::new(),
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

    pub(super) fn is_full(&self) -> bool {
        self.slots.len() == self.slots.capacity()
    }

    pub(super) fn try_reserve<K, V>(
        &mut self,
        additional: usize,
        entries: &mut Entries<K, V>,
    ) -> Result<(), TryReserveError> {
        if additional <= self.slots.capacity() - self.slots.len() {
            return Ok(());
        }
        let hasher = |&slot: &u32| entries.fingerprint(slot).spread();
        self.slots.try_reserve(additional, hasher)?;
        self.tell_buckets(entries);
        Ok(())
    }

    pub(super) fn shrink_to_fit<K, V>(&mut self, entries: &mut Entries<K, V>) {
        let hasher = |&slot: &u32| entries.fingerprint(slot).spread();
        self.slots.shrink_to_fit(hasher);
        self.tell_buckets(entries);
    }

    /// Tells every entry its bucket, after the buckets have moved.
    fn tell_buckets<K, V>(&self, entries: &mut Entries<K, V>) {
        for bucket in self.slots.iter_buckets() {
            if let Some(&slot) = self.slots.get_bucket(bucket) {
                entries.set_bucket(slot, bucket as u32);
            }
        }
    }

    /// Adds a slot and returns its bucket. There is room for it: the caller has asked
    /// [`Index::is_full`].
    pub(super) fn insert(&mut self, slot: u32, fingerprint: Fingerprint) -> u32 {
        let occupied = self.slots.insert_unique(fingerprint.spread(), slot, |_| {
            unreachable!("an index with room does not grow")
        });
        occupied.bucket_index() as u32
    }

    pub(super) fn remove(&mut self, bucket: u32) {
        if let Ok(occupied) = self.slots.get_bucket_entry(bucket as usize) {
            occupied.remove();
        }
    }

    pub(super) fn find<K, V>(
        &self,
        fingerprint: Fingerprint,
        entries: &Entries<K, V>,
        mut is_match: impl FnMut(&(K, V)) -> bool,
    ) -> Option<Slot> {
        self.slots
            .find(fingerprint.spread(), |&slot| {
                entries
                    .candidate(slot, fingerprint)
                    .is_some_and(&mut is_match)
            })
            .map(|&slot| Slot(slot))
    }

    pub(super) fn candidates<K, V>(
        &self,
        fingerprint: Fingerprint,
        entries: &Entries<K, V>,
        mut found: impl FnMut(Slot, &(K, V)),
    ) {
        for &slot in self.slots.iter_hash(fingerprint.spread()) {
            if let Some(pair) = entries.candidate(slot, fingerprint) {
                found(Slot(slot), pair);
            }
        }
    }
}
