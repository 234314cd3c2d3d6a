//! What a table holds.

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

use crate::interpreter::owned_object::OwnedObject;

/// A key or a value as a table holds it. To drop it runs Python code: not under the lock.
pub trait Stored: Send + Sync + Sized + 'static {
    fn clone_ref(&self, py: Python<'_>) -> Self;

    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError>;
}

impl Stored for OwnedObject {
    fn clone_ref(&self, py: Python<'_>) -> Self {
        Self::clone_ref(self, py)
    }

    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&**self)
    }
}

/// What a `WeakSet` holds beside its items.
impl Stored for () {
    fn clone_ref(&self, _py: Python<'_>) {}

    fn visit(&self, _visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
}
