//! The operators of the containers, in the place of PyO3's: for an operand that is none of its class
//! PyO3 makes an error only to throw it away, and there may be no memory for that.

use std::ffi::c_void;
use std::ptr;

use pyo3::PyClass;
use pyo3::ffi::{self, PyNumberMethods, PyObject};
use pyo3::prelude::*;

use crate::interpreter::class::instance;
use crate::interpreter::class::slots;
use crate::interpreter::class::trampoline::counted_trampoline;

/// A binary operator of a class.
pub trait Operator {
    type Class: PyClass;
    /// Its two methods, the second for when the instance stands on the right.
    const NAMES: [&'static str; 2];

    fn slot(numbers: &mut PyNumberMethods) -> &mut Option<ffi::binaryfunc>;

    fn apply<'py>(
        own: &Bound<'py, Self::Class>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>>;

    fn apply_reflected<'py>(
        own: &Bound<'py, Self::Class>,
        _other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Ok(not_implemented(own.py()))
    }
}

/// Declares the operator `$marker` of `$class`, by the name of its method and of its slot.
#[doc(hidden)]
#[macro_export]
macro_rules! operator {
    ($marker:ident: $class:ident, $name:ident, $reflected:ident, $slot:ident
     $(, |$own:ident, $other:ident| $body:expr)?) => {
        struct $marker;

        impl $crate::interpreter::class::operators::Operator for $marker {
            type Class = $class;
            const NAMES: [&'static str; 2] = [stringify!($name), stringify!($reflected)];

            fn slot(
                numbers: &mut pyo3::ffi::PyNumberMethods,
            ) -> &mut Option<pyo3::ffi::binaryfunc> {
                &mut numbers.$slot
            }

            fn apply<'py>(
                own: &Bound<'py, $class>,
                other: &Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, PyAny>> {
                $class::$name(own, other)
            }

            $(fn apply_reflected<'py>(
                $own: &Bound<'py, $class>,
                $other: &Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, PyAny>> {
                $body
            })?
        }
    };
}
pub use operator;

/// Puts an operator in place.
pub fn install<O: Operator>(py: Python<'_>) -> PyResult<()> {
    let class = py.get_type::<O::Class>();
    // SAFETY: (14) the type is a heap type, whose table of slots is there and is its own, and
    // nobody uses it yet; the function is of the type that these slots want.
    unsafe {
        *O::slot(&mut *(*class.as_type_ptr()).tp_as_number) = Some(apply::<O>);
        for name in O::NAMES {
            slots::replace_wrapped::<O::Class>(py, name, apply::<O> as *mut c_void)?;
        }
    }
    Ok(())
}

unsafe extern "C" fn apply<O: Operator>(
    left: *mut PyObject,
    right: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls with two live objects, the thread attached.
    unsafe {
        counted_trampoline(ptr::null_mut(), |py| {
            let (left, right) = (Borrowed::from_ptr(py, left), Borrowed::from_ptr(py, right));
            let class = py.get_type::<O::Class>();
            if instance::is_instance(&left, &class) {
                let result = O::apply(&left.cast_unchecked(), &right)?;
                if result.as_ptr() != ffi::Py_NotImplemented() {
                    return Ok(result.into_ptr());
                }
            }
            if instance::is_instance(&right, &class) {
                return Ok(O::apply_reflected(&right.cast_unchecked(), &left)?.into_ptr());
            }
            Ok(not_implemented(py).into_ptr())
        })
    }
}

/// `NotImplemented`
pub fn not_implemented(py: Python<'_>) -> Bound<'_, PyAny> {
    py.NotImplemented().into_bound(py)
}
