//! The death callback of a container's references.

use std::ptr;
use std::sync::Arc;

use pyo3::ffi;
use pyo3::prelude::*;

use crate::builtin::{Builtin, entry};

/// The content of a container, as its callback sees it.
pub(crate) trait Forget: Send + Sync {
    /// Removes the entry of the dead reference `weak`, if there is one.
    fn forget(&self, weak: &Bound<'_, PyAny>);
}

/// What a container's references call when their referents die.
///
/// It reaches the table, but does not keep the container alive: the container empties the table
/// when it dies, and references that outlive it find nothing to forget.
#[pyclass(frozen, module = "weakly", name = "_Remove")]
pub(crate) struct Remove {
    content: Arc<dyn Forget>,
}

#[pymethods]
impl Remove {
    /// Removes the entry of a dead weak reference.
    #[pyo3(signature = (weak, /))]
    fn __call__(&self, weak: &Bound<'_, PyAny>) {
        self.content.forget(weak);
    }

    /// None: the callback keeps nothing alive, as CPython's has no closure.
    #[getter]
    fn __closure__(&self) -> Option<Py<PyAny>> {
        None
    }
}

static FORGET: Builtin = Builtin::new(
    c"_remove",
    c"Removes the entry of a dead weak reference.",
    forget,
);

/// Makes the callback of a container: a builtin, which the interpreter calls four times faster
/// than a closure, with a [`Remove`] as its `__self__`.
pub(crate) fn new(py: Python<'_>, content: Arc<dyn Forget>) -> PyResult<Py<PyAny>> {
    FORGET.bind(Bound::new(py, Remove { content })?.as_any())
}

unsafe extern "C" fn forget(
    remove: *mut ffi::PyObject,
    weak: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached and two live objects, of which the
    // first is the `Remove` that `new` bound.
    unsafe {
        entry(ptr::null_mut(), |py| {
            let remove = Borrowed::from_ptr(py, remove).cast_unchecked::<Remove>();
            remove.get().content.forget(&Borrowed::from_ptr(py, weak));
            Ok(py.None().into_ptr())
        })
    }
}
