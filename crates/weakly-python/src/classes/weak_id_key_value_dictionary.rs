//! `WeakIdKeyValueDictionary`: a `WeakKeyValueDictionary` that tells its keys apart by identity.

use weakly_pyo3::content::by_value::WeakIdKeyValues;

use crate::classes::dictionary::prelude::*;

dictionary_class! {
    /// A mapping that references both its keys and its values weakly, and tells its keys apart by
    /// identity.
    ///
    /// It is a `WeakKeyValueDictionary` whose keys may be any objects that can be weakly referenced,
    /// hashable or not, whatever their `__eq__`.
    WeakIdKeyValueDictionary of WeakIdKeyValues,
    init "(dict=None)" as "self, dict=None",
    update "($self, dict=None, /, **kwargs)" as "self, dict=None, /, **kwargs" {
        /// D.keyrefs(): a list of the weak references to the keys, each a `WeakIdRef`.
        ///
        /// A reference may be dead by the time it is used: check what calling it returns. Unlike the
        /// keys themselves, the list keeps none of them alive.
        fn keyrefs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
            self.content.key_refs(py)
        }

        /// D.valuerefs(): a list of the weak references to the values, each a `KeyedRef` whose key is the
        /// reference to the key.
        fn valuerefs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
            self.content.value_refs(py)
        }
    }
}
