//! What an entry is known by: its place, and what is kept of its hash.

/// Where an entry is. It stays there until an entry is inserted or removed, or room is made: until
/// the [version](super::Table::version) of the table changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(u32);

impl Slot {
    /// Set if the bucket is one of those that are being moved from.
    const OLD: u32 = 1 << 31;
    /// How many buckets can be told apart.
    pub(super) const BUCKETS: usize = Self::OLD as usize;

    #[inline]
    pub(super) fn new(bucket: usize) -> Self {
        Self(bucket as u32)
    }

    #[inline]
    pub(super) fn old(bucket: usize) -> Self {
        Self(bucket as u32 | Self::OLD)
    }

    #[inline]
    pub(super) fn is_old(self) -> bool {
        self.0 & Self::OLD != 0
    }

    /// The bucket of a new slot; of an old one, a number that is greater than those of all buckets.
    #[inline]
    pub(super) fn place(self) -> usize {
        self.0 as usize
    }

    #[inline]
    pub(super) fn bucket(self) -> usize {
        (self.0 & !Self::OLD) as usize
    }
}

/// What an entry keeps of its hash: 32 bits.
///
/// They are mixed from all of it but the lowest bits, which are added. So hashes that are
/// neighbours, as those of objects made one after another are, have neighbouring fingerprints, and
/// however weak the hash (small integers, addresses), two share a fingerprint only by chance. That
/// costs the caller a comparison and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(u32);

impl Fingerprint {
    /// The bits that are not mixed: 16 neighbours share some cache lines.
    const UNMIXED: u64 = 15;

    /// That of a hash. O(1).
    #[inline]
    pub fn of(hash: u64) -> Self {
        // Folded multiplication: every bit of the hash reaches every bit kept. The factor is the
        // fraction of the golden ratio.
        let product = u128::from(hash & !Self::UNMIXED) * 0x9E37_79B9_7F4A_7C15;
        let mixed = (product >> 64) as u32 ^ product as u32;
        Self(mixed.wrapping_add(hash as u32))
    }

    /// The fingerprint as a number, to be kept elsewhere. O(1).
    #[inline]
    pub fn to_u32(self) -> u32 {
        self.0
    }

    /// The fingerprint that [`Fingerprint::to_u32`] gave. O(1).
    #[inline]
    pub fn from_u32(number: u32) -> Self {
        Self(number)
    }

    /// The 64 bits that `hashbrown` wants: it takes the position from the low end and a tag from
    /// the high end.
    #[inline]
    pub(super) fn spread(self) -> u64 {
        // The low half stays, so that neighbours lie side by side. The high half is the product:
        // neighbours have different tags.
        u64::from(self.0).wrapping_mul(0x9E37_79B9 << 32 | 1)
    }
}

/// An entry, or where one was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) number: u32,
    pub(super) slot: Slot,
}
