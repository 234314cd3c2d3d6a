//! The other operand of an operation on sets.

use std::marker::PhantomData;

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::{Table, Verdict};
use weakly_pyo3::content::by_key::{Hashed, Keys};
use weakly_pyo3::content::key::WeakKey;
use weakly_pyo3::content::out_of_memory;
use weakly_pyo3::content::source;
use weakly_pyo3::interpreter::interrupt;
use weakly_pyo3::interpreter::lock::Lock;
use weakly_pyo3::interpreter::lock::held::Held;
use weakly_pyo3::interpreter::owned_object::OwnedObject;
use weakly_pyo3::interpreter::recursion::check_stack;
use weakly_pyo3::interpreter::stored::Stored;
use weakly_pyo3::interpreter::type_slots::is_compared_by_identity;
use weakly_pyo3::interpreter::vector;
use weakly_pyo3::lookup::locate;
use weakly_pyo3::lookup::stored_key::StoredKey;

/// How items are hashed: CPython has several messages for those that cannot be.
pub(crate) type Hash = fn(&Bound<'_, PyAny>) -> PyResult<Py_hash_t>;

/// What happens to an object that comes twice. CPython makes a set of weak references.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Again {
    /// It is there: a second reference without callback is the first one.
    IsThere,
    /// It is asked whether it equals itself: a second reference with a callback is another one.
    IsCompared,
}

/// The other operand as it comes: any object, and its content if it is exactly a set of the same class.
pub(crate) struct Other<'a, 'py, K: WeakKey> {
    pub(crate) object: &'a Bound<'py, PyAny>,
    pub(crate) set: Option<&'a Keys<(), K>>,
}

impl<'a, 'py, K: WeakKey> Other<'a, 'py, K> {
    /// Errors: as iterating over the object, as `hash` and as `==` on items.
    pub(crate) fn operand(self, hash: Hash, again: Again) -> PyResult<Operand<'a, 'py, K>> {
        match self.set {
            Some(set) => Ok(Operand::Weak(self.object.py(), set)),
            None => Distinct::new(self.object, hash, again).map(Operand::Strong),
        }
    }
}

/// The items of an operand, each once.
pub(crate) enum Operand<'a, 'py, K: WeakKey> {
    /// Of a set of the same class, as they come and go.
    Weak(Python<'py>, &'a Keys<(), K>),
    /// Of another iterable, kept alive.
    Strong(Distinct<'py, K>),
}

impl<'py, K: WeakKey> Operand<'_, 'py, K> {
    pub(crate) fn len(&self, py: Python<'_>) -> usize {
        match self {
            Self::Weak(_, content) => content.len(py),
            Self::Strong(distinct) => distinct.len(),
        }
    }

    pub(crate) fn contains(&self, item: &Bound<'_, PyAny>, hash: Py_hash_t) -> PyResult<bool> {
        match self {
            Self::Weak(_, content) => content.contains_hashed(item, hash),
            Self::Strong(distinct) => locate(&distinct.table, item, hash, |_, slot| slot.is_some()),
        }
    }

    /// As [`Operand::contains`]; if the operand is no set itself, it loses the item.
    pub(crate) fn take(&self, item: &Bound<'_, PyAny>, hash: Py_hash_t) -> PyResult<bool> {
        match self {
            Self::Weak(..) => self.contains(item, hash),
            Self::Strong(distinct) => {
                let taken = locate(&distinct.table, item, hash, |table, slot| {
                    slot.map(|slot| table.remove(slot))
                })?;
                Ok(taken.is_some())
            }
        }
    }

    /// The live items with their hashes, in order. Errors: MemoryError.
    pub(crate) fn live(&self) -> PyResult<Vec<Hashed<'py>>> {
        match self {
            Self::Weak(py, content) => content.live_hashed(*py),
            Self::Strong(distinct) => distinct.live(),
        }
    }
}

/// The items of an iterable with their hashes, as they come.
pub(crate) fn hashed<'py>(
    iterable: &Bound<'py, PyAny>,
    hash: Hash,
) -> PyResult<impl Iterator<Item = PyResult<Hashed<'py>>>> {
    check_stack()?;
    Ok(interrupt::items(iterable)?.map(move |item| {
        let item = item?;
        let hash = hash(&item)?;
        Ok((item, hash, ()))
    }))
}

/// An item of an operand, which is compared as a weak key is.
struct Item<K>(OwnedObject, PhantomData<K>);

impl<K: WeakKey> Stored for Item<K> {
    fn clone_ref(&self, py: Python<'_>) -> Self {
        Self(self.0.clone_ref(py), PhantomData)
    }

    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&*self.0)
    }
}

impl<K: WeakKey> StoredKey for Item<K> {
    #[inline]
    fn compare(&self, wanted: &Bound<'_, PyAny>) -> Verdict {
        K::compare_objects(self.0.bind(wanted.py()), wanted)
    }

    fn referent<'py>(&self, py: Python<'py>) -> Option<Held<'py>> {
        Some(self.0.hold(py))
    }

    fn object(&self) -> &Py<PyAny> {
        &self.0
    }
}

/// The distinct items of an iterable with their hashes, in the order of their first appearance.
pub(crate) struct Distinct<'py, K: WeakKey> {
    table: Lock<Table<Item<K>, Py_hash_t>>,
    again: Again,
    py: Python<'py>,
}

impl<'py, K: WeakKey> Distinct<'py, K> {
    pub(crate) fn new(iterable: &Bound<'py, PyAny>, hash: Hash, again: Again) -> PyResult<Self> {
        let mut distinct = Self::with_capacity(iterable.py(), source::len_hint(iterable))?;
        distinct.again = again;
        for each in hashed(iterable, hash)? {
            let (item, hash, ()) = each?;
            distinct.add(&item, hash)?;
        }
        Ok(distinct)
    }

    /// Those that are also in a set. The iterable is read until it has had all that the set has.
    pub(crate) fn within(
        own: &Keys<(), K>,
        iterable: &Bound<'py, PyAny>,
        hash: Hash,
    ) -> PyResult<Self> {
        let py = iterable.py();
        let most = source::len_hint(iterable).min(own.len(py));
        let distinct = Self::with_capacity(py, most)?;
        for each in hashed(iterable, hash)? {
            let (item, hash, ()) = each?;
            let is_new = own.contains_hashed(&item, hash)? && distinct.add(&item, hash)?;
            if is_new && distinct.len() >= own.len(py) {
                break;
            }
        }
        Ok(distinct)
    }

    /// None yet, with room for so many. Errors: MemoryError.
    pub(crate) fn with_capacity(py: Python<'py>, capacity: usize) -> PyResult<Self> {
        let mut table = Table::new();
        table.try_reserve(capacity).map_err(out_of_memory)?;
        let (table, again) = (Lock::new(table), Again::IsThere);
        Ok(Self { table, again, py })
    }

    /// Adds an item, unless it equals one that is there. Says whether it does not.
    pub(crate) fn add(&self, item: &Bound<'py, PyAny>, hash: Py_hash_t) -> PyResult<bool> {
        // Otherwise the lookup compares by identity.
        if self.again == Again::IsThere && !is_compared_by_identity(item) && self.holds(item, hash)
        {
            return Ok(false);
        }
        let is_new = locate(&self.table, item, hash, |table, slot| {
            if slot.is_some() {
                return Ok(false);
            }
            table.try_reserve(1)?;
            table.insert(hash as u64, Item(item.into(), PhantomData), hash);
            Ok(true)
        })?;
        is_new.map_err(out_of_memory)
    }

    /// Whether this very object is there.
    #[cold]
    fn holds(&self, item: &Bound<'py, PyAny>, hash: Py_hash_t) -> bool {
        self.table.with(self.py, |table| {
            let found = table.find(hash as u64, |own, _| own.0.is(item));
            found.is_some()
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.table.with(self.py, |table| table.len())
    }

    fn live(&self) -> PyResult<Vec<Hashed<'py>>> {
        let items = self.table.with(self.py, |table| {
            let items = table.try_iter()?;
            vector::collect(items.map(|(_, key, &hash)| (key.0.bind(self.py).clone(), hash, ())))
        });
        Ok(items?)
    }
}
