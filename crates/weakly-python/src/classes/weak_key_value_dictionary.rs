//! `WeakKeyValueDictionary`: a mapping that forgets an entry when its key or its value dies.

use weakly_pyo3::content::by_value::WeakKeyValues;

use crate::classes::dictionary::prelude::*;

dictionary_class! {
    /// A mapping that references both its keys and its values weakly.
    ///
    /// An entry is discarded as soon as its key or its value dies. Use it to relate objects that others
    /// own: a wrapper to what it wraps, a node to its parent.
    ///
    /// Keys are compared with `==` and keep the order of insertion. You may change the dictionary while
    /// you iterate over it, and use it in several threads at once.
    WeakKeyValueDictionary of WeakKeyValues,
    init "(dict=None)" as "self, dict=None",
    update "($self, dict=None, /, **kwargs)" as "self, dict=None, /, **kwargs" {
        /// D.keyrefs(): a list of the weak references to the keys.
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
