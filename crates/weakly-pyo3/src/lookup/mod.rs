//! Looking a key up in a locked table, with comparisons that may run any Python code.

pub mod hash;
pub mod stored_key;

use pyo3::basic::CompareOp;
use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use weakly::table::{Probe, Slot, Table};

use crate::interpreter::lock::Lock;
use crate::interpreter::lock::held::Held;
use crate::interpreter::recursion;
use crate::interpreter::vector;
use crate::lookup::stored_key::{StoredKey, Verdict};

/// Finds the entry of `wanted` and hands its slot, or `None`, to `then` while the table is still
/// locked: what `then` does follows from what the lookup found.
///
/// O(1) on average. Errors: what a key's `__eq__` raises, MemoryError; `then` has not run.
#[inline]
pub fn locate<K: StoredKey, V, R>(
    table: &Lock<Table<K, V>>,
    wanted: &Bound<'_, PyAny>,
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
pub(crate) fn look_up<K: StoredKey, V, R>(
    table: &Lock<Table<K, V>>,
    wanted: &Bound<'_, PyAny>,
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

/// Whether the search for `wanted` ends at `key`: there it is found, or `__eq__` must be asked.
#[inline(always)]
fn ends<K: StoredKey>(key: &K, wanted: &Bound<'_, PyAny>, must_ask: &mut bool) -> bool {
    let verdict = key.compare(wanted);
    *must_ask |= matches!(verdict, Verdict::Ask);
    !matches!(verdict, Verdict::Different)
}

/// What one turn under the lock came to.
enum Turn<'py, R> {
    Done(R),
    /// These two must be compared: the stored object of an entry, and its referent if it lives.
    Compare(Held<'py>, Option<Held<'py>>),
}

/// As [`locate`], where `__eq__` must be called: each time with the table free.
///
/// The call may change the table. A result counts only if the entry is still there; if the table
/// has changed, the lookup starts again without the entries that were found different.
#[cold]
fn locate_asking<K: StoredKey, V, R>(
    table: &Lock<Table<K, V>>,
    wanted: &Bound<'_, PyAny>,
    hash: Py_hash_t,
    then: impl FnOnce(&mut Table<K, V>, Option<Slot>) -> R,
) -> PyResult<R> {
    let py = wanted.py();
    let mut then = Some(then);
    let mut finish = |table: &mut Table<K, V>, slot| {
        let then = then.take().expect("a lookup finishes once");
        then(table, slot)
    };
    let mut different: Vec<Bound<'_, PyAny>> = Vec::new();
    let mut probe = table.with(py, |table| table.probe(hash as u64));
    loop {
        let turn = table.with(py, |table| {
            match next_candidate(table, &mut probe, wanted, &different) {
                None => Turn::Done(finish(table, None)),
                Some((slot, Verdict::Same)) => Turn::Done(finish(table, Some(slot))),
                Some((slot, _)) => {
                    let key = table.key(slot);
                    Turn::Compare(Held::new(key.object().bind(py).clone()), key.referent(py))
                }
            }
        });
        let (stored, referent) = match turn {
            Turn::Done(result) => return Ok(result),
            Turn::Compare(stored, referent) => (stored.release(), referent),
        };
        // The referent may die right after the comparison: then its entry is gone, as in a `dict`.
        let is_equal = match referent {
            Some(referent) => is_equal(&referent, wanted)?,
            None => false,
        };
        if is_equal {
            let result = table.with(py, |table| {
                // It may have moved.
                let slot = table.find(hash as u64, |key, _| key.object().is(&stored))?;
                Some(finish(table, Some(slot)))
            });
            if let Some(result) = result {
                return Ok(result);
            }
        }
        vector::push(&mut different, stored)?;
    }
}

/// `referent == wanted`. It may look the same key up again.
///
/// Two levels of recursion: of the method that looks it up, and of the comparison of references.
#[inline(never)]
fn is_equal(referent: &Bound<'_, PyAny>, wanted: &Bound<'_, PyAny>) -> PyResult<bool> {
    recursion::counted(wanted.py(), c" in comparison", 2, || {
        referent.rich_compare(wanted, CompareOp::Eq)?.is_truthy()
    })
}

/// The next entry that is the wanted one or must be asked.
fn next_candidate<K: StoredKey, V>(
    table: &Table<K, V>,
    probe: &mut Probe,
    wanted: &Bound<'_, PyAny>,
    different: &[Bound<'_, PyAny>],
) -> Option<(Slot, Verdict)> {
    let was_different = |key: &K, _: &V| different.iter().any(|stored| key.object().is(stored));
    while let Some(slot) = table.resume(probe, was_different) {
        match table.key(slot).compare(wanted) {
            Verdict::Different => {}
            verdict => return Some((slot, verdict)),
        }
    }
    None
}
