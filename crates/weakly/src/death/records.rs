//! The records of the objects that one word does not do for, by number.

use super::record::Record;
use crate::sync::{Mutex, MutexGuard, lock, one_for_all};
use crate::table::TryReserveError;

/// How many locks share the records: enough for threads to wait for each other seldom.
const SHARDS: u32 = 16;

one_for_all! {
    static RECORDS: [Shard; SHARDS as usize] = [const { Shard::new() }; SHARDS as usize];
}

/// Some of the records. No two shards lie in one cache line.
#[repr(align(64))]
struct Shard(Mutex<Records>);

impl Shard {
    const fn new() -> Self {
        Self(Mutex::new(Records {
            records: Vec::new(),
            free: Vec::new(),
        }))
    }
}

/// The records of one shard. A number is one object's until that dies: it does not depend on where the
/// object is, and no other object has it meanwhile.
pub(super) struct Records {
    records: Vec<Record>,
    /// The places of those that no object has. There is room for all.
    free: Vec<u32>,
}

impl Records {
    /// Adds a record to the shard that this is, and returns its number. O(1) amortised.
    pub(super) fn try_add(&mut self, shard: u32, record: Record) -> Result<u32, TryReserveError> {
        let at = match self.free.pop() {
            Some(at) => at,
            None => self.try_grow()?,
        };
        self.records[at as usize] = record;
        Ok(at * SHARDS + shard)
    }

    #[cold]
    fn try_grow(&mut self) -> Result<u32, TryReserveError> {
        let at = self.records.len();
        if at >= (u32::MAX / SHARDS) as usize {
            return Err(TryReserveError);
        }
        let reserved = self.free.try_reserve(at + 1);
        let reserved = reserved.and_then(|()| self.records.try_reserve(1));
        reserved.map_err(|_| TryReserveError)?;
        self.records.push(Record::Nobody);
        Ok(at as u32)
    }

    /// The record of the object that has this number.
    pub(super) fn get_mut(&mut self, number: u32) -> &mut Record {
        &mut self.records[(number / SHARDS) as usize]
    }

    /// Takes the record of an object that needs it no more, and with it the number. O(1).
    pub(super) fn remove(&mut self, number: u32) -> Record {
        self.free.push(number / SHARDS);
        std::mem::take(self.get_mut(number))
    }
}

/// The shard that an object at `address` has its record in, if it gets one now.
pub(super) fn shard_for(address: usize) -> u32 {
    (address >> 4) as u32 % SHARDS
}

/// The shard of a record.
pub(super) fn shard_of(number: u32) -> u32 {
    number % SHARDS
}

pub(super) fn lock_shard(shard: u32) -> MutexGuard<'static, Records> {
    lock(&RECORDS[shard as usize].0)
}

/// As [`Records::remove`], and returns without the lock.
pub(super) fn take(number: u32) -> Record {
    lock_shard(shard_of(number)).remove(number)
}
