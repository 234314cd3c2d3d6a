//! What both dictionaries share: the protocol of `MutableMapping`.

use std::ffi::CStr;

use pyo3::PyTypeInfo;
use pyo3::basic::CompareOp;
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};
use weakly_pyo3::content::source;
use weakly_pyo3::interpreter;
use weakly_pyo3::interpreter::alloc::{self, Shown};
use weakly_pyo3::interpreter::builtins;
use weakly_pyo3::interpreter::class::{instance, operators};
use weakly_pyo3::interpreter::lock::Lock;
use weakly_pyo3::interpreter::names;
use weakly_pyo3::interpreter::recursion;
use weakly_pyo3::interpreter::reentrant_once::ReentrantOnce;
use weakly_pyo3::interpreter::vector;
use weakly_pyo3::references::weak_ref::WeakRef;

use super::iterator::WeakIterator;

/// The default given to `get` and `setdefault`, which is None if none is given.
#[inline]
pub(crate) fn default<'py>(
    py: Python<'py>,
    given: Option<&Bound<'py, PyAny>>,
) -> Bound<'py, PyAny> {
    given.map_or_else(|| py.None().into_bound(py), Bound::clone)
}

/// `KeyError(key)`
#[cold]
pub(crate) fn key_error(key: Bound<'_, PyAny>) -> PyErr {
    alloc::error_with::<PyKeyError>(key)
}

/// `KeyError(ref(key))`, or the TypeError of a key that cannot be weakly referenced.
#[cold]
pub(crate) fn weak_key_error(key: &Bound<'_, PyAny>) -> PyErr {
    match WeakRef::canonical(key) {
        Ok(weak) => key_error(weak.into_bound(key.py())),
        Err(error) => error,
    }
}

/// `KeyError` as `popitem()` of an empty dictionary raises it.
#[cold]
pub(crate) fn nothing_to_pop(py: Python<'_>) -> PyErr {
    alloc::error::<PyKeyError>(py, format_args!("popitem(): dictionary is empty"))
}

/// The error of `pop` with so many arguments, more than two.
#[cold]
pub(crate) fn too_many_to_pop(py: Python<'_>, given: usize) -> PyErr {
    alloc::error::<PyTypeError>(
        py,
        format_args!("pop expected at most 2 arguments, got {given}"),
    )
}

/// `TypeError` as pickling a dictionary raises it: weak references cannot be pickled.
#[cold]
pub(crate) fn cannot_pickle(slf: &Bound<'_, PyAny>) -> PyErr {
    match slf.get_type().name() {
        Ok(name) => alloc::error::<PyTypeError>(
            slf.py(),
            format_args!("cannot pickle '{}' object", Shown(&name)),
        ),
        Err(error) => error,
    }
}

/// Whether `object` is a `collections.abc.Mapping`.
pub(crate) fn is_mapping(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static MAPPING: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    let py = object.py();
    let mapping = MAPPING.get_or_try_make(py, || {
        let abc = alloc::import(py, c"collections.abc")?;
        abc.getattr(names::Mapping(py)).map(Bound::unbind)
    })?;
    object.is_instance(mapping.bind(py))
}

/// Whether `own` is exactly of its class, and `other` of the same or a `dict`: then nobody has
/// redefined how the one is copied and updated, or the other is read.
pub(crate) fn are_exact<T: PyTypeInfo>(own: &Bound<'_, PyAny>, other: &Bound<'_, PyAny>) -> bool {
    own.is_exact_instance_of::<T>()
        && (other.is_exact_instance_of::<T>() || other.is_exact_instance_of::<PyDict>())
}

/// `own == other` and `own != other`, as `Mapping` defines them: both as dicts. If one of them tells its
/// keys apart by identity, so does the comparison.
pub(crate) fn compare<'py, T: PyTypeInfo>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
    op: CompareOp,
    by_identity: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let py = own.py();
    if matches!(op, CompareOp::Ne) && !own.is_exact_instance_of::<T>() {
        return builtins::object_ne(own, other);
    }
    // One that compares by identity is asked itself.
    let is_asked = !by_identity && is_by_identity(other);
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || is_asked || !is_mapping(other)? {
        return Ok(operators::not_implemented(py));
    }
    let items = |mapping: &Bound<'py, PyAny>| mapping.call_method0(names::items(py));
    let (own, other) = (items(own)?, items(other)?);
    if by_identity {
        let (own, other) = (Identified::new(&own)?, Identified::new(&other)?);
        return compare_dicts(&own.values, &other.values, op);
    }
    compare_dicts(&items_to_dict(&own)?, &items_to_dict(&other)?, op)
}

/// `dict(items)`. Our own iterators end, so they are read without pauses, in half the time.
fn items_to_dict<'py>(items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if items.is_exact_instance_of::<WeakIterator>() {
        return source::to_dict_at_once(items);
    }
    source::to_dict(items)
}

fn compare_dicts<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
    op: CompareOp,
) -> PyResult<Bound<'py, PyAny>> {
    recursion::counted(own.py(), c" in comparison", 1, || {
        own.rich_compare(other, op)
    })
}

/// The classes that tell their keys apart by identity.
static BY_IDENTITY: Lock<Vec<Py<PyType>>> = Lock::new(Vec::new());

/// Adds a class to those that tell their keys apart by identity.
pub(crate) fn tell_by_identity(class: &Bound<'_, PyType>) {
    let added = class.clone().unbind();
    BY_IDENTITY.with(class.py(), |classes| classes.push(added));
}

/// Whether an object is a dictionary of ours that tells its keys apart by identity.
fn is_by_identity(object: &Bound<'_, PyAny>) -> bool {
    let py = object.py();
    BY_IDENTITY.read(py, |classes| {
        let mut classes = classes.iter();
        classes.any(|class| instance::is_instance(object, class.bind(py)))
    })
}

/// Values by the addresses of their keys, which are kept alive: no other object has their addresses.
struct Identified<'py> {
    values: Bound<'py, PyAny>,
    _keys: Vec<Bound<'py, PyAny>>,
}

impl<'py> Identified<'py> {
    fn new(items: &Bound<'py, PyAny>) -> PyResult<Self> {
        let values = alloc::dict(items.py())?;
        let mut keys = Vec::new();
        source::for_each_unpacked(items, |key, value| {
            values.set_item(alloc::address(key)?, value)?;
            Ok(vector::push(&mut keys, key.clone())?)
        })?;
        Ok(Self {
            values: values.into_any(),
            _keys: keys,
        })
    }
}

/// `own | other`: a copy, updated.
pub(crate) fn union<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if !is_mapping(other)? {
        return Ok(operators::not_implemented(own.py()));
    }
    let union = own.call_method0(names::copy(own.py()))?;
    update(&union, other)?;
    Ok(union)
}

/// `other | own`: a new instance of `own`'s class, updated by both.
pub(crate) fn reflected_union<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if !is_mapping(other)? {
        return Ok(operators::not_implemented(own.py()));
    }
    let union = own.get_type().call0()?;
    update(&union, other)?;
    update(&union, own)?;
    Ok(union)
}

/// `own.update(other)`, as a subclass may have defined it.
pub(crate) fn update(own: &Bound<'_, PyAny>, other: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = own.py();
    recursion::counted(py, CALLING, 1, || {
        own.call_method1(names::update(py), (other,)).map(drop)
    })
}

/// `MutableMapping.clear` of a subclass: pops item after item.
pub(crate) fn clear_by_popping(own: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = own.py();
    loop {
        if let Err(error) = own.call_method0(names::popitem(py)) {
            return if error.is_instance_of::<PyKeyError>(py) {
                Ok(())
            } else {
                Err(error)
            };
        }
    }
}

/// `copy.deepcopy(object, memo)`
pub(crate) fn deepcopy<'py>(
    object: &Bound<'py, PyAny>,
    memo: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    static DEEPCOPY: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    let py = object.py();
    let deepcopy = DEEPCOPY.get_or_try_make(py, || {
        let copy = alloc::import(py, c"copy")?;
        copy.getattr(names::deepcopy(py)).map(Bound::unbind)
    })?;
    let deepcopy = deepcopy.bind(py);
    recursion::counted(py, CALLING, 1, || {
        interpreter::call(deepcopy, [object, memo])
    })
}

const CALLING: &CStr = c" while calling a Python object";

/// `<WeakKeyDictionary at 0x...>`
pub(crate) fn repr<'py>(own: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    let (name, at) = (own.get_type().name()?, own.as_ptr());
    alloc::format(own.py(), format_args!("<{} at {at:p}>", Shown(&name)))
}
