//! The other operand of an operation on sets.

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use weakly::table::Table;

use crate::lock::Lock;
use crate::lookup::locate;
use crate::mapping;
use crate::stored_key::StrongKey;
use crate::weak_keys::Hashed;
use crate::weak_set::WeakSet;

/// How items are hashed: CPython has several words for those that cannot be.
pub(crate) type Hash = fn(&Bound<'_, PyAny>) -> PyResult<Py_hash_t>;

/// The items of an operand, each once.
pub(crate) enum Operand<'py> {
    /// Of a `WeakSet`, as they come and go.
    Weak(Bound<'py, WeakSet>),
    /// Of another iterable, kept alive.
    Strong(Distinct<'py>),
}

impl<'py> Operand<'py> {
    /// Errors: as iterating over `other`, as `hash` and as `==` on items.
    pub(crate) fn new(other: &Bound<'py, PyAny>, hash: Hash) -> PyResult<Self> {
        match other.cast_exact::<WeakSet>() {
            Ok(set) => Ok(Self::Weak(set.clone())),
            Err(_) => Distinct::new(other, hash).map(Self::Strong),
        }
    }

    pub(crate) fn len(&self, py: Python<'_>) -> usize {
        match self {
            Self::Weak(set) => set.get().content.len(py),
            Self::Strong(distinct) => distinct.items.len(),
        }
    }

    pub(crate) fn contains(&self, item: &Bound<'_, PyAny>, hash: Py_hash_t) -> PyResult<bool> {
        match self {
            Self::Weak(set) => set.get().content.contains_hashed(item, hash),
            Self::Strong(distinct) => distinct.contains(item, hash),
        }
    }

    /// The live items with their hashes, in order.
    pub(crate) fn live(&self) -> Vec<Hashed<'py>> {
        match self {
            Self::Weak(set) => set.get().content.live_hashed(set.py()),
            Self::Strong(distinct) => distinct.items.clone(),
        }
    }
}

/// The distinct items of an iterable, in the order of their first appearance.
pub(crate) struct Distinct<'py> {
    items: Vec<Hashed<'py>>,
    table: Lock<Table<StrongKey, ()>>,
}

impl<'py> Distinct<'py> {
    fn new(iterable: &Bound<'py, PyAny>, hash: Hash) -> PyResult<Self> {
        let expected = mapping::len_hint(iterable);
        let mut distinct = Self {
            items: Vec::with_capacity(expected),
            table: Lock::new(Table::with_capacity(expected)),
        };
        for item in iterable.try_iter()? {
            let item = item?;
            let hash = hash(&item)?;
            if !distinct.contains(&item, hash)? {
                let key = StrongKey((&item).into());
                let insert = |table: &mut Table<_, _>| table.insert(hash as u64, key, ());
                distinct.table.with(item.py(), insert);
                distinct.items.push((item, hash, ()));
            }
        }
        Ok(distinct)
    }

    fn contains(&self, item: &Bound<'_, PyAny>, hash: Py_hash_t) -> PyResult<bool> {
        locate(&self.table, item, hash, |_, slot| slot.is_some())
    }
}
