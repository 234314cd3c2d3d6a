//! `PyWeakKeyMap`: Rust values of Python objects, as long as these live.

use std::fmt;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

use crate::content::PyKind;
use crate::content::by_key::{ByKey, Keys};
use crate::content::comparison::{ByEq, ById, Comparison};
use crate::content::put::IfPresent;
use crate::content::rust_value::Value;
use crate::interpreter::stored::Stored;
use crate::lookup::look_up;
use crate::prepare::prepare_once;

/// A map from Python objects, which it does not keep alive, to Rust values.
///
/// An entry goes when its key dies, and its value is dropped then. So an extension can keep data of its
/// own for objects of others. Keys are compared as a `dict` compares them, by `hash` and `==`; or, in a
/// [`PyWeakIdKeyMap`], by identity. A map of `()` is a set.
///
/// See the [documentation of the crate](crate) for what all maps promise: which code runs when,
/// threads, and the garbage collector.
///
/// # Cycles
///
/// A value that owns a Python object which leads to the key of the value keeps both alive for ever, as in
/// a `weakref.WeakKeyDictionary`.
pub struct PyWeakKeyMap<V: Send + Sync + 'static, C: Comparison = ByEq> {
    content: Keys<Value<V>, C::Key>,
}

/// A map from Python objects, compared by identity, to Rust values.
///
/// Any object can be a key that can be weakly referenced, also one without a hash, such as an array. No
/// `__hash__` or `__eq__` is called.
pub type PyWeakIdKeyMap<V> = PyWeakKeyMap<V, ById>;

impl<V: Send + Sync + 'static, C: Comparison> PyWeakKeyMap<V, C> {
    /// An empty map. O(1).
    ///
    /// # Errors
    ///
    /// MemoryError. The first map of an extension: as [`prepare`](crate::prepare).
    pub fn new(py: Python<'_>) -> PyResult<Self> {
        prepare_once(py)?;
        let content = Keys::new()?;
        Ok(Self { content })
    }

    /// How many entries there are. O(1).
    pub fn len(&self, py: Python<'_>) -> usize {
        self.content.len(py)
    }

    /// Whether there are no entries. O(1).
    pub fn is_empty(&self, py: Python<'_>) -> bool {
        self.len(py) == 0
    }

    /// The value of `key`, or `None` if there is none. O(1).
    ///
    /// # Errors
    ///
    /// What `__hash__` and `__eq__` of the key raise; TypeError if it cannot be weakly referenced;
    /// MemoryError.
    pub fn get(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<Value<V>>> {
        self.content.get(key)
    }

    /// Whether `key` has a value: what cannot be weakly referenced has none. O(1).
    ///
    /// # Errors
    ///
    /// What `__hash__` and `__eq__` of the key raise; MemoryError.
    pub fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.content.has(key)
    }

    /// Stores `value` for `key`, and returns the value that was there, if there was one. The entry then
    /// keeps the key that it has. O(1).
    ///
    /// # Errors
    ///
    /// As [`PyWeakKeyMap::get`]. The map is as before then, and `value` is dropped.
    pub fn insert(&self, key: &Bound<'_, PyAny>, value: V) -> PyResult<Option<Value<V>>> {
        let value = Value::new(value)?;
        self.content.insert(key, value, IfPresent::Replace)
    }

    /// The value of `key`, or else what `make` returns, which is stored then. O(1) beside `make`.
    ///
    /// `make` may use the map. If there is a value when it returns, because it has stored one, or another
    /// thread has, that one stays and is returned: all callers get the same.
    ///
    /// # Errors
    ///
    /// As [`PyWeakKeyMap::get`], and what `make` returns. Nothing is stored then.
    pub fn get_or_try_insert(
        &self,
        key: &Bound<'_, PyAny>,
        make: impl FnOnce() -> PyResult<V>,
    ) -> PyResult<Value<V>> {
        let py = key.py();
        let hash = ByKey::<Value<V>, C::Key>::hash(key)?;
        let found = look_up(self.content.table(), key, hash, |entry| {
            Some(Stored::clone_ref(entry?.1, py))
        })?;
        if let Some(found) = found {
            return Ok(found);
        }
        let made = Value::new(make()?)?;
        let kept = self
            .content
            .insert_hashed(key, hash, made.clone(), IfPresent::Keep)?;
        Ok(kept.unwrap_or(made))
    }

    /// Removes the entry of `key`, and returns its value, if there was one. O(1).
    ///
    /// # Errors
    ///
    /// As [`PyWeakKeyMap::get`].
    pub fn remove(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<Value<V>>> {
        Ok(self.content.remove(key)?.map(|(_key, value)| value))
    }

    /// The keys that live, with their values, in the order of insertion. O(n).
    ///
    /// # Errors
    ///
    /// MemoryError. If there are many, what a signal handler raises.
    pub fn items<'py>(&self, py: Python<'py>) -> PyResult<Vec<(Bound<'py, PyAny>, Value<V>)>> {
        let live = self.content.live_hashed(py)?;
        Ok(live
            .into_iter()
            .map(|(key, _, value)| (key, value))
            .collect())
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
    /// For values that own Python objects there is [`PyWeakKeyMap::traverse_with`].
    ///
    /// # Errors
    ///
    /// What the collector says, to be handed on.
    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.content.visit(visit)
    }

    /// As [`PyWeakKeyMap::traverse`], with the Python objects that `each` visits of a value. O(n).
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
        each: impl Fn(&V, &PyVisit<'_>) -> Result<(), PyTraverseError>,
    ) -> Result<(), PyTraverseError> {
        self.content
            .visit_with(visit, |_, value| each(value, visit))
    }
}

/// How many entries there are is not shown: without the interpreter nobody may look.
impl<V: Send + Sync + 'static, C: Comparison> fmt::Debug for PyWeakKeyMap<V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PyWeakKeyMap").finish_non_exhaustive()
    }
}
