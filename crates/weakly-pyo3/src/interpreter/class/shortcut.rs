//! Shortcuts: the operations that programs spend their time in, called by the interpreter straight.
//!
//! What PyO3 does at the entry of a method (it counts the attachment, parses the arguments) takes
//! longer than a lookup. So the finished types get functions of their own in the slots of `len`,
//! `in` and `[]`, and in front of some methods. A call in another than the common form, with
//! keywords or a wrong number of arguments, goes on to the method that PyO3 made.

use std::ffi::c_int;
use std::ptr;
use std::sync::OnceLock;

use pyo3::PyClass;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;

use crate::interpreter::class::entry::entry;
use crate::interpreter::class::methods;

/// A container with a length that can tell what is in it.
pub trait Container: PyClass<Frozen = True> + Sync {
    fn len(&self, py: Python<'_>) -> usize;
    fn contains(&self, key: &Bound<'_, PyAny>) -> PyResult<bool>;
}

/// A dictionary.
pub trait Dictionary: Container {
    fn get_item<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;
    fn set_item(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()>;
    fn del_item(&self, key: &Bound<'_, PyAny>) -> PyResult<()>;
}

/// Puts the slots of `len()` and `in` in place.
pub fn add_container_slots<T: Container>(py: Python<'_>) {
    // SAFETY: (14) the type is a heap type, whose tables of slots are there and are its own; no
    // instance exists yet.
    unsafe {
        let class = py.get_type::<T>().as_type_ptr();
        (*(*class).tp_as_sequence).sq_length = Some(length::<T>);
        (*(*class).tp_as_sequence).sq_contains = Some(contains::<T>);
        (*(*class).tp_as_mapping).mp_length = Some(length::<T>);
    }
}

/// Puts the slots of `d[k]`, `d[k] = v` and `del d[k]` in place.
pub fn add_dictionary_slots<T: Dictionary>(py: Python<'_>) {
    // SAFETY: (14) as in `add_container_slots`.
    unsafe {
        let class = py.get_type::<T>().as_type_ptr();
        (*(*class).tp_as_mapping).mp_subscript = Some(subscript::<T>);
        (*(*class).tp_as_mapping).mp_ass_subscript = Some(assign_subscript::<T>);
    }
}

/// The instance that a slot of the type of `T` was called with.
///
/// # Safety
///
/// `slf` is an instance of the type of `T` or of a subclass, and outlives the result.
#[inline]
unsafe fn receiver<'a, T: PyClass<Frozen = True> + Sync>(
    slf: &'a Borrowed<'_, '_, PyAny>,
) -> &'a T {
    // SAFETY: (17) the caller's promise.
    unsafe { slf.cast_unchecked::<T>() }.get()
}

unsafe extern "C" fn length<T: Container>(slf: *mut ffi::PyObject) -> ffi::Py_ssize_t {
    // SAFETY: (1, 2, 16) the interpreter calls a slot with an instance of its type, the thread
    // attached.
    unsafe {
        entry(-1, |py| {
            let slf = Borrowed::from_ptr(py, slf);
            Ok(receiver::<T>(&slf).len(py) as ffi::Py_ssize_t)
        })
    }
}

unsafe extern "C" fn contains<T: Container>(
    slf: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: (1, 2, 16) as in `length`; the key is a live object.
    unsafe {
        entry(-1, |py| {
            let (slf, key) = (Borrowed::from_ptr(py, slf), Borrowed::from_ptr(py, key));
            receiver::<T>(&slf).contains(&key).map(c_int::from)
        })
    }
}

unsafe extern "C" fn subscript<T: Dictionary>(
    slf: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) as in `contains`.
    unsafe {
        entry(ptr::null_mut(), |py| {
            let (slf, key) = (Borrowed::from_ptr(py, slf), Borrowed::from_ptr(py, key));
            receiver::<T>(&slf).get_item(&key).map(Bound::into_ptr)
        })
    }
}

unsafe extern "C" fn assign_subscript<T: Dictionary>(
    slf: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: (1, 2, 16) as in `contains`; the value is a live object, or null for `del`.
    unsafe {
        entry(-1, |py| {
            let (slf, key) = (Borrowed::from_ptr(py, slf), Borrowed::from_ptr(py, key));
            match Borrowed::from_ptr_or_opt(py, value) {
                Some(value) => receiver::<T>(&slf).set_item(&key, &value)?,
                None => receiver::<T>(&slf).del_item(&key)?,
            }
            Ok(0)
        })
    }
}

/// A method that takes one argument and perhaps a second one; made by [`shortcut!`].
pub trait Method {
    type Class: PyClass<Frozen = True> + Sync;
    const NAME: &'static str;
    const MOST_ARGUMENTS: ffi::Py_ssize_t;

    fn call<'py>(
        slf: &Self::Class,
        first: &Bound<'py, PyAny>,
        second: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// Where the method that PyO3 made is remembered.
    fn general() -> &'static OnceLock<ffi::PyCFunctionFastWithKeywords>;
}

/// Declares the shortcut `$marker` of the method `$name` of `$class`, with so many arguments at
/// most: the body gets the instance, the first argument and perhaps a second one.
#[doc(hidden)]
#[macro_export]
macro_rules! shortcut {
    ($marker:ident: $class:ident, $name:literal, $most:literal,
     |$slf:ident, $first:ident, $second:ident| $body:expr) => {
        struct $marker;

        impl $crate::interpreter::class::shortcut::Method for $marker {
            type Class = $class;
            const NAME: &'static str = $name;
            const MOST_ARGUMENTS: pyo3::ffi::Py_ssize_t = $most;

            #[inline]
            fn call<'py>(
                $slf: &$class,
                $first: &Bound<'py, PyAny>,
                $second: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                $body
            }

            fn general() -> &'static std::sync::OnceLock<pyo3::ffi::PyCFunctionFastWithKeywords> {
                static GENERAL: std::sync::OnceLock<pyo3::ffi::PyCFunctionFastWithKeywords> =
                    std::sync::OnceLock::new();
                &GENERAL
            }
        }
    };
}
pub use shortcut;

/// Puts a shortcut in front of the method that PyO3 made.
pub fn add_method<M: Method>(py: Python<'_>) -> PyResult<()> {
    let method = py.get_type::<M::Class>().getattr(M::NAME)?;
    // SAFETY: (14) the attribute is one of our classes', and the class is not in use yet. The
    // function is called as the one before it.
    unsafe {
        if let Some(function) = methods::general_of(&method) {
            M::general().get_or_init(|| function.read());
            function.write(call::<M>);
        }
    }
    Ok(())
}

unsafe extern "C" fn call<M: Method>(
    slf: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 14, 16) the interpreter calls a method with an instance of its class and
    // `count` live arguments, the thread attached. The arguments go on as they came.
    unsafe {
        if !names.is_null() || count < 1 || count > M::MOST_ARGUMENTS {
            let general = M::general().get().expect("a shortcut has its method");
            return general(slf, args, count, names);
        }
        entry(ptr::null_mut(), |py| {
            let (slf, first) = (Borrowed::from_ptr(py, slf), Borrowed::from_ptr(py, *args));
            let second = (count == 2).then(|| Borrowed::from_ptr(py, *args.add(1)));
            let result = M::call(receiver::<M::Class>(&slf), &first, second.as_deref());
            result.map(Bound::into_ptr)
        })
    }
}
