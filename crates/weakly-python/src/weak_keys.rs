//! The content of a container that holds its keys weakly: of `WeakKeyDictionary` and `WeakSet`.

use std::mem;
use std::sync::Arc;

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::{Slot, Table, TryReserveError};

use crate::callback::{self, Forget};
use crate::graveyard::bury;
use crate::lock::Lock;
use crate::lookup::locate;
use crate::weak_ref::{self, WeakRef, hash_of, hash_of_referent};

/// What an entry holds beside its key: a Python object, or nothing.
pub(crate) trait Payload: Send + Sized + 'static {
    fn clone_ref(&self, py: Python<'_>) -> Self;
    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError>;
    /// The object, or None where there is nothing.
    fn to_object<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny>;
    /// Drops it. Runs Python code: not under the lock.
    fn discard(self, py: Python<'_>);
}

impl Payload for Py<PyAny> {
    fn clone_ref(&self, py: Python<'_>) -> Self {
        Py::clone_ref(self, py)
    }

    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self)
    }

    fn to_object<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.bind(py).clone()
    }

    fn discard(self, py: Python<'_>) {
        drop(self.into_bound(py));
    }
}

impl Payload for () {
    fn clone_ref(&self, _py: Python<'_>) {}

    fn visit(&self, _visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }

    fn to_object<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        py.None().into_bound(py)
    }

    fn discard(self, _py: Python<'_>) {}
}

pub(crate) type KeyTable<V> = Lock<Table<WeakRef, V>>;

impl<V: Payload> Forget for KeyTable<V> {
    fn forget(&self, weak: &Bound<'_, PyAny>) {
        let py = weak.py();
        let Some(hash) = WeakRef::from_object(weak.as_unbound()).and_then(WeakRef::cached_hash)
        else {
            return;
        };
        let dead = self.with(py, |table| {
            let slot = table.find(hash as u64, |key, _| key.as_ptr() == weak.as_ptr());
            slot.map(|slot| table.remove(slot))
        });
        if let Some((key, value)) = dead {
            drop(key.into_bound(py));
            value.discard(py);
        }
    }
}

/// A table of weak keys with its callback.
pub(crate) struct WeakKeys<V: Payload> {
    table: Arc<KeyTable<V>>,
    /// Made with the first entry: many containers stay empty.
    callback: PyOnceLock<Py<PyAny>>,
}

impl<V: Payload> Default for WeakKeys<V> {
    fn default() -> Self {
        Self {
            table: Arc::default(),
            callback: PyOnceLock::new(),
        }
    }
}

impl<V: Payload> WeakKeys<V> {
    pub(crate) fn table(&self) -> &Arc<KeyTable<V>> {
        &self.table
    }

    pub(crate) fn callback<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyAny>> {
        let content = || callback::new(py, self.table.clone());
        Ok(self.callback.get_or_try_init(py, content)?.bind(py))
    }

    pub(crate) fn len(&self, py: Python<'_>) -> usize {
        self.table.with(py, |table| table.len())
    }

    /// Looks `key` up and hands its slot to `then`, under the lock. See [`locate`].
    #[inline]
    pub(crate) fn locate<R>(
        &self,
        key: &Bound<'_, PyAny>,
        then: impl FnOnce(&mut Table<WeakRef, V>, Option<Slot>) -> R,
    ) -> PyResult<R> {
        locate(&self.table, key, hash_of_referent(key)?, then)
    }

    /// The value of `key`.
    #[inline]
    pub(crate) fn get(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<V>> {
        let py = key.py();
        self.locate(key, |table, slot| {
            slot.map(|slot| table.value(slot).clone_ref(py))
        })
    }

    #[inline]
    pub(crate) fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.locate(key, |_, slot| slot.is_some())
    }

    /// Stores `value` for `key`. If the key is present, its entry keeps the key it has, and
    /// `if_present` says what becomes of the values: returns the one replaced, or the one kept.
    ///
    /// Errors: as `hash(key)`, `ref(key)` and `==` on keys; nothing is changed then.
    pub(crate) fn insert(
        &self,
        key: &Bound<'_, PyAny>,
        value: V,
        if_present: IfPresent,
    ) -> PyResult<Option<V>> {
        let py = key.py();
        let hash = hash_of_referent(key)?;
        let mut offer = Offer {
            hash,
            weak: None,
            value: Some(value),
            if_present,
        };
        // First without a reference: to make one costs more than the lookup.
        let version = match locate(&self.table, key, hash, |t, slot| offer.settle(py, t, slot))? {
            Settled::Absent(reserved) => reserved.map_err(out_of_memory)?,
            Settled::Done(other) => return Ok(other),
        };
        offer.weak = Some(self.new_ref(key, hash)?);
        // To make it may have run code that changed the table. Nearly always it has not.
        let settled = self.table.with(py, |table| {
            (table.version() == version).then(|| offer.settle(py, table, None))
        });
        let settled = match settled {
            Some(settled) => settled,
            None => locate(&self.table, key, hash, |t, slot| offer.settle(py, t, slot))?,
        };
        match settled {
            Settled::Done(other) => Ok(other),
            Settled::Absent(_) => unreachable!("the offer has its reference"),
        }
    }

    /// Removes the entry of `key` and returns what it held.
    pub(crate) fn remove(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<(WeakRef, V)>> {
        self.locate(key, |table, slot| slot.map(|slot| table.remove(slot)))
    }

    /// As [`WeakKeys::remove`], for `pop`: a `dict` that is empty does not hash the key.
    pub(crate) fn take(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<(WeakRef, V)>> {
        if weak_ref::is_referenceable(key) && self.len(key.py()) == 0 {
            return Ok(None);
        }
        self.remove(key)
    }

    /// Removes the entry inserted last and returns its key and value.
    pub(crate) fn pop<'py>(&self, py: Python<'py>) -> Option<(Bound<'py, PyAny>, V)> {
        loop {
            let (key, value) = self.table.with(py, |table| {
                let last = table.last()?;
                Some(table.remove(last))
            })?;
            let referent = key.upgrade(py);
            drop(key.into_bound(py));
            match referent {
                Some(referent) => return Some((referent, value)),
                None => value.discard(py),
            }
        }
    }

    /// Removes all entries; the newest is dropped first.
    pub(crate) fn clear(&self, py: Python<'_>) {
        let mut content = self.table.with(py, Table::take_all);
        while let Some((key, value)) = content.pop() {
            drop(key.into_bound(py));
            value.discard(py);
        }
    }

    /// The stored references with their values, in order, dead ones too.
    pub(crate) fn refs(&self, py: Python<'_>) -> Vec<(WeakRef, V)> {
        self.table.with(py, |table| {
            let entries = table.iter();
            entries
                .map(|(_, key, value)| (key.clone_ref(py), value.clone_ref(py)))
                .collect()
        })
    }

    /// The live keys with their values, in order.
    pub(crate) fn live<'py>(&self, py: Python<'py>) -> Vec<(Bound<'py, PyAny>, V)> {
        self.table.with(py, |table| {
            let mut live = Vec::with_capacity(table.len());
            for (_, key, value) in &*table {
                if let Some(referent) = key.upgrade(py) {
                    live.push((referent, value.clone_ref(py)));
                }
            }
            live
        })
    }

    /// Fills an empty content with the live entries of another, whose hashes are known and whose
    /// keys differ: no lookup is needed.
    pub(crate) fn copy_from(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        let entries = other.table.with(py, |table| {
            let mut live = Vec::with_capacity(table.len());
            for (_, key, value) in &*table {
                if let (Some(referent), Some(hash)) = (key.upgrade(py), key.cached_hash()) {
                    live.push((referent, hash, value.clone_ref(py)));
                }
            }
            live
        });
        // The referents stay alive until the copies are in the table: none of them is dead there.
        let mut copies = Vec::with_capacity(entries.len());
        for (key, hash, value) in &entries {
            copies.push((*hash, self.new_ref(key, *hash)?, value.clone_ref(py)));
        }
        bury(self.replace(py, copies)?);
        Ok(())
    }

    /// Replaces the content by the given weak references and their values, as `data` gives them.
    /// References that are this container's own stay the same objects.
    pub(crate) fn assign<'py>(
        &self,
        py: Python<'py>,
        refs: impl IntoIterator<Item = (Bound<'py, PyAny>, V)>,
    ) -> PyResult<()> {
        let callback = self.callback(py)?;
        let mut referents = Vec::new();
        let mut entries = Vec::new();
        for (object, value) in refs {
            let weak = weak_ref::expect(&object)?;
            let Some(referent) = weak.upgrade(py) else {
                continue;
            };
            let hash = hash_of(&object)?;
            let own = if weak.calls(callback) {
                weak.clone_ref(py)
            } else {
                self.new_ref(&referent, hash)?
            };
            entries.push((hash, own, value));
            referents.push(referent);
        }
        bury(self.replace(py, entries)?);
        Ok(())
    }

    /// Exchanges the whole content, whose keys are known to differ; returns the old one.
    fn replace(
        &self,
        py: Python<'_>,
        entries: Vec<(Py_hash_t, WeakRef, V)>,
    ) -> PyResult<Vec<(WeakRef, V)>> {
        let replaced = self.table.with(py, |table| {
            table.try_reserve(entries.len())?;
            let replaced = table.take_all();
            for (hash, weak, value) in entries {
                table.insert(hash as u64, weak, value);
            }
            Ok(replaced)
        });
        replaced.map_err(out_of_memory)
    }

    fn new_ref(&self, key: &Bound<'_, PyAny>, hash: Py_hash_t) -> PyResult<WeakRef> {
        let weak = WeakRef::new(key, self.callback(key.py())?)?;
        weak.cache_hash(hash);
        Ok(weak)
    }

    /// For `tp_traverse`: everything that the content owns.
    pub(crate) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        // SAFETY: the garbage collector traverses with the thread attached.
        unsafe {
            self.table.with_attached(|table| {
                for (_, key, value) in &*table {
                    key.visit(visit)?;
                    value.visit(visit)?;
                }
                Ok(())
            })
        }
    }
}

impl<V: Payload> Drop for WeakKeys<V> {
    fn drop(&mut self) {
        Python::attach(|py| bury(self.table.with(py, Table::take_all)));
    }
}

/// What to do with the value offered for a key that is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfPresent {
    Keep,
    Replace,
}

/// An entry to be stored, through the stages of [`WeakKeys::insert`].
struct Offer<V> {
    hash: Py_hash_t,
    /// Made only once the key is known to be absent.
    weak: Option<WeakRef>,
    value: Option<V>,
    if_present: IfPresent,
}

enum Settled<V> {
    /// The value replaced or kept, if there was one.
    Done(Option<V>),
    /// The key is absent, and so is the offer's reference. There is room for it, and this is the
    /// version of the table.
    Absent(Result<u64, TryReserveError>),
}

impl<V: Payload> Offer<V> {
    fn settle(
        &mut self,
        py: Python<'_>,
        table: &mut Table<WeakRef, V>,
        slot: Option<Slot>,
    ) -> Settled<V> {
        let Some(slot) = slot else {
            let Some(weak) = self.weak.take() else {
                return Settled::Absent(table.try_reserve(1).map(|()| table.version()));
            };
            let value = self.value.take().expect("an offer is settled once");
            table.insert(self.hash as u64, weak, value);
            return Settled::Done(None);
        };
        Settled::Done(match self.if_present {
            IfPresent::Keep => Some(table.value(slot).clone_ref(py)),
            IfPresent::Replace => {
                let value = self.value.take().expect("an offer is settled once");
                Some(mem::replace(table.value_mut(slot), value))
            }
        })
    }
}

pub(crate) fn out_of_memory(_: TryReserveError) -> PyErr {
    PyMemoryError::new_err(())
}
