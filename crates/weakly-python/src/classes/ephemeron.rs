//! The attribute `ephemeron` of the dictionaries that own their values, and the functions about all of
//! them.

use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyType};
use weakly_pyo3::content::{Content, Kind};
use weakly_pyo3::ephemerons::collector;
use weakly_pyo3::ephemerons::enrollment;
use weakly_pyo3::interpreter::alloc::{self, Shown};
use weakly_pyo3::interpreter::names;

use crate::classes::hooks;

/// The content of an instance, as the attribute sees it.
pub(crate) trait HasEphemerons {
    fn are_ephemerons(&self, by_default: bool) -> bool;

    /// Errors: MemoryError.
    fn choose_ephemerons(&self, py: Python<'_>, are_ephemerons: bool) -> PyResult<()>;

    fn collected_ephemerons(&self) -> usize;
}

impl<K: Kind> HasEphemerons for Content<K> {
    fn are_ephemerons(&self, by_default: bool) -> bool {
        self.enrollment().is_wanted(by_default)
    }

    fn choose_ephemerons(&self, py: Python<'_>, are_ephemerons: bool) -> PyResult<()> {
        Self::choose_ephemerons(self, py, are_ephemerons)
    }

    fn collected_ephemerons(&self) -> usize {
        self.enrollment().collected()
    }
}

/// Finds the content in an instance of the class that the attribute is for.
type Find = for<'a> fn(&'a Bound<'_, PyAny>) -> Option<&'a dyn HasEphemerons>;

/// Whether a value may lead to its own key, and key, value and entry are collected all the same.
///
/// A bool. On a class it is what its instances begin with; on an instance it may be changed.
#[pyclass(frozen, module = "weakly", name = "_EphemeronAttribute")]
pub(crate) struct EphemeronAttribute {
    find: Find,
    /// What instances begin with, or None for what was said of the whole program.
    choice: Option<bool>,
}

impl EphemeronAttribute {
    pub(crate) fn new(find: Find, choice: Option<bool>) -> Self {
        Self { find, choice }
    }

    fn by_default(&self) -> bool {
        self.choice.unwrap_or_else(enrollment::default)
    }
}

#[pymethods]
impl EphemeronAttribute {
    fn __get__(
        &self,
        instance: Option<&Bound<'_, PyAny>>,
        _class: Option<&Bound<'_, PyAny>>,
    ) -> bool {
        let content = instance.and_then(self.find);
        content.map_or(self.by_default(), |content| {
            content.are_ephemerons(self.by_default())
        })
    }

    fn __set__(&self, instance: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let choice = expect_bool(value)?;
        match (self.find)(instance) {
            Some(content) => content.choose_ephemerons(instance.py(), choice),
            None => Err(alloc::error::<PyTypeError>(
                instance.py(),
                format_args!(
                    "ephemeron is an attribute of weak dictionaries that own their values"
                ),
            )),
        }
    }

    fn __delete__(&self, instance: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(alloc::error::<PyAttributeError>(
            instance.py(),
            format_args!("can't delete attribute"),
        ))
    }

    /// How many entries of an instance have gone with keys that only values led to.
    fn collected(&self, instance: &Bound<'_, PyAny>) -> usize {
        (self.find)(instance).map_or(0, HasEphemerons::collected_ephemerons)
    }
}

/// A bool. Errors: TypeError for anything else.
pub(crate) fn expect_bool(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if let Ok(value) = value.cast_exact::<PyBool>() {
        return Ok(value.is_true());
    }
    let name = value.get_type().name()?;
    Err(alloc::error::<PyTypeError>(
        value.py(),
        format_args!("ephemeron must be a bool, not '{}'", Shown(&name)),
    ))
}

/// Takes the keyword `ephemeron` out of those of a constructor. Errors: TypeError if it is no bool.
pub(crate) fn take_choice<'py>(
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Option<Bound<'py, PyDict>>, Option<bool>)> {
    let Some(kwargs) = kwargs else {
        return Ok((None, None));
    };
    let name = names::ephemeron(kwargs.py());
    let Some(choice) = kwargs.get_item(name)? else {
        return Ok((Some(kwargs.clone()), None));
    };
    let choice = expect_bool(&choice)?;
    let rest = kwargs.copy()?;
    rest.del_item(name)?;
    Ok((Some(rest), Some(choice)))
}

/// What a subclass has chosen for its instances, by `ephemeron = True` or False in its body. From then
/// on the attribute of an instance can be set.
///
/// Errors: TypeError if it is no bool.
pub(crate) fn choice_of_subclass(
    class: &Bound<'_, PyType>,
    own: &Bound<'_, PyType>,
    find: Find,
) -> PyResult<Option<bool>> {
    let name = names::ephemeron(class.py());
    let Some((base, chosen)) = hooks::attribute_of_class(class, name)? else {
        return Ok(None);
    };
    if base.is(own) {
        return Ok(None);
    }
    if let Ok(attribute) = chosen.cast_exact::<EphemeronAttribute>() {
        return Ok(attribute.get().choice);
    }
    let choice = Some(expect_bool(&chosen)?);
    base.setattr(name, EphemeronAttribute::new(find, choice))?;
    Ok(choice)
}

/// collect_ephemerons(): collects garbage until no entry goes any more whose key only values of such
/// dictionaries led to, and returns how many went.
///
/// More than 0 means that the program would have leaked without `ephemeron`. It takes as long as the
/// full collections that it makes, at least one. It does nothing and returns 0 during a collection, and
/// on a free-threaded build.
#[pyfunction]
pub(crate) fn collect_ephemerons(py: Python<'_>) -> PyResult<usize> {
    collector::collect(py)
}

/// Says whether the entries of each `WeakKeyDictionary` are ephemerons of which nothing else is said.
#[pyfunction]
pub(crate) fn _set_ephemerons(are_ephemerons: bool) {
    enrollment::set_default(are_ephemerons);
}
