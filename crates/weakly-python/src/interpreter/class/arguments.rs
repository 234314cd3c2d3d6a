//! Arguments, refused with the interpreter's own messages.

use std::ffi::CStr;

use pyo3::exceptions::{PySystemError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::interpreter;
use crate::interpreter::fallible::{self, NoMemory};
use crate::interpreter::names;

/// A function's arguments.
pub(crate) struct Signature<'a> {
    /// The same function in Python, as `function`.
    pub(crate) in_python: &'a CStr,
}

impl Signature<'_> {
    /// The argument of a function that has one, with a default, if it is there: by its position, or
    /// by its name if that may be. Else keywords are nobody's business.
    ///
    /// Errors: TypeError, as of the function in Python.
    pub(crate) fn one<'py>(
        &self,
        slf: &Bound<'py, PyAny>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
        keyword: Option<&str>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
        match (args.len(), keyword, kwargs) {
            (0, None, _) | (0, _, None) => Ok(None),
            (1, None, _) | (1, _, None) => args.get_item(0).map(Some),
            (0, Some(keyword), Some(kwargs)) if kwargs.len() == 1 => {
                let name = fallible::string(slf.py(), keyword)?;
                match kwargs.get_item(name)? {
                    Some(argument) => Ok(Some(argument)),
                    None => Err(self.refusal(Some(slf), args, Some(kwargs))),
                }
            }
            _ => Err(self.refusal(Some(slf), args, kwargs)),
        }
    }

    /// What the interpreter says of these arguments: it is asked, by a call of the function in
    /// Python. The words are another with each version.
    #[cold]
    pub(crate) fn refusal<'py>(
        &self,
        slf: Option<&Bound<'py, PyAny>>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyErr {
        let py = args.py();
        let function = || -> PyResult<Bound<'py, PyAny>> {
            let namespace = fallible::dict(py)?;
            let exec = fallible::import(py, c"builtins")?.getattr(names::exec(py))?;
            let in_python = fallible::string(py, self.in_python.to_str().unwrap_or_default())?;
            interpreter::call(&exec, [in_python.as_any(), &namespace])?;
            namespace
                .as_any()
                .get_item(fallible::string(py, "function")?)
        };
        // All that can be wrong with it is that there is no memory: then some compilers of the
        // interpreter raise nothing, which is a SystemError.
        let function = function().map_err(|error| {
            if error.is_instance_of::<PySystemError>(py) {
                NoMemory.into()
            } else {
                error
            }
        });
        let refused = || -> PyResult<()> {
            let len = args.len() + usize::from(slf.is_some());
            let all = slf.cloned().into_iter().chain(args);
            let all = fallible::tuple_of(py, len, all)?;
            function?.call(all, kwargs).map(drop)
        };
        let otherwise = || fallible::error::<PyTypeError>(py, format_args!("wrong arguments"));
        refused().err().unwrap_or_else(otherwise)
    }
}

/// The arguments of a constructor as it gets them from the interpreter.
///
/// # Safety
///
/// `args` is a tuple, `kwargs` a dict or null.
pub(crate) unsafe fn arguments<'py>(
    py: Python<'py>,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> (Bound<'py, PyTuple>, Option<Bound<'py, PyDict>>) {
    // SAFETY: the caller's promise.
    unsafe {
        let args = Bound::from_borrowed_ptr(py, args).cast_into_unchecked();
        let kwargs = Bound::from_borrowed_ptr_or_opt(py, kwargs);
        (args, kwargs.map(|kwargs| kwargs.cast_into_unchecked()))
    }
}
