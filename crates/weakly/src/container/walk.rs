//! An iteration over a container that others may use and change meanwhile.

use super::handle::Handle;
use crate::room::no_room;
use crate::sync::schedule_point;
use crate::table::{Cursor, Slot};

/// A walk over the entries that were there when it began and are still.
pub(super) struct Walk<K, V> {
    handle: Handle<K, V>,
    /// `None` when the walk is over.
    cursor: Option<Cursor>,
    /// How many entries there were, less those that were passed.
    at_most: usize,
}

impl<K, V> Walk<K, V> {
    pub(super) fn new(handle: &Handle<K, V>) -> Self {
        let begun = handle.with(|table| Some((table.try_cursor().ok()?, table.len())));
        let Some((cursor, at_most)) = begun else {
            no_room();
        };
        Self {
            handle: handle.clone(),
            cursor: Some(cursor),
            at_most,
        }
    }

    /// Goes on to the next entry of which `take` makes something. It runs under the lock.
    pub(super) fn next<R>(
        &mut self,
        mut take: impl FnMut(Slot, &mut K, &mut V) -> Option<R>,
    ) -> Option<R> {
        let mut cursor = self.cursor.take()?;
        schedule_point();
        let mut table = self.handle.lock();
        loop {
            let Ok(next) = table.try_advance(&mut cursor) else {
                drop(table);
                self.cursor = Some(cursor);
                no_room();
            };
            let Some(slot) = next else {
                table.release(cursor);
                self.at_most = 0;
                return None;
            };
            self.at_most = self.at_most.saturating_sub(1);
            let (key, value) = table.pair_mut(slot);
            if let Some(taken) = take(slot, key, value) {
                self.cursor = Some(cursor);
                return Some(taken);
            }
        }
    }

    pub(super) fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.at_most))
    }
}

impl<K, V> Drop for Walk<K, V> {
    fn drop(&mut self) {
        if let Some(cursor) = self.cursor.take() {
            self.handle.lock().release(cursor);
        }
    }
}
