//! `WeakValueDictionary`: a mapping that forgets a value when nobody else refers to it.

use std::ffi::CStr;

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
    init "(other=(), /, **kw)",
    update "($self, other=None, /, **kwargs)" {
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
            self.content.refs(py)
        }
    }
}

impl Contents for WeakValues {
    const KEYWORD: Option<&'static str> = None;
    const INIT: &'static CStr =
        c"class WeakValueDictionary:\n def __init__(self, other=(), /, **kw): pass
function = WeakValueDictionary.__init__";
    const UPDATE: &'static CStr =
        c"class WeakValueDictionary:\n def update(self, other=(), /, **kwargs): pass
function = WeakValueDictionary.update";

    #[inline]
    fn value<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.get(key)
    }

    #[inline]
    fn store(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set(key, value)
    }

    fn value_or_store<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.get(key)? {
            Some(value) => Ok(value),
            None => self.get_or_set(key, &default),
        }
    }

    fn take_value<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.take(key)
    }

    fn missing(key: &Bound<'_, PyAny>) -> PyErr {
        mapping::key_error(key.clone())
    }

    fn refuse_to_pop(_key: &Bound<'_, PyAny>, _given: usize) -> Option<PyErr> {
        None
    }

    fn update_from_own(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        self.update_from(py, other)
    }

    fn update_from_other(&self, source: &Bound<'_, PyAny>) -> PyResult<()> {
        self.expect_len(source.py(), source::len_hint(source))?;
        source::for_each_pair(source, |key, value| self.set(key, value))
    }

    fn update_from_keywords(
        &self,
        _own: &Bound<'_, PyAny>,
        kwargs: &Bound<'_, PyDict>,
    ) -> PyResult<()> {
        source::for_each_pair(kwargs, |key, value| self.set(key, value))
    }

    fn refuse_keywords(_py: Python<'_>) -> PyResult<()> {
        Ok(())
    }

    fn init_subclass(
        own: &Bound<'_, PyAny>,
        source: Option<Bound<'_, PyAny>>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let py = own.py();
        let source = source.unwrap_or_else(|| PyTuple::empty(py).into_any());
        let update = own.getattr(names::update(py))?;
        update.call(alloc::tuple(py, [source])?, kwargs).map(drop)
    }

    fn deep_copy<'py>(
        key: Bound<'py, PyAny>,
        value: Bound<'py, PyAny>,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        Ok((mapping::deepcopy(&key, memo)?, value))
    }

    fn data<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<impl Iterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let stored = self.stored(py)?.into_iter();
        Ok(stored.map(move |(key, weak)| (key.0.into_bound(py), weak.into_bound(py))))
    }

    fn set_data<'py>(
        &self,
        py: Python<'py>,
        data: Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    ) -> PyResult<()> {
        self.assign(py, data)
    }
}
