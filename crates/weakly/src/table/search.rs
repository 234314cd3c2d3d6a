//! A lookup whose comparisons happen outside the table.

use super::Table;
use super::probe::Probe;
use super::reserve::TryReserveError;
use super::slot::{Fingerprint, Slot};
use alloc::vec::Vec;

/// What is known of a candidate without running anybody's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the one that is looked for.
    Same,
    /// It is another.
    Different,
    /// Only code that may do anything can tell.
    Ask,
}

impl Verdict {
    /// [`Verdict::Same`] or [`Verdict::Different`].
    #[inline]
    pub fn of(is_same: bool) -> Self {
        if is_same { Self::Same } else { Self::Different }
    }
}

/// How a lookup tells keys apart. All of this runs with the table locked; so what must not be dropped
/// there is kept by the implementor.
pub trait Compare<K> {
    /// What keeps a key whole, and tells it from others, while it is compared without the lock.
    type Guard;

    /// What is known of `key`.
    fn verdict(&mut self, key: &K) -> Verdict;

    /// Whether a verdict was not to be had, for want of memory.
    fn has_failed(&self) -> bool {
        false
    }

    /// A guard of `key`, or `None` if it is dead.
    fn guard(&self, key: &mut K) -> Option<Self::Guard>;

    /// Whether `guard` is one of this very key.
    fn is_guarded_by(&self, key: &K, guard: &Self::Guard) -> bool;
}

/// What a turn of a lookup came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The entry is here.
    Found(Slot),
    /// There is none. As long as the lock is held this stays so: an entry may be inserted.
    Absent,
    /// The key of the entry here must be compared without the lock ([`Search::asked`]).
    Ask(Slot),
    /// The entry was found, and is gone by now: the lookup must start over.
    Gone,
}

/// A lookup that can be interrupted: what it knows from one turn under the lock to the next.
///
/// It knows no lock: its caller locks the table for each turn, compares without the lock, and
/// drops the search without it. A result of a comparison counts only if the entry is still there.
/// If the table has changed, the lookup goes on without those that were found different.
///
/// ```
/// use std::sync::Mutex;
/// use weakly::table::{Compare, Search, Slot, Step, Table, Verdict};
///
/// /// Compares texts as if that might do anything.
/// struct Texts;
///
/// impl Compare<String> for Texts {
///     type Guard = String;
///
///     fn verdict(&mut self, _: &String) -> Verdict {
///         Verdict::Ask
///     }
///
///     fn guard(&self, key: &mut String) -> Option<String> {
///         Some(key.clone())
///     }
///
///     fn is_guarded_by(&self, key: &String, guard: &String) -> bool {
///         key == guard
///     }
/// }
///
/// fn find(table: &Mutex<Table<String, u32>>, hash: u64, wanted: &str) -> Option<Slot> {
///     let mut search = Search::new(hash);
///     let mut step = search.begin(&mut table.lock().unwrap(), &mut Texts);
///     loop {
///         match step.unwrap() {
///             Step::Found(slot) => return Some(slot),
///             Step::Absent => return None,
///             Step::Ask(_) => {
///                 let is_equal = search.asked() == wanted; // the table is free
///                 step = search.resume(&mut table.lock().unwrap(), &mut Texts, is_equal);
///             }
///             Step::Gone => return find(table, hash, wanted),
///         }
///     }
/// }
///
/// let mut table = Table::new();
/// table.insert(1, "one".to_owned(), 1);
/// table.insert(1, "two".to_owned(), 2);
/// let table = Mutex::new(table);
/// assert!(find(&table, 1, "two").is_some());
/// assert!(find(&table, 1, "three").is_none());
/// ```
#[derive(Debug)]
pub struct Search<G> {
    hash: u64,
    /// The guard of the key that is compared without the lock.
    asked: Option<G>,
    /// Made if the first candidate is not the one.
    probe: Option<Probe>,
    /// Guards of keys that were found different.
    different: Guards<G>,
}

impl<G> Search<G> {
    /// A first look, which needs no search: nearly always the first candidate is the one, or there
    /// is none. O(1) on average.
    ///
    /// If it comes to [`Step::Ask`], make a search and [`ask`](Self::ask) for that entry, before the
    /// lock is given up.
    ///
    /// # Errors
    ///
    /// If there is no memory for a comparison.
    #[inline(always)] // to call it takes 40 instructions more, of 800 for an entry that comes and goes
    pub fn look<K, V, C: Compare<K, Guard = G>>(
        table: &Table<K, V>,
        hash: u64,
        compare: &mut C,
    ) -> Result<Step, TryReserveError> {
        let mut must_ask = false;
        let slot = table.find(hash, |key, _| match compare.verdict(key) {
            Verdict::Same => true,
            Verdict::Different => false,
            Verdict::Ask => {
                must_ask = true;
                true
            }
        });
        match slot {
            Some(slot) if must_ask => Ok(Step::Ask(slot)),
            Some(slot) => Ok(Step::Found(slot)),
            None if compare.has_failed() => Err(TryReserveError),
            None => Ok(Step::Absent),
        }
    }

    /// A lookup of the entries of `hash`. O(1).
    #[inline]
    pub const fn new(hash: u64) -> Self {
        Self {
            hash,
            asked: None,
            probe: None,
            different: Guards::new(),
        }
    }

    /// The first turn. O(1) on average.
    ///
    /// # Errors
    ///
    /// As [`Search::look`].
    pub fn begin<K, V, C: Compare<K, Guard = G>>(
        &mut self,
        table: &mut Table<K, V>,
        compare: &mut C,
    ) -> Result<Step, TryReserveError> {
        self.go_on(table, compare)
    }

    /// Makes the entry at `slot` the one to be compared, unless its key is dead: then the lookup
    /// goes on. O(1) on average.
    ///
    /// # Errors
    ///
    /// As [`Search::look`].
    #[inline]
    pub fn ask<K, V, C: Compare<K, Guard = G>>(
        &mut self,
        table: &mut Table<K, V>,
        compare: &mut C,
        slot: Slot,
    ) -> Result<Step, TryReserveError> {
        match compare.guard(table.pair_mut(slot).0) {
            Some(guard) => {
                self.asked = Some(guard);
                Ok(Step::Ask(slot))
            }
            None => self.go_on(table, compare),
        }
    }

    /// The guard of the key that must be compared, after [`Step::Ask`]. O(1).
    ///
    /// # Panics
    ///
    /// If none must.
    #[inline]
    pub fn asked(&self) -> &G {
        self.asked.as_ref().expect("a key is to be compared")
    }

    /// The next turn, after a comparison that said whether the key [`asked`](Self::asked) for is
    /// the one. O(1) while the table has not changed.
    ///
    /// # Errors
    ///
    /// As [`Search::look`].
    ///
    /// # Panics
    ///
    /// If no key was to be compared.
    #[inline]
    pub fn resume<K, V, C: Compare<K, Guard = G>>(
        &mut self,
        table: &mut Table<K, V>,
        compare: &mut C,
        is_equal: bool,
    ) -> Result<Step, TryReserveError> {
        if is_equal {
            let guard = self.asked();
            // It may have moved.
            let slot = table.find(self.hash, |key, _| compare.is_guarded_by(key, guard));
            return Ok(slot.map_or(Step::Gone, Step::Found));
        }
        self.go_on(table, compare)
    }

    /// Looks among all candidates but those that were found different.
    #[cold]
    fn go_on<K, V, C: Compare<K, Guard = G>>(
        &mut self,
        table: &mut Table<K, V>,
        compare: &mut C,
    ) -> Result<Step, TryReserveError> {
        if self.asked.is_some() && !self.different.has_room() {
            return Err(TryReserveError);
        }
        if let Some(guard) = self.asked.take() {
            self.different.push(guard);
        }
        let mut probe = match self.probe.take() {
            Some(probe) => probe,
            None => Probe::unbegun(Fingerprint::of(self.hash), table.version()),
        };
        let step = loop {
            let was_different = |key: &K, _: &V| {
                self.different
                    .any(|guard| compare.is_guarded_by(key, guard))
            };
            let Some(slot) = table.resume(&mut probe, was_different) else {
                break Step::Absent;
            };
            match compare.verdict(table.key(slot)) {
                Verdict::Same => break Step::Found(slot),
                Verdict::Different if compare.has_failed() => return Err(TryReserveError),
                Verdict::Different => {}
                Verdict::Ask => {
                    if let Some(guard) = compare.guard(table.pair_mut(slot).0) {
                        self.asked = Some(guard);
                        break Step::Ask(slot);
                    }
                }
            }
        };
        self.probe = Some(probe);
        Ok(step)
    }
}

/// Guards to be dropped when the lock is gone. Nearly always there is one or none.
#[derive(Debug)]
pub struct Guards<G> {
    first: Option<G>,
    others: Vec<G>,
    /// Whether one more would have needed memory that there was not.
    is_full: bool,
}

impl<G> Guards<G> {
    /// None. O(1).
    #[inline]
    pub const fn new() -> Self {
        Self {
            first: None,
            others: Vec::new(),
            is_full: false,
        }
    }

    /// Whether there is room for one more, or memory to make it. O(1).
    #[inline]
    pub fn has_room(&mut self) -> bool {
        self.first.is_none() || self.make_room()
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) -> bool {
        self.is_full |= self.others.try_reserve(1).is_err();
        !self.is_full
    }

    /// Whether there was no room when it was asked for. O(1).
    #[inline]
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Keeps a guard. There is room for it: the caller has asked. O(1).
    #[inline]
    pub fn push(&mut self, guard: G) {
        if self.first.is_none() {
            self.first = Some(guard);
        } else {
            self.push_other(guard);
        }
    }

    #[cold]
    #[inline(never)]
    fn push_other(&mut self, guard: G) {
        self.others.push(guard);
    }

    fn any(&self, mut is_match: impl FnMut(&G) -> bool) -> bool {
        self.first.as_ref().is_some_and(&mut is_match) || self.others.iter().any(is_match)
    }
}

impl<G> Default for Guards<G> {
    fn default() -> Self {
        Self::new()
    }
}
