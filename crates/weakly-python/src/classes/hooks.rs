//! What an operation on an instance of a subclass asks of it: the methods that the subclass may
//! have overridden, in the order in which the standard library's code asks them.

use pyo3::PyTypeInfo;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple, PyType};
use weakly_pyo3::interpreter;
use weakly_pyo3::interpreter::alloc;
use weakly_pyo3::interpreter::builtins;
use weakly_pyo3::interpreter::names;
use weakly_pyo3::interpreter::reentrant_once::ReentrantOnce;

/// `item for each in (own, other) for item in each`
pub(crate) fn chain<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    static CHAIN: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    let py = own.py();
    let chain = CHAIN.get_or_try_make(py, || attribute(py, c"itertools", names::chain(py)))?;
    interpreter::call(chain.bind(py), [own, other])
}

/// `item for item in other if item in own`
pub(crate) fn those_in<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    static PARTIAL: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    static CONTAINS: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    let py = own.py();
    let partial =
        PARTIAL.get_or_try_make(py, || attribute(py, c"functools", names::partial(py)))?;
    let contains =
        CONTAINS.get_or_try_make(py, || attribute(py, c"operator", names::contains(py)))?;
    let is_in_own = interpreter::call(partial.bind(py), [contains.bind(py), own])?;
    interpreter::call(&builtins::filter(py), [&is_in_own, other])
}

/// What `own[key]` comes to for a key without a value, if a subclass has defined `__missing__`.
pub(crate) fn missing_item<'py, T: PyTypeInfo>(
    own: &Bound<'py, PyAny>,
    key: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if own.is_exact_instance_of::<T>() {
        return Ok(None);
    }
    let missing = missing(own)?;
    missing
        .map(|missing| interpreter::call(&missing, [key]))
        .transpose()
}

/// The method `__missing__` of an instance of a subclass, if its class has one. As of all methods that
/// the interpreter calls itself, only the class is asked.
fn missing<'py>(own: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = own.py();
    let class = own.get_type();
    let Some((_, attribute)) = attribute_of_class(&class, names::missing(py))? else {
        return Ok(None);
    };
    let Some(get) = attribute.get_type().getattr_opt(names::get(py))? else {
        return Ok(Some(attribute));
    };
    interpreter::call(&get, [&attribute, own, class.as_any()]).map(Some)
}

/// An attribute as it stands in a class or one of its bases, and in which.
pub(crate) fn attribute_of_class<'py>(
    class: &Bound<'py, PyType>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<(Bound<'py, PyType>, Bound<'py, PyAny>)>> {
    for base in class.mro().iter() {
        let attributes = base.getattr(names::dict(class.py()))?;
        if attributes.contains(name)? {
            let attribute = attributes.get_item(name)?;
            return Ok(Some((base.cast_into()?, attribute)));
        }
    }
    Ok(None)
}

/// `copy.copy(own)`, where `reduced` is what `own.__reduce__()` gave.
pub(crate) fn copy_reduced<'py>(
    own: &Bound<'py, PyAny>,
    reduced: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = own.py();
    let Ok(parts) = reduced.cast::<PyTuple>() else {
        return Ok(own.clone()); // the name of a global: there is only the one
    };
    let reconstruct = alloc::import(py, c"copy")?.getattr(names::reconstruct(py))?;
    let first = [own.clone(), py.None().into_bound(py)];
    let arguments = alloc::tuple_of(py, 2 + parts.len(), first.into_iter().chain(parts.iter()))?;
    reconstruct.call1(arguments)
}

fn attribute(
    py: Python<'_>,
    module: &std::ffi::CStr,
    name: &Bound<'_, PyString>,
) -> PyResult<Py<PyAny>> {
    alloc::import(py, module)?.getattr(name).map(Bound::unbind)
}
