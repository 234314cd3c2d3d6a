//! An iteration over a container that others may use and change meanwhile.

use core::marker::PhantomData;

use super::Handle;
use super::held::Held;
use super::side::Side;
use crate::room::no_room;
use crate::sync::schedule_point;
use crate::table::{Cursor, Fingerprint};

/// A walk over the entries that were there when it began and are still.
pub(super) struct Walk<K, V, H = Handle<K, V>> {
    handle: H,
    cursor: Cursor,
    /// How many entries there were, less those that were passed.
    at_most: usize,
    _entries: PhantomData<fn() -> (K, V)>,
}

impl<K: Side, V: Side, H: Held<K, V>> Walk<K, V, H> {
    pub(super) fn new(handle: &H) -> Self {
        let (cursor, at_most) = handle.with(|table| (table.cursor(), table.len()));
        Self {
            handle: handle.clone(),
            cursor,
            at_most,
            _entries: PhantomData,
        }
    }

    /// Goes on to the next entry of which `take` makes something. It runs under the lock.
    pub(super) fn next<R>(
        &mut self,
        mut take: impl FnMut(Fingerprint, &mut K, &mut V) -> Option<R>,
    ) -> Option<R> {
        schedule_point();
        let mut table = self.handle.lock();
        loop {
            let Ok(next) = table.try_advance(&mut self.cursor) else {
                drop(table);
                no_room();
            };
            let Some((slot, ..)) = next else {
                self.at_most = 0;
                return None;
            };
            self.at_most = self.at_most.saturating_sub(1);
            let (fingerprint, key, value) = table.entry_mut(slot);
            if let Some(taken) = take(fingerprint, key, value) {
                return Some(taken);
            }
        }
    }
}

impl<K, V, H> Walk<K, V, H> {
    pub(super) fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.at_most))
    }
}
