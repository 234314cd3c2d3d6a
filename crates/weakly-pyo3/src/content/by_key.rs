//! Content that holds its keys weakly: of `WeakKeyDictionary`, `WeakSet` and those that compare keys by
//! identity.

use std::marker::PhantomData;
use std::mem;

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use pyo3::sync::critical_section::with_critical_section;
use pyo3::types::{PyDict, PyList, PyTuple};
use weakly::table::Slot;

use crate::content::key::{WeakKey, find_dead_key};
use crate::content::payload::Payload;
use crate::content::put::{IfPresent, Offer};
use crate::content::source;
use crate::content::{Content, Entries, Kind, PyKind, TableOf, new_table, out_of_memory};
use crate::ephemerons::enrollment::{self, Enrollment};
use crate::ephemerons::registry::{Ephemerons, Registered};
use crate::interpreter::interrupt::{self, in_turn};
use crate::interpreter::lock::held::Held;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::prefetch::fetched;
use crate::interpreter::shared::Shared;
use crate::interpreter::stored::Stored;
use crate::interpreter::vector;
use crate::lookup::{locate, look_up};
use crate::references::weak_id_ref::WeakIdRef;
use crate::references::weak_ref::{Liveness, WeakRef, is_referenceable};

/// Entries with a weak key and what a `WeakKeyDictionary` or a `WeakSet` holds beside it.
pub struct ByKey<V, K>(PhantomData<(V, K)>);

/// Keys that are compared by `==`.
pub type WeakKeys<V> = Keys<V, WeakRef>;

/// Keys that are compared by their identity.
pub type WeakIdKeys<V> = Keys<V, WeakIdRef>;

pub type Keys<V, K> = Content<ByKey<V, K>>;

/// A live key with its hash, and its value.
pub type Hashed<'py, V = ()> = (Bound<'py, PyAny>, Py_hash_t, V);

impl<V: Payload, K: WeakKey> Kind for ByKey<V, K> {
    type Key = K;
    type Value = V;

    fn weak<'a>(key: &'a K, _value: &'a V) -> &'a WeakRef {
        key.weak()
    }

    #[inline]
    fn is_alive(key: &K, _value: &V) -> bool {
        key.weak().is_alive()
    }

    fn as_ephemerons(entries: &Shared<Entries<Self>>) -> Option<Registered> {
        entries
            .are_wanted()
            .then(|| Shared::unsize(entries.clone(), |entries| entries as _))
    }

    fn find_dead(table: &TableOf<Self>, weak: &Bound<'_, PyAny>) -> Option<Slot> {
        find_dead_key(table, weak)
    }
}

impl<V: Payload, K: WeakKey> PyKind for ByKey<V, K> {
    #[inline]
    fn hash(key: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
        K::hash(key, V::ROLE)
    }

    #[inline]
    fn key<'py>(py: Python<'py>, key: &K, _value: &V) -> Option<Held<'py>> {
        key.weak().upgrade(py)
    }

    #[inline]
    fn value<'py>(py: Python<'py>, key: &K, value: &V) -> Option<Held<'py>> {
        key.weak().is_alive().then(|| value.object(py))
    }
}

impl<V: Payload, K: WeakKey> Ephemerons for Entries<ByKey<V, K>> {
    fn enrollment(&self) -> &Enrollment {
        &self.enrollment
    }

    fn are_wanted(&self) -> bool {
        // Without the GIL other threads run during a collection, and nobody can count references.
        cfg!(not(Py_GIL_DISABLED))
            && V::CAN_LEAD_ON
            && self
                .enrollment
                .is_wanted(K::IS_IDENTITY || enrollment::default())
    }

    fn len(&self, py: Python<'_>) -> usize {
        self.table.with(py, |table| table.len())
    }

    fn for_each(&self, py: Python<'_>, each: &mut dyn FnMut(&WeakRef, &Py<PyAny>)) {
        self.table.with(py, |table| {
            for (_, key, value) in table.iter_unordered() {
                if let Some(value) = value.owned() {
                    each(key.weak(), value);
                }
            }
        });
    }

    fn exchange(
        &self,
        py: Python<'_>,
        hash: Py_hash_t,
        weak: usize,
        instead: OwnedObject,
    ) -> Result<(WeakRef, OwnedObject), OwnedObject> {
        self.table.with(py, |table| {
            let slot = table.find(hash as u64, |key, _| key.weak().as_ptr().addr() == weak);
            let Some(slot) = slot else {
                return Err(instead);
            };
            let weak = table.key(slot).weak().clone_ref(py);
            match table.value_mut(slot).owned_mut() {
                Some(value) => Ok((weak, mem::replace(value, instead))),
                None => unreachable!("only tables that own their values are registered"),
            }
        })
    }
}

impl<V: Payload, K: WeakKey> Keys<V, K> {
    /// The value of `key`.
    #[inline]
    pub fn get(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<V>> {
        let py = key.py();
        self.look_up(key, |entry| entry.map(|(_, value)| value.clone_ref(py)))
    }

    /// Whether `key` is present: what cannot be weakly referenced is in no container.
    #[inline]
    pub fn has(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(is_referenceable(key) && self.contains(key)?)
    }

    /// As [`Keys::has`], for a key that must be one that can be weakly referenced.
    #[inline]
    pub fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        // Not through `contains_hashed`: shared with it, the search is compiled out of line, and takes
        // a quarter more instructions.
        self.look_up(key, |entry| entry.is_some())
    }

    /// As [`Keys::contains`], for a key whose hash is known.
    #[inline]
    pub fn contains_hashed(&self, key: &Bound<'_, PyAny>, hash: Py_hash_t) -> PyResult<bool> {
        look_up(self.table(), key, hash, |entry| entry.is_some())
    }

    /// Stores `value` for `key`. If the key is present, its entry keeps the key it has, and
    /// `if_present` says which value stays: returns the one replaced, or the one kept.
    ///
    /// Errors: as `hash(key)`, `ref(key)` and `==` on keys; nothing is changed then.
    #[inline(always)] // out of line, an insertion of a present key took a tenth more instructions
    pub fn insert(
        &self,
        key: &Bound<'_, PyAny>,
        value: V,
        if_present: IfPresent,
    ) -> PyResult<Option<V>> {
        self.insert_hashed(key, ByKey::<V, K>::hash(key)?, value, if_present)
    }

    /// As [`Keys::insert`], for a key that can be weakly referenced and whose hash is known.
    pub(crate) fn insert_hashed(
        &self,
        key: &Bound<'_, PyAny>,
        hash: Py_hash_t,
        value: V,
        if_present: IfPresent,
    ) -> PyResult<Option<V>> {
        let mut new = NewKey::new(key, hash, value, if_present);
        self.put(key, hash, &mut new)
    }

    /// Removes the entry of a key that can be weakly referenced and whose hash is known, or stores
    /// `value` for it if there is none: what [`Content::delete`] and [`Keys::insert`] do, in one
    /// lookup.
    pub fn toggle(&self, key: &Bound<'_, PyAny>, hash: Py_hash_t, value: V) -> PyResult<()> {
        let mut toggled = Toggled(NewKey::new(key, hash, value, IfPresent::Keep));
        self.put(key, hash, &mut toggled).map(drop)
    }

    /// A list of the weak references to the keys, in order, dead ones too. Errors: MemoryError.
    pub fn key_refs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.refs(py, |key, _| key.weak())
    }

    /// The live keys with their hashes and values, in order. Errors: MemoryError.
    pub fn live_hashed<'py>(&self, py: Python<'py>) -> PyResult<Vec<Hashed<'py, V>>> {
        let live = self.read(py, |key, value| {
            let referent = key.weak().upgrade(py)?;
            let hash = key.weak().cached_hash();
            let hash = hash.expect("a stored reference knows its hash");
            Some((referent, hash, value.clone_ref(py)))
        })?;
        let released = live
            .into_iter()
            .map(|(key, hash, value)| (key.release(), hash, value));
        // In the same memory.
        Ok(released.collect())
    }

    /// Stores live keys that are known to differ in the content, which is empty: no lookup is needed.
    pub fn refer_to(&self, py: Python<'_>, entries: Vec<Hashed<'_, V>>) -> PyResult<()> {
        self.refer_to_each(py, entries, |_, _, _, value| Some(value))
    }

    /// As [`Keys::refer_to`], but stores only what `unless_there` hands back of the values. It is
    /// asked with the table so far, the key, its hash and the value.
    fn refer_to_each<'py>(
        &self,
        py: Python<'py>,
        entries: Vec<Hashed<'py, V>>,
        unless_there: impl Fn(&mut TableOf<ByKey<V, K>>, &Bound<'py, PyAny>, Py_hash_t, V) -> Option<V>,
    ) -> PyResult<()> {
        let callback = self.callback(py)?;
        // The referents stay alive until the references are in the table: none of them is dead
        // there.
        let mut referents = vector::with_room(entries.len())?;
        let mut references = new_table::<ByKey<V, K>>(entries.len())?;
        for entry in in_turn(py, fetched(entries, |(key, ..)| key)) {
            let (key, hash, value) = entry?;
            if let Some(value) = unless_there(&mut references, &key, hash, value) {
                let weak = K::make(&key, hash, callback)?;
                references.insert(hash as u64, weak, value);
                referents.push(key);
            }
        }
        for (weak, value) in self.fill(py, references).into_iter().flatten() {
            let weak = weak.weak();
            let (Some(key), Some(hash)) = (weak.upgrade(py), weak.cached_hash()) else {
                continue;
            };
            self.insert_hashed(&key.release(), hash, value, IfPresent::Replace)?;
        }
        interrupt::drop_in_turn(py, fetched(referents, |referent| referent))
    }

    /// Keeps only those of about `most` keys that are here, where `is_new` tells which of these have
    /// not come before. Takes no more keys once it has all. An entry then refers to the key given, as
    /// in a `set`; if it did before, it keeps its reference.
    ///
    /// Errors: those of `keys` and of `is_new`, and as [`Keys::insert`]; nothing is changed then.
    pub fn keep<'py>(
        &self,
        py: Python<'py>,
        keys: impl Iterator<Item = PyResult<Hashed<'py, V>>>,
        most: usize,
        is_new: impl Fn(&Bound<'py, PyAny>, Py_hash_t) -> PyResult<bool>,
    ) -> PyResult<()> {
        let callback = self.callback(py)?;
        // As in `refer_to`.
        let most = most.min(self.len(py));
        let mut referents = vector::with_room(most)?;
        let mut references = new_table::<ByKey<V, K>>(most)?;
        for each in keys {
            let (key, hash, value) = each?;
            let same = |own: &K| own.weak().liveness(&key) == Liveness::This;
            let found = locate(self.table(), &key, hash, |table, slot| {
                let own = table.key(slot?);
                Some(same(own).then(|| own.clone_ref(py)))
            })?;
            let Some(own) = found else {
                continue;
            };
            if !is_new(&key, hash)? {
                continue;
            }
            let own = own.map_or_else(|| K::make(&key, hash, callback), Ok)?;
            references.try_reserve(1).map_err(out_of_memory)?;
            vector::push(&mut referents, key)?;
            references.insert(hash as u64, own, value);
            if references.len() >= self.len(py) {
                break;
            }
        }
        self.replace(py, references)
    }

    /// Stores the live entries of another content in this one, which is empty.
    pub fn copy_from(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        self.refer_to(py, other.live_hashed(py)?)
    }

    /// Stores the live entries of another content.
    pub fn update_from(&self, py: Python<'_>, other: &Self, if_present: IfPresent) -> PyResult<()> {
        if self.len(py) == 0 {
            return self.copy_from(py, other);
        }
        for entry in in_turn(py, other.live_hashed(py)?) {
            let (key, hash, value) = entry?;
            self.insert_hashed(&key, hash, value, if_present)?;
        }
        Ok(())
    }

    /// Stores the elements of a list as `read` understands them, if that can be done at once: if the
    /// content is empty and all keys are compared by their identity, no code runs in between, and a key
    /// that comes again can be found by its address. It keeps its place and gets the new value. Says
    /// whether it could be done.
    ///
    /// Errors: MemoryError; nothing is changed then.
    fn update_from_list<'py>(
        &self,
        source: &Bound<'py, PyAny>,
        read: impl Fn(&Bound<'py, PyAny>) -> Option<(Bound<'py, PyAny>, V)>,
    ) -> PyResult<bool> {
        let py = source.py();
        let (0, Ok(list)) = (self.len(py), source.cast_exact::<PyList>()) else {
            return Ok(false);
        };
        let hashed = list.iter().map(|element| {
            let (key, value) = read(&element)?;
            hashed_by_identity::<K, V>(key, value)
        });
        let Some(entries) = all_of(list.len(), hashed)? else {
            return Ok(false);
        };
        self.refer_to_each(py, entries, |table, key, hash, value| {
            let is_same = |own: &K, _: &_| own.weak().liveness(key) == Liveness::This;
            let Some(slot) = table.find(hash as u64, is_same) else {
                return Some(value);
            };
            drop(mem::replace(table.value_mut(slot), value));
            None
        })?;
        Ok(true)
    }

    /// Replaces the content by the given weak references and their values, as `data` gives them.
    /// References that are this container's own stay the same objects.
    pub fn assign<'py>(
        &self,
        py: Python<'py>,
        refs: impl IntoIterator<Item = (Bound<'py, PyAny>, V)>,
    ) -> PyResult<()> {
        let callback = self.callback(py)?;
        let mut referents = Vec::new();
        let mut entries = TableOf::<ByKey<V, K>>::new();
        for each in in_turn(py, refs) {
            let (object, value) = each?;
            let Some((own, hash, referent)) = K::adopt(&object, callback)? else {
                continue;
            };
            entries.try_reserve(1).map_err(out_of_memory)?;
            vector::push(&mut referents, referent)?;
            entries.insert(hash as u64, own, value);
        }
        self.replace(py, entries)
    }
}

impl<K: WeakKey> Keys<(), K> {
    /// As [`Keys::update_from_list`], whose elements are the keys.
    pub fn update_from_keys(&self, keys: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.update_from_list(keys, |key| Some((key.clone(), ())))
    }
}

impl<K: WeakKey> Keys<OwnedObject, K> {
    /// As [`Keys::update_from_list`], whose elements are tuples of a key and its value.
    pub fn update_from_pairs(&self, pairs: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.update_from_list(pairs, unpacked)
    }

    /// Stores the entries of a `dict`. Into an empty content, keys that are compared by their identity
    /// come all at once, as in [`Keys::update_from_list`].
    ///
    /// Errors: as [`Keys::insert`], and if the `dict` is changed meanwhile; what comes before is
    /// stored.
    pub fn update_from_dict(&self, dict: &Bound<'_, PyDict>) -> PyResult<()> {
        let py = dict.py();
        if self.len(py) == 0 {
            // Nothing runs in between, and without the GIL no other thread changes the `dict`.
            let hashed = with_critical_section(dict, || {
                let each = dict.iter();
                all_of(
                    dict.len(),
                    each.map(|(key, value)| hashed_by_identity::<K, _>(key, value.into())),
                )
            });
            if let Some(entries) = hashed? {
                return self.refer_to(py, entries);
            }
        }
        source::for_each_item(dict, |key, value| {
            self.insert(key, value.into(), IfPresent::Replace).map(drop)
        })
    }
}

/// A key with its hash and its value, if it is compared by its identity and can be weakly referenced.
fn hashed_by_identity<K: WeakKey, V>(key: Bound<'_, PyAny>, value: V) -> Option<Hashed<'_, V>> {
    let hash = K::hash_by_identity(&key).filter(|_| is_referenceable(&key))?;
    Some((key, hash, value))
}

/// All of about so many things, unless one is missing. Errors: MemoryError.
fn all_of<T>(len: usize, each: impl Iterator<Item = Option<T>>) -> PyResult<Option<Vec<T>>> {
    let mut all = vector::with_room(len)?;
    for thing in each {
        let Some(thing) = thing else {
            return Ok(None);
        };
        vector::push(&mut all, thing)?;
    }
    Ok(Some(all))
}

/// The items of a tuple of two.
fn unpacked<'py>(pair: &Bound<'py, PyAny>) -> Option<(Bound<'py, PyAny>, OwnedObject)> {
    let pair = pair.cast_exact::<PyTuple>().ok()?;
    if pair.len() != 2 {
        return None;
    }
    let value = pair.get_borrowed_item(1).ok()?;
    Some((pair.get_item(0).ok()?, OwnedObject::from(&*value)))
}

/// A weak key and its value, to be stored.
struct NewKey<'a, 'py, V, K> {
    key: &'a Bound<'py, PyAny>,
    hash: Py_hash_t,
    weak: Option<K>,
    value: Option<V>,
    if_present: IfPresent,
}

impl<'a, 'py, V, K> NewKey<'a, 'py, V, K> {
    fn new(key: &'a Bound<'py, PyAny>, hash: Py_hash_t, value: V, if_present: IfPresent) -> Self {
        Self {
            key,
            hash,
            weak: None,
            value: Some(value),
            if_present,
        }
    }

    fn take_value(&mut self) -> V {
        self.value.take().expect("an offer is settled once")
    }
}

/// The outcome is the value that was replaced or kept, if there was one.
impl<V: Payload, K: WeakKey> Offer<ByKey<V, K>> for NewKey<'_, '_, V, K> {
    type Outcome = Option<V>;

    #[inline]
    fn settle(
        &mut self,
        py: Python<'_>,
        table: &mut TableOf<ByKey<V, K>>,
        slot: Option<Slot>,
    ) -> Option<Option<V>> {
        let slot = slot?;
        Some(Some(match self.if_present {
            IfPresent::Keep => table.value(slot).clone_ref(py),
            IfPresent::Replace => mem::replace(table.value_mut(slot), self.take_value()),
        }))
    }

    #[inline]
    fn make_reference(&mut self, callback: &Bound<'_, PyAny>) -> PyResult<()> {
        self.weak = Some(K::make(self.key, self.hash, callback)?);
        Ok(())
    }

    #[inline]
    fn store(&mut self, table: &mut TableOf<ByKey<V, K>>, _slot: Option<Slot>) -> Option<V> {
        let weak = self.weak.take().expect("the reference was made");
        table.insert(self.hash as u64, weak, self.take_value());
        None
    }
}

/// A key that is removed where it is found at once, and else stored.
struct Toggled<'a, 'py, V, K>(NewKey<'a, 'py, V, K>);

/// The outcome is the entry that was removed, or that of storing the key.
impl<V: Payload, K: WeakKey> Offer<ByKey<V, K>> for Toggled<'_, '_, V, K> {
    type Outcome = Result<(K, V), Option<V>>;

    fn settle(
        &mut self,
        py: Python<'_>,
        table: &mut TableOf<ByKey<V, K>>,
        slot: Option<Slot>,
    ) -> Option<Self::Outcome> {
        let found = slot?;
        if self.0.weak.is_some() {
            return self.0.settle(py, table, slot).map(Err);
        }
        Some(Ok(table.remove(found)))
    }

    fn make_reference(&mut self, callback: &Bound<'_, PyAny>) -> PyResult<()> {
        self.0.make_reference(callback)
    }

    fn store(&mut self, table: &mut TableOf<ByKey<V, K>>, slot: Option<Slot>) -> Self::Outcome {
        Err(self.0.store(table, slot))
    }
}
