//! An array that grows without moving what is in it.

use std::sync::OnceLock;

use crate::table::TryReserveError;

/// The first chunk has so many cells, as a power of two.
const FIRST: u32 = 5;
/// The largest chunk has half of the 2^31 numbers.
const CHUNKS: usize = 26;

/// Cells that are reached by their number, without a lock, while others are added. Each chunk of them
/// is twice as long as the one before, and stays for as long as the process runs.
pub(super) struct Cells<T> {
    chunks: [OnceLock<Box<[T]>>; CHUNKS],
}

impl<T: Default> Cells<T> {
    pub(super) const fn new() -> Self {
        Self {
            chunks: [const { OnceLock::new() }; CHUNKS],
        }
    }

    /// The cell of `number`, if it was made. O(1).
    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        let (chunk, at) = place(number);
        self.chunks.get(chunk)?.get()?.get(at)
    }

    /// The cell of `number`, which is made if need be. For one thread at a time. O(1) amortised, if
    /// cells are asked for in order.
    pub(super) fn try_make(&self, number: u32) -> Result<&T, TryReserveError> {
        let (chunk, _) = place(number);
        let chunk_cell = self.chunks.get(chunk).ok_or(TryReserveError)?;
        if chunk_cell.get().is_none() {
            let mut cells = Vec::new();
            let len = 1 << (chunk as u32 + FIRST);
            let reserved = cells.try_reserve_exact(len);
            reserved.map_err(|_| TryReserveError)?;
            cells.resize_with(len, T::default);
            let _ = chunk_cell.set(cells.into_boxed_slice());
        }
        self.get(number).ok_or(TryReserveError)
    }
}

/// The chunk of a cell, and its place there. (Counted from the length of the first chunk on, the
/// highest bit of a number tells its chunk.)
#[inline]
fn place(number: u32) -> (usize, usize) {
    let number = u64::from(number) + (1 << FIRST);
    let bits = number.ilog2();
    ((bits - FIRST) as usize, (number - (1 << bits)) as usize)
}
