//! Looking a key up in a locked table, with comparisons that may run any Python code.

pub mod hash;
pub mod stored_key;

use std::cell::Cell;

use pyo3::basic::CompareOp;
use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use weakly::table::{Compare, Search, Slot, Step, Table, TryReserveError, Verdict};

use crate::interpreter::alloc::NoMemory;
use crate::interpreter::lock::Lock;
use crate::interpreter::lock::held::Held;
use crate::interpreter::recursion;
use crate::lookup::stored_key::StoredKey;

/// A key that is looked up among those of type `K`.
pub trait Wanted<K> {
    /// A stored key while it is compared without the lock.
    type Candidate;

    /// The key is looked up by a thread that is attached.
    fn py(&self) -> Python<'_>;

    /// Compares with a stored key of equal hash. Runs no code of others.
    fn compare(&self, stored: &K) -> Verdict;

    /// A stored key to be compared without the lock, or `None` if it is dead. Runs no code of others.
    fn candidate(&self, stored: &K) -> Option<Self::Candidate>;

    /// Whether the candidate is one of this very key.
    fn is_candidate(&self, stored: &K, candidate: &Self::Candidate) -> bool;

    /// Whether a candidate is the key. It may look the same key up again.
    fn is_equal(&self, candidate: &Self::Candidate) -> PyResult<bool>;
}

/// Finds the entry of `wanted` and hands its slot, or `None`, to `then` while the table is still
/// locked: what `then` does follows from what the lookup found.
///
/// O(1) on average. Errors: what a key's `__eq__` raises, MemoryError; `then` has not run.
#[inline]
pub fn locate<K, V, W: Wanted<K>, R>(
    table: &Lock<Table<K, V>>,
    wanted: &W,
    hash: Py_hash_t,
    then: impl FnOnce(&mut Table<K, V>, Option<Slot>) -> R,
) -> PyResult<R> {
    // Handed back in an `Option`: in a `Result` a replacement took a third longer.
    let mut then = Some(then);
    let found = table.with(wanted.py(), |table| {
        let mut must_ask = false;
        let slot = table.find(hash as u64, |key, _| ends(key, wanted, &mut must_ask));
        (!must_ask)
            .then(|| then.take().map(|then| then(table, slot)))
            .flatten()
    });
    match (found, then) {
        (Some(result), _) => Ok(result),
        (None, Some(then)) => locate_asking(table, wanted, hash, then),
        (None, None) => unreachable!("`then` is taken only to give a result"),
    }
}

/// As [`locate`], where `then` only reads the entry: without the GIL several threads may do so at
/// once.
#[inline(always)] // out of line, it took 20 instructions more, of 125
pub(crate) fn look_up<K, V, W: Wanted<K>, R>(
    table: &Lock<Table<K, V>>,
    wanted: &W,
    hash: Py_hash_t,
    then: impl FnOnce(Option<(&K, &V)>) -> R,
) -> PyResult<R> {
    let mut then = Some(then);
    let found = table.read(wanted.py(), |table| {
        let mut must_ask = false;
        let entry = table.find_entry(hash as u64, |key, _| ends(key, wanted, &mut must_ask));
        (!must_ask)
            .then(|| then.take().map(|then| then(entry)))
            .flatten()
    });
    match (found, then) {
        (Some(result), _) => Ok(result),
        (None, Some(then)) => locate_asking(table, wanted, hash, |table, slot| {
            then(slot.and_then(|slot| table.get(slot)))
        }),
        (None, None) => unreachable!("`then` is taken only to give a result"),
    }
}

/// Whether a first look for `wanted` ends at `key`: there it is found, or `__eq__` must be asked.
///
/// `Search::look` does the same, and shared by all lookups takes 10 instructions more, of 130.
#[inline(always)]
fn ends<K>(key: &K, wanted: &impl Wanted<K>, must_ask: &mut bool) -> bool {
    let verdict = wanted.compare(key);
    *must_ask |= matches!(verdict, Verdict::Ask);
    !matches!(verdict, Verdict::Different)
}

/// As [`locate`], where `__eq__` must be called: each time with the table free.
#[cold]
fn locate_asking<K, V, W: Wanted<K>, R>(
    table: &Lock<Table<K, V>>,
    wanted: &W,
    hash: Py_hash_t,
    then: impl FnOnce(&mut Table<K, V>, Option<Slot>) -> R,
) -> PyResult<R> {
    let mut then = Some(then);
    let mut finish = |table: &mut Table<K, V>, slot| {
        let then = then.take().expect("a lookup finishes once");
        then(table, slot)
    };
    let mut search = Search::new(hash as u64);
    let mut answer = None;
    loop {
        let turn = table.with(wanted.py(), |table| {
            let step = match answer {
                None => search.begin(table, &mut Comparing(wanted)),
                Some(is_equal) => search.resume(table, &mut Comparing(wanted), is_equal),
            };
            Ok(match step? {
                Step::Found(slot) => Turn::Done(finish(table, Some(slot))),
                Step::Absent => Turn::Done(finish(table, None)),
                Step::Ask(_) => Turn::Compare,
                Step::Gone => Turn::BeginAgain,
            })
        });
        answer = match turn.map_err(|error: TryReserveError| NoMemory::from(error))? {
            Turn::Done(result) => return Ok(result),
            Turn::Compare => Some(wanted.is_equal(search.asked())?),
            Turn::BeginAgain => {
                search = Search::new(hash as u64);
                None
            }
        };
    }
}

/// What comes of a turn under the lock.
enum Turn<R> {
    Done(R),
    Compare,
    BeginAgain,
}

/// The key that is looked up, as the table asks about it.
struct Comparing<'a, W>(&'a W);

impl<K, W: Wanted<K>> Compare<K> for Comparing<'_, W> {
    type Guard = W::Candidate;

    fn verdict(&mut self, key: &K) -> Verdict {
        self.0.compare(key)
    }

    fn guard(&self, key: &mut K) -> Option<W::Candidate> {
        self.0.candidate(key)
    }

    fn is_guarded_by(&self, key: &K, candidate: &W::Candidate) -> bool {
        self.0.is_candidate(key, candidate)
    }
}

impl<'py, K: StoredKey> Wanted<K> for Bound<'py, PyAny> {
    type Candidate = Candidate<'py>;

    #[inline]
    fn py(&self) -> Python<'_> {
        Bound::py(self)
    }

    #[inline]
    fn compare(&self, stored: &K) -> Verdict {
        stored.compare(self)
    }

    fn candidate(&self, stored: &K) -> Option<Candidate<'py>> {
        let py = Bound::py(self);
        let referent = stored.referent(py)?;
        Some(Candidate {
            stored: Held::new(stored.object().bind(py).clone()),
            referent: Cell::new(Some(referent)),
        })
    }

    fn is_candidate(&self, stored: &K, candidate: &Candidate<'py>) -> bool {
        stored.object().is(&*candidate.stored)
    }

    /// Two levels of recursion: of the method that looks the key up, and of the comparison of references.
    #[inline(never)]
    fn is_equal(&self, candidate: &Candidate<'py>) -> PyResult<bool> {
        let referent = candidate.referent.take().expect("a key is compared once");
        recursion::counted(Bound::py(self), c" in comparison", 2, || {
            referent.rich_compare(self, CompareOp::Eq)?.is_truthy()
        })
    }
}

/// An object that is compared without the lock.
pub struct Candidate<'py> {
    /// What the table holds: it tells this entry from others.
    stored: Held<'py>,
    /// Until it has been compared: then it may die, and its entry is gone, as in a `dict`.
    referent: Cell<Option<Held<'py>>>,
}
