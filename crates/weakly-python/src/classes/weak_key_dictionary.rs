//! `WeakKeyDictionary`: a mapping that forgets a key when nobody else refers to it.

use weakly_pyo3::content::by_key::WeakKeys;
use weakly_pyo3::interpreter::owned_object::OwnedObject;

use crate::classes::dictionary::prelude::*;

dictionary_class! {
    /// A mapping that references its keys weakly.
    ///
    /// An entry is discarded as soon as no strong reference to its key exists. Use it to attach data to
    /// objects that other parts of a program own, without adding attributes to them.
    ///
    /// Keys are compared with `==` and keep the order of insertion. You may change the dictionary while
    /// you iterate over it, and use it in several threads at once. It behaves as
    /// `weakref.WeakKeyDictionary`.
    WeakKeyDictionary of WeakKeys<OwnedObject>,
    init "(dict=None)" as "self, dict=None",
    update "($self, dict=None, /, **kwargs)" as "self, dict=None, /, **kwargs" {
        #[classattr]
        fn ephemeron() -> EphemeronAttribute {
            EphemeronAttribute::new(Self::ephemerons, None)
        }

        /// D.keyrefs(): a list of the weak references to the keys.
        ///
        /// A reference may be dead by the time it is used: check what calling it returns. Unlike the
        /// keys themselves, the list keeps none of them alive.
        fn keyrefs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
            self.content.key_refs(py)
        }
    }
}

impl WeakKeyDictionary {
    /// The value of `key`, if it has one.
    #[inline]
    pub(crate) fn value<'py>(
        &self,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.content.value(key)
    }
}
