//! Methods that the interpreter calls without PyO3 in between, as [`fast_slots`] for methods.
//!
//! The function stands in front of the method that PyO3 made. A call in another than the common form,
//! with keywords or a wrong number of arguments, goes on to that one.
//!
//! [`fast_slots`]: crate::interpreter::class::fast_slots

use std::ptr;
use std::sync::OnceLock;

use pyo3::PyClass;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;

use crate::interpreter::class::fast_slots::receiver;
use crate::interpreter::class::methods;
use crate::interpreter::class::trampoline::trampoline;

/// A method that takes one argument and perhaps a second one; made by [`fast_method!`].
pub trait FastMethod {
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

/// Declares the fast method `$marker` of the method `$name` of `$class`, with so many arguments at
/// most: the body gets the instance, the first argument and perhaps a second one.
#[doc(hidden)]
#[macro_export]
macro_rules! fast_method {
    ($marker:ident: $class:ident, $name:literal, $most:literal,
     |$slf:ident, $first:ident, $second:ident| $body:expr) => {
        struct $marker;

        impl $crate::interpreter::class::fast_method::FastMethod for $marker {
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
pub use fast_method;

/// Puts a fast method in front of the method that PyO3 made.
pub fn add_fast_method<M: FastMethod>(py: Python<'_>) -> PyResult<()> {
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

unsafe extern "C" fn call<M: FastMethod>(
    slf: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 14, 16) the interpreter calls a method with an instance of its class and
    // `count` live arguments, the thread attached. The arguments go on as they came.
    unsafe {
        if !names.is_null() || count < 1 || count > M::MOST_ARGUMENTS {
            let general = M::general()
                .get()
                .expect("a fast method has its general one");
            return general(slf, args, count, names);
        }
        trampoline(ptr::null_mut(), |py| {
            let (slf, first) = (Borrowed::from_ptr(py, slf), Borrowed::from_ptr(py, *args));
            let second = (count == 2).then(|| Borrowed::from_ptr(py, *args.add(1)));
            let result = M::call(receiver::<M::Class>(&slf), &first, second.as_deref());
            result.map(Bound::into_ptr)
        })
    }
}
