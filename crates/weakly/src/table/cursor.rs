//! An iteration that others may interrupt.

/// An iteration over the entries that were in a table when it began.
///
/// A cursor is two numbers of insertions: the entries below the first have been passed, those from
/// the second on came later. So each entry that lives through the iteration is yielded exactly once,
/// in order, one that was inserted later is not, and the table knows of no cursor: to forget one
/// costs nothing.
///
/// A cursor belongs to the table that made it and borrows nothing of it. When the entries of the
/// table are taken out together ([`Table::take`](super::Table::take)), its iterations are over. So is
/// one that rests while 2^32 entries are inserted, and as many again.
#[derive(Debug)]
pub struct Cursor {
    /// How often the entries had been taken out when the iteration began.
    pub(super) epoch: u64,
    /// The order in which the cursor has its place, if that is still the table's.
    pub(super) order: u64,
    pub(super) at: u32,
    /// Entries of smaller numbers have been passed.
    pub(super) passed: u32,
    /// Entries of greater numbers, or this one, came later.
    pub(super) end: u32,
    /// How often entries had got other numbers when these were read.
    pub(super) era: u32,
}
