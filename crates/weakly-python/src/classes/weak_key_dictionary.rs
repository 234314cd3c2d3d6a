//! `WeakKeyDictionary`: a mapping that forgets a key when nobody else refers to it.

use std::ffi::CStr;

use pyo3::exceptions::PyTypeError;
use weakly_pyo3::content::by_key::WeakKeys;
use weakly_pyo3::content::put::IfPresent;
use weakly_pyo3::interpreter::owned_object::OwnedObject;
use weakly_pyo3::references::weak_ref::WeakRef;

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
    init "(dict=None)",
    update "($self, dict=None, /, **kwargs)" {
        /// D.keyrefs(): a list of the weak references to the keys.
        ///
        /// A reference may be dead by the time it is used: check what calling it returns. Unlike the
        /// keys themselves, the list keeps none of them alive.
        fn keyrefs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
            self.content.refs(py)
        }
    }
}

impl Contents for WeakKeys<OwnedObject> {
    const KEYWORD: Option<&'static str> = Some("dict");
    const INIT: &'static CStr = c"class WeakKeyDictionary:\n def __init__(self, dict=None): pass
function = WeakKeyDictionary.__init__";
    const UPDATE: &'static CStr =
        c"class WeakKeyDictionary:\n def update(self, dict=None, /, **kwargs): pass
function = WeakKeyDictionary.update";

    #[inline]
    fn value<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let value = self.get(key)?;
        Ok(value.map(|value| value.into_bound(key.py())))
    }

    #[inline]
    fn store(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.insert(key, value.into(), IfPresent::Replace).map(drop)
    }

    fn value_or_store<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let kept = self.insert(key, OwnedObject::from(&default), IfPresent::Keep)?;
        Ok(kept.map_or(default, |kept| kept.into_bound(key.py())))
    }

    fn take_value<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let taken = self.take(key)?;
        Ok(taken.map(|(_weak, value)| value.into_bound(key.py())))
    }

    fn missing(key: &Bound<'_, PyAny>) -> PyErr {
        mapping::weak_key_error(key)
    }

    fn refuse_to_pop(key: &Bound<'_, PyAny>, given: usize) -> Option<PyErr> {
        let refusal = || {
            let text = format_args!("pop expected at most 2 arguments, got {given}");
            alloc::error::<PyTypeError>(key.py(), text)
        };
        Some(WeakRef::canonical(key).err().unwrap_or_else(refusal))
    }

    fn update_from_own(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        self.update_from(py, other, IfPresent::Replace)
    }

    fn update_from_other(&self, source: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.update_from_pairs(source)? {
            return Ok(());
        }
        match source::as_dict(source)? {
            Some(dict) => self.update_from_dict(&dict),
            None => source::for_each_pair(source, |key, value| self.store(key, value)),
        }
    }

    /// The names of keywords are no possible keys.
    fn update_from_keywords(
        &self,
        own: &Bound<'_, PyAny>,
        kwargs: &Bound<'_, PyDict>,
    ) -> PyResult<()> {
        mapping::update(own, kwargs)
    }

    /// A newer interpreter says so at once.
    fn refuse_keywords(py: Python<'_>) -> PyResult<()> {
        if !cfg!(Py_3_15) {
            return Ok(());
        }
        let text = format_args!(
            "Keyword arguments are not supported: cannot create weak reference to 'str' object"
        );
        Err(alloc::error::<PyTypeError>(py, text))
    }

    fn init_subclass(
        own: &Bound<'_, PyAny>,
        source: Option<Bound<'_, PyAny>>,
        _kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        match source.filter(|source| !source.is_none()) {
            Some(source) => mapping::update(own, &source),
            None => Ok(()),
        }
    }

    fn deep_copy<'py>(
        key: Bound<'py, PyAny>,
        value: Bound<'py, PyAny>,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        Ok((key, mapping::deepcopy(&value, memo)?))
    }

    fn data<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<impl Iterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let stored = self.stored(py)?.into_iter();
        Ok(stored.map(move |(weak, value)| (weak.into_bound(py), value.into_bound(py))))
    }

    fn set_data<'py>(
        &self,
        py: Python<'py>,
        data: Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    ) -> PyResult<()> {
        let data = data.into_iter();
        self.assign(
            py,
            data.map(|(weak, value)| (weak, OwnedObject::from(&value))),
        )
    }
}
