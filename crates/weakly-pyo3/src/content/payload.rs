//! What an entry holds beside a weak key: a value of a dictionary, or nothing in a set.

use pyo3::prelude::*;

use crate::interpreter::lock::held::Held;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::stored::Stored;
use crate::lookup::hash::Role;

/// What an entry holds beside its weak key. Unless it says otherwise, it owns no object, and Python sees
/// None.
pub trait Payload: Stored {
    /// Whether it owns an object, which may lead to others.
    const CAN_LEAD_ON: bool = false;

    /// What the weak key is to CPython.
    const ROLE: Role;

    /// The object that the entry owns, if it owns one.
    fn owned(&self) -> Option<&OwnedObject> {
        None
    }

    fn owned_mut(&mut self) -> Option<&mut OwnedObject> {
        None
    }

    fn object<'py>(&self, py: Python<'py>) -> Held<'py> {
        Held::new(py.None().into_bound(py))
    }
}

impl Payload for OwnedObject {
    const CAN_LEAD_ON: bool = true;
    const ROLE: Role = Role::DictKey;

    fn owned(&self) -> Option<&OwnedObject> {
        Some(self)
    }

    fn owned_mut(&mut self) -> Option<&mut OwnedObject> {
        Some(self)
    }

    fn object<'py>(&self, py: Python<'py>) -> Held<'py> {
        self.hold(py)
    }
}

impl Payload for () {
    const ROLE: Role = Role::SetElement;
}
