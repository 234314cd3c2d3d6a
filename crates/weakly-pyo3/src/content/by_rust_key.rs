//! Content that finds weak Python values by Rust keys.

use std::marker::PhantomData;
use std::mem;

use pyo3::prelude::*;
use weakly::table::{Slot, Verdict};

use crate::content::by_value::{find, kept};
use crate::content::comparison::FindRust;
use crate::content::put::{IfPresent, Offer};
use crate::content::rust_value::Value;
use crate::content::{Content, Kind, TableOf};
use crate::interpreter::lock::held::Held;
use crate::lookup::{Wanted, locate, look_up};
use crate::references::keyed_ref::KeyedRef;
use crate::references::weak_ref::{WeakRef, is_referenceable};

/// Entries with a Rust key and a weak value.
pub struct ByRustKey<K>(PhantomData<K>);

pub type RustKeys<K> = Content<ByRustKey<K>>;

impl<K: Send + Sync + 'static> Kind for ByRustKey<K> {
    type Key = Value<K>;
    type Value = KeyedRef;

    fn weak<'a>(_key: &'a Value<K>, value: &'a KeyedRef) -> &'a WeakRef {
        value.weak()
    }

    fn is_alive(_key: &Value<K>, value: &KeyedRef) -> bool {
        value.weak().is_alive()
    }

    fn find_dead(table: &TableOf<Self>, weak: &Bound<'_, PyAny>) -> Option<Slot> {
        find(table, KeyedRef::from_object(weak)?)
    }
}

/// A Rust key that is looked up, as `C` tells keys apart.
pub(crate) struct Query<'a, 'py, Q: ?Sized, C> {
    py: Python<'py>,
    wanted: &'a Q,
    pub(crate) hash: u64,
    comparison: PhantomData<C>,
}

impl<'a, 'py, Q: ?Sized, C> Query<'a, 'py, Q, C> {
    pub(crate) fn new(py: Python<'py>, wanted: &'a Q, hash: u64) -> Self {
        Self {
            py,
            wanted,
            hash,
            comparison: PhantomData,
        }
    }
}

impl<K, Q: ?Sized, C: FindRust<K, Q>> Wanted<Value<K>> for Query<'_, '_, Q, C> {
    type Candidate = Value<K>;

    fn py(&self) -> Python<'_> {
        self.py
    }

    fn compare(&self, stored: &Value<K>) -> Verdict {
        C::verdict(stored, self.wanted)
    }

    fn candidate(&self, stored: &Value<K>) -> Option<Value<K>> {
        Some(stored.clone())
    }

    fn is_candidate(&self, stored: &Value<K>, candidate: &Value<K>) -> bool {
        stored.is(candidate)
    }

    fn is_equal(&self, candidate: &Value<K>) -> PyResult<bool> {
        Ok(C::is_equal(candidate, self.wanted))
    }
}

impl<K: Send + Sync + 'static> RustKeys<K> {
    /// The live value of a key.
    pub(crate) fn find<'py, Q: ?Sized, C: FindRust<K, Q>>(
        &self,
        query: &Query<'_, 'py, Q, C>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let value = look_up(self.table(), query, query.hash as isize, |entry| {
            entry?.1.weak().upgrade(query.py)
        })?;
        Ok(value.map(Held::release))
    }

    /// Stores `value` for a key, unless the entry keeps the value that it has: that is the first of
    /// the two. The other is the live value that was replaced.
    pub(crate) fn store<'py, C: FindRust<K, K>>(
        &self,
        py: Python<'py>,
        key: &Value<K>,
        hash: u64,
        value: &Bound<'py, PyAny>,
        if_present: IfPresent,
    ) -> PyResult<Stored<'py>> {
        if !is_referenceable(value) {
            // The interpreter raises the error.
            WeakRef::canonical(value)?;
        }
        let mut new = NewValue {
            key,
            hash,
            value,
            made: None,
            if_present,
        };
        let query = Query::<K, C>::new(py, key, hash);
        Ok(match self.put(&query, hash as isize, &mut new)? {
            Err(kept) => Stored::Kept(kept.release()),
            Ok(None) => Stored::New,
            Ok(Some(replaced)) => match replaced.weak().upgrade(py) {
                Some(value) => Stored::Replaced(value.release()),
                None => Stored::New,
            },
        })
    }

    /// Removes the entry of a key and returns its value, if that lives.
    pub(crate) fn take_value<'py, Q: ?Sized, C: FindRust<K, Q>>(
        &self,
        query: &Query<'_, 'py, Q, C>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let removed = locate(self.table(), query, query.hash as isize, |table, slot| {
            slot.map(|slot| table.remove(slot))
        })?;
        let value = removed.and_then(|(_key, value)| value.weak().upgrade(query.py));
        Ok(value.map(Held::release))
    }

    /// The keys whose values live, with these, in order. Errors: as [`Content::read`].
    pub(crate) fn live<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Vec<(Value<K>, Bound<'py, PyAny>)>> {
        let live = self.read(py, |key, value| {
            let value = value.weak().upgrade(py)?;
            // Not before: a share must not be dropped here.
            Some((key.clone(), value))
        })?;
        // In the same memory.
        Ok(live
            .into_iter()
            .map(|(key, value)| (key, value.release()))
            .collect())
    }
}

/// What came of storing a value.
pub(crate) enum Stored<'py> {
    New,
    Replaced(Bound<'py, PyAny>),
    Kept(Bound<'py, PyAny>),
}

/// A weak value for a key, to be stored.
struct NewValue<'a, 'py, K> {
    key: &'a Value<K>,
    hash: u64,
    value: &'a Bound<'py, PyAny>,
    made: Option<KeyedRef>,
    if_present: IfPresent,
}

/// The outcome is the reference that was replaced, or the value that was kept.
impl<'py, K: Send + Sync + 'static> Offer<ByRustKey<K>> for NewValue<'_, 'py, K> {
    type Outcome = Result<Option<KeyedRef>, Held<'py>>;

    fn settle(
        &mut self,
        _py: Python<'_>,
        table: &mut TableOf<ByRustKey<K>>,
        slot: Option<Slot>,
    ) -> Option<Self::Outcome> {
        kept(table.value(slot?), self.value, self.if_present).map(Err)
    }

    fn make_reference(&mut self, callback: &Bound<'_, PyAny>) -> PyResult<()> {
        // The key is no Python object.
        let none = self.value.py().None().into_bound(self.value.py());
        let hash = self.hash as isize;
        self.made = Some(KeyedRef::with_hash(self.value, callback, &none, hash)?);
        Ok(())
    }

    fn store(&mut self, table: &mut TableOf<ByRustKey<K>>, slot: Option<Slot>) -> Self::Outcome {
        let keyed = self.made.take().expect("the reference was made");
        Ok(match slot {
            Some(slot) => Some(mem::replace(table.value_mut(slot), keyed)),
            None => {
                table.insert(self.hash, self.key.clone(), keyed);
                None
            }
        })
    }
}
