//! The content of a container that holds its values weakly: of `WeakValueDictionary`.

use std::mem;
use std::sync::Arc;

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::{Slot, Table};

use crate::callback::{self, Forget};
use crate::graveyard::bury;
use crate::keyed_ref::KeyedRef;
use crate::lock::Lock;
use crate::lookup::locate;
use crate::stored_key::{StoredKey, StrongKey};
use crate::weak_keys::out_of_memory;
use crate::weak_ref::{Liveness, WeakRef, hash_of, is_referenceable};

pub(crate) type ValueTable = Lock<Table<StrongKey, KeyedRef>>;

type Content = Table<StrongKey, KeyedRef>;

impl Forget for ValueTable {
    /// Finds the entry without hashing its key: the reference knows the slot. A reference whose
    /// entry now holds another one has been replaced, and its death is nobody's business.
    fn forget(&self, weak: &Bound<'_, PyAny>) {
        let py = weak.py();
        let Some(keyed) = KeyedRef::from_object(weak) else {
            return;
        };
        let dead = self.with(py, |table| {
            let slot = keyed.slot();
            let (_, stored) = table.get(slot)?;
            let is_this = stored.weak().as_ptr() == weak.as_ptr();
            is_this.then(|| table.remove(slot))
        });
        drop(dead.map(|(key, value)| (key.into_bound(py), value.into_bound(py))));
    }
}

/// A table of weak values with its callback.
pub(crate) struct WeakValues {
    table: Arc<ValueTable>,
    /// Made with the first entry: many containers stay empty.
    callback: PyOnceLock<Py<PyAny>>,
}

impl Default for WeakValues {
    fn default() -> Self {
        Self {
            table: Arc::default(),
            callback: PyOnceLock::new(),
        }
    }
}

impl WeakValues {
    pub(crate) fn table(&self) -> &Arc<ValueTable> {
        &self.table
    }

    pub(crate) fn callback<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyAny>> {
        let made = self
            .callback
            .get_or_try_init(py, || callback::new(py, self.table.clone()));
        Ok(made?.bind(py))
    }

    pub(crate) fn len(&self, py: Python<'_>) -> usize {
        self.table.with(py, |table| table.len())
    }

    #[inline]
    fn locate<R>(
        &self,
        key: &Bound<'_, PyAny>,
        then: impl FnOnce(&mut Content, Option<Slot>) -> R,
    ) -> PyResult<R> {
        locate(&self.table, key, hash_of(key)?, then)
    }

    /// The live value of `key`.
    #[inline]
    pub(crate) fn get<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = key.py();
        self.locate(key, |table, slot| table.value(slot?).weak().upgrade(py))
    }

    /// Whether `key` has a live value.
    #[inline]
    pub(crate) fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.locate(key, |table, slot| {
            slot.is_some_and(|slot| table.value(slot).weak().is_alive())
        })
    }

    /// Stores `value` for `key`. An entry that refers to this very value stays as it is.
    ///
    /// Errors: as `KeyedRef(value, ..)`, `hash(key)` and `==` on keys; nothing is changed then.
    pub(crate) fn set<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let py = key.py();
        if !is_referenceable(value) {
            WeakRef::canonical(value)?;
        }
        let hash = hash_of(key)?;
        // First without a reference: to make one costs more than the lookup.
        let found = locate(&self.table, key, hash, |table, slot| match slot {
            Some(slot) if table.value(slot).weak().liveness(value) == Liveness::This => None,
            _ => Some((table.try_reserve(1).map(|()| table.version()), slot)),
        })?;
        let Some((version, slot)) = found else {
            return Ok(());
        };
        let version = version.map_err(out_of_memory)?;
        let mut offer = Some(KeyedRef::new(value, self.callback(py)?, key)?);
        // To make it may have run code that changed the table. Nearly always it has not.
        let replaced = self.table.with(py, |table| {
            let is_unchanged = table.version() == version;
            is_unchanged.then(|| store(table, slot, hash, key, offer.take()))
        });
        let replaced = match replaced {
            Some(replaced) => replaced,
            None => locate(&self.table, key, hash, |table, slot| {
                store(table, slot, hash, key, offer.take())
            })?,
        };
        drop(replaced.map(|replaced| replaced.into_bound(py)));
        Ok(())
    }

    /// Removes the entry of `key` and returns it.
    pub(crate) fn remove(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<(StrongKey, KeyedRef)>> {
        self.locate(key, |table, slot| slot.map(|slot| table.remove(slot)))
    }

    /// Removes the entry of `key` and returns its value, if that lives. For `pop`: a `dict` that is
    /// empty does not hash the key.
    pub(crate) fn take<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = key.py();
        if self.len(py) == 0 {
            return Ok(None);
        }
        let Some((own, weak)) = self.remove(key)? else {
            return Ok(None);
        };
        let value = weak.weak().upgrade(py);
        drop((own.into_bound(py), weak.into_bound(py)));
        Ok(value)
    }

    /// Removes the entry inserted last and returns its key and value.
    pub(crate) fn pop<'py>(
        &self,
        py: Python<'py>,
    ) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        loop {
            let (key, value) = self.table.with(py, |table| {
                let last = table.last()?;
                Some(table.remove(last))
            })?;
            let referent = value.weak().upgrade(py);
            drop(value.into_bound(py));
            if let Some(referent) = referent {
                return Some((key.into_bound(py), referent));
            }
            drop(key.into_bound(py));
        }
    }

    /// Removes all entries; the newest is dropped first.
    pub(crate) fn clear(&self, py: Python<'_>) {
        let mut content = self.table.with(py, Table::take_all);
        while let Some((key, value)) = content.pop() {
            drop((key.into_bound(py), value.into_bound(py)));
        }
    }

    /// The keys with the stored references, in order, dead ones too.
    pub(crate) fn refs<'py>(&self, py: Python<'py>) -> Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        self.table.with(py, |table| {
            let entries = table.iter();
            entries
                .map(|(_, key, value)| (key.0.bind(py).clone(), value.weak().bind(py).clone()))
                .collect()
        })
    }

    /// The keys with their live values, in order.
    pub(crate) fn live<'py>(&self, py: Python<'py>) -> Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        self.table.with(py, |table| {
            let mut live = Vec::with_capacity(table.len());
            for (_, key, value) in &*table {
                if let Some(value) = value.weak().upgrade(py) {
                    live.push((key.0.bind(py).clone(), value));
                }
            }
            live
        })
    }

    /// Fills an empty content with the live entries of another, whose keys differ: nothing is
    /// compared, but the keys are hashed anew.
    pub(crate) fn copy_from(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        let live = other.live(py);
        let callback = self.callback(py)?;
        let mut copies = Vec::with_capacity(live.len());
        for (key, value) in &live {
            let keyed = KeyedRef::new(value, callback, key)?;
            copies.push((hash_of(key)?, StrongKey(key.clone().unbind()), keyed));
        }
        bury(self.replace(py, copies)?);
        Ok(())
    }

    /// Exchanges the whole content, whose keys are known to differ; returns the old one.
    fn replace(
        &self,
        py: Python<'_>,
        entries: Vec<(Py_hash_t, StrongKey, KeyedRef)>,
    ) -> PyResult<Vec<(StrongKey, KeyedRef)>> {
        let replaced = self.table.with(py, |table| {
            table.try_reserve(entries.len())?;
            let replaced = table.take_all();
            for (hash, key, keyed) in entries {
                insert(table, hash, key, keyed);
            }
            Ok(replaced)
        });
        replaced.map_err(out_of_memory)
    }

    /// Replaces the content by the entries of a mapping from keys to weak references, as `data`
    /// gives them. References that are this container's own stay the same objects.
    pub(crate) fn assign<'py>(
        &self,
        py: Python<'py>,
        refs: impl IntoIterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    ) -> PyResult<()> {
        let callback = self.callback(py)?;
        let mut referents = Vec::new();
        let mut entries: Vec<(Py_hash_t, StrongKey, KeyedRef)> = Vec::new();
        for (key, weak) in refs {
            let Some(referent) = crate::weak_ref::expect(&weak)?.upgrade(py) else {
                continue;
            };
            let own = KeyedRef::from_object(&weak).filter(|own| {
                own.weak().calls(callback) && own.key(py).is_some_and(|own| own.is(&key))
            });
            let keyed = match own {
                Some(own) => own.clone_ref(py),
                None => KeyedRef::new(&referent, callback, &key)?,
            };
            entries.push((hash_of(&key)?, StrongKey(key.unbind()), keyed));
            referents.push(referent);
        }
        bury(self.replace(py, entries)?);
        Ok(())
    }

    /// For `tp_traverse`: everything that the content owns.
    pub(crate) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        // SAFETY: the garbage collector traverses with the thread attached.
        unsafe {
            self.table.with_attached(|table| {
                for (_, key, value) in &*table {
                    key.visit(visit)?;
                    value.weak().visit(visit)?;
                }
                Ok(())
            })
        }
    }
}

/// Puts `offer` in the entry at `slot`, or in a new one; returns what it replaced.
fn store(
    table: &mut Content,
    slot: Option<Slot>,
    hash: Py_hash_t,
    key: &Bound<'_, PyAny>,
    offer: Option<KeyedRef>,
) -> Option<KeyedRef> {
    let offer = offer?;
    match slot {
        Some(slot) => {
            offer.set_slot(slot);
            Some(mem::replace(table.value_mut(slot), offer))
        }
        None => {
            insert(table, hash, StrongKey(key.clone().unbind()), offer);
            None
        }
    }
}

fn insert(table: &mut Content, hash: Py_hash_t, key: StrongKey, keyed: KeyedRef) {
    let slot = table.insert(hash as u64, key, keyed);
    table.value(slot).set_slot(slot);
}

impl Drop for WeakValues {
    fn drop(&mut self) {
        Python::attach(|py| bury(self.table.with(py, Table::take_all)));
    }
}
