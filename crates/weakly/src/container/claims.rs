//! Which keys of a container have a maker, who is making their value.

use alloc::boxed::Box;

use super::turn::Turn;
use crate::locked::Locked;
use crate::room::{boxed, no_room};
use crate::sync::{Mutex, schedule_point};
use crate::table::{Fingerprint, Table};

/// The keys of a container whose values are being made.
pub struct Claims<K>(Mutex<Table<K, Turn>>);

impl<K> Claims<K> {
    /// None yet. Panics without memory.
    pub(super) fn boxed() -> Box<[Self; 1]> {
        boxed(Self(Mutex::new(Table::new()))).unwrap_or_else(|_| no_room())
    }

    pub(super) fn lock(&self) -> Locked<'_, Table<K, Turn>> {
        Locked::new(&self.0)
    }
}

/// A key that this maker makes the value of. When it is dropped, the others are woken.
pub(super) struct Claim<'a, K> {
    pub(super) claims: &'a Claims<K>,
    pub(super) hash: u64,
    pub(super) turn: Turn,
}

impl<K> Drop for Claim<'_, K> {
    fn drop(&mut self) {
        let mut table = self.claims.lock();
        let is_it = |_: &K, turn: &Turn| *turn == self.turn;
        let slot = table.find_by_fingerprint(Fingerprint::of(self.hash), is_it);
        let claimed = slot.map(|slot| table.remove(slot));
        drop(table);
        drop(claimed);
        schedule_point();
        self.turn.end();
    }
}
