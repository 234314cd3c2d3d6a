//! `WeakSet`: a set that forgets an item when nobody else refers to it.

use pyo3::basic::CompareOp;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PySet, PyString, PyTuple};
use pyo3::{PyTraverseError, PyVisit};

use crate::classes::hooks;
use crate::classes::iterator::{WeakIterator, Yield};
use crate::classes::mapping;
use crate::classes::operand::{self, Again, Distinct, Hash, Operand};
use crate::classes::state;
use weakly_pyo3::content::by_key::{ByKey, Hashed, IfPresent, WeakKeys};
use weakly_pyo3::content::source;
use weakly_pyo3::content::{Content, Kind};
use weakly_pyo3::interpreter;
use weakly_pyo3::interpreter::builtins;
use weakly_pyo3::interpreter::class::arguments::Signature;
use weakly_pyo3::interpreter::class::attributes;
use weakly_pyo3::interpreter::class::instance::{self, Class, Constructible};
use weakly_pyo3::interpreter::class::methods;
use weakly_pyo3::interpreter::class::operators::{self, operator};
use weakly_pyo3::interpreter::class::shortcut::{self, Container, shortcut};
use weakly_pyo3::interpreter::class::slots;
use weakly_pyo3::interpreter::fallible;
use weakly_pyo3::interpreter::interrupt::{self, in_turn};
use weakly_pyo3::interpreter::lock::held::Held;
use weakly_pyo3::interpreter::names;
use weakly_pyo3::interpreter::recursion::check_stack;
use weakly_pyo3::interpreter::vector;
use weakly_pyo3::interpreter::weak_list;
use weakly_pyo3::lookup::hash::hash_of_referent;
use weakly_pyo3::references::weak_ref::{self, WeakRef};

/// A set that references its items weakly.
///
/// An item is discarded as soon as no strong reference to it exists.
///
/// Items are compared with `==` and keep the order in which they were added. You may change the set
/// while you iterate over it, and use it in several threads at once. It behaves as
/// `weakref.WeakSet`.
#[pyclass(frozen, subclass, dict, weakref, generic, module = "weakly")]
pub(crate) struct WeakSet {
    pub(crate) content: WeakKeys<()>,
}

impl WeakSet {
    /// A set of the given items.
    fn of(py: Python<'_>, items: &[Bound<'_, PyAny>]) -> PyResult<Self> {
        let set = Self::blank()?;
        set.content.expect_len(py, items.len())?;
        for item in in_turn(py, items) {
            set.content.insert(item?, (), IfPresent::Keep)?;
        }
        Ok(set)
    }

    /// A set of live items that are known to differ.
    fn of_distinct<'py>(py: Python<'py>, items: Vec<Hashed<'py>>) -> PyResult<Bound<'py, PyAny>> {
        let set = instance::new(py, Self::blank()?)?;
        set.get().content.refer_to(py, items)?;
        Ok(set.into_any())
    }

    fn live<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let live = self.content.live(py, |_, (), item| item)?;
        // In the same memory.
        Ok(live.into_iter().map(Held::release).collect())
    }

    /// `item in self`: what cannot be weakly referenced is in no set.
    fn has(&self, item: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(weak_ref::is_referenceable(item) && self.content.contains(item)?)
    }

    fn missing(item: &Bound<'_, PyAny>) -> PyErr {
        match WeakRef::canonical(item) {
            Ok(weak) => mapping::key_error(weak.into_bound(item.py())),
            Err(error) => error,
        }
    }

    /// Whether a subclass has defined `__reduce__`.
    fn is_reduced_anew(slf: &Bound<'_, Self>) -> PyResult<bool> {
        if slf.is_exact_instance_of::<Self>() {
            return Ok(false);
        }
        let reduce = names::reduce(slf.py());
        let own = slf.py().get_type::<Self>().getattr(reduce)?;
        Ok(!slf.get_type().getattr(reduce)?.is(own))
    }

    /// `list(self)`
    fn listed<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        if slf.is_exact_instance_of::<Self>() {
            return Ok(fallible::list(slf.py(), slf.get().live(slf.py())?)?.into_any());
        }
        interpreter::call(&slf.py().get_type::<PyList>(), [slf])
    }

    /// `self.name(other)` for what it changes in place, as a subclass may have defined it.
    fn in_place(
        slf: &Bound<'_, Self>,
        name: &Bound<'_, PyString>,
        other: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        slf.call_method1(name, (other,)).map(drop)
    }

    /// The items of the operand that are also in this set, or those that are not.
    fn those_here<'py>(
        &self,
        py: Python<'py>,
        other: &Operand<'_, 'py>,
        here: bool,
    ) -> PyResult<Vec<Hashed<'py>>> {
        let mut found = Vec::new();
        for each in in_turn(py, other.live()?) {
            let (item, hash, ()) = each?;
            if self.content.contains_hashed(&item, hash)? == here {
                vector::push(&mut found, (item, hash, ()))?;
            }
        }
        Ok(found)
    }

    /// Whether all items of the operand are in this set.
    fn contains_all(&self, py: Python<'_>, other: &Operand<'_, '_>) -> PyResult<bool> {
        for each in in_turn(py, other.live()?) {
            let (item, hash, ()) = each?;
            if !self.content.contains_hashed(&item, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether all items of an iterable are in this set. It is read up to the first that is not.
    fn contains_each(&self, iterable: &Bound<'_, PyAny>) -> PyResult<bool> {
        for item in interrupt::items(iterable)? {
            if !self.content.contains(&item?)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether all items of this set are in the operand.
    fn is_contained(&self, py: Python<'_>, other: &Operand<'_, '_>) -> PyResult<bool> {
        for each in in_turn(py, self.content.live_hashed(py)?) {
            let (item, hash, ()) = each?;
            if !other.contains(&item, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `self <= other`, or `self < other` if `is_strict`.
    fn is_subset(&self, other: &Bound<'_, PyAny>, is_strict: bool) -> PyResult<bool> {
        let py = other.py();
        // As a `set`, which reads no more of an iterable than it must.
        if cfg!(Py_3_12) && !is_strict && !other.is_exact_instance_of::<Self>() {
            let within = Distinct::within(&self.content, other, hash_of_referent)?;
            return Ok(within.len() == self.content.len(py));
        }
        // The strict one makes a set of the references: that has other words for what has no hash.
        let hash = if is_strict {
            ByKey::<()>::hash
        } else {
            hash_of_referent
        };
        let other = operand_of(other, hash, Again::IsThere)?;
        let (own_len, other_len) = (self.content.len(py), other.len(py));
        if own_len > other_len || (is_strict && own_len == other_len) {
            return Ok(false);
        }
        self.is_contained(py, &other)
    }

    /// `self >= other`, or `self > other` if `is_strict`.
    fn is_superset(&self, other: &Bound<'_, PyAny>, is_strict: bool) -> PyResult<bool> {
        let py = other.py();
        // As in `is_subset`.
        if cfg!(Py_3_11) && !is_strict && !other.is_exact_instance_of::<Self>() {
            return self.contains_each(other);
        }
        let other = operand_of(other, ByKey::<()>::hash, Again::IsThere)?;
        let (own_len, other_len) = (self.content.len(py), other.len(py));
        if own_len < other_len || (is_strict && own_len == other_len) {
            return Ok(false);
        }
        self.contains_all(py, &other)
    }

    fn equals(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = other.py();
        let other = operand_of(other, ByKey::<()>::hash, Again::IsThere)?;
        Ok(self.content.len(py) == other.len(py) && self.is_contained(py, &other)?)
    }
}

impl Class for WeakSet {}

impl Constructible for WeakSet {
    fn blank() -> PyResult<Self> {
        Ok(Self {
            content: Content::new()?,
        })
    }
}

impl slots::Init for WeakSet {
    fn init<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let data = INIT.one(slf, args, kwargs, Some("data"))?;
        slf.get().content.clear(slf.py())?;
        match data.filter(|data| !data.is_none()) {
            Some(data) if slf.is_exact_instance_of::<Self>() => Self::update(slf, &data),
            Some(data) => mapping::update(slf, &data),
            None => Ok(()),
        }
    }
}

static INIT: Signature = Signature::new(
    c"class WeakSet:\n def __init__(self, data=None): pass\nfunction = WeakSet.__init__",
);

impl Container for WeakSet {
    #[inline]
    fn len(&self, py: Python<'_>) -> usize {
        self.content.len(py)
    }

    #[inline]
    fn contains(&self, item: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.has(item)
    }
}

shortcut!(Add: WeakSet, "add", 1, |own, item, _none| own.add(item).map(|()| none(item)));
shortcut!(Discard: WeakSet, "discard", 1, |own, item, _none| own.discard(item).map(|()| none(item)));
shortcut!(Remove: WeakSet, "remove", 1, |own, item, _none| own.remove(item).map(|()| none(item)));

fn none<'py>(item: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
    item.py().None().into_bound(item.py())
}

operator!(Or: WeakSet, __or__, __ror__, nb_or);
operator!(And: WeakSet, __and__, __rand__, nb_and);
operator!(Sub: WeakSet, __sub__, __rsub__, nb_subtract);
operator!(Xor: WeakSet, __xor__, __rxor__, nb_xor);

weak_list::referent!(WeakSet);

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    instance::install::<WeakSet>(py);
    INIT.prepare(py)?;
    slots::set_init::<WeakSet>(py)?;
    weak_list::clear_first::<WeakSet>(py);
    methods::guard::<WeakSet>(py)?;
    operators::install::<Or>(py)?;
    operators::install::<And>(py)?;
    operators::install::<Sub>(py)?;
    operators::install::<Xor>(py)?;
    attributes::guard::<WeakSet>(py, "data")?;
    shortcut::add_container_slots::<WeakSet>(py);
    shortcut::add_method::<Add>(py)?;
    shortcut::add_method::<Discard>(py)?;
    shortcut::add_method::<Remove>(py)
}

/// The other operand of an operation.
///
/// Errors: as iterating over `other`, as `hash` and as `==` on items.
fn operand_of<'a, 'py>(
    other: &'a Bound<'py, PyAny>,
    hash: Hash,
    again: Again,
) -> PyResult<Operand<'a, 'py>> {
    match other.cast_exact::<WeakSet>() {
        Ok(set) => Ok(Operand::Weak(set.py(), &set.get().content)),
        Err(_) => Distinct::new(other, hash, again).map(Operand::Strong),
    }
}

#[pymethods]
impl WeakSet {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(data=None)")]
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
        self.content.len(py)
    }

    fn __contains__(&self, item: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.has(item)
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
        WeakIterator::over(slf.as_any(), slf.get().content.entries(), Yield::Keys)
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        slf.getattr(names::data(slf.py()))?.repr()
    }

    /// Adds an item, unless an equal one is there.
    fn add(&self, item: &Bound<'_, PyAny>) -> PyResult<()> {
        self.content.insert(item, (), IfPresent::Keep).map(drop)
    }

    /// Removes all items.
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        self.content.clear(py)
    }

    /// A new set of the same class with the same items.
    fn copy<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        if !slf.is_exact_instance_of::<Self>() {
            return interpreter::call(&slf.get_type(), [slf.as_any()]);
        }
        let copy = instance::new(slf.py(), Self::blank()?)?;
        copy.get().content.copy_from(slf.py(), &slf.get().content)?;
        Ok(copy.into_any())
    }

    /// Removes an item if it is there.
    fn discard(&self, item: &Bound<'_, PyAny>) -> PyResult<()> {
        self.content.delete(item).map(drop)
    }

    /// Removes an item. Raises KeyError if it is not there.
    fn remove(&self, item: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.content.delete(item)? {
            Ok(())
        } else {
            Err(Self::missing(item))
        }
    }

    /// Removes some item and returns it. Raises KeyError if the set is empty.
    fn pop<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let popped = self.content.pop(py).map(|(item, _)| item);
        popped.ok_or_else(|| {
            fallible::error::<PyKeyError>(py, format_args!("pop from empty WeakSet"))
        })
    }

    /// Adds all items of an iterable.
    fn update(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
        check_stack()?;
        let own = &slf.get().content;
        if !slf.is_exact_instance_of::<Self>() {
            for item in interrupt::items(other)? {
                slf.call_method1(names::add(slf.py()), (item?,))?;
            }
            return Ok(());
        }
        if let Ok(other) = other.cast_exact::<Self>() {
            return own.update_from(slf.py(), &other.get().content, IfPresent::Keep);
        }
        if own.update_from_keys(other)? {
            return Ok(());
        }
        own.expect_len(slf.py(), source::len_hint(other))?;
        for item in interrupt::items(other)? {
            own.insert(&item?, (), IfPresent::Keep)?;
        }
        Ok(())
    }

    fn __ior__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
        if slf.is_exact_instance_of::<Self>() {
            return Self::update(slf, other);
        }
        mapping::update(slf, other)
    }

    /// A new set with the items of this one and of an iterable.
    fn union<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if slf.is_exact_instance_of::<Self>() {
            let union = Self::copy(slf)?.cast_into::<Self>()?;
            Self::update(&union, other)?;
            return Ok(union.into_any());
        }
        interpreter::call(&slf.get_type(), [&hooks::chain(slf, other)?])
    }

    fn __or__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Self::union(slf, other)
    }

    /// A new set with the items of an iterable that are also in this one.
    fn intersection<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if !slf.is_exact_instance_of::<Self>() {
            return interpreter::call(&slf.get_type(), [&hooks::those_in(slf, other)?]);
        }
        let own = slf.get();
        if let Ok(other) = other.cast_exact::<Self>() {
            let common = own.those_here(
                slf.py(),
                &Operand::Weak(slf.py(), &other.get().content),
                true,
            )?;
            return Self::of_distinct(slf.py(), common);
        }
        let mut items = Vec::new();
        for item in interrupt::items(other)? {
            let item = item?;
            if own.has(&item)? {
                vector::push(&mut items, item)?;
            }
        }
        Ok(instance::new(slf.py(), Self::of(slf.py(), &items)?)?.into_any())
    }

    fn __and__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Self::intersection(slf, other)
    }

    /// Keeps only the items that are also in an iterable.
    fn intersection_update(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
        if slf.is_exact_instance_of::<Self>() {
            return slf.get().__iand__(other);
        }
        Self::in_place(slf, names::iand(slf.py()), other)
    }

    fn __iand__(&self, other: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = other.py();
        if cfg!(Py_3_11) && !other.is_exact_instance_of::<Self>() {
            let items = operand::hashed(other, hash_of_referent)?;
            let most = source::len_hint(other);
            let seen = Distinct::with_capacity(py, most.min(self.content.len(py)))?;
            return self
                .content
                .keep(py, items, most, |item, hash| seen.add(item, hash));
        }
        let items = operand_of(other, hash_of_referent, Again::IsThere)?.live()?;
        let most = items.len();
        self.content
            .keep(py, in_turn(py, items), most, |_, _| Ok(true))
    }

    /// A new set with the items of this one that are not in an iterable.
    fn difference<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if slf.is_exact_instance_of::<Self>() {
            let copy = Self::copy(slf)?.cast_into::<Self>()?;
            Self::difference_update(&copy, other)?;
            return Ok(copy.into_any());
        }
        let copy = slf.call_method0(names::copy(slf.py()))?;
        copy.call_method1(names::difference_update(slf.py()), (other,))?;
        Ok(copy)
    }

    fn __sub__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Self::difference(slf, other)
    }

    /// Removes the items that are in an iterable.
    fn difference_update(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
        if slf.is_exact_instance_of::<Self>() {
            return Self::__isub__(slf, other);
        }
        Self::in_place(slf, names::isub(slf.py()), other)
    }

    fn __isub__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
        if slf.is(other) {
            return slf.get().content.clear(slf.py());
        }
        if let Ok(other) = other.cast_exact::<Self>() {
            for each in in_turn(slf.py(), other.get().content.live_hashed(slf.py())?) {
                let (item, hash, ()) = each?;
                slf.get().content.delete_hashed(&item, hash)?;
            }
            return Ok(());
        }
        for item in interrupt::items(other)? {
            slf.get().content.delete(&item?)?;
        }
        Ok(())
    }

    /// A new set with the items that are in this one or in an iterable, but not in both.
    fn symmetric_difference<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        if slf.is_exact_instance_of::<Self>() {
            let own = slf.get();
            let other = operand_of(other, ByKey::<()>::hash, Again::IsCompared)?;
            let mut items = Vec::new();
            for each in in_turn(py, own.content.live_hashed(py)?) {
                let (item, hash, ()) = each?;
                if !other.take(&item, hash)? {
                    vector::push(&mut items, (item, hash, ()))?;
                }
            }
            let mut others = match other {
                Operand::Weak(..) => own.those_here(py, &other, false)?,
                // What is left of them is not here.
                Operand::Strong(_) => other.live()?,
            };
            vector::append(&mut items, &mut others)?;
            return Self::of_distinct(py, items);
        }
        let copy = slf.call_method0(names::copy(py))?;
        copy.call_method1(names::symmetric_difference_update(py), (other,))?;
        Ok(copy)
    }

    fn __xor__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Self::symmetric_difference(slf, other)
    }

    /// Removes the items that are also in an iterable, and adds its other items.
    fn symmetric_difference_update(
        slf: &Bound<'_, Self>,
        other: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        if slf.is_exact_instance_of::<Self>() {
            return Self::__ixor__(slf, other);
        }
        Self::in_place(slf, names::ixor(slf.py()), other)
    }

    fn __ixor__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
        if slf.is(other) {
            return slf.get().content.clear(slf.py());
        }
        let own = slf.get();
        let other = operand_of(other, ByKey::<()>::hash, Again::IsCompared)?;
        for each in in_turn(slf.py(), other.live()?) {
            let (item, hash, ()) = each?;
            own.content.toggle(&item, hash, ())?;
        }
        Ok(())
    }

    /// Whether all items of this set are in an iterable.
    fn issubset(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.is_subset(other, false)
    }

    /// Whether all items of an iterable are in this set.
    fn issuperset(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.is_superset(other, false)
    }

    /// Whether no item of an iterable is in this set. The iterable is read to its end, as for
    /// `intersection`.
    fn isdisjoint(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        if !slf.is_exact_instance_of::<Self>() {
            let common = slf.call_method1(names::intersection(slf.py()), (other,))?;
            return Ok(common.len()? == 0);
        }
        let mut is_disjoint = true;
        for item in interrupt::items(other)? {
            is_disjoint &= !slf.get().has(&item?)?;
        }
        Ok(is_disjoint)
    }

    fn __richcmp__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        if matches!(op, CompareOp::Ne) && !slf.is_exact_instance_of::<Self>() {
            return builtins::object_ne(slf, other);
        }
        let own = slf.get();
        let result = match op {
            CompareOp::Lt => own.is_subset(other, true)?,
            CompareOp::Le => own.is_subset(other, false)?,
            CompareOp::Ge => own.is_superset(other, false)?,
            CompareOp::Gt => own.is_superset(other, true)?,
            CompareOp::Eq | CompareOp::Ne if !other.is_instance(&slf.get_type())? => {
                return Ok(operators::not_implemented(slf.py()));
            }
            CompareOp::Eq => own.equals(other)?,
            CompareOp::Ne => !own.equals(other)?,
        };
        Ok(PyBool::new(slf.py(), result).to_owned().into_any())
    }

    /// The parts of the set, for subclasses that extend it: the class, a list of the items, and the
    /// attributes.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let items = fallible::tuple(slf.py(), [Self::listed(slf)?])?.into_any();
        fallible::tuple(
            slf.py(),
            [slf.get_type().into_any(), items, state::get(slf)?],
        )
    }

    /// Refuses to be pickled, as a copy in another process would be empty at once. A subclass may
    /// define a `__reduce__` of its own.
    fn __reduce_ex__<'py>(
        slf: &Bound<'py, Self>,
        _protocol: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if Self::is_reduced_anew(slf)? {
            return slf.call_method0(names::reduce(slf.py()));
        }
        Err(mapping::cannot_pickle(slf))
    }

    /// A new instance of the same class with the same items and the same attributes. A subclass may
    /// have said with `__reduce__` what it consists of.
    fn __copy__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        if Self::is_reduced_anew(slf)? {
            return hooks::copy_reduced(slf, slf.call_method0(names::reduce(slf.py()))?);
        }
        let copy = interpreter::call(&slf.get_type(), [&Self::listed(slf)?])?;
        state::set(&copy, &state::get(slf)?)?;
        Ok(copy)
    }

    /// A new instance of the same class with the same items and deep copies of the attributes.
    fn __deepcopy__<'py>(
        slf: &Bound<'py, Self>,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let copy = interpreter::call(&slf.get_type(), [&Self::listed(slf)?])?;
        state::set(&copy, &mapping::deepcopy(&state::get(slf)?, memo)?)?;
        Ok(copy)
    }

    /// The weak references to the items, as a new set. Assigning an iterable of weak references
    /// replaces the content.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PySet>> {
        let set = PySet::empty(py)?;
        for weak in in_turn(py, self.content.refs(py)?) {
            set.add(weak?)?;
        }
        Ok(set)
    }

    #[setter]
    fn set_data(&self, data: &Bound<'_, PyAny>) -> PyResult<()> {
        let unique = interpreter::call(&data.py().get_type::<PySet>(), [data])?;
        let mut refs = Vec::new();
        for weak in interrupt::items(&unique)? {
            vector::push(&mut refs, weak?)?;
        }
        self.content
            .assign(data.py(), refs.into_iter().map(|weak| (weak, ())))
    }

    /// What the weak references call when their items die.
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
