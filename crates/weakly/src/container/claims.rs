//! Which keys of a container have a maker, who is making their value.

use std::sync::Arc;

use super::turn::Turn;
use crate::locked::Locked;
use crate::sync::{Mutex, schedule_point};
use crate::table::{Fingerprint, Table};

/// The keys of a container whose values are being made.
pub struct Claims<K>(Mutex<Table<K, Arc<Turn>>>);

impl<K> Claims<K> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Table::new()))
    }

    pub(super) fn lock(&self) -> Locked<'_, Table<K, Arc<Turn>>> {
        Locked::new(&self.0)
    }
}

/// A key that this maker makes the value of. When it is dropped, the others are woken.
pub(super) struct Claim<'a, K> {
    pub(super) claims: &'a Claims<K>,
    pub(super) hash: u64,
    pub(super) turn: Arc<Turn>,
}

impl<K> Drop for Claim<'_, K> {
    fn drop(&mut self) {
        let mut table = self.claims.lock();
        let is_it = |_: &K, turn: &Arc<Turn>| Arc::ptr_eq(turn, &self.turn);
        let slot = table.find_by_fingerprint(Fingerprint::of(self.hash), is_it);
        let claimed = slot.map(|slot| table.remove(slot));
        drop(table);
        drop(claimed);
        schedule_point();
        self.turn.end();
    }
}
