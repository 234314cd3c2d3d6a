//! `PyWeakValueMap`: Python objects by Rust keys, as long as these objects live.

use std::fmt;
use std::hash::RandomState;
use std::marker::PhantomData;

use pyo3::prelude::*;
use pyo3::type_object::PyTypeCheck;
use pyo3::{PyTraverseError, PyVisit};

use crate::content::by_rust_key::{Query, RustKeys, Stored};
use crate::content::comparison::{ByEq, ById, Comparison, FindRust};
use crate::content::put::IfPresent;
use crate::content::rust_value::Value;
use crate::interpreter::stored::Stored as _;
use crate::prepare::prepare_once;

/// A map from Rust keys to Python objects of type `T`, which it does not keep alive.
///
/// An entry goes when its object dies, and its key is dropped then. With
/// [`get_or_try_insert`](PyWeakValueMap::get_or_try_insert) a Rust object has one Python object as long as
/// somebody uses that, so `is` holds. Keys are compared by `Hash` and `Eq`; or, in a
/// [`PyWeakIdValueMap`], by the identity of what they own.
///
/// See the [documentation of the crate](crate) for what all maps promise: which code runs when,
/// threads, and the garbage collector.
pub struct PyWeakValueMap<K: Send + Sync + 'static, T = PyAny, C: Comparison = ByEq> {
    content: RustKeys<K>,
    hasher: RandomState,
    types: PhantomData<fn() -> (T, C)>,
}

/// A map from the identities of Rust objects to Python objects of type `T`.
///
/// A key is a [`Pointer`](crate::Pointer), such as an `Arc<Node>`. The map owns it as long as its Python
/// object lives, so no other Rust object takes its address meanwhile. What it points to needs neither
/// `Hash` nor `Eq`.
pub type PyWeakIdValueMap<K, T = PyAny> = PyWeakValueMap<K, T, ById>;

impl<K: Send + Sync + 'static, T: PyTypeCheck, C: Comparison> PyWeakValueMap<K, T, C> {
    /// An empty map. O(1).
    ///
    /// # Errors
    ///
    /// MemoryError. The first map of an extension: as [`prepare`](crate::prepare).
    pub fn new(py: Python<'_>) -> PyResult<Self> {
        prepare_once(py)?;
        Ok(Self {
            content: RustKeys::new()?,
            hasher: RandomState::new(),
            types: PhantomData,
        })
    }

    /// How many entries there are. O(1).
    pub fn len(&self, py: Python<'_>) -> usize {
        self.content.len(py)
    }

    /// Whether there are no entries. O(1).
    pub fn is_empty(&self, py: Python<'_>) -> bool {
        self.len(py) == 0
    }

    /// The object of `key`, or `None` if it has none that lives. O(1).
    ///
    /// # Errors
    ///
    /// MemoryError, if several keys have the same hash.
    pub fn get<'py, Q: ?Sized>(&self, py: Python<'py>, key: &Q) -> PyResult<Option<Bound<'py, T>>>
    where
        C: FindRust<K, Q>,
    {
        let found = self.content.find(&self.query(py, key))?;
        found.map(typed).transpose()
    }

    /// Whether `key` has an object that lives. O(1).
    ///
    /// # Errors
    ///
    /// As [`PyWeakValueMap::get`].
    pub fn contains<Q: ?Sized>(&self, py: Python<'_>, key: &Q) -> PyResult<bool>
    where
        C: FindRust<K, Q>,
    {
        Ok(self.content.find(&self.query(py, key))?.is_some())
    }

    /// Stores `object` for `key`, and returns the object that was there, if it lives. The entry then
    /// keeps the key that it has. O(1).
    ///
    /// # Errors
    ///
    /// TypeError for an object that cannot be weakly referenced: a `#[pyclass]` needs `weakref`.
    /// MemoryError. The map is as before then.
    pub fn insert<'py>(&self, key: K, object: &Bound<'py, T>) -> PyResult<Option<Bound<'py, T>>>
    where
        C: FindRust<K, K>,
    {
        let py = object.py();
        let hash = C::hash(&self.hasher, &key);
        let key = Value::new(key)?;
        let object = object.as_any();
        let stored = self
            .content
            .store::<C>(py, &key, hash, object, IfPresent::Replace)?;
        match stored {
            Stored::New => Ok(None),
            Stored::Replaced(before) | Stored::Kept(before) => typed(before).map(Some),
        }
    }

    /// The object of `key`, or else the one that `make` returns, which is stored then. O(1) beside
    /// `make`.
    ///
    /// `make` may use the map. If there is an object when it returns, because it has stored one, or
    /// another thread has, that one stays and is returned: all callers get the same.
    ///
    /// # Errors
    ///
    /// As [`PyWeakValueMap::insert`], and what `make` returns. Nothing is stored then.
    pub fn get_or_try_insert<'py>(
        &self,
        py: Python<'py>,
        key: K,
        make: impl FnOnce() -> PyResult<Bound<'py, T>>,
    ) -> PyResult<Bound<'py, T>>
    where
        C: FindRust<K, K>,
    {
        let query = self.query(py, &key);
        let hash = query.hash;
        if let Some(found) = self.content.find(&query)? {
            return typed(found);
        }
        let made = make()?;
        let key = Value::new(key)?;
        let object = made.as_any();
        match self
            .content
            .store::<C>(py, &key, hash, object, IfPresent::Keep)?
        {
            Stored::Kept(kept) => typed(kept),
            Stored::New | Stored::Replaced(_) => Ok(made),
        }
    }

    /// Removes the entry of `key`, and returns its object, if that lives. O(1).
    ///
    /// # Errors
    ///
    /// As [`PyWeakValueMap::get`].
    pub fn remove<'py, Q: ?Sized>(
        &self,
        py: Python<'py>,
        key: &Q,
    ) -> PyResult<Option<Bound<'py, T>>>
    where
        C: FindRust<K, Q>,
    {
        let taken = self.content.take_value(&self.query(py, key))?;
        taken.map(typed).transpose()
    }

    /// The objects that live, with their keys, in the order of insertion. O(n).
    ///
    /// # Errors
    ///
    /// MemoryError. If there are many, what a signal handler raises.
    pub fn items<'py>(&self, py: Python<'py>) -> PyResult<Vec<(Value<K>, Bound<'py, T>)>> {
        let live = self.content.live(py)?.into_iter();
        live.map(|(key, object)| Ok((key, typed(object)?)))
            .collect()
    }

    /// Removes all entries, the newest first. O(n).
    ///
    /// For `__clear__` too.
    pub fn clear(&self, py: Python<'_>) {
        self.content.give_up(py);
    }

    /// Shows the garbage collector what the map owns: for `__traverse__` of the class that owns the map.
    /// O(n).
    ///
    /// For keys that own Python objects there is [`PyWeakValueMap::traverse_with`].
    ///
    /// # Errors
    ///
    /// What the collector says, to be handed on.
    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.content.visit(visit)
    }

    /// As [`PyWeakValueMap::traverse`], with the Python objects that `each` visits of a key. O(n).
    ///
    /// # Errors
    ///
    /// What the collector or `each` says, to be handed on.
    ///
    /// # Panics
    ///
    /// `each` runs while the map is locked, and must only visit: if it uses this map, it panics, or on a
    /// free-threaded build waits for itself.
    pub fn traverse_with(
        &self,
        visit: &PyVisit<'_>,
        each: impl Fn(&K, &PyVisit<'_>) -> Result<(), PyTraverseError>,
    ) -> Result<(), PyTraverseError> {
        self.content.visit_with(visit, |key, object| {
            each(key, visit)?;
            object.visit(visit)
        })
    }

    fn query<'a, 'py, Q: ?Sized>(&self, py: Python<'py>, key: &'a Q) -> Query<'a, 'py, Q, C>
    where
        C: FindRust<K, Q>,
    {
        Query::new(py, key, C::hash(&self.hasher, key))
    }
}

/// An object that was stored as one of type `T`.
fn typed<T: PyTypeCheck>(object: Bound<'_, PyAny>) -> PyResult<Bound<'_, T>> {
    Ok(object.cast_into()?)
}

/// How many entries there are is not shown: without the interpreter nobody may look.
impl<K: Send + Sync + 'static, T, C: Comparison> fmt::Debug for PyWeakValueMap<K, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PyWeakValueMap").finish_non_exhaustive()
    }
}
