//! An iteration that others may interrupt.

use super::entries::Entries;
use super::reserve::TryReserveError;
use super::slot::Slot;

/// An iteration over the entries that were in a table when it began.
///
/// A cursor is two places in the order of the entries: one behind the entry yielded last, one
/// behind the last entry of all. Insertions come behind the second, removals leave both where they
/// are. So each entry that lives through the iteration is yielded exactly once, in order, one that
/// was inserted later is not, and neither removal nor insertion needs to know of any cursor.
///
/// A cursor belongs to the table that made it and borrows nothing of it; give it back with
/// [`Table::release`](super::Table::release). When the entries of the table are taken out together
/// ([`Table::take`](super::Table::take)), its iterations are over.
#[derive(Debug)]
pub struct Cursor {
    handle: u32,
    end: u32,
    /// How often the entries had been taken out when the iteration began.
    epoch: u64,
}

impl Cursor {
    pub(super) fn try_new<K, V>(
        entries: &mut Entries<K, V>,
        epoch: u64,
    ) -> Result<Self, TryReserveError> {
        let (handle, end) = entries.begin()?;
        Ok(Self { handle, end, epoch })
    }

    /// Whether the entries that this is to find are still those of the table.
    #[inline]
    pub(super) fn is_of(&self, epoch: u64) -> bool {
        self.epoch == epoch
    }

    #[inline]
    pub(super) fn advance<K, V>(
        &mut self,
        entries: &mut Entries<K, V>,
    ) -> Result<Option<Slot>, TryReserveError> {
        entries.step(self.handle, self.end)
    }

    pub(super) fn release<K, V>(self, entries: &mut Entries<K, V>) {
        entries.finish(self.handle, self.end);
    }
}
