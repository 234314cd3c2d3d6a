//! The dictionaries: one body for all classes, and what each has to say for itself.
//!
//! A class is a [`Contents`], which finds and stores its entries, and a [`dictionary_class!`] with its
//! documentation and the methods that only it has.

mod by_key;
mod by_value;
pub(crate) mod key;

use pyo3::prelude::*;
use weakly_pyo3::content::key::Key;

/// The content of a dictionary, as its class uses it: all objects are ordinary ones.
pub(crate) trait Contents: Sized {
    type Key: Key;
    /// Whether the container owns its values, so that they may lead to their own keys.
    const OWNS_VALUES: bool;

    /// The value of `key`, if it has one. Errors: those of `key` and of comparisons, as all below.
    fn value<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>>;

    fn store(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()>;

    /// The value of `key`, which becomes `default` if it has none.
    fn value_or_store<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        default: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// Removes the entry of `key` and returns its value.
    fn take_value<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>>;

    /// Stores the entries of another content.
    fn update_from_own(&self, py: Python<'_>, other: &Self) -> PyResult<()>;

    /// Stores the entries of a mapping or of an iterable of pairs.
    fn update_from_other(&self, source: &Bound<'_, PyAny>) -> PyResult<()>;

    /// A value as `copy.deepcopy` copies it.
    fn deep_copy_value<'py>(
        value: Bound<'py, PyAny>,
        memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// The keys and values of `data`, with weak references in the place of what is held weakly.
    /// Errors: MemoryError.
    fn data<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<impl Iterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>>;

    /// Replaces the content by such keys and values.
    fn set_data<'py>(
        &self,
        py: Python<'py>,
        data: Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    ) -> PyResult<()>;
}

/// Makes the class `$class` of a content, with the signatures of `__init__` and `update`, each as
/// `help` shows it and as the parameters of the same function in Python, and methods of its own. Its
/// `complete` completes it.
macro_rules! dictionary_class {
    (
        $(#[$doc:meta])*
        $class:ident of $content:ty,
        init $init:literal as $init_parameters:literal,
        update $update:literal as $update_parameters:literal { $($own:tt)* }
    ) => {
        type Key = <$content as Contents>::Key;

        container_class! {
            $(#[$doc])*
            #[pyclass(frozen, subclass, dict, weakref, generic, mapping, module = "weakly")]
            $class of $content, init $init as $init_parameters, {
                fn __getitem__<'py>(
                    slf: &Bound<'py, Self>,
                    key: &Bound<'py, PyAny>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    match slf.get().find_item(key)? {
                        Some(item) => Ok(item),
                        None => Self::missing_item(slf, key),
                    }
                }

                fn __setitem__(
                    &self,
                    key: &Bound<'_, PyAny>,
                    value: &Bound<'_, PyAny>,
                ) -> PyResult<()> {
                    self.set_item(key, value)
                }

                fn __delitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
                    self.del_item(key)
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

                /// D.keys(): an iterator over the keys of the live entries.
                fn keys<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
                    Self::iterator(slf, Yield::Keys)
                }

                /// D.values(): an iterator over the values of the live entries.
                fn values<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
                    Self::iterator(slf, Yield::Values)
                }

                /// D.items(): an iterator over the live entries, as tuples (key, value).
                fn items<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
                    Self::iterator(slf, Yield::Items)
                }

                /// D.popitem(): removes the entry inserted last and returns it as (key, value).
                ///
                /// Raises KeyError if D is empty.
                fn popitem<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                    let item = self.content.pop(py)?;
                    let (key, value) = item.ok_or_else(|| mapping::nothing_to_pop(py))?;
                    alloc::tuple(py, [key, value])
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

                /// D.setdefault(key, default=None): the value of key, which becomes default if key is not
                /// in D.
                #[pyo3(signature = (key, default=None))]
                fn setdefault<'py>(
                    &self,
                    key: &Bound<'py, PyAny>,
                    default: Option<&Bound<'py, PyAny>>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    self.get_or_set(key, default)
                }

                /// D.get_or_create(key, factory): the value of key, which becomes factory() if key is not in
                /// D.
                ///
                /// One thread at a time calls a factory for a key; others wait for it, and get the same
                /// object. What the factory raises is raised, and one of those that wait calls its own.
                /// Raises RuntimeError where the thread would wait for itself: in a factory for the same
                /// key, or in a circle of threads.
                fn get_or_create<'py>(
                    &self,
                    key: &Bound<'py, PyAny>,
                    factory: &Bound<'py, PyAny>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    create_once::expect_factory(factory)?;
                    let (content, get) = (&self.content, || self.content.value(key));
                    let make = || content.value_or_store(key, factory.call0()?);
                    content.create_once(key, get, make)
                }

                /// D.update(other, **kwargs): stores the entries of a mapping or of an iterable of pairs,
                /// then the keyword arguments.
                // Called through `Update`, which has all keywords in one dict.
                #[pyo3(signature = (source=None, kwargs=None, /), text_signature = $update)]
                fn update<'py>(
                    slf: &Bound<'py, Self>,
                    source: Option<&Bound<'py, PyAny>>,
                    kwargs: Option<&Bound<'py, PyDict>>,
                ) -> PyResult<()> {
                    let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
                    if kwargs.is_some() {
                        key::refuse_keywords::<Key>(slf.py())?;
                    }
                    let content = &slf.get().content;
                    if let Some(source) = source {
                        match Self::content_of(source) {
                            Some(other) => content.update_from_own(slf.py(), other)?,
                            None => content.update_from_other(source)?,
                        }
                    }
                    kwargs.map_or(Ok(()), |kwargs| key::update_from_keywords(content, slf, kwargs))
                }

                /// D.clear(): removes all entries.
                fn clear(slf: &Bound<'_, Self>) -> PyResult<()> {
                    if !slf.is_exact_instance_of::<Self>() {
                        return mapping::clear_by_popping(slf);
                    }
                    slf.get().content.clear_all(slf.py())
                }

                /// D.copy(): a new dictionary with the live entries of D.
                fn copy<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
                    Self::copied(slf)
                }

                fn __copy__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
                    Self::copy(slf)
                }

                /// A new instance of the same class; what is held weakly is the same, what is not is a deep
                /// copy.
                fn __deepcopy__<'py>(
                    slf: &Bound<'py, Self>,
                    memo: &Bound<'py, PyAny>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    let copy = slf.get_type().call0()?;
                    for (key, value) in slf.get().content.live_items(slf.py())? {
                        let key = key::deep_copy::<Key>(key, memo)?;
                        let value = <$content>::deep_copy_value(value, memo)?;
                        copy.set_item(key, value)?;
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
                    if mapping::are_exact::<Self>(slf, other) {
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
                    if mapping::are_exact::<Self>(slf, other) {
                        return Self::update(slf, Some(other), None);
                    }
                    mapping::update(slf, other)
                }

                fn __richcmp__<'py>(
                    slf: &Bound<'py, Self>,
                    other: &Bound<'py, PyAny>,
                    op: CompareOp,
                ) -> PyResult<Bound<'py, PyAny>> {
                    mapping::compare::<Self>(slf, other, op, key::is_identity::<Key>())
                }

                #[classattr]
                fn __reversed__() -> Option<Py<PyAny>> {
                    None
                }

                /// The entries as a new dict, with weak references in the place of what is held weakly.
                /// Assigning such a mapping replaces the content.
                #[getter]
                fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                    let data = alloc::dict(py)?;
                    for (key, value) in Contents::data(&self.content, py)? {
                        data.set_item(key, value)?;
                    }
                    Ok(data)
                }

                #[setter]
                fn set_data(&self, data: &Bound<'_, PyAny>) -> PyResult<()> {
                    let mut pairs = Vec::new();
                    source::for_each_pair(&source::to_dict(data)?, |key, value| {
                        Ok(vector::push(&mut pairs, (key.clone(), value.clone()))?)
                    })?;
                    self.content.set_data(data.py(), pairs)
                }

                $($own)*
            }
        }

        copied!($class of $content);

        impl $class {
            /// What a subclass says of its instances.
            fn begin_subclass(new: &Self, class: &Bound<'_, PyType>) -> PyResult<()> {
                if !<$content>::OWNS_VALUES {
                    return Ok(());
                }
                let own = class.py().get_type::<Self>();
                match ephemeron::choice_of_subclass(class, &own, Self::ephemerons)? {
                    Some(choice) => new.content.choose_ephemerons(class.py(), choice),
                    None => Ok(()),
                }
            }

            /// The content as the attribute `ephemeron` sees it.
            fn ephemerons<'a>(own: &'a Bound<'_, PyAny>) -> Option<&'a dyn HasEphemerons> {
                Some(&own.cast::<Self>().ok()?.get().content)
            }

            /// `get(key, default)`
            #[inline]
            fn get_or<'py>(
                &self,
                key: &Bound<'py, PyAny>,
                default: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let value = self.content.value(key)?;
                Ok(value.unwrap_or_else(|| mapping::default(key.py(), default)))
            }

            /// `setdefault(key, default)`
            fn get_or_set<'py>(
                &self,
                key: &Bound<'py, PyAny>,
                default: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                self.content.value_or_store(key, mapping::default(key.py(), default))
            }

            /// `pop(key[, default])`
            fn pop_or<'py>(
                &self,
                key: &Bound<'py, PyAny>,
                default: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                match self.content.take_value(key)? {
                    Some(value) => Ok(value),
                    None => default.cloned().ok_or_else(|| key::missing::<Key>(key)),
                }
            }
        }

        static UPDATE: Signature =
            Signature::new(in_python!($class, "update", $update_parameters));

        impl slots::Init for $class {
            fn init<'py>(
                slf: &Bound<'py, Self>,
                args: &Bound<'py, PyTuple>,
                kwargs: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<()> {
                let (kwargs, choice) = if <$content>::OWNS_VALUES && key::is_identity::<Key>() {
                    ephemeron::take_choice(kwargs)?
                } else {
                    (kwargs.cloned(), None)
                };
                let kwargs = kwargs.as_ref();
                let source = INIT.one(slf, args, kwargs, key::keyword::<Key>())?;
                if let Some(choice) = choice {
                    slf.get().content.choose_ephemerons(slf.py(), choice)?;
                }
                slf.get().content.begin_again(slf.py())?;
                if !slf.is_exact_instance_of::<Self>() {
                    return key::init_subclass::<Key>(slf, source, kwargs);
                }
                let source = source.filter(|source| !source.is_none());
                // A keyword that is the argument's name was the argument.
                let kwargs = kwargs.filter(|_| key::keyword::<Key>().is_none());
                Self::update(slf, source.as_ref(), kwargs)
            }
        }

        impl DictionarySlots for $class {
            #[inline]
            fn find_item<'py>(
                &self,
                key: &Bound<'py, PyAny>,
            ) -> PyResult<Option<Bound<'py, PyAny>>> {
                self.content.value(key)
            }

            #[cold]
            fn missing_item<'py>(
                slf: &Bound<'py, Self>,
                key: &Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, PyAny>> {
                hooks::missing_item::<Self>(slf, key)?.ok_or_else(|| key::missing::<Key>(key))
            }

            #[inline]
            fn set_item(
                &self,
                key: &Bound<'_, PyAny>,
                value: &Bound<'_, PyAny>,
            ) -> PyResult<()> {
                self.content.store(key, value)
            }

            fn del_item(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
                if self.content.delete(key)? {
                    Ok(())
                } else {
                    Err(key::missing::<Key>(key))
                }
            }
        }

        fast_method!(Get: $class, "get", 2, |own, key, default| own.get_or(key, default));
        fast_method!(SetDefault: $class, "setdefault", 2, |own, key, default| own.get_or_set(key, default));
        fast_method!(Pop: $class, "pop", 2, |own, key, default| own.pop_or(key, default));

        /// `pop(key, *args)`
        struct PopAny;

        impl Varied for PopAny {
            type Class = $class;
            const NAME: &'static str = "pop";

            fn call<'py>(
                slf: &Bound<'py, $class>,
                arguments: Arguments<'_, 'py>,
                _kwargs: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let key = arguments.get(0).expect("the key is required");
                if arguments.count() > 2 {
                    if let Some(error) = key::refuse_to_pop::<Key>(&key, arguments.count()) {
                        return Err(error);
                    }
                }
                slf.get().pop_or(&key, arguments.get(1).as_deref())
            }
        }

        /// `update(source, /, **kwargs)`
        struct Update;

        impl Varied for Update {
            type Class = $class;
            const NAME: &'static str = "update";

            fn call<'py>(
                slf: &Bound<'py, $class>,
                arguments: Arguments<'_, 'py>,
                kwargs: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                if arguments.count() > 1 {
                    return Err(UPDATE.refusal(Some(slf), &arguments.tuple_from(0)?, kwargs));
                }
                let source = arguments.get(0).filter(|source| !source.is_none());
                $class::update(slf, source.as_deref(), kwargs)?;
                Ok(slf.py().None().into_bound(slf.py()))
            }
        }

        operator!(Or: $class, __or__, __ror__, nb_or, |own, other| $class::__ror__(own, other));

        /// Completes the class.
        pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
            complete_container(py)?;
            if key::is_identity::<Key>() {
                mapping::tell_by_identity(&py.get_type::<$class>());
            }
            attributes::guard::<$class>(py, "data")?;
            UPDATE.prepare(py)?;
            methods::replace::<PopAny>(py)?;
            methods::replace::<Update>(py)?;
            methods::guard::<$class>(py)?; // in front of those that were replaced, too
            operators::install::<Or>(py)?;
            fast_slots::add_dictionary_slots::<$class>(py);
            fast_method::add_fast_method::<Get>(py)?;
            fast_method::add_fast_method::<SetDefault>(py)?;
            fast_method::add_fast_method::<Pop>(py)
        }
    };
}
pub(crate) use dictionary_class;

/// What a [`dictionary_class!`] stands on.
pub(crate) mod prelude {
    pub(crate) use super::{Contents, dictionary_class, key};
    pub(crate) use crate::classes::container::prelude::*;
    pub(crate) use crate::classes::ephemeron::{self, EphemeronAttribute, HasEphemerons};
    pub(crate) use crate::classes::hooks;
    pub(crate) use weakly_pyo3::content::create_once;
    pub(crate) use weakly_pyo3::interpreter::class::fast_slots::DictionarySlots;
    pub(crate) use weakly_pyo3::interpreter::class::methods::Varied;
    pub(crate) use weakly_pyo3::interpreter::class::vectorcall::Arguments;
    pub(crate) use weakly_pyo3::interpreter::vector;
}
