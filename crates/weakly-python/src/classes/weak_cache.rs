//! `WeakCache`: a mapping that finds what anybody holds, and holds what was used last itself.

use pyo3::exceptions::PyTypeError;
use weakly_pyo3::content::cached::{Cached, whole};
use weakly_pyo3::content::create_once;
use weakly_pyo3::interpreter::alloc::Shown;
use weakly_pyo3::interpreter::class::fast_slots::DictionarySlots;
use weakly_pyo3::interpreter::class::methods::Varied;
use weakly_pyo3::interpreter::class::vectorcall::Arguments;
use weakly_pyo3::interpreter::reentrant_once::ReentrantOnce;

use crate::classes::container::prelude::*;
use crate::classes::hooks;

/// A cache that finds an object as long as anybody holds it, and holds those used last itself.
///
/// The maxsize objects that were stored or found last stay alive in any case; None is any number, and 0
/// makes it a WeakValueDictionary. With a weigher, maxsize is the most that those held may weigh
/// together: weigher(value) is an int, and a value that alone weighs more is not held.
///
/// It is a MutableMapping. Values must allow weak references. A value stored for several keys is held
/// once, each of them uses it, and it is held no more when the last of them is removed. To remove a key
/// costs O(weak references to its value). What is no longer held is dropped outside of any lock. Several
/// threads may use a cache at once.
#[pyclass(frozen, subclass, dict, weakref, generic, mapping, module = "weakly")]
pub(crate) struct WeakCache {
    content: Cached,
}

impl Class for WeakCache {}

impl Constructible for WeakCache {
    fn blank() -> PyResult<Self> {
        Ok(Self {
            content: Cached::new()?,
        })
    }
}

static INIT: Signature = Signature::new(
    c"class WeakCache:\n def __init__(self, maxsize, weigher=None): pass
function = WeakCache.__init__",
);

impl slots::Init for WeakCache {
    fn init<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let [maxsize, weigher] = INIT.arguments(slf, args, kwargs, ["maxsize", "weigher"], 1)?;
        let py = slf.py();
        let maxsize = maxsize.filter(|maxsize| !maxsize.is_none());
        let room = maxsize
            .map(|maxsize| whole(&maxsize, "maxsize"))
            .transpose()?;
        let weigher = weigher.filter(|weigher| !weigher.is_none());
        if let Some(weigher) = weigher.as_ref().filter(|weigher| !weigher.is_callable()) {
            let name = weigher.get_type().name()?;
            return Err(alloc::error::<PyTypeError>(
                py,
                format_args!("the weigher must be callable, not '{}'", Shown(&name)),
            ));
        }
        slf.get().content.begin(py, room, weigher.as_ref())
    }
}

impl WeakCache {
    fn iterator<'py>(slf: &Bound<'py, Self>, what: Yield) -> PyResult<Bound<'py, WeakIterator>> {
        WeakIterator::over(slf.as_any(), slf.get().content.values().entries(), what)
    }
}

#[pymethods]
impl WeakCache {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(maxsize, weigher=None)")]
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
        ContainerSlots::len(self, py)
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.contains(key)
    }

    fn __getitem__<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match slf.get().find_item(key)? {
            Some(item) => Ok(item),
            None => Self::missing_item(slf, key),
        }
    }

    fn __setitem__(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set_item(key, value)
    }

    fn __delitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
        self.del_item(key)
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Keys)
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        mapping::repr(slf)
    }

    /// C.get(key, default=None): the value of key, or default if key is not in C.
    #[pyo3(signature = (key, default=None))]
    fn get<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.get_or(key, default)
    }

    /// C.get_or_create(key, factory): the value of key, which becomes factory() if key is not in C.
    ///
    /// One thread at a time calls a factory for a key, as in a WeakValueDictionary.
    #[pyo3(signature = (key, factory))]
    fn get_or_create<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        factory: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        create_once::expect_factory(factory)?;
        if let Some(value) = self.content.get(key)? {
            return Ok(value);
        }
        let (get, values) = (|| self.content.find(key), self.content.values());
        let make = || self.content.get_or_set(key, &factory.call0()?);
        values.create_once(key, get, make)
    }

    /// C.setdefault(key, default=None): the value of key, which becomes default if key is not in C.
    #[pyo3(signature = (key, default=None))]
    fn setdefault<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self.content.get(key)? {
            Some(value) => Ok(value),
            None => self
                .content
                .get_or_set(key, &mapping::default(key.py(), default)),
        }
    }

    /// C.pop(key[, default]): removes key and returns its value.
    ///
    /// If key is not in C, returns default, or raises KeyError if default is not given.
    #[pyo3(signature = (key, default=None), text_signature = "($self, key, *args)")]
    fn pop<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.pop_or(key, default)
    }

    /// C.popitem(): removes the entry inserted last and returns it as (key, value).
    ///
    /// Raises KeyError if C is empty.
    fn popitem<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let item = self.content.pop(py)?;
        let (key, value) = item.ok_or_else(|| mapping::nothing_to_pop(py))?;
        alloc::tuple(py, [key, value])
    }

    /// C.keys(): an iterator over the keys of the live entries.
    fn keys<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Keys)
    }

    /// C.values(): an iterator over the values of the live entries. It uses none of them.
    fn values<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Values)
    }

    /// C.items(): an iterator over the live entries, as tuples (key, value). It uses none of them.
    fn items<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        Self::iterator(slf, Yield::Items)
    }

    /// C.clear(): removes all entries, and counts hits and misses from zero again.
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        self.content.clear(py)
    }

    /// C.cache_info(): a named tuple (hits, misses, maxsize, alive, held).
    ///
    /// alive is len(C), held is how many of these the cache itself keeps alive. Lookups with C[key],
    /// get(), setdefault() and get_or_create() count as hits or misses.
    fn cache_info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let counts = self.content.counts(py);
        let number = |number: u64| alloc::int(py, isize::try_from(number).unwrap_or(isize::MAX));
        let room = counts
            .room
            .map_or_else(|| Ok(py.None().into_bound(py)), number)?;
        let (alive, held) = (self.content.values().len(py), counts.held);
        let fields = [
            number(counts.hits)?,
            number(counts.misses)?,
            room,
            number(alive as u64)?,
            number(held as u64)?,
        ];
        cache_info_class(py)?.call1(alloc::tuple(py, fields)?)
    }

    fn __richcmp__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        mapping::compare::<Self>(slf, other, op, false)
    }

    #[classattr]
    fn __reversed__() -> Option<Py<PyAny>> {
        None
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(mapping::cannot_pickle(slf))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.content.visit(&visit)
    }

    fn __clear__(&self, py: Python<'_>) {
        self.content.give_up(py);
    }
}

impl WeakCache {
    fn get_or<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let value = self.content.get(key)?;
        Ok(value.unwrap_or_else(|| mapping::default(key.py(), default)))
    }

    fn pop_or<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let taken = self.content.take(key)?.or_else(|| default.cloned());
        taken.ok_or_else(|| mapping::key_error(key.clone()))
    }
}

/// `collections.namedtuple("CacheInfo", ...)`
fn cache_info_class(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CLASS: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    let class = CLASS.get_or_try_make(py, || {
        let name = alloc::string(py, "CacheInfo")?;
        let fields = alloc::string(py, "hits misses maxsize alive held")?;
        let collections = alloc::import(py, c"collections")?;
        let class = collections.call_method1(names::namedtuple(py), (name, fields))?;
        Ok(class.unbind())
    })?;
    Ok(class.bind(py))
}

impl ContainerSlots for WeakCache {
    #[inline]
    fn len(&self, py: Python<'_>) -> usize {
        self.content.values().len(py)
    }

    #[inline]
    fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.content.values().has(key)
    }
}

impl DictionarySlots for WeakCache {
    #[inline]
    fn find_item<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.content.get(key)
    }

    fn missing_item<'py>(
        slf: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        hooks::missing_item::<Self>(slf, key)?.ok_or_else(|| mapping::key_error(key.clone()))
    }

    #[inline]
    fn set_item(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.content.set(key, value)
    }

    fn del_item(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.content.delete(key)? {
            return Ok(());
        }
        Err(mapping::key_error(key.clone()))
    }
}

/// `pop(key, *args)`: a default of None is one.
struct PopAny;

impl Varied for PopAny {
    type Class = WeakCache;
    const NAME: &'static str = "pop";

    fn call<'py>(
        slf: &Bound<'py, WeakCache>,
        arguments: Arguments<'_, 'py>,
        _kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let key = arguments.get(0).expect("the key is required");
        if arguments.count() > 2 {
            return Err(mapping::too_many_to_pop(slf.py(), arguments.count()));
        }
        slf.get().pop_or(&key, arguments.get(1).as_deref())
    }
}

fast_method!(Get: WeakCache, "get", 2, |own, key, default| own.get_or(key, default));

weak_list::referent!(WeakCache);

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    instance::install::<WeakCache>(py);
    INIT.prepare(py)?;
    slots::set_init::<WeakCache>(py)?;
    weak_list::clear_first::<WeakCache>(py);
    methods::replace::<PopAny>(py)?;
    methods::guard::<WeakCache>(py)?; // in front of what was replaced, too
    fast_slots::add_container_slots::<WeakCache>(py);
    fast_slots::add_dictionary_slots::<WeakCache>(py);
    fast_method::add_fast_method::<Get>(py)
}
