//! `WeakKeyDictionary`: a mapping that forgets a key when nobody else refers to it.

use pyo3::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use pyo3::{PyTraverseError, PyVisit};

use crate::classes::iterator::{WeakIterator, Yield};
use crate::classes::mapping;
use crate::content::Content;
use crate::content::by_key::{IfPresent, WeakKeys};
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
use crate::interpreter::owned::Owned;
use crate::interpreter::vector;
use crate::interpreter::weak_list;
use crate::references::weak_ref::{self, WeakRef};

/// A mapping that references its keys weakly.
///
/// An entry is discarded as soon as no strong reference to its key exists. Use it to attach data to
/// objects that other parts of a program own, without adding attributes to them.
///
/// Keys are compared with `==` and keep the order of insertion. You may change the dictionary while
/// you iterate over it, and use it in several threads at once. It behaves as
/// `weakref.WeakKeyDictionary`.
#[pyclass(frozen, subclass, dict, weakref, generic, mapping, module = "weakly")]
pub(crate) struct WeakKeyDictionary {
    content: WeakKeys<Owned>,
}

impl WeakKeyDictionary {
    fn iterator<'py>(slf: &Bound<'py, Self>, what: Yield) -> PyResult<Bound<'py, WeakIterator>> {
        WeakIterator::over(slf.as_any(), slf.get().content.entries(), what)
    }

    fn missing(key: &Bound<'_, PyAny>) -> PyErr {
        match WeakRef::canonical(key) {
            Ok(weak) => mapping::key_error(weak.into_bound(key.py())),
            Err(error) => error,
        }
    }

    /// `get(key, default)`
    #[inline]
    fn get_or<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let value = self.content.get(key)?;
        let value = value.map(|value| value.into_bound(key.py()));
        Ok(value.unwrap_or_else(|| mapping::default(key.py(), default)))
    }

    /// `setdefault(key, default)`
    fn get_or_set<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        let default = mapping::default(py, default);
        let offer = Owned::from(&default);
        let kept = self.content.insert(key, offer, IfPresent::Keep)?;
        Ok(kept.map_or(default, |kept| kept.into_bound(py)))
    }

    /// `pop(key[, default])`
    fn pop_or<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.content.take(key)? {
            Some((weak, value)) => {
                drop(weak);
                Ok(value.into_bound(key.py()))
            }
            None => default.cloned().ok_or_else(|| Self::missing(key)),
        }
    }
}

impl Class for WeakKeyDictionary {}

impl Constructible for WeakKeyDictionary {
    fn blank() -> PyResult<Self> {
        Ok(Self {
            content: Content::new()?,
        })
    }
}

impl slots::Init for WeakKeyDictionary {
    fn init<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let dict = INIT.one(slf, args, kwargs, Some("dict"))?;
        slf.get().content.begin_again(slf.py())?;
        match dict.filter(|dict| !dict.is_none()) {
            Some(dict) if slf.is_exact_instance_of::<Self>() => {
                Self::update(slf, Some(&dict), None)
            }
            Some(dict) => mapping::update(slf, &dict),
            None => Ok(()),
        }
    }
}

const INIT: Signature<'static> = Signature {
    in_python: c"class WeakKeyDictionary:\n def __init__(self, dict=None): pass
function = WeakKeyDictionary.__init__",
};

impl Container for WeakKeyDictionary {
    #[inline]
    fn len(&self, py: Python<'_>) -> usize {
        self.content.len(py)
    }

    #[inline]
    fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(weak_ref::is_referenceable(key) && self.content.contains(key)?)
    }
}

impl Dictionary for WeakKeyDictionary {
    #[inline]
    fn get_item<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self.content.get(key)? {
            Some(value) => Ok(value.into_bound(key.py())),
            None => Err(Self::missing(key)),
        }
    }

    #[inline]
    fn set_item(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.content
            .insert(key, value.into(), IfPresent::Replace)
            .map(drop)
    }

    fn del_item(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.content.delete(key)? {
            Ok(())
        } else {
            Err(Self::missing(key))
        }
    }
}

shortcut!(Get: WeakKeyDictionary, "get", 2, |own, key, default| own.get_or(key, default));
shortcut!(SetDefault: WeakKeyDictionary, "setdefault", 2, |own, key, default| own.get_or_set(key, default));
shortcut!(Pop: WeakKeyDictionary, "pop", 2, |own, key, default| own.pop_or(key, default));

/// `pop(key, *args)`
struct PopAny;

impl Varied for PopAny {
    type Class = WeakKeyDictionary;
    const NAME: &'static str = "pop";

    fn call<'py>(
        slf: &Bound<'py, WeakKeyDictionary>,
        arguments: Arguments<'_, 'py>,
        _kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let key = arguments.get(0).expect("the key is required");
        if arguments.len() > 2 {
            WeakRef::canonical(&key)?;
            return Err(fallible::error::<PyTypeError>(
                slf.py(),
                format_args!("pop expected at most 2 arguments, got {}", arguments.len()),
            ));
        }
        slf.get().pop_or(&key, arguments.get(1).as_deref())
    }
}

/// `update(dict=None, **kwargs)`
struct Update;

impl Varied for Update {
    type Class = WeakKeyDictionary;
    const NAME: &'static str = "update";

    fn call<'py>(
        slf: &Bound<'py, WeakKeyDictionary>,
        arguments: Arguments<'_, 'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        const UPDATE: Signature<'static> = Signature {
            in_python: c"class WeakKeyDictionary:\n def update(self, dict=None, /, **kwargs): pass
function = WeakKeyDictionary.update",
        };
        if arguments.len() > 1 {
            return Err(UPDATE.refusal(Some(slf), &arguments.tuple_from(0)?, kwargs));
        }
        let dict = arguments.get(0).filter(|dict| !dict.is_none());
        WeakKeyDictionary::update(slf, dict.as_deref(), kwargs)?;
        Ok(slf.py().None().into_bound(slf.py()))
    }
}

operator!(Or: WeakKeyDictionary, __or__, __ror__, nb_or, |own, other| WeakKeyDictionary::__ror__(own, other));

weak_list::referent!(WeakKeyDictionary);

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    instance::install::<WeakKeyDictionary>(py);
    slots::set_init::<WeakKeyDictionary>(py)?;
    weak_list::clear_first::<WeakKeyDictionary>(py);
    methods::replace::<PopAny>(py)?;
    methods::replace::<Update>(py)?;
    methods::guard::<WeakKeyDictionary>(py)?;
    operators::install::<Or>(py)?;
    attributes::guard::<WeakKeyDictionary>(py, "data")?;
    shortcut::add_container_slots::<WeakKeyDictionary>(py);
    shortcut::add_dictionary_slots::<WeakKeyDictionary>(py);
    shortcut::add_method::<Get>(py)?;
    shortcut::add_method::<SetDefault>(py)?;
    shortcut::add_method::<Pop>(py)
}

#[pymethods]
impl WeakKeyDictionary {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(dict=None)")]
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

    /// D.keys(): an iterator over the live keys.
    fn keys<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Keys)
    }

    /// D.values(): an iterator over the values of the live keys.
    fn values<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Values)
    }

    /// D.items(): an iterator over the live keys with their values.
    fn items<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Items)
    }

    /// D.keyrefs(): a list of the weak references to the keys.
    ///
    /// A reference may be dead by the time it is used: check what calling it returns. Unlike the
    /// keys themselves, the list keeps none of them alive.
    fn keyrefs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
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

    /// D.update(other): stores the entries of a mapping or of an iterable of pairs.
    // Called through `Update`, which has all keywords in one dict.
    #[pyo3(
        signature = (dict=None, kwargs=None, /),
        text_signature = "($self, dict=None, /, **kwargs)"
    )]
    fn update<'py>(
        slf: &Bound<'py, Self>,
        dict: Option<&Bound<'py, PyAny>>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
        // The names of keywords are no possible keys: a newer interpreter says so at once.
        if cfg!(Py_3_15) && kwargs.is_some() {
            return Err(fallible::error::<PyTypeError>(
                slf.py(),
                format_args!(
                    "Keyword arguments are not supported: cannot create weak reference to 'str' object"
                ),
            ));
        }
        let own = slf.get();
        if let Some(dict) = dict {
            if let Ok(other) = dict.cast_exact::<Self>() {
                own.content
                    .update_from(slf.py(), &other.get().content, IfPresent::Replace)?;
            } else if !own.content.update_from_pairs(dict)? {
                match source::as_dict(dict)? {
                    Some(dict) => own.content.update_from_dict(&dict)?,
                    None => source::for_each_pair(dict, |key, value| own.set_item(key, value))?,
                }
            }
        }
        kwargs.map_or(Ok(()), |kwargs| mapping::update(slf, kwargs))
    }

    /// D.clear(): removes all entries.
    fn clear(slf: &Bound<'_, Self>) -> PyResult<()> {
        if !slf.is_exact_instance_of::<Self>() {
            return mapping::clear_by_popping(slf);
        }
        slf.get().content.clear(slf.py())
    }

    /// D.copy(): a new WeakKeyDictionary with the live entries of D.
    fn copy<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        let copy = instance::new(slf.py(), Self::blank()?)?;
        copy.get().content.copy_from(slf.py(), &slf.get().content)?;
        Ok(copy)
    }

    fn __copy__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        Self::copy(slf)
    }

    /// A new instance of the same class with the same keys and deep copies of the values.
    fn __deepcopy__<'py>(
        slf: &Bound<'py, Self>,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let copy = slf.get_type().call0()?;
        for (key, value) in slf.get().content.live_items(py)? {
            copy.set_item(key, mapping::deepcopy(&value, memo)?)?;
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

    /// The weak references with their values, as a new dict. Assigning a mapping of weak
    /// references replaces the content.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let data = fallible::dict(py)?;
        for (weak, value) in self.content.stored(py)? {
            data.set_item(weak.into_bound(py), value.into_bound(py))?;
        }
        Ok(data)
    }

    #[setter]
    fn set_data(&self, data: &Bound<'_, PyAny>) -> PyResult<()> {
        let mut refs = Vec::new();
        source::for_each_pair(&source::to_dict(data)?, |weak, value| {
            Ok(vector::push(&mut refs, (weak.clone(), value.into()))?)
        })?;
        self.content.assign(data.py(), refs)
    }

    /// What the weak references call when their keys die.
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
