//! The sets: one body for both classes, and what each has to say for itself.

use pyo3::prelude::*;

/// `None`, as what a method returns.
pub(crate) fn none<'py>(item: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
    item.py().None().into_bound(item.py())
}

/// Makes the class `$class` of a content. Its `complete` completes it.
macro_rules! set_class {
    ($(#[$doc:meta])* $class:ident of keys $key:ty) => {
        type Items = Keys<(), $key>;

        container_class! {
            $(#[$doc])*
            #[pyclass(frozen, subclass, dict, weakref, generic, module = "weakly")]
            $class of Items, init "(data=None)" as "self, data=None",
            {
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
                    Ok(Self::copied(slf)?.into_any())
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
                        Err(mapping::weak_key_error(item))
                    }
                }

                /// Removes some item and returns it. Raises KeyError if the set is empty.
                fn pop<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    let popped = self.content.pop(py)?.map(|(item, _)| item);
                    popped.ok_or_else(|| {
                        alloc::error::<PyKeyError>(py, format_args!(concat!("pop from empty ", stringify!($class))))
                    })
                }

                /// Adds all items of an iterable.
                fn update(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<()> {
                    check_stack()?;
                    if !slf.is_exact_instance_of::<Self>() {
                        for item in interrupt::items(other)? {
                            slf.call_method1(names::add(slf.py()), (item?,))?;
                        }
                        return Ok(());
                    }
                    set_operations::update(&slf.get().content, Self::other(other))
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
                        let union = Self::copied(slf)?;
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
                    Self::made_of(slf, other, set_operations::intersection)
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
                    set_operations::intersection_update(&self.content, Self::other(other))
                }

                /// A new set with the items of this one that are not in an iterable.
                fn difference<'py>(
                    slf: &Bound<'py, Self>,
                    other: &Bound<'py, PyAny>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    if slf.is_exact_instance_of::<Self>() {
                        let copy = Self::copied(slf)?;
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
                    set_operations::difference_update(&slf.get().content, Self::other(other))
                }

                /// A new set with the items that are in this one or in an iterable, but not in both.
                fn symmetric_difference<'py>(
                    slf: &Bound<'py, Self>,
                    other: &Bound<'py, PyAny>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    let py = slf.py();
                    if slf.is_exact_instance_of::<Self>() {
                        return Self::made_of(slf, other, set_operations::symmetric_difference);
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
                    set_operations::symmetric_difference_update(&slf.get().content, Self::other(other))
                }

                /// Whether all items of this set are in an iterable.
                fn issubset(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
                    set_operations::is_subset(&self.content, Self::other(other), false)
                }

                /// Whether all items of an iterable are in this set.
                fn issuperset(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
                    set_operations::is_superset(&self.content, Self::other(other), false)
                }

                /// Whether no item of an iterable is in this set. The iterable is read to its end, as for
                /// `intersection`.
                fn isdisjoint(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
                    if !slf.is_exact_instance_of::<Self>() {
                        let common = slf.call_method1(names::intersection(slf.py()), (other,))?;
                        return Ok(common.len()? == 0);
                    }
                    set_operations::are_disjoint(&slf.get().content, other)
                }

                fn __richcmp__<'py>(
                    slf: &Bound<'py, Self>,
                    other: &Bound<'py, PyAny>,
                    op: CompareOp,
                ) -> PyResult<Bound<'py, PyAny>> {
                    if matches!(op, CompareOp::Ne) && !slf.is_exact_instance_of::<Self>() {
                        return builtins::object_ne(slf, other);
                    }
                    let (own, operand) = (&slf.get().content, Self::other(other));
                    let result = match op {
                        CompareOp::Lt => set_operations::is_subset(own, operand, true)?,
                        CompareOp::Le => set_operations::is_subset(own, operand, false)?,
                        CompareOp::Ge => set_operations::is_superset(own, operand, false)?,
                        CompareOp::Gt => set_operations::is_superset(own, operand, true)?,
                        CompareOp::Eq | CompareOp::Ne if !other.is_instance(&slf.get_type())? => {
                            return Ok(operators::not_implemented(slf.py()));
                        }
                        CompareOp::Eq => set_operations::are_equal(own, operand)?,
                        CompareOp::Ne => !set_operations::are_equal(own, operand)?,
                    };
                    Ok(PyBool::new(slf.py(), result).to_owned().into_any())
                }

                /// The parts of the set, for subclasses that extend it: the class, a list of the items, and the
                /// attributes.
                fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
                    let items = alloc::tuple(slf.py(), [Self::listed(slf)?])?.into_any();
                    alloc::tuple(
                        slf.py(),
                        [slf.get_type().into_any(), items, pickle_state::get(slf)?],
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
                    pickle_state::set(&copy, &pickle_state::get(slf)?)?;
                    Ok(copy)
                }

                /// A new instance of the same class with the same items and deep copies of the attributes.
                fn __deepcopy__<'py>(
                    slf: &Bound<'py, Self>,
                    memo: &Bound<'py, PyAny>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    let copy = interpreter::call(&slf.get_type(), [&Self::listed(slf)?])?;
                    pickle_state::set(&copy, &mapping::deepcopy(&pickle_state::get(slf)?, memo)?)?;
                    Ok(copy)
                }

                /// The weak references to the items, as a new set. Assigning an iterable of weak references
                /// replaces the content.
                #[getter]
                fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PySet>> {
                    let set = PySet::empty(py)?;
                    for weak in in_turn(py, self.content.key_refs(py)?) {
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
            }
        }

        copied!($class of Items);

        impl $class {
            fn begin_subclass(_new: &Self, _class: &Bound<'_, PyType>) -> PyResult<()> {
                Ok(())
            }

            /// An operand as the operations of sets take it.
            fn other<'a, 'py>(object: &'a Bound<'py, PyAny>) -> Other<'a, 'py, $key> {
                let set = Self::content_of(object);
                Other { object, set }
            }

            /// A new set that an operation fills.
            fn made_of<'py>(
                slf: &Bound<'py, Self>,
                other: &Bound<'py, PyAny>,
                fill: fn(&Items, Other<'_, '_, $key>, &Items) -> PyResult<()>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let new = instance::new(slf.py(), Self::blank()?)?;
                fill(&slf.get().content, Self::other(other), &new.get().content)?;
                Ok(new.into_any())
            }

            /// `list(self)`
            fn listed<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                let py = slf.py();
                if slf.is_exact_instance_of::<Self>() {
                    let live = slf
                        .get()
                        .content
                        .read(py, |key, ()| key.weak().upgrade(py))?;
                    // In the same memory.
                    let items = live.into_iter().map(Held::release).collect();
                    return Ok(alloc::list(py, items)?.into_any());
                }
                interpreter::call(&py.get_type::<PyList>(), [slf])
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

            /// `self.name(other)` for what it changes in place, as a subclass may have defined it.
            fn in_place(
                slf: &Bound<'_, Self>,
                name: &Bound<'_, PyString>,
                other: &Bound<'_, PyAny>,
            ) -> PyResult<()> {
                slf.call_method1(name, (other,)).map(drop)
            }
        }

        impl slots::Init for $class {
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

        fast_method!(Add: $class, "add", 1, |own, item, _none| own.add(item).map(|()| set::none(item)));
        fast_method!(Discard: $class, "discard", 1, |own, item, _none| own.discard(item).map(|()| set::none(item)));
        fast_method!(Remove: $class, "remove", 1, |own, item, _none| own.remove(item).map(|()| set::none(item)));

        operator!(Or: $class, __or__, __ror__, nb_or);
        operator!(And: $class, __and__, __rand__, nb_and);
        operator!(Sub: $class, __sub__, __rsub__, nb_subtract);
        operator!(Xor: $class, __xor__, __rxor__, nb_xor);

        /// Completes the class.
        pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
            complete_container(py)?;
            attributes::guard::<$class>(py, "data")?;
            methods::guard::<$class>(py)?;
            operators::install::<Or>(py)?;
            operators::install::<And>(py)?;
            operators::install::<Sub>(py)?;
            operators::install::<Xor>(py)?;
            fast_method::add_fast_method::<Add>(py)?;
            fast_method::add_fast_method::<Discard>(py)?;
            fast_method::add_fast_method::<Remove>(py)
        }
    };
}
pub(crate) use set_class;

/// What a [`set_class!`] stands on.
pub(crate) mod prelude {
    pub(crate) use pyo3::exceptions::PyKeyError;
    pub(crate) use pyo3::types::{PyBool, PySet};
    pub(crate) use weakly_pyo3::content::by_key::Keys;
    pub(crate) use weakly_pyo3::content::key::WeakKey;
    pub(crate) use weakly_pyo3::content::put::IfPresent;
    pub(crate) use weakly_pyo3::interpreter::builtins;
    pub(crate) use weakly_pyo3::interpreter::interrupt::{self, in_turn};
    pub(crate) use weakly_pyo3::interpreter::lock::held::Held;
    pub(crate) use weakly_pyo3::interpreter::recursion::check_stack;
    pub(crate) use weakly_pyo3::interpreter::{self, vector};

    pub(crate) use super::set_class;
    pub(crate) use crate::classes::container::prelude::*;
    pub(crate) use crate::classes::hooks;
    pub(crate) use crate::classes::pickle_state;
    pub(crate) use crate::classes::set;
    pub(crate) use crate::classes::set_operations;
    pub(crate) use crate::classes::set_operations::operand::Other;
}
