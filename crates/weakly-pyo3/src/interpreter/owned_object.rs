//! A Python object that a container owns.

use std::mem::ManuallyDrop;
use std::ops::Deref;

use pyo3::ffi;
use pyo3::prelude::*;

use crate::interpreter::lock::assert_outside;
use crate::interpreter::lock::held::Held;

/// A reference to a Python object that is given up the moment it is dropped. That runs Python code:
/// not under a lock.
///
/// A `Py` would ask PyO3 first whether the thread is attached. In a function that the interpreter
/// calls straight PyO3 does not know that, and would put the drop off: the object would outlive
/// its time.
#[derive(Debug)]
#[repr(transparent)]
pub struct OwnedObject(ManuallyDrop<Py<PyAny>>);

impl OwnedObject {
    pub(crate) fn clone_ref(&self, py: Python<'_>) -> Self {
        Self(ManuallyDrop::new(self.0.clone_ref(py)))
    }

    /// Another reference, taken under a lock.
    pub fn hold<'py>(&self, py: Python<'py>) -> Held<'py> {
        Held::new(self.0.bind(py).clone())
    }

    pub fn into_bound(self, py: Python<'_>) -> Bound<'_, PyAny> {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: (19) `this` is never dropped nor used again.
        unsafe { ManuallyDrop::take(&mut this.0) }.into_bound(py)
    }
}

impl<T> From<Bound<'_, T>> for OwnedObject {
    fn from(object: Bound<'_, T>) -> Self {
        Self(ManuallyDrop::new(object.into_any().unbind()))
    }
}

impl<T> From<&Bound<'_, T>> for OwnedObject {
    fn from(object: &Bound<'_, T>) -> Self {
        object.clone().into()
    }
}

impl Deref for OwnedObject {
    type Target = Py<PyAny>;

    fn deref(&self) -> &Py<PyAny> {
        &self.0
    }
}

impl Drop for OwnedObject {
    fn drop(&mut self) {
        assert_outside();
        // SAFETY: (1) the extension runs, and drops what it owns, only in calls from the
        // interpreter, with the thread attached; nobody uses the pointer any more.
        unsafe { ffi::Py_DECREF(self.0.as_ptr()) }
    }
}
