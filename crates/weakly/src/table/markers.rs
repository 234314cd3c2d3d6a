//! Where iterations stand: markers between the entries.
//!
//! A *marker* is a place that is linked into the order without being an entry. All iterations that
//! stand between the same two entries share one, so that two markers are never neighbours, and
//! whoever goes through the entries passes one marker an entry at most, however many iterations
//! there are, or were and have been forgotten.
//!
//! When an entry between two markers goes, one of them takes the place of both. The other leaves the
//! order and refers to it (*joined*), since iterations know it. Which one stays is decided as in a
//! union-find structure, by rank, so that the way from any marker to the one in the order is
//! logarithmic in the number of iterations that ever stood together.
//!
//! The iteration that moved last has no marker for where it stands: the entries remember that for
//! it ([`Moving`]). So an iteration by itself writes to no entry. It gets its marker when another
//! iteration moves; until then its *handle*, a place outside of the order, refers to nothing.

use super::entries::{Entries, Entry};
use super::moving::Moving;
use super::reserve::TryReserveError;
use super::slot::{Fingerprint, NIL, NOWHERE, Slot};

impl<K, V> Entries<K, V> {
    /// Begins an iteration; returns its handle, and the marker of its end.
    pub(super) fn begin(&mut self) -> Result<(u32, u32), TryReserveError> {
        self.try_reserve(3)?;
        self.settle();
        let end = self.mark(self.tail);
        let handle = self.occupy_unlinked();
        let behind = NIL;
        self.moving = Moving {
            handle,
            behind,
            end,
        };
        Ok((handle, end))
    }

    /// Moves an iteration behind the next entry and returns that entry, or `None` at its end.
    #[inline]
    pub(super) fn step(&mut self, handle: u32, end: u32) -> Result<Option<Slot>, TryReserveError> {
        if handle != self.moving.handle {
            self.resume(handle, end)?;
        }
        let Moving { behind, end, .. } = self.moving;
        if behind == end {
            return Ok(None);
        }
        let next = self.next_of(behind);
        let found = self.entry_from(next, end).map(|(slot, ..)| slot);
        if let Some(slot) = found {
            self.moving.behind = slot.0;
        }
        Ok(found)
    }

    /// Ends an iteration.
    pub(super) fn finish(&mut self, handle: u32, end: u32) {
        if handle == self.moving.handle {
            self.moving = Moving::NONE;
        } else {
            self.unmark(self.slab[handle as usize].next);
        }
        self.vacate_marker(handle);
        self.unmark(end);
    }

    /// Joins two places that have become neighbours, if both are markers.
    pub(super) fn join_markers(&mut self, one: u32, other: u32) {
        if !self.is_marker(one) || !self.is_marker(other) {
            return;
        }
        let (stays, goes) = if self.rank(one) < self.rank(other) {
            (other, one)
        } else {
            (one, other)
        };
        if self.rank(stays) == self.rank(goes) {
            self.slab[stays as usize].fingerprint.0 += 1;
        }
        self.unlink(goes);
        let place = &mut self.slab[goes as usize];
        place.prev = NOWHERE;
        place.next = stays;
        self.slab[stays as usize].bucket += 1;
        if self.moving.end == goes {
            self.moving.end = stays;
        }
    }

    /// Makes the iteration of `handle` the one that moved last.
    #[cold]
    fn resume(&mut self, handle: u32, end: u32) -> Result<(), TryReserveError> {
        self.try_reserve(1)?;
        self.settle();
        let marker = self.slab[handle as usize].next;
        self.moving = Moving {
            handle,
            behind: self.in_order(marker),
            end: self.in_order(end),
        };
        self.unmark(marker);
        Ok(())
    }

    /// Gives the iteration that moved last a marker. There is room for it.
    fn settle(&mut self) {
        let Moving { handle, behind, .. } = self.moving;
        if handle == NIL {
            return;
        }
        self.slab[handle as usize].next = self.mark(behind);
        self.moving = Moving::NONE;
    }

    /// The marker right behind a place, or before the first one, for one more iteration.
    fn mark(&mut self, behind: u32) -> u32 {
        let next = self.next_of(behind);
        let marker = if self.is_marker(behind) {
            behind
        } else if self.is_marker(next) {
            next
        } else {
            let made = self.occupy_unlinked();
            let place = &mut self.slab[made as usize];
            place.prev = behind;
            place.next = next;
            self.link(made, behind, next);
            made
        };
        self.slab[marker as usize].bucket += 1;
        marker
    }

    /// Takes an iteration back from its marker. One that nothing refers to any more is vacant.
    fn unmark(&mut self, mut marker: u32) {
        loop {
            let place = &mut self.slab[marker as usize];
            place.bucket -= 1;
            if place.bucket != 0 {
                return;
            }
            let Entry { prev, next, .. } = *place;
            if prev != NOWHERE {
                self.unlink(marker);
                self.vacate_marker(marker);
                return;
            }
            self.vacate_marker(marker);
            marker = next;
        }
    }

    /// The place behind another, or the first one.
    #[inline]
    fn next_of(&self, behind: u32) -> u32 {
        match self.slab.get(behind as usize) {
            Some(place) => place.next,
            None => self.head,
        }
    }

    /// The marker in the order that stands for `marker`.
    fn in_order(&self, mut marker: u32) -> u32 {
        loop {
            let place = &self.slab[marker as usize];
            if place.prev != NOWHERE {
                return marker;
            }
            marker = place.next;
        }
    }

    /// Whether the place, which is in the order or the end of it, is a marker.
    fn is_marker(&self, at: u32) -> bool {
        let place = self.slab.get(at as usize);
        place.is_some_and(|place| place.pair.is_none())
    }

    /// The rank of a marker lies where an entry has its fingerprint.
    fn rank(&self, marker: u32) -> u32 {
        self.slab[marker as usize].fingerprint.0
    }

    /// A place that is no entry; how many refer to it is counted where an entry has its bucket.
    fn occupy_unlinked(&mut self) -> u32 {
        self.markers += 1;
        self.occupy(Entry {
            pair: None,
            fingerprint: Fingerprint(0),
            bucket: 0,
            prev: NOWHERE,
            next: NIL,
        })
    }

    fn vacate_marker(&mut self, marker: u32) {
        self.markers -= 1;
        self.vacate(marker);
    }
}
