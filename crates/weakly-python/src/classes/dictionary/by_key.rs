//! Dictionaries with weak keys and values of their own.

use pyo3::prelude::*;
use weakly_pyo3::content::by_key::Keys;
use weakly_pyo3::content::key::WeakKey;
use weakly_pyo3::content::put::IfPresent;
use weakly_pyo3::content::source;
use weakly_pyo3::interpreter::owned_object::OwnedObject;

use super::Contents;
use crate::classes::mapping;

impl<K: WeakKey> Contents for Keys<OwnedObject, K> {
    type Key = K;
    const OWNS_VALUES: bool = true;

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

    fn update_from_own(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        self.update_from(py, other, IfPresent::Replace)
    }

    fn update_from_other(&self, source: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.update_from_pairs(source)? {
            return Ok(());
        }
        if K::IS_IDENTITY {
            return source::for_each_pair_given(source, |key, value| self.store(key, value));
        }
        match source::as_dict(source)? {
            Some(dict) => self.update_from_dict(&dict),
            None => source::for_each_pair(source, |key, value| self.store(key, value)),
        }
    }

    fn deep_copy_value<'py>(
        value: Bound<'py, PyAny>,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        mapping::deepcopy(&value, memo)
    }

    fn data<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<impl Iterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let stored = self.stored(py)?.into_iter();
        Ok(stored.map(move |(weak, value)| (weak.object().bind(py).clone(), value.into_bound(py))))
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
