//! Where an object is found in a container.

use crate::table::Fingerprint;

/// The container of an entry, by its number, and the fingerprint of the entry there.
///
/// Many entries of an object may be described by equal `Entry`s: as two keys of one value whose
/// hashes are equal are, and a pair whose key and value are the same object. So an object has as
/// many of them as containers were given it and did not take it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry(u64);

impl Entry {
    /// The container's number has 31 bits.
    #[inline]
    pub(crate) fn new(container: u32, fingerprint: Fingerprint) -> Self {
        Self(u64::from(container) << 32 | u64::from(fingerprint.to_u32()))
    }

    #[inline]
    pub(super) const fn to_u64(self) -> u64 {
        self.0
    }

    #[inline]
    pub(super) fn from_u64(word: u64) -> Self {
        Self(word)
    }

    /// What a table of entries knows it by.
    pub(super) fn hash(self) -> u64 {
        self.0
    }

    #[inline]
    pub(super) fn container(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[inline]
    pub(super) fn fingerprint(self) -> Fingerprint {
        Fingerprint::from_u32(self.0 as u32)
    }
}
