//! The items of a `dict`, read where they lie.

use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The keys and values of a `dict`, which may change between the steps: then it is not said which of
/// them come.
pub(crate) struct Items<'a, 'py> {
    dict: &'a Bound<'py, PyDict>,
    position: ffi::Py_ssize_t,
}

impl<'a, 'py> Items<'a, 'py> {
    pub(crate) fn of(dict: &'a Bound<'py, PyDict>) -> Self {
        Self { dict, position: 0 }
    }
}

impl<'py> Iterator for Items<'_, 'py> {
    type Item = (Bound<'py, PyAny>, Bound<'py, PyAny>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let py = self.dict.py();
        let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: (15) the dict is live, and each call checks its bounds. What it finds is good
        // until the dict changes, and owned before that.
        unsafe {
            let dict = self.dict.as_ptr();
            let found =
                ffi::PyDict_Next(dict, &raw mut self.position, &raw mut key, &raw mut value);
            (found != 0).then(|| {
                let key = Bound::from_borrowed_ptr(py, key);
                (key, Bound::from_borrowed_ptr(py, value))
            })
        }
    }
}
