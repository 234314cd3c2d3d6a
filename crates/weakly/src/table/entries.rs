//! The entries: a slab linked in insertion order, with a free list. Between them lie markers, of
//! which `markers.rs` speaks.

use std::iter::FusedIterator;
use std::slice;

use super::moving::Moving;
use super::reserve::TryReserveError;
use super::slot::{Fingerprint, NIL, NOWHERE, Slot};

/// Up to so many entries a slab grows by doubling.
const DOUBLING: usize = 256;

/// One place of the slab: an entry, a marker (without a pair) or vacant.
#[derive(Debug)]
pub(super) struct Entry<K, V> {
    pub(super) pair: Option<(K, V)>,
    pub(super) fingerprint: Fingerprint,
    pub(super) bucket: u32,
    pub(super) prev: u32,
    /// The next place in insertion order; of one in the free list, the next there.
    pub(super) next: u32,
}

#[derive(Debug)]
pub(super) struct Entries<K, V> {
    pub(super) slab: Vec<Entry<K, V>>,
    pub(super) head: u32,
    pub(super) tail: u32,
    /// The first place of the free list.
    free: u32,
    /// The places from here on are vacant without being in the free list.
    fresh: u32,
    /// How many places of the slab are vacant, in the free list or fresh.
    vacant: u32,
    /// How many places are markers.
    pub(super) markers: u32,
    pub(super) moving: Moving,
}

impl<K, V> Entries<K, V> {
    pub(super) const fn new() -> Self {
        Self {
            slab: Vec::new(),
            head: NIL,
            tail: NIL,
            free: NIL,
            fresh: 0,
            vacant: 0,
            markers: 0,
            moving: Moving::NONE,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slab.len() - self.vacant as usize - self.markers as usize
    }

    pub(super) fn capacity(&self) -> usize {
        self.slab.capacity() - self.markers as usize
    }

    /// How many more entries fit.
    #[inline]
    pub(super) fn room(&self) -> usize {
        self.slab.capacity() - self.slab.len() + self.vacant as usize
    }

    /// Small slabs double. Larger ones grow by a quarter: the slab is the larger part of the table's
    /// memory, and large blocks are moved by the allocator without being copied.
    pub(super) fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        if additional <= self.room() {
            return Ok(());
        }
        let used = self.slab.len();
        let missing = additional - self.vacant as usize;
        let growth = if used < DOUBLING { used } else { used / 4 };
        let wanted = missing.max(growth).max(4);
        let limit = NOWHERE as usize - used;
        if missing > limit {
            return Err(TryReserveError);
        }
        self.slab
            .try_reserve_exact(wanted.min(limit))
            .map_err(|_| TryReserveError)
    }

    pub(super) fn shrink_to_fit(&mut self) {
        if self.vacant as usize == self.slab.len() {
            *self = Self::new();
            return;
        }
        self.slab.truncate(self.fresh as usize);
        // Which places are vacant is known by walking the free list; none of a list is its own
        // neighbour, so that is how they are marked. Those at the end can go.
        let mut at = self.free;
        while at != NIL {
            let place = &mut self.slab[at as usize];
            place.prev = at;
            at = place.next;
        }
        let is_vacant = |at: usize, place: &Entry<K, V>| place.prev as usize == at;
        while let Some(last) = self.slab.last() {
            if !is_vacant(self.slab.len() - 1, last) {
                break;
            }
            self.slab.pop();
        }
        self.free = NIL;
        self.vacant = 0;
        for (at, place) in self.slab.iter_mut().enumerate().rev() {
            if is_vacant(at, place) {
                place.next = self.free;
                self.free = at as u32;
                self.vacant += 1;
            }
        }
        self.fresh = self.slab.len() as u32;
        // Not `Vec::shrink_to_fit`, which aborts when it fails. If there is no memory for a smaller
        // slab, the larger one serves as well.
        let mut smaller = Vec::new();
        if smaller.try_reserve_exact(self.slab.len()).is_ok() {
            smaller.append(&mut self.slab);
            self.slab = smaller;
        }
    }

    pub(super) fn get(&self, slot: Slot) -> Option<&(K, V)> {
        self.slab.get(slot.0 as usize)?.pair.as_ref()
    }

    #[track_caller]
    pub(super) fn pair(&self, slot: Slot) -> &(K, V) {
        self.get(slot).expect("an entry lives at the slot")
    }

    #[inline]
    pub(super) fn fingerprint(&self, slot: Slot) -> Fingerprint {
        self.slab[slot.0 as usize].fingerprint
    }

    #[track_caller]
    pub(super) fn pair_mut(&mut self, slot: Slot) -> &mut (K, V) {
        let place = self.slab.get_mut(slot.0 as usize);
        place
            .and_then(|entry| entry.pair.as_mut())
            .expect("an entry lives at the slot")
    }

    /// Tells every entry the bucket that `place` gives it.
    pub(super) fn place_all(&mut self, mut place: impl FnMut(u32, Fingerprint) -> u32) {
        for (slot, entry) in self.slab.iter_mut().enumerate() {
            if entry.pair.is_some() {
                entry.bucket = place(slot as u32, entry.fingerprint);
            }
        }
    }

    /// The pair at `slot` if its fingerprint is `fingerprint`.
    pub(super) fn candidate(&self, slot: u32, fingerprint: Fingerprint) -> Option<&(K, V)> {
        let entry = &self.slab[slot as usize];
        if entry.fingerprint == fingerprint {
            entry.pair.as_ref()
        } else {
            None
        }
    }

    /// The slot that the next entry gets.
    pub(super) fn next_slot(&self) -> u32 {
        if self.free == NIL {
            self.fresh
        } else {
            self.free
        }
    }

    /// Adds an entry at the end of the order; it gets [`Entries::next_slot`].
    pub(super) fn push_back(&mut self, fingerprint: Fingerprint, bucket: u32, pair: (K, V)) {
        let slot = self.occupy(Entry {
            pair: Some(pair),
            fingerprint,
            bucket,
            prev: self.tail,
            next: NIL,
        });
        self.link(slot, self.tail, NIL);
    }

    /// Removes an entry; returns its bucket and what it held.
    #[track_caller]
    pub(super) fn remove(&mut self, slot: Slot) -> (u32, (K, V)) {
        let place = self.slab.get_mut(slot.0 as usize);
        let entry = place.expect("an entry lives at the slot");
        let pair = entry.pair.take().expect("an entry lives at the slot");
        let bucket = entry.bucket;
        let (prev, next) = self.unlink(slot.0);
        self.vacate(slot.0);
        if self.markers != 0 {
            self.join_markers(prev, next);
        }
        (bucket, pair)
    }

    pub(super) fn last(&self) -> Option<Slot> {
        let mut at = self.tail;
        while at != NIL {
            let entry = &self.slab[at as usize];
            if entry.pair.is_some() {
                return Some(Slot(at));
            }
            at = entry.prev;
        }
        None
    }

    #[track_caller]
    pub(super) fn after(&self, slot: Slot) -> Option<(Slot, &K, &V)> {
        let place = self.slab.get(slot.0 as usize);
        let entry = place.filter(|entry| entry.pair.is_some());
        let next = entry.expect("an entry lives at the slot").next;
        self.entry_from(next, NIL)
    }

    /// The first entry of the places from `at` on, before `end` in the order.
    pub(super) fn entry_from(&self, mut at: u32, end: u32) -> Option<(Slot, &K, &V)> {
        while at != end {
            let entry = self.slab.get(at as usize)?;
            if let Some((key, value)) = &entry.pair {
                return Some((Slot(at), key, value));
            }
            at = entry.next;
        }
        None
    }

    pub(super) fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            entries: self,
            first: self.head,
            rising: self.rising(self.head),
            last: self.tail,
            left: self.len(),
        }
    }

    /// The places from `slot` on, as they lie in memory.
    fn rising(&self, slot: u32) -> slice::Iter<'_, Entry<K, V>> {
        self.slab.get(slot as usize..).unwrap_or_default().iter()
    }

    /// Puts an entry into a vacant place or at the end of the slab, without linking it.
    pub(super) fn occupy(&mut self, entry: Entry<K, V>) -> u32 {
        let slot = self.next_slot();
        let place = self.slab.get_mut(slot as usize);
        if slot == self.fresh {
            self.fresh += 1;
        } else if let Some(place) = &place {
            self.free = place.next;
        }
        match place {
            Some(place) => {
                self.vacant -= 1;
                *place = entry;
            }
            None => self.slab.push(entry),
        }
        slot
    }

    /// Puts an unlinked place, whose pair was taken, on the free list.
    ///
    /// When all places are vacant, they are fresh again: the next entries lie in memory in their
    /// order, whatever the order in which the last ones went.
    pub(super) fn vacate(&mut self, slot: u32) {
        self.slab[slot as usize].next = self.free;
        self.free = slot;
        self.vacant += 1;
        if self.vacant as usize == self.slab.len() {
            self.free = NIL;
            self.fresh = 0;
        }
    }

    /// Makes `slot` the place between two neighbours. `NIL` is the end of the list.
    pub(super) fn link(&mut self, slot: u32, prev: u32, next: u32) {
        self.link_next(prev, slot);
        self.link_prev(next, slot);
    }

    fn link_next(&mut self, prev: u32, next: u32) {
        match self.slab.get_mut(prev as usize) {
            Some(entry) => entry.next = next,
            None => self.head = next,
        }
    }

    fn link_prev(&mut self, next: u32, prev: u32) {
        match self.slab.get_mut(next as usize) {
            Some(entry) => entry.prev = prev,
            None => self.tail = prev,
        }
    }

    /// Takes a place out of the order; returns what were its neighbours.
    pub(super) fn unlink(&mut self, slot: u32) -> (u32, u32) {
        let Entry { prev, next, .. } = self.slab[slot as usize];
        self.link_next(prev, next);
        self.link_prev(next, prev);
        if self.moving.behind == slot {
            self.moving.behind = prev;
        }
        (prev, next)
    }
}

/// The entries of a borrowed table in insertion order; made by [`Table::iter`](super::Table::iter).
///
/// Entries that follow each other mostly lie next to each other, too. So the next one is looked for
/// there, before the link to it has been read. Where they do not, each link leads to the next: whoever
/// can takes entries from both ends in turn, and waits for two links at a time.
#[derive(Debug)]
pub struct Iter<'a, K, V> {
    entries: &'a Entries<K, V>,
    /// The place that comes next, if it is not the end.
    first: u32,
    /// What lies from `first` on.
    rising: slice::Iter<'a, Entry<K, V>>,
    /// The place that comes next from the other end.
    last: u32,
    left: usize,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (Slot, &'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        while self.left != 0 {
            let entry = self.rising.next()?;
            let slot = self.first;
            self.first += 1;
            if self.first != entry.next {
                self.first = entry.next;
                self.rising = self.entries.rising(self.first);
            }
            if let Some((key, value)) = &entry.pair {
                self.left -= 1;
                return Some((Slot(slot), key, value));
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        while self.left != 0 {
            let slot = self.last;
            let entry = self.entries.slab.get(slot as usize)?;
            self.last = entry.prev;
            if let Some((key, value)) = &entry.pair {
                self.left -= 1;
                return Some((Slot(slot), key, value));
            }
        }
        None
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}
impl<K, V> FusedIterator for Iter<'_, K, V> {}

/// The entries of a table that was given up, in insertion order; made by iterating over a
/// [`Table`](super::Table) itself. What is not asked for is dropped with it, in any order.
#[derive(Debug)]
pub struct IntoIter<K, V> {
    /// What was yielded is an empty place behind the head or the tail.
    entries: Entries<K, V>,
    left: usize,
}

impl<K, V> IntoIter<K, V> {
    pub(super) fn new(entries: Entries<K, V>) -> Self {
        let left = entries.len();
        Self { entries, left }
    }
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        while self.left != 0 {
            let entry = &mut self.entries.slab[self.entries.head as usize];
            self.entries.head = entry.next;
            if let Some(pair) = entry.pair.take() {
                self.left -= 1;
                return Some(pair);
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> DoubleEndedIterator for IntoIter<K, V> {
    fn next_back(&mut self) -> Option<(K, V)> {
        while self.left != 0 {
            let entry = &mut self.entries.slab[self.entries.tail as usize];
            self.entries.tail = entry.prev;
            if let Some(pair) = entry.pair.take() {
                self.left -= 1;
                return Some(pair);
            }
        }
        None
    }
}

impl<K, V> ExactSizeIterator for IntoIter<K, V> {}
impl<K, V> FusedIterator for IntoIter<K, V> {}

#[cfg(test)]
pub(super) fn size_of_entry<K, V>() -> usize {
    size_of::<Entry<K, V>>()
}
