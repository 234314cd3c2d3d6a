//! A key or a value of Rust.

use std::fmt;
use std::ops::Deref;
use std::ptr;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

use crate::content::payload::Payload;
use crate::interpreter::alloc::NoMemory;
use crate::interpreter::lock::Outside;
use crate::interpreter::shared::Shared;
use crate::interpreter::stored::Stored;
use crate::lookup::hash::Role;

/// A Rust value in a map, or a Rust key, which the map shares with whoever looked it up.
///
/// It is a share as an `Arc` is: it keeps the value alive, also when the map has dropped its entry
/// meanwhile. To change a value in its place, let it have a `Mutex` or an atomic.
pub struct Value<V> {
    shared: Shared<V>,
    _outside: Outside,
}

impl<V> Value<V> {
    pub(crate) fn new(value: V) -> Result<Self, NoMemory> {
        Shared::new(value).map(Self::of)
    }

    /// Whether both are shares of the same value.
    pub(super) fn is(&self, other: &Self) -> bool {
        ptr::eq::<V>(&**self, &**other)
    }

    fn of(shared: Shared<V>) -> Self {
        Self {
            shared,
            _outside: Outside,
        }
    }
}

/// Another share of the same value. O(1).
impl<V> Clone for Value<V> {
    fn clone(&self) -> Self {
        Self::of(self.shared.clone())
    }
}

impl<V> Deref for Value<V> {
    type Target = V;

    #[inline]
    fn deref(&self) -> &V {
        &self.shared
    }
}

impl<V: fmt::Debug> fmt::Debug for Value<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A share is cloned under the lock, not the value. The map's owner visits what the value owns.
impl<V: Send + Sync + 'static> Stored for Value<V> {
    fn clone_ref(&self, _py: Python<'_>) -> Self {
        self.clone()
    }

    fn visit(&self, _visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
}

/// Python sees nothing of it.
impl<V: Send + Sync + 'static> Payload for Value<V> {
    const ROLE: Role = Role::DictKey;
}
