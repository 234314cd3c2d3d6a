//! Dictionaries with weak values.

use pyo3::prelude::*;
use weakly_pyo3::content::by_value::Values;
use weakly_pyo3::content::key::Key;
use weakly_pyo3::content::source;

use super::Contents;

impl<K: Key> Contents for Values<K> {
    type Key = K;
    const OWNS_VALUES: bool = false;

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
        self.take_live(key)
    }

    fn update_from_own(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        self.update_from(py, other)
    }

    fn update_from_other(&self, source: &Bound<'_, PyAny>) -> PyResult<()> {
        self.expect_len(source.py(), source::len_hint(source))?;
        if K::IS_IDENTITY {
            return source::for_each_pair_given(source, |key, value| self.set(key, value));
        }
        source::for_each_pair(source, |key, value| self.set(key, value))
    }

    fn deep_copy_value<'py>(
        value: Bound<'py, PyAny>,
        _memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Ok(value)
    }

    fn data<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<impl Iterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let stored = self.stored(py)?.into_iter();
        Ok(stored.map(move |(key, weak)| (key.object().bind(py).clone(), weak.into_bound(py))))
    }

    fn set_data<'py>(
        &self,
        py: Python<'py>,
        data: Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    ) -> PyResult<()> {
        self.assign(py, data)
    }
}
