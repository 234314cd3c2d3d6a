//! Content that holds its values weakly: of `WeakValueDictionary`.

use std::mem;

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use weakly::table::Slot;

use crate::content::put::{IfPresent, Offer};
use crate::content::{Content, Kind, TableOf, new_table, out_of_memory};
use crate::interpreter::interrupt::{self, in_turn};
use crate::interpreter::lock::held::Held;
use crate::interpreter::stored::Stored;
use crate::interpreter::vector;
use crate::lookup::hash::{Role, hash_of_key};
use crate::lookup::stored_key::StrongKey;
use crate::references::keyed_ref::KeyedRef;
use crate::references::weak_ref::{self, Liveness, WeakRef, is_referenceable};

/// Entries with a weak value.
pub struct ByValue;

pub type WeakValues = Content<ByValue>;

impl Kind for ByValue {
    type Key = StrongKey;
    type Value = KeyedRef;

    #[inline]
    fn hash(key: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
        hash_of_key(key, Role::DictKey)
    }

    fn weak<'a>(_key: &'a StrongKey, value: &'a KeyedRef) -> &'a WeakRef {
        value.weak()
    }

    fn key_object<'py>(key: &StrongKey, referent: Held<'py>) -> (Held<'py>, Option<Held<'py>>) {
        (key.0.hold(referent.py()), Some(referent))
    }

    fn value_object<'py>(_value: &KeyedRef, referent: Held<'py>) -> (Held<'py>, Option<Held<'py>>) {
        (referent, None)
    }

    fn item<'py>(
        key: &StrongKey,
        _value: &KeyedRef,
        referent: Held<'py>,
    ) -> (Held<'py>, Held<'py>) {
        (key.0.hold(referent.py()), referent)
    }

    /// By the hash that the reference remembers, and by its own address. A reference that has been
    /// replaced is not found, and its death is nobody's business.
    fn find_dead(table: &TableOf<Self>, weak: &Bound<'_, PyAny>) -> Option<Slot> {
        find(table, KeyedRef::from_object(weak)?)
    }
}

impl WeakValues {
    /// The live value of `key`.
    #[inline]
    pub fn get<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = key.py();
        let value = self.look_up(key, |entry| entry?.1.weak().upgrade(py))?;
        Ok(value.map(Held::release))
    }

    /// Whether `key` has a live value.
    #[inline]
    pub fn has(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.look_up(key, |entry| {
            entry.is_some_and(|(_, value)| value.weak().is_alive())
        })
    }

    /// Stores `value` for `key`. An entry that refers to this very value stays as it is.
    ///
    /// Errors: as `KeyedRef(value, ..)`, `hash(key)` and `==` on keys; nothing is changed then.
    pub fn set<'py>(&self, key: &Bound<'py, PyAny>, value: &Bound<'py, PyAny>) -> PyResult<()> {
        self.offer(key, value, IfPresent::Replace).map(drop)
    }

    /// The live value of `key`, or else `value`, which is stored then: one of several threads that
    /// do this at once stores, and all get the same.
    ///
    /// Errors: as [`Content::set`].
    pub fn get_or_set<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let kept = self.offer(key, value, IfPresent::Keep)?;
        Ok(kept.unwrap_or_else(|| value.clone()))
    }

    /// Stores `value` for `key` unless the entry keeps the value it has, which is returned then.
    fn offer<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
        if_present: IfPresent,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        if !is_referenceable(value) {
            WeakRef::canonical(value)?;
        }
        let hash = ByValue::hash(key)?;
        let mut new = NewValue {
            key,
            hash,
            value,
            keyed: None,
            if_present,
        };
        match self.put(key, hash, &mut new)? {
            Ok(replaced) => {
                drop(replaced);
                Ok(None)
            }
            Err(kept) => Ok(Some(kept.release())),
        }
    }

    /// Removes the entry of `key` and returns its value, if that lives. For `pop`: a `dict` that is
    /// empty does not hash the key.
    pub fn take<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = key.py();
        if self.len(py) == 0 {
            return Ok(None);
        }
        let Some((own, weak)) = self.remove(key)? else {
            return Ok(None);
        };
        let value = weak.weak().upgrade(py);
        drop((own, weak));
        Ok(value.map(Held::release))
    }

    /// Stores the live entries of another content.
    pub fn update_from(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        if self.len(py) == 0 {
            return self.copy_from(py, other);
        }
        for item in in_turn(py, other.live_items(py)?) {
            let (key, value) = item?;
            self.set(&key, &value)?;
        }
        Ok(())
    }

    /// Stores the live entries of another content, whose keys differ, in this one, which is empty:
    /// nothing is compared, but the keys are hashed anew.
    pub fn copy_from(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        let live = vector::collect(other.live_items(py)?)?;
        let callback = self.callback(py)?;
        let mut copies = new_table::<ByValue>(live.len())?;
        for item in in_turn(py, &live) {
            let (key, value) = item?;
            let hash = ByValue::hash(key)?;
            let keyed = KeyedRef::with_hash(value, callback, key, hash)?;
            copies.insert(hash as u64, StrongKey(key.into()), keyed);
        }
        for (key, keyed) in self.fill(py, copies).into_iter().flatten() {
            if let Some(value) = keyed.weak().upgrade(py) {
                self.set(key.0.bind(py), &value)?;
            }
        }
        interrupt::drop_in_turn(py, live)
    }

    /// Replaces the content by the entries of a mapping from keys to weak references, as `data`
    /// gives them. References that are this container's own stay the same objects.
    pub fn assign<'py>(
        &self,
        py: Python<'py>,
        refs: impl IntoIterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    ) -> PyResult<()> {
        let callback = self.callback(py)?;
        let mut referents = Vec::new();
        let mut entries = TableOf::<ByValue>::new();
        for each in in_turn(py, refs) {
            let (key, weak) = each?;
            let Some(referent) = weak_ref::expect(&weak)?.upgrade(py) else {
                continue;
            };
            let hash = ByValue::hash(&key)?;
            let own = KeyedRef::from_object(&weak).filter(|own| {
                own.is_exact(py)
                    && own.weak().calls(callback)
                    && own.key(py).is_some_and(|own| own.is(&key))
                    && own.hash() == hash
                    // A key whose hash has changed may be in a `dict` twice.
                    && find(&entries, own).is_none()
            });
            let keyed = match own {
                Some(own) => own.clone_ref(py),
                None => KeyedRef::with_hash(&referent, callback, &key, hash)?,
            };
            entries.try_reserve(1).map_err(out_of_memory)?;
            vector::push(&mut referents, referent.release())?;
            entries.insert(hash as u64, StrongKey(key.into()), keyed);
        }
        self.replace(py, entries)
    }
}

/// The entry that holds a reference, found by what the reference remembers.
fn find(table: &TableOf<ByValue>, own: &KeyedRef) -> Option<Slot> {
    table.find(own.hash() as u64, |_, stored| {
        stored.weak().as_ptr() == own.weak().as_ptr()
    })
}

/// A weak value for a key, to be stored.
struct NewValue<'a, 'py> {
    key: &'a Bound<'py, PyAny>,
    hash: Py_hash_t,
    value: &'a Bound<'py, PyAny>,
    keyed: Option<KeyedRef>,
    if_present: IfPresent,
}

/// The outcome is the reference that was replaced, if there was one, or the value that was kept.
impl<'py> Offer<ByValue> for NewValue<'_, 'py> {
    type Outcome = Result<Option<KeyedRef>, Held<'py>>;

    #[inline]
    fn settle(
        &mut self,
        _py: Python<'_>,
        table: &mut TableOf<ByValue>,
        slot: Option<Slot>,
    ) -> Option<Self::Outcome> {
        let weak = table.value(slot?).weak();
        let kept = match self.if_present {
            IfPresent::Keep => weak.upgrade(self.value.py()),
            IfPresent::Replace => {
                (weak.liveness(self.value) == Liveness::This).then(|| Held::new(self.value.clone()))
            }
        };
        kept.map(Err)
    }

    #[inline]
    fn make_reference(&mut self, callback: &Bound<'_, PyAny>) -> PyResult<()> {
        self.keyed = Some(KeyedRef::with_hash(
            self.value, callback, self.key, self.hash,
        )?);
        Ok(())
    }

    #[inline]
    fn store(&mut self, table: &mut TableOf<ByValue>, slot: Option<Slot>) -> Self::Outcome {
        let keyed = self.keyed.take().expect("the reference was made");
        Ok(match slot {
            Some(slot) => Some(mem::replace(table.value_mut(slot), keyed)),
            None => {
                table.insert(self.hash as u64, StrongKey(self.key.into()), keyed);
                None
            }
        })
    }
}
