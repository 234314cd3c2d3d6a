//! The attributes of an instance, as copy and pickle carry them.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use weakly_pyo3::interpreter;
use weakly_pyo3::interpreter::names;

/// `object.__getstate__()`, or what stood in its place before Python 3.11: the `__dict__`.
pub(crate) fn get<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    match object.getattr_opt(names::getstate(py))? {
        Some(getstate) => getstate.call0(),
        None => object.getattr(names::dict(py)),
    }
}

/// Gives `object` the attributes of a state: a dict, or a pair of one for `__dict__` and one for
/// `__slots__`.
pub(crate) fn set(object: &Bound<'_, PyAny>, state: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = object.py();
    if let Some(setstate) = object.getattr_opt(names::setstate(py))? {
        interpreter::call(&setstate, [state])?;
        return Ok(());
    }
    let (attributes, slots) = match state.cast::<PyTuple>() {
        Ok(pair) => pair.extract::<(Option<Bound<'_, PyDict>>, Option<Bound<'_, PyDict>>)>()?,
        Err(_) => (state.extract()?, None),
    };
    if let Some(attributes) = attributes {
        let own = object.getattr(names::dict(py))?;
        own.call_method1(names::update(py), (attributes,))?;
    }
    for (name, value) in slots.into_iter().flatten() {
        object.setattr(name.cast::<pyo3::types::PyString>()?, value)?;
    }
    Ok(())
}
