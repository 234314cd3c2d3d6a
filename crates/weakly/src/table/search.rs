//! A lookup whose comparisons happen outside the table.

use super::Table;
use super::probe::Probe;
use super::reserve::TryReserveError;
use super::slot::{Fingerprint, Slot};

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

/// How a lookup tells keys apart. All of this runs with the table locked.
pub trait Compare<K> {
    /// What keeps a key whole, and tells it from others, while it is compared without the lock.
    type Guard;

    /// What is known of `key`. If it must be kept alive until the lock is gone, its guard goes to
    /// `kept`.
    fn verdict(&self, key: &K, kept: &mut Kept<Self::Guard>) -> Verdict;

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
    /// The entry was found, and is gone by now: the lookup must begin anew.
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
/// use weakly::table::{Compare, Kept, Search, Slot, Step, Table, Verdict};
///
/// /// Compares texts as if that might do anything.
/// struct Texts;
///
/// impl Compare<String> for Texts {
///     type Guard = String;
///
///     fn verdict(&self, _: &String, _: &mut Kept<String>) -> Verdict {
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
///     let mut step = search.begin(&mut table.lock().unwrap(), &Texts);
///     loop {
///         match step.unwrap() {
///             Step::Found(slot) => return Some(slot),
///             Step::Absent => return None,
///             Step::Ask(_) => {
///                 let is_equal = search.asked() == wanted; // the table is free
///                 step = search.resume(&mut table.lock().unwrap(), &Texts, is_equal);
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
    /// The entry that is compared without the lock, and the guard of its key.
    asked: Option<(Slot, G)>,
    /// Made if the first candidate is not the one.
    probe: Option<Probe>,
    /// Guards of keys that were found different.
    kept: Kept<G>,
}

impl<G> Search<G> {
    /// A lookup of the entries of `hash`. O(1).
    #[inline]
    pub const fn new(hash: u64) -> Self {
        Self {
            hash,
            asked: None,
            probe: None,
            kept: Kept::new(),
        }
    }

    /// The first turn. O(1) on average.
    ///
    /// Nearly always the first candidate is the one, or there is none: so this is a plain lookup,
    /// up to the first entry that must be asked.
    ///
    /// # Errors
    ///
    /// If there is no memory to keep what must not be dropped under the lock.
    #[inline]
    pub fn begin<K, V, C: Compare<K, Guard = G>>(
        &mut self,
        table: &mut Table<K, V>,
        compare: &C,
    ) -> Result<Step, TryReserveError> {
        let kept = &mut self.kept;
        let mut must_ask = false;
        let slot = table.find(self.hash, |key, _| match compare.verdict(key, kept) {
            Verdict::Same => true,
            Verdict::Different => false,
            Verdict::Ask => {
                must_ask = true;
                true
            }
        });
        match slot {
            Some(slot) if must_ask => match self.ask(table, compare, slot) {
                Some(step) => Ok(step),
                None => self.go_on(table, compare),
            },
            Some(slot) => Ok(Step::Found(slot)),
            None if self.kept.is_full => Err(TryReserveError),
            None => Ok(Step::Absent),
        }
    }

    /// The guard of the key that must be compared, after [`Step::Ask`]. O(1).
    ///
    /// # Panics
    ///
    /// If none must.
    #[inline]
    pub fn asked(&self) -> &G {
        let (_, guard) = self.asked.as_ref().expect("a key is to be compared");
        guard
    }

    /// The next turn, after a comparison that said whether the key [`asked`](Self::asked) for is
    /// the one. O(1) while the table has not changed.
    ///
    /// # Errors
    ///
    /// As [`Search::begin`].
    ///
    /// # Panics
    ///
    /// If no key was to be compared.
    #[inline]
    pub fn resume<K, V, C: Compare<K, Guard = G>>(
        &mut self,
        table: &mut Table<K, V>,
        compare: &C,
        is_equal: bool,
    ) -> Result<Step, TryReserveError> {
        if is_equal {
            let (slot, guard) = self.asked.as_ref().expect("a key was compared");
            let is_there = |(key, _): (&K, &V)| compare.is_guarded_by(key, guard);
            return Ok(match table.get(*slot).is_some_and(is_there) {
                true => Step::Found(*slot),
                false => Step::Gone,
            });
        }
        self.go_on(table, compare)
    }

    /// Makes the entry at `slot` the one that is asked for, unless its key is dead.
    #[inline]
    fn ask<K, V, C: Compare<K, Guard = G>>(
        &mut self,
        table: &mut Table<K, V>,
        compare: &C,
        slot: Slot,
    ) -> Option<Step> {
        let guard = compare.guard(table.pair_mut(slot).0)?;
        self.asked = Some((slot, guard));
        Some(Step::Ask(slot))
    }

    /// Looks among all candidates but those that were found different.
    #[cold]
    fn go_on<K, V, C: Compare<K, Guard = G>>(
        &mut self,
        table: &mut Table<K, V>,
        compare: &C,
    ) -> Result<Step, TryReserveError> {
        if self.asked.is_some() && !self.kept.has_room() {
            return Err(TryReserveError);
        }
        if let Some((_, guard)) = self.asked.take() {
            self.kept.push(guard);
        }
        let mut probe = match self.probe.take() {
            Some(probe) => probe,
            None => Probe::unbegun(Fingerprint::of(self.hash), table.version()),
        };
        let step = loop {
            let was_different =
                |key: &K, _: &V| self.kept.any(|guard| compare.is_guarded_by(key, guard));
            let Some(slot) = table.resume(&mut probe, was_different) else {
                break Step::Absent;
            };
            match compare.verdict(table.key(slot), &mut self.kept) {
                Verdict::Same => break Step::Found(slot),
                Verdict::Different if self.kept.is_full => return Err(TryReserveError),
                Verdict::Different => {}
                Verdict::Ask => {
                    if let Some(step) = self.ask(table, compare, slot) {
                        break step;
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
pub struct Kept<G> {
    first: Option<G>,
    others: Vec<G>,
    /// Whether one more would have needed memory that there was not.
    is_full: bool,
}

impl<G> Kept<G> {
    #[inline]
    const fn new() -> Self {
        Self {
            first: None,
            others: Vec::new(),
            is_full: false,
        }
    }

    /// Whether there is room for one more. If not, the lookup ends with an error. O(1).
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
