//! A reference taken under a lock.

use std::ops::Deref;

use pyo3::prelude::*;

use crate::interpreter::lock::Outside;

/// A strong reference that was taken under a lock, to be handed out of it.
///
/// Another thread may drop its own meanwhile: then this is the last one, and to drop it runs code
/// that may come back to the locked table. So it is neither dropped nor made an ordinary reference
/// before the lock is gone, of which a build with debug assertions makes sure.
#[must_use]
pub struct Held<'py> {
    object: Bound<'py, PyAny>,
    _outside: Outside,
}

impl<'py> Held<'py> {
    pub fn new(object: Bound<'py, PyAny>) -> Self {
        Self {
            object,
            _outside: Outside,
        }
    }

    /// An ordinary reference, once the lock is gone.
    pub fn release(self) -> Bound<'py, PyAny> {
        self.object
    }
}

impl Clone for Held<'_> {
    fn clone(&self) -> Self {
        Self::new(self.object.clone())
    }
}

impl<'py> Deref for Held<'py> {
    type Target = Bound<'py, PyAny>;

    fn deref(&self) -> &Bound<'py, PyAny> {
        &self.object
    }
}
