//! A lookup that can be interrupted.

use super::slot::{Fingerprint, Slot};
use alloc::vec::Vec;

/// A lookup whose comparisons happen outside the table, and may change it.
///
/// ```
/// use weakly::table::{Slot, Table};
///
/// /// Finds `wanted`, calling a comparison that might do anything, each time with the table free.
/// fn lookup(table: &mut Table<String, u32>, hash: u64, wanted: &str) -> Option<Slot> {
///     let mut compared: Vec<String> = Vec::new();
///     let mut probe = table.probe(hash);
///     while let Some(slot) = table.resume(&mut probe, |key, _| compared.contains(key)) {
///         let key = table.key(slot).clone();
///         let is_equal = key == wanted; // user code: the table may be another one after it
///         if is_equal && table.get(slot).is_some_and(|(now, _)| *now == key) {
///             return Some(slot);
///         }
///         compared.push(key);
///     }
///     None // and as long as the table is not given away, this still holds: now one may insert
/// }
///
/// let mut table = Table::new();
/// table.insert(1, "one".to_owned(), 1);
/// assert!(lookup(&mut table, 1, "one").is_some());
/// assert!(lookup(&mut table, 1, "two").is_none());
/// ```
///
/// It needs no memory: where there is none for all candidates at once, it looks for them in turn.
#[derive(Debug)]
pub struct Probe {
    pub(super) fingerprint: Fingerprint,
    pub(super) version: u64,
    /// Nearly always there is one candidate or none; the others want memory of their own.
    first: Option<Slot>,
    others: Vec<Slot>,
    /// How many candidates of the table were looked at, when not all were.
    pub(super) passed: Option<usize>,
}

impl Probe {
    pub(super) fn new(fingerprint: Fingerprint) -> Self {
        Self {
            fingerprint,
            version: 0,
            first: None,
            others: Vec::new(),
            passed: None,
        }
    }

    /// A probe that begins when it is resumed.
    pub(super) fn unbegun(fingerprint: Fingerprint, version: u64) -> Self {
        Self {
            version: version.wrapping_sub(1),
            ..Self::new(fingerprint)
        }
    }

    pub(super) fn restart(&mut self, version: u64) {
        self.version = version;
        self.first = None;
        self.others.clear();
        self.passed = Some(0);
    }

    /// Says whether there was room for `slot`. There is if no candidate is left.
    pub(super) fn push(&mut self, slot: Slot) -> bool {
        if self.first.is_none() && self.others.is_empty() {
            self.first = Some(slot);
        } else if self.others.try_reserve(1).is_ok() {
            self.others.push(slot);
        } else {
            return false;
        }
        true
    }

    pub(super) fn pop(&mut self) -> Option<Slot> {
        self.first.take().or_else(|| self.others.pop())
    }
}
