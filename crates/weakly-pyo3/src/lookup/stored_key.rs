//! How the keys of a table compare with a key that is looked up.

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::Verdict;

use crate::interpreter::exact::are_equal;
use crate::interpreter::lock::held::Held;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::stored::Stored;
use crate::interpreter::type_slots::{is_compared_by_identity, is_hashed_by_address};
use crate::references::weak_id_ref::WeakIdRef;
use crate::references::weak_ref::{Liveness, WeakRef};

/// A key as a table holds it.
pub trait StoredKey: Stored {
    /// Compares with a key of equal hash. Runs no Python code.
    fn compare(&self, wanted: &Bound<'_, PyAny>) -> Verdict;

    /// The object whose `__eq__` decides, or `None` if it is dead. Runs no Python code.
    fn referent<'py>(&self, py: Python<'py>) -> Option<Held<'py>>;

    /// The Python object that the table stores; its address tells one entry from another.
    fn object(&self) -> &Py<PyAny>;
}

/// The keys of a `WeakKeyDictionary` and the items of a `WeakSet`.
///
/// As in CPython, where the stored references differ from the one looked up, the identical object
/// is asked for its `__eq__` too.
impl StoredKey for WeakRef {
    #[inline]
    fn compare(&self, wanted: &Bound<'_, PyAny>) -> Verdict {
        match self.liveness(wanted) {
            Liveness::Dead => Verdict::Different,
            Liveness::This if is_compared_by_identity(wanted) => Verdict::Same,
            Liveness::This => Verdict::Ask,
            Liveness::Another => self.compare_with_another(wanted),
        }
    }

    fn referent<'py>(&self, py: Python<'py>) -> Option<Held<'py>> {
        self.upgrade(py)
    }

    fn object(&self) -> &Py<PyAny> {
        self.as_object()
    }
}

/// Keys that are compared by their identity.
impl StoredKey for WeakIdRef {
    #[inline]
    fn compare(&self, wanted: &Bound<'_, PyAny>) -> Verdict {
        Verdict::of(self.weak().liveness(wanted) == Liveness::This)
    }

    fn referent<'py>(&self, py: Python<'py>) -> Option<Held<'py>> {
        self.weak().upgrade(py)
    }

    fn object(&self) -> &Py<PyAny> {
        self.weak().as_object()
    }
}

impl WeakRef {
    #[cfg(not(Py_GIL_DISABLED))]
    fn compare_with_another(&self, wanted: &Bound<'_, PyAny>) -> Verdict {
        match self.referent_is_compared_by_identity() {
            Some(true) if is_compared_by_identity(wanted) => Verdict::Different,
            Some(_) => Verdict::Ask,
            None => Verdict::Different,
        }
    }

    /// Without the GIL the referent may go while we look at it.
    #[cfg(Py_GIL_DISABLED)]
    fn compare_with_another(&self, _wanted: &Bound<'_, PyAny>) -> Verdict {
        Verdict::Ask
    }
}

/// The keys of a `WeakValueDictionary`, compared as a `dict` compares them.
#[derive(Debug)]
pub struct StrongKey(pub OwnedObject);

impl Stored for StrongKey {
    fn clone_ref(&self, py: Python<'_>) -> Self {
        Self(self.0.clone_ref(py))
    }

    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&*self.0)
    }
}

impl StoredKey for StrongKey {
    #[inline]
    fn compare(&self, wanted: &Bound<'_, PyAny>) -> Verdict {
        if self.0.as_ptr() == wanted.as_ptr() {
            return Verdict::Same;
        }
        are_equal(&self.0, wanted).map_or(Verdict::Ask, Verdict::of)
    }

    fn referent<'py>(&self, py: Python<'py>) -> Option<Held<'py>> {
        Some(self.0.hold(py))
    }

    fn object(&self) -> &Py<PyAny> {
        &self.0
    }
}

/// Compares two objects as two different weak references to them are compared: the identical object
/// is asked for its `__eq__` too.
#[inline]
pub fn compare_referents(own: &Bound<'_, PyAny>, wanted: &Bound<'_, PyAny>) -> Verdict {
    if !is_compared_by_identity(wanted) {
        Verdict::Ask
    } else if own.is(wanted) {
        Verdict::Same
    } else if is_compared_by_identity(own) {
        Verdict::Different
    } else {
        Verdict::Ask
    }
}

/// Whether an object is hashed and compared by its identity: that runs no Python code, and two of
/// them always differ.
pub(crate) fn is_keyed_by_identity(object: &Bound<'_, PyAny>) -> bool {
    is_hashed_by_address(object) && is_compared_by_identity(object)
}
