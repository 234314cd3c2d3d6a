//! `WeakValueDictionary`: a mapping that forgets a value when nobody else refers to it.

use pyo3::basic::CompareOp;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use pyo3::{PyTraverseError, PyVisit};

use crate::classes::iterator::{WeakIterator, Yield};
use crate::classes::mapping;
use crate::content::Content;
use crate::content::by_value::WeakValues;
use crate::content::source;
use crate::interpreter::class::arguments::Signature;
use crate::interpreter::class::attributes;
use crate::interpreter::class::instance::{self, Class, Constructible};
use crate::interpreter::class::methods::{self, Varied};
use crate::interpreter::class::operators::{self, operator};
use crate::interpreter::class::shortcut::{self, Container, Dictionary, shortcut};
use crate::interpreter::class::slots;
use crate::interpreter::class::vectorcall::Arguments;
use crate::interpreter::fallible;
use crate::interpreter::names;
use crate::interpreter::vector;
use crate::interpreter::weak_list;

/// A mapping that references its values weakly.
///
/// An entry is discarded as soon as no strong reference to its value exists. Use it to find objects
/// by name, or to share those that exist, without keeping them alive.
///
/// Keys keep the order of insertion. You may change the dictionary while you iterate over it, and
/// use it in several threads at once. It behaves as `weakref.WeakValueDictionary`.
#[pyclass(frozen, subclass, dict, weakref, generic, mapping, module = "weakly")]
pub(crate) struct WeakValueDictionary {
    content: WeakValues,
}

impl WeakValueDictionary {
    fn iterator<'py>(slf: &Bound<'py, Self>, what: Yield) -> PyResult<Bound<'py, WeakIterator>> {
        WeakIterator::over(slf.as_any(), slf.get().content.entries(), what)
    }

    /// `get(key, default)`
    #[inline]
    fn get_or<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let value = self.content.get(key)?;
        Ok(value.unwrap_or_else(|| mapping::default(key.py(), default)))
    }

    /// `setdefault(key, default)`
    fn get_or_set<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(value) = self.content.get(key)? {
            return Ok(value);
        }
        self.content
            .get_or_set(key, &mapping::default(key.py(), default))
    }

    /// `pop(key[, default])`
    fn pop_or<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.content.take(key)? {
            Some(value) => Ok(value),
            None => default
                .cloned()
                .ok_or_else(|| mapping::key_error(key.clone())),
        }
    }
}

impl Class for WeakValueDictionary {}

impl Constructible for WeakValueDictionary {
    fn blank() -> PyResult<Self> {
        Ok(Self {
            content: Content::new()?,
        })
    }
}

impl slots::Init for WeakValueDictionary {
    fn init<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let other = INIT.one(slf, args, kwargs, None)?;
        slf.get().content.begin_again(slf.py())?;
        if slf.is_exact_instance_of::<Self>() {
            let other = other.filter(|other| !other.is_none());
            return Self::update(slf, other.as_ref(), kwargs);
        }
        let other = match other {
            Some(other) => other,
            None => PyTuple::empty(slf.py()).into_any(),
        };
        slf.getattr(names::update(slf.py()))?
            .call(fallible::tuple(slf.py(), [other.clone()])?, kwargs)?;
        Ok(())
    }
}

const INIT: Signature<'static> = Signature {
    in_python: c"class WeakValueDictionary:\n def __init__(self, other=(), /, **kw): pass
function = WeakValueDictionary.__init__",
};

impl Container for WeakValueDictionary {
    #[inline]
    fn len(&self, py: Python<'_>) -> usize {
        self.content.len(py)
    }

    #[inline]
    fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.content.contains(key)
    }
}

impl Dictionary for WeakValueDictionary {
    #[inline]
    fn get_item<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self.content.get(key)? {
            Some(value) => Ok(value),
            None => Err(mapping::key_error(key.clone())),
        }
    }

    #[inline]
    fn set_item(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.content.set(key, value)
    }

    fn del_item(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.content.delete(key)? {
            Ok(())
        } else {
            Err(mapping::key_error(key.clone()))
        }
    }
}

shortcut!(Get: WeakValueDictionary, "get", 2, |own, key, default| own.get_or(key, default));
shortcut!(SetDefault: WeakValueDictionary, "setdefault", 2, |own, key, default| own.get_or_set(key, default));
shortcut!(Pop: WeakValueDictionary, "pop", 2, |own, key, default| own.pop_or(key, default));

/// `pop(key, *args)`
struct PopAny;

impl Varied for PopAny {
    type Class = WeakValueDictionary;
    const NAME: &'static str = "pop";

    fn call<'py>(
        slf: &Bound<'py, WeakValueDictionary>,
        arguments: Arguments<'_, 'py>,
        _kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let key = arguments.get(0).expect("the key is required");
        slf.get().pop_or(&key, arguments.get(1).as_deref())
    }
}

/// `update(other=(), **kwargs)`
struct Update;

impl Varied for Update {
    type Class = WeakValueDictionary;
    const NAME: &'static str = "update";

    fn call<'py>(
        slf: &Bound<'py, WeakValueDictionary>,
        arguments: Arguments<'_, 'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        const UPDATE: Signature<'static> = Signature {
            in_python: c"class WeakValueDictionary:\n def update(self, other=(), /, **kwargs): pass
function = WeakValueDictionary.update",
        };
        if arguments.len() > 1 {
            return Err(UPDATE.refusal(Some(slf), &arguments.tuple_from(0)?, kwargs));
        }
        let other = arguments.get(0).filter(|other| !other.is_none());
        WeakValueDictionary::update(slf, other.as_deref(), kwargs)?;
        Ok(slf.py().None().into_bound(slf.py()))
    }
}

operator!(Or: WeakValueDictionary, __or__, __ror__, nb_or, |own, other| WeakValueDictionary::__ror__(own, other));

weak_list::referent!(WeakValueDictionary);

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    instance::install::<WeakValueDictionary>(py);
    slots::set_init::<WeakValueDictionary>(py)?;
    weak_list::clear_first::<WeakValueDictionary>(py);
    methods::replace::<PopAny>(py)?;
    methods::replace::<Update>(py)?;
    methods::guard::<WeakValueDictionary>(py)?;
    operators::install::<Or>(py)?;
    attributes::guard::<WeakValueDictionary>(py, "data")?;
    shortcut::add_container_slots::<WeakValueDictionary>(py);
    shortcut::add_dictionary_slots::<WeakValueDictionary>(py);
    shortcut::add_method::<Get>(py)?;
    shortcut::add_method::<SetDefault>(py)?;
    shortcut::add_method::<Pop>(py)
}

#[pymethods]
impl WeakValueDictionary {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(other=(), /, **kw)")]
    fn __new__(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::blank()
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __init__<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        slots::Init::init(slf, args, kwargs)
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        Container::len(self, py)
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.get_item(key)
    }

    fn __setitem__(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set_item(key, value)
    }

    fn __delitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
        self.del_item(key)
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.contains(key)
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Keys)
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        mapping::repr(slf)
    }

    /// D.get(key, default=None): the value of key, or default if key is not in D.
    #[pyo3(signature = (key, default=None))]
    fn get<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.get_or(key, default)
    }

    /// D.keys(): an iterator over the keys of the live values.
    fn keys<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Keys)
    }

    /// D.values(): an iterator over the live values.
    fn values<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Values)
    }

    /// D.items(): an iterator over the keys with their live values.
    fn items<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Items)
    }

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

    /// D.popitem(): removes the entry inserted last and returns it as (key, value).
    ///
    /// Raises KeyError if D is empty.
    fn popitem<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let (key, value) = self
            .content
            .pop(py)
            .ok_or_else(|| mapping::nothing_to_pop(py))?;
        fallible::tuple(py, [key, value])
    }

    /// D.pop(key[, default]): removes key and returns its value.
    ///
    /// If key is not in D, returns default, or raises KeyError if default is not given.
    #[pyo3(signature = (key, default=None), text_signature = "($self, key, *args)")]
    fn pop<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.pop_or(key, default)
    }

    /// D.setdefault(key, default=None): the value of key, which becomes default if key is not in D.
    #[pyo3(signature = (key, default=None))]
    fn setdefault<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.get_or_set(key, default)
    }

    /// D.update(other, **kwargs): stores the entries of a mapping or of an iterable of pairs, then
    /// the keyword arguments.
    // Called through `Update`, which has all keywords in one dict.
    #[pyo3(
        signature = (other=None, kwargs=None, /),
        text_signature = "($self, other=None, /, **kwargs)"
    )]
    fn update<'py>(
        slf: &Bound<'py, Self>,
        other: Option<&Bound<'py, PyAny>>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let own = slf.get();
        if let Some(other) = other {
            if let Ok(other) = other.cast_exact::<Self>() {
                own.content.update_from(slf.py(), &other.get().content)?;
            } else {
                own.content.expect_len(slf.py(), source::len_hint(other))?;
                source::for_each_pair(other, |key, value| own.content.set(key, value))?;
            }
        }
        match kwargs {
            Some(kwargs) => source::for_each_pair(kwargs, |key, value| own.content.set(key, value)),
            None => Ok(()),
        }
    }

    /// D.clear(): removes all entries.
    fn clear(slf: &Bound<'_, Self>) -> PyResult<()> {
        if !slf.is_exact_instance_of::<Self>() {
            return mapping::clear_by_popping(slf);
        }
        slf.get().content.clear(slf.py())
    }

    /// D.copy(): a new WeakValueDictionary with the live entries of D.
    fn copy<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        let copy = instance::new(slf.py(), Self::blank()?)?;
        copy.get().content.copy_from(slf.py(), &slf.get().content)?;
        Ok(copy)
    }

    fn __copy__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        Self::copy(slf)
    }

    /// A new instance of the same class with deep copies of the keys and the same values.
    fn __deepcopy__<'py>(
        slf: &Bound<'py, Self>,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let copy = slf.get_type().call0()?;
        for (key, value) in slf.get().content.live_items(py)? {
            copy.set_item(mapping::deepcopy(&key, memo)?, value)?;
        }
        Ok(copy)
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(mapping::cannot_pickle(slf))
    }

    fn __or__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if mapping::are_plain::<Self>(slf, other) {
            let union = Self::copy(slf)?;
            Self::update(&union, Some(other), None)?;
            return Ok(union.into_any());
        }
        mapping::union(slf, other)
    }

    fn __ror__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        mapping::reflected_union(slf, other)
    }

    fn __ior__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
        if mapping::are_plain::<Self>(slf, other) {
            return Self::update(slf, Some(other), None);
        }
        mapping::update(slf, other)
    }

    fn __richcmp__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        mapping::compare::<Self>(slf, other, op)
    }

    #[classattr]
    fn __reversed__() -> Option<Py<PyAny>> {
        None
    }

    /// The keys with the weak references, as a new dict. Assigning a mapping from keys to weak
    /// references replaces the content.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let data = fallible::dict(py)?;
        for (key, weak) in self.content.stored(py)? {
            data.set_item(key.0.into_bound(py), weak.into_bound(py))?;
        }
        Ok(data)
    }

    #[setter]
    fn set_data(&self, data: &Bound<'_, PyAny>) -> PyResult<()> {
        let mut refs = Vec::new();
        source::for_each_pair(&source::to_dict(data)?, |key, weak| {
            Ok(vector::push(&mut refs, (key.clone(), weak.clone()))?)
        })?;
        self.content.assign(data.py(), refs)
    }

    /// What the weak references call when their values die.
    #[getter]
    fn _remove<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.content.callback(py)?.getattr(names::self_(py))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.content.visit(&visit)
    }

    fn __clear__(&self, py: Python<'_>) {
        self.content.give_up(py);
    }
}
