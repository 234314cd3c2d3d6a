//! The pair that an iterator yields again and again, as that of a `dict` does.

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

pub use imp::LastPair;

#[cfg(not(any(Py_3_14, Py_GIL_DISABLED)))]
mod imp {
    use pyo3::ffi;

    use super::*;
    use crate::interpreter::alloc;
    use crate::interpreter::lock::Lock;
    use crate::interpreter::owned_object::OwnedObject;

    /// The pair that was yielded last.
    #[derive(Default)]
    pub struct LastPair(Lock<Option<OwnedObject>>);

    impl LastPair {
        /// `(key, value)`: the last pair, with other items, if nobody else has it.
        ///
        /// Errors: MemoryError.
        pub fn make<'py>(
            &self,
            key: Bound<'py, PyAny>,
            value: Bound<'py, PyAny>,
        ) -> PyResult<Bound<'py, PyAny>> {
            let py = key.py();
            let last = self.0.with(py, Option::take);
            // SAFETY: (18) the tuple is of two items and, its count being one, nobody else can see
            // that they change; it owns those it is given, and gives up those it had. The collector
            // may have lost interest in it because of what it held.
            let pair = unsafe {
                match last {
                    Some(last) if ffi::Py_REFCNT(last.as_ptr()) == 1 => {
                        let tuple = last.as_ptr();
                        let old = [
                            ffi::PyTuple_GET_ITEM(tuple, 0),
                            ffi::PyTuple_GET_ITEM(tuple, 1),
                        ];
                        ffi::PyTuple_SET_ITEM(tuple, 0, key.into_ptr());
                        ffi::PyTuple_SET_ITEM(tuple, 1, value.into_ptr());
                        if ffi::PyObject_GC_IsTracked(tuple) == 0 {
                            ffi::PyObject_GC_Track(tuple.cast());
                        }
                        let pair = last.into_bound(py);
                        for object in old {
                            ffi::Py_DECREF(object);
                        }
                        pair
                    }
                    _ => alloc::tuple(py, [key, value])?.into_any(),
                }
            };
            let kept = OwnedObject::from(&pair);
            let other = self.0.with(py, |last| last.replace(kept));
            drop(other);
            Ok(pair)
        }

        pub fn forget(&self, py: Python<'_>) {
            drop(self.0.with(py, Option::take));
        }

        /// For `tp_traverse`.
        pub fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
            self.0.visit(visit, |last| match last {
                Some(last) => visit.call(&**last),
                None => Ok(()),
            })
        }
    }
}

/// From 3.14 on tuples remember their hashes, and making one is cheap.
#[cfg(any(Py_3_14, Py_GIL_DISABLED))]
mod imp {
    use super::*;
    use crate::interpreter::alloc;

    /// Nothing: each pair is a new one.
    #[derive(Default)]
    pub struct LastPair {}

    impl LastPair {
        /// `(key, value)`
        ///
        /// Errors: MemoryError.
        pub fn make<'py>(
            &self,
            key: Bound<'py, PyAny>,
            value: Bound<'py, PyAny>,
        ) -> PyResult<Bound<'py, PyAny>> {
            Ok(alloc::tuple(key.py(), [key, value])?.into_any())
        }

        pub fn forget(&self, _py: Python<'_>) {}

        pub fn visit(&self, _visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
            Ok(())
        }
    }
}
