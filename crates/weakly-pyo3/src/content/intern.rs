//! Interning: of equal objects, the first one that lives stands for all.

use pyo3::prelude::*;

use crate::content::PyKind;
use crate::content::by_key::{ByKey, WeakKeys};
use crate::content::put::IfPresent;
use crate::lookup::look_up;
use crate::references::weak_ref::WeakRef;

impl WeakKeys<()> {
    /// The object here that equals `object`, or else `object`, which is stored then: of several threads
    /// that do this at once all get the same.
    ///
    /// Errors: as [`WeakKeys::insert`].
    pub fn intern<'py>(&self, object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        let hash = ByKey::<(), WeakRef>::hash(object)?;
        loop {
            let found = look_up(self.table(), object, hash, |entry| entry?.0.upgrade(py))?;
            if let Some(found) = found {
                return Ok(found.release());
            }
            // An equal object may have come meanwhile.
            let equal = self.insert_hashed(object, hash, (), IfPresent::Keep)?;
            if equal.is_none() {
                return Ok(object.clone());
            }
        }
    }
}
