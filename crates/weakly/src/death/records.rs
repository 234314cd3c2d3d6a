//! The records of the objects that one word does not do for, by number.

use super::cells::Cells;
use super::record::Record;
use crate::sync::{Mutex, lock, one_for_all};
use crate::table::TryReserveError;

one_for_all! {
    static RECORDS: Records = Records::new();
}

/// A number is one object's until that dies: it does not depend on where the object is, and no other
/// object has it meanwhile.
struct Records {
    cells: Cells<Mutex<Record>>,
    free: Mutex<Free>,
}

struct Free {
    /// The cells from here on were never used.
    fresh: u32,
    /// The others that are not in use. There is room for all.
    numbers: Vec<u32>,
}

impl Records {
    const fn new() -> Self {
        Self {
            cells: Cells::new(),
            free: Mutex::new(Free {
                fresh: 0,
                numbers: Vec::new(),
            }),
        }
    }
}

/// A number that no object has. Its record is empty. O(1) amortised.
pub(super) fn try_take() -> Result<u32, TryReserveError> {
    let mut free = lock(&RECORDS.free);
    if let Some(number) = free.numbers.pop() {
        return Ok(number);
    }
    let number = free.fresh;
    RECORDS.cells.try_make(number)?;
    let reserved = free.numbers.try_reserve(number as usize + 1);
    reserved.map_err(|_| TryReserveError)?;
    free.fresh += 1;
    Ok(number)
}

/// The record of the object that has this number.
pub(super) fn numbered(number: u32) -> &'static Mutex<Record> {
    let cell = RECORDS.cells.get(number);
    cell.expect("a record was made before its number was given away")
}

/// Takes the record of an object that needs it no more, and with it the number. O(1).
pub(super) fn give_back(number: u32) -> Record {
    let record = std::mem::take(&mut *lock(numbered(number)));
    lock(&RECORDS.free).numbers.push(number);
    record
}
