//! Content that holds its values weakly: of `WeakValueDictionary`, and of those that hold their keys
//! weakly too.

use std::marker::PhantomData;
use std::mem;

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use pyo3::types::PyList;
use weakly::table::{Slot, Table};

use crate::content::key::{Key, WeakKey, find_dead_key};
use crate::content::put::{IfPresent, Offer};
use crate::content::{Content, HeldItem, Kind, PyKind, TableOf, new_table, out_of_memory};
use crate::interpreter::interrupt::{self, in_turn};
use crate::interpreter::lock::held::Held;
use crate::interpreter::stored::Stored;
use crate::interpreter::vector;
use crate::lookup::hash::Role;
use crate::lookup::stored_key::StrongKey;
use crate::references::keyed_ref::KeyedRef;
use crate::references::weak_id_ref::WeakIdRef;
use crate::references::weak_ref::{self, Liveness, WeakRef, is_referenceable};

/// Entries with a weak value.
pub struct ByValue<K>(PhantomData<K>);

/// Values of keys that the container owns.
pub type WeakValues = Values<StrongKey>;

/// Values of weak keys.
pub type WeakKeyValues = Values<WeakRef>;

/// Values of weak keys that are compared by their identity.
pub type WeakIdKeyValues = Values<WeakIdRef>;

pub type Values<K> = Content<ByValue<K>>;

impl<K: Key> Kind for ByValue<K> {
    type Key = K;
    type Value = KeyedRef;

    fn weak<'a>(_key: &'a K, value: &'a KeyedRef) -> &'a WeakRef {
        value.weak()
    }

    #[inline]
    fn is_alive(key: &K, value: &KeyedRef) -> bool {
        key.as_weak().is_none_or(WeakRef::is_alive) && value.weak().is_alive()
    }

    /// A reference to a value is found by the hash that it remembers. One that has been replaced is
    /// not found, and its death is ignored.
    fn find_dead(table: &TableOf<Self>, weak: &Bound<'_, PyAny>) -> Option<Slot> {
        match KeyedRef::from_object(weak) {
            Some(keyed) => find(table, keyed),
            None => find_dead_key(table, weak),
        }
    }
}

impl<K: Key> PyKind for ByValue<K> {
    #[inline]
    fn hash(key: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
        K::hash(key, Role::DictKey)
    }

    #[inline]
    fn key<'py>(py: Python<'py>, key: &K, value: &KeyedRef) -> Option<Held<'py>> {
        value.weak().is_alive().then(|| key.referent(py)).flatten()
    }

    #[inline]
    fn value<'py>(py: Python<'py>, key: &K, value: &KeyedRef) -> Option<Held<'py>> {
        let is_alive = key.as_weak().is_none_or(WeakRef::is_alive);
        is_alive.then(|| value.weak().upgrade(py)).flatten()
    }

    #[inline]
    fn item<'py>(py: Python<'py>, key: &K, value: &KeyedRef) -> Option<HeldItem<'py>> {
        if K::IS_WEAK {
            return Self::key(py, key, value).map(|held| (held, Self::value(py, key, value)));
        }
        // The key lives: whether the value does is asked once.
        let value = value.weak().upgrade(py)?;
        key.referent(py).map(|key| (key, Some(value)))
    }
}

impl<K: Key> Values<K> {
    /// The live value of `key`.
    #[inline]
    pub fn get<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = key.py();
        let value = self.look_up(key, |entry| entry?.1.weak().upgrade(py))?;
        Ok(value.map(Held::release))
    }

    /// Whether `key` has a live value: what cannot be a key has none.
    #[inline]
    pub fn has(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        if !K::can_be(key) {
            return Ok(false);
        }
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

    /// As [`Content::set`]; returns another value that was replaced, if that lives.
    pub(super) fn replace_value<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Ok(Some((own, weak))) = self.offer(key, value, IfPresent::Replace)? else {
            return Ok(None);
        };
        let replaced = weak.weak().upgrade(key.py());
        drop((own, weak));
        Ok(replaced.map(Held::release))
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
        let outcome = self.offer(key, value, IfPresent::Keep)?;
        Ok(outcome.map_or_else(Held::release, |_replaced| value.clone()))
    }

    /// Stores `value` for `key` unless the entry keeps the value it has.
    fn offer<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
        if_present: IfPresent,
    ) -> PyResult<Outcome<'py, K>> {
        if !is_referenceable(value) {
            WeakRef::canonical(value)?;
        }
        let hash = ByValue::<K>::hash(key)?;
        let mut new = NewValue {
            key,
            hash,
            value,
            made: None,
            if_present,
        };
        self.put(key, hash, &mut new)
    }

    /// Removes the entry of `key` and returns its value, if that lives.
    pub fn take_live<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some((own, weak)) = self.take(key)? else {
            return Ok(None);
        };
        let value = weak.weak().upgrade(key.py());
        drop((own, weak));
        Ok(value.map(Held::release))
    }

    /// Whether any key has this value, which lives. O(references to it). Errors: MemoryError.
    pub(super) fn lead_to(&self, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = value.py();
        let callback = self.callback(py)?;
        weak_ref::any_to(value, |weak| {
            let own = KeyedRef::from_object(weak).filter(|own| own.weak().calls(callback));
            own.is_some_and(|own| self.table().with(py, |table| find(table, own).is_some()))
        })
    }

    /// A list of the weak references to the values, in order, dead ones too. Errors: MemoryError.
    pub fn value_refs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.refs(py, |_, value| value.weak())
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
    /// nothing is compared, but the keys are hashed again.
    pub fn copy_from(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        let live = other.live_items(py)?;
        let callback = self.callback(py)?;
        let mut copies = new_table::<ByValue<K>>(live.len())?;
        for item in in_turn(py, &live) {
            let (key, value) = item?;
            let hash = ByValue::<K>::hash(key)?;
            let (key, keyed) = new_entry::<K>(key, hash, value, callback)?;
            copies.insert(hash as u64, key, keyed);
        }
        for (key, keyed) in self.fill(py, copies).into_iter().flatten() {
            if let (Some(key), Some(value)) = (key.referent(py), keyed.weak().upgrade(py)) {
                self.set(&key, &value)?;
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
        let mut entries = TableOf::<ByValue<K>>::new();
        for each in in_turn(py, refs) {
            let (key, weak) = each?;
            let Some(referent) = weak_ref::expect(&weak)?.upgrade(py) else {
                continue;
            };
            let Some((key, hash, live_key)) = K::adopt(&key, callback)? else {
                continue;
            };
            let own = KeyedRef::from_object(&weak).filter(|own| {
                own.is_exact(py)
                    && own.weak().calls(callback)
                    && own.key(py).is_some_and(|own| own.is(key.object()))
                    && own.hash() == hash
                    // A key whose hash has changed may be in a `dict` twice.
                    && find(&entries, own).is_none()
            });
            let keyed = match own {
                Some(own) => own.clone_ref(py),
                None => KeyedRef::with_hash(&referent, callback, key.object().bind(py), hash)?,
            };
            entries.try_reserve(1).map_err(out_of_memory)?;
            vector::push(&mut referents, (referent.release(), live_key))?;
            entries.insert(hash as u64, key, keyed);
        }
        self.replace(py, entries)
    }
}

impl<K: WeakKey> Values<K> {
    /// A list of the weak references to the keys, in order, dead ones too. Errors: MemoryError.
    pub fn key_refs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.refs(py, |key, _| key.weak())
    }
}

/// A key and the reference to its value, to be stored.
#[inline]
fn new_entry<K: Key>(
    key: &Bound<'_, PyAny>,
    hash: Py_hash_t,
    value: &Bound<'_, PyAny>,
    callback: &Bound<'_, PyAny>,
) -> PyResult<(K, KeyedRef)> {
    let key = K::make(key, hash, callback)?;
    let keyed = KeyedRef::with_hash(value, callback, key.object().bind(value.py()), hash)?;
    Ok((key, keyed))
}

/// The entry that holds a reference, found by what the reference remembers.
pub(super) fn find<K>(table: &Table<K, KeyedRef>, own: &KeyedRef) -> Option<Slot> {
    table.find(own.hash() as u64, |_, stored| {
        stored.weak().as_ptr() == own.weak().as_ptr()
    })
}

/// The value that an entry keeps when `value` is stored there, if it does.
#[inline]
pub(super) fn kept<'py>(
    own: &KeyedRef,
    value: &Bound<'py, PyAny>,
    if_present: IfPresent,
) -> Option<Held<'py>> {
    let own = own.weak();
    match if_present {
        IfPresent::Keep => own.upgrade(value.py()),
        IfPresent::Replace => {
            (own.liveness(value) == Liveness::This).then(|| Held::new(value.clone()))
        }
    }
}

/// A weak value for a key, to be stored.
struct NewValue<'a, 'py, K> {
    key: &'a Bound<'py, PyAny>,
    hash: Py_hash_t,
    value: &'a Bound<'py, PyAny>,
    made: Option<(Option<K>, KeyedRef)>,
    if_present: IfPresent,
}

/// The key and the reference that are not needed any more, if there are any, or the value that was
/// kept.
type Outcome<'py, K> = Result<Option<(Option<K>, KeyedRef)>, Held<'py>>;

impl<'py, K: Key> Offer<ByValue<K>> for NewValue<'_, 'py, K> {
    type Outcome = Outcome<'py, K>;

    #[inline]
    fn settle(
        &mut self,
        _py: Python<'_>,
        table: &mut TableOf<ByValue<K>>,
        slot: Option<Slot>,
    ) -> Option<Self::Outcome> {
        kept(table.value(slot?), self.value, self.if_present).map(Err)
    }

    #[inline]
    fn make_reference(&mut self, callback: &Bound<'_, PyAny>) -> PyResult<()> {
        self.made = Some(if K::IS_WEAK {
            let (key, keyed) = new_entry(self.key, self.hash, self.value, callback)?;
            (Some(key), keyed)
        } else {
            let keyed = KeyedRef::with_hash(self.value, callback, self.key, self.hash)?;
            (None, keyed)
        });
        Ok(())
    }

    #[inline]
    fn store(&mut self, table: &mut TableOf<ByValue<K>>, slot: Option<Slot>) -> Self::Outcome {
        let (key, keyed) = self.made.take().expect("the reference was made");
        Ok(match slot {
            Some(slot) => Some((key, mem::replace(table.value_mut(slot), keyed))),
            None => {
                let key = key.or_else(|| K::own(self.key));
                let key = key.expect("a key that is not owned was made");
                table.insert(self.hash as u64, key, keyed);
                None
            }
        })
    }
}
