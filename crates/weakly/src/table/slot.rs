//! What an entry is known by: its place, and what is kept of its hash.

/// Where an entry lives. It stays the same for as long as the entry lives, and is used again for
/// another entry after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(pub(super) u32);

impl Slot {
    /// The slot as a number, to be kept outside the table. O(1).
    pub fn to_u32(self) -> u32 {
        self.0
    }

    /// The slot that [`Slot::to_u32`] gave. O(1).
    pub fn from_u32(number: u32) -> Self {
        Self(number)
    }
}

/// What an entry keeps of its hash: 32 bits.
///
/// The low ones are the hash's own, the others are mixed from all that is left of it. So hashes that
/// are neighbours, as those of objects made one after another are, have neighbouring fingerprints,
/// and however weak the hash (small integers, addresses), two share a fingerprint only by chance.
/// That costs the caller a comparison and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(pub(super) u32);

impl Fingerprint {
    /// How many bits stay as they are: 16 neighbours share a cache line of the index.
    const OWN_BITS: u32 = 4;

    pub(crate) fn of(hash: u64) -> Self {
        // Folded multiplication: every bit of the hash reaches every bit kept. The numbers are
        // the fraction of the golden ratio and of the square root of 3.
        let rest = hash >> Self::OWN_BITS;
        let product = u128::from(rest ^ 0x9E37_79B9_7F4A_7C15) * 0xBB67_AE85_84CA_A73B;
        let folded = (product >> 64) as u64 ^ product as u64;
        let mixed = (folded >> 32) as u32 ^ folded as u32;
        let own = hash as u32 & ((1 << Self::OWN_BITS) - 1);
        Self(mixed << Self::OWN_BITS | own)
    }

    #[inline]
    pub(crate) fn to_u32(self) -> u32 {
        self.0
    }

    #[inline]
    pub(crate) fn from_u32(number: u32) -> Self {
        Self(number)
    }
}

/// The end of a list: the slot that no entry has.
pub(super) const NIL: u32 = u32::MAX;

/// In the place of a neighbour: the place is not in the order. No entry has this slot either.
pub(super) const NOWHERE: u32 = NIL - 1;
