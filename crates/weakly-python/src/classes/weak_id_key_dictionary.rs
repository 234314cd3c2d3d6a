//! `WeakIdKeyDictionary`: a `WeakKeyDictionary` that tells its keys apart by identity.

use weakly_pyo3::content::by_key::WeakIdKeys;
use weakly_pyo3::interpreter::owned_object::OwnedObject;

use crate::classes::dictionary::prelude::*;

dictionary_class! {
    /// A mapping that references its keys weakly and tells them apart by identity.
    ///
    /// Any object that can be weakly referenced is a key, hashable or not, whatever its `__eq__`: two
    /// keys are the same if `is` says so. Neither `__hash__` nor `__eq__` of a key is called.
    ///
    /// A value may lead to its own key: key, value and entry are collected all the same, in a full
    /// collection, unless `ephemeron` is False.
    ///
    /// It is a `WeakKeyDictionary` in all else. A comparison with another mapping goes by the identity
    /// of the keys, too.
    WeakIdKeyDictionary of WeakIdKeys<OwnedObject>,
    init "(dict=None, *, ephemeron=True)" as "self, dict=None, *, ephemeron=True",
    update "($self, dict=None, /, **kwargs)" as "self, dict=None, /, **kwargs" {
        #[classattr]
        fn ephemeron() -> EphemeronAttribute {
            EphemeronAttribute::new(Self::ephemerons, Some(true))
        }

        /// D.keyrefs(): a list of the weak references to the keys, each a `WeakIdRef`.
        ///
        /// A reference may be dead by the time it is used: check what calling it returns. Unlike the
        /// keys themselves, the list keeps none of them alive.
        fn keyrefs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
            self.content.key_refs(py)
        }
    }
}

impl WeakIdKeyDictionary {
    /// The value of `key`, if it has one.
    #[inline]
    pub(crate) fn value<'py>(
        &self,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.content.value(key)
    }

    /// The value of `key`, which becomes `default` if it has none.
    pub(crate) fn set_default<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.content.value_or_store(key, default)
    }
}
