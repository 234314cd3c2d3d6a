//! `WeakValueDictionary`: a mapping that forgets a value when nobody else refers to it.

use weakly_pyo3::content::by_value::WeakValues;

use crate::classes::dictionary::prelude::*;

dictionary_class! {
    /// A mapping that references its values weakly.
    ///
    /// An entry is discarded as soon as no strong reference to its value exists. Use it to find objects
    /// by name, or to share those that exist, without keeping them alive.
    ///
    /// Keys keep the order of insertion. You may change the dictionary while you iterate over it, and
    /// use it in several threads at once. It behaves as `weakref.WeakValueDictionary`.
    WeakValueDictionary of WeakValues,
    init "(other=(), /, **kw)" as "self, other=(), /, **kw",
    update "($self, other=None, /, **kwargs)" as "self, other=(), /, **kwargs" {
        /// D.itervaluerefs(): an iterator over the weak references to the values.
        ///
        /// A reference may be dead by the time it is used: check what calling it returns.
        fn itervaluerefs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
            Self::iterator(slf, Yield::Refs)
        }

        /// D.valuerefs(): a list of the weak references to the values.
        ///
        /// A reference may be dead by the time it is used: check what calling it returns. Unlike the
        /// values themselves, the list keeps none of them alive.
        fn valuerefs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
            self.content.value_refs(py)
        }
    }
}
