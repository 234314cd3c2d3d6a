//! The one word in which an object keeps its watchers.

use super::entry::Entry;

/// What the word of an object says of its watchers.
#[derive(Clone, Copy)]
pub(super) enum Word {
    Nobody,
    Entry(Entry),
    Record(u32),
}

impl Word {
    pub(super) const NOBODY: u64 = 0;
    const IS_RECORD: u64 = 1 << 63;

    #[inline]
    pub(super) const fn pack(self) -> u64 {
        match self {
            Self::Nobody => Self::NOBODY,
            Self::Entry(entry) => entry.to_u64(),
            Self::Record(number) => number as u64 | Self::IS_RECORD,
        }
    }

    #[inline]
    pub(super) fn unpack(word: u64) -> Self {
        match word {
            Self::NOBODY => Self::Nobody,
            word if word & Self::IS_RECORD != 0 => Self::Record(word as u32),
            word => Self::Entry(Entry::from_u64(word)),
        }
    }
}
