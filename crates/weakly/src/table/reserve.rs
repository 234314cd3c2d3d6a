//! The error of a table that cannot grow.

use core::error::Error;
use core::fmt;

/// There is no room: neither the allocator nor the 32 bits of a slot go on forever.
///
/// ```
/// use weakly::table::Table;
///
/// let mut table: Table<u64, u64> = Table::new();
/// let error = table.try_reserve(usize::MAX).unwrap_err();
/// assert_eq!(error.to_string(), "there is no room for so many entries");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TryReserveError;

impl fmt::Display for TryReserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no room for so many entries")
    }
}

impl Error for TryReserveError {}
