//! The weak containers as classes: what the dictionaries and the set share.

/// The method `$name` of `$class` in Python, with these parameters, as `function`.
macro_rules! in_python {
    ($class:ident, $name:literal, $parameters:literal) => {{
        const TEXT: &str = concat!(
            "class ",
            stringify!($class),
            ":\n def ",
            $name,
            "(",
            $parameters,
            "): pass\n",
            "function = ",
            stringify!($class),
            ".",
            $name,
            "\0"
        );
        match std::ffi::CStr::from_bytes_with_nul(TEXT.as_bytes()) {
            Ok(text) => text,
            Err(_) => panic!("the text has no null in it"),
        }
    }};
}
pub(crate) use in_python;

/// Makes the class `$class` of a content, with the signature of `__init__` as `help` shows it, the
/// parameters of the same `__init__` in Python, and methods of its own. The class says itself what
/// `__init__` does.
macro_rules! container_class {
    (
        $(#[$attribute:meta])*
        $class:ident of $content:ty, init $init:literal as $parameters:literal, { $($own:tt)* }
    ) => {
        $(#[$attribute])*
        pub(crate) struct $class {
            content: $content,
        }

        impl $class {
            fn iterator<'py>(
                slf: &Bound<'py, Self>,
                what: Yield,
            ) -> PyResult<Bound<'py, WeakIterator>> {
                WeakIterator::over(slf.as_any(), slf.get().content.entries(), what)
            }
        }

        impl Class for $class {}

        impl Constructible for $class {
            fn blank() -> PyResult<Self> {
                Ok(Self { content: Content::new()? })
            }

            fn of_class(class: &Bound<'_, PyType>) -> PyResult<Self> {
                let new = Self::blank()?;
                if !class.is(&class.py().get_type::<Self>()) {
                    Self::begin_subclass(&new, class)?;
                }
                Ok(new)
            }
        }

        impl ContainerSlots for $class {
            #[inline]
            fn len(&self, py: Python<'_>) -> usize {
                self.content.len(py)
            }

            #[inline]
            fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
                self.content.has(key)
            }
        }

        static INIT: Signature = Signature::new(in_python!($class, "__init__", $parameters));

        weak_list::referent!($class);

        /// Completes what all containers have, but for the methods and operators of the class.
        fn complete_container(py: Python<'_>) -> PyResult<()> {
            instance::install::<$class>(py);
            INIT.prepare(py)?;
            slots::set_init::<$class>(py)?;
            weak_list::clear_first::<$class>(py);
            fast_slots::add_container_slots::<$class>(py);
            Ok(())
        }

        #[pymethods]
        impl $class {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs), text_signature = $init)]
            fn __new__(
                _args: &Bound<'_, PyTuple>,
                _kwargs: Option<&Bound<'_, PyDict>>,
            ) -> PyResult<Self> {
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

            fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, WeakIterator>> {
                Self::iterator(slf, Yield::Keys)
            }

            /// What the weak references call when their referents die.
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

            $($own)*
        }
    };
}
pub(crate) use container_class;

/// What a [`container_class!`] needs whose content is read as a whole by others of its class.
macro_rules! copied {
    ($class:ident of $content:ty) => {
        impl $class {
            /// The content of an object that is exactly of this class.
            fn content_of<'a>(object: &'a Bound<'_, PyAny>) -> Option<&'a $content> {
                let own = object.cast_exact::<Self>().ok()?;
                Some(&own.get().content)
            }

            /// A new instance with the same live entries.
            fn copied<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
                let copy = instance::new(slf.py(), Self::blank()?)?;
                copy.get().content.copy_from(slf.py(), &slf.get().content)?;
                Ok(copy)
            }
        }
    };
}
pub(crate) use copied;

/// What a [`container_class!`] stands on.
pub(crate) mod prelude {
    pub(crate) use pyo3::basic::CompareOp;
    pub(crate) use pyo3::prelude::*;
    pub(crate) use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};
    pub(crate) use pyo3::{PyTraverseError, PyVisit};

    pub(crate) use super::{container_class, copied, in_python};
    pub(crate) use crate::classes::iterator::{WeakIterator, Yield};
    pub(crate) use crate::classes::mapping;
    pub(crate) use weakly_pyo3::content::{Content, source};
    pub(crate) use weakly_pyo3::interpreter::class::arguments::Signature;
    pub(crate) use weakly_pyo3::interpreter::class::fast_method::{self, fast_method};
    pub(crate) use weakly_pyo3::interpreter::class::fast_slots::{self, ContainerSlots};
    pub(crate) use weakly_pyo3::interpreter::class::instance::{self, Class, Constructible};
    pub(crate) use weakly_pyo3::interpreter::class::operators::{self, operator};
    pub(crate) use weakly_pyo3::interpreter::class::{attributes, methods, slots};
    pub(crate) use weakly_pyo3::interpreter::{alloc, names, weak_list};
}
