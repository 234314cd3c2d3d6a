//! Arguments, refused with the interpreter's own messages.

use std::borrow::Cow;
use std::ffi::{CStr, CString};

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::interpreter;
use crate::interpreter::alloc;
use crate::interpreter::names;
use crate::interpreter::reentrant_once::ReentrantOnce;

/// A function's arguments.
pub struct Signature {
    /// The same function in Python, as `function`.
    in_python: Cow<'static, CStr>,
    /// That function. It is made when the module is imported: without memory some compilers of the
    /// interpreter crash.
    function: ReentrantOnce<Py<PyAny>>,
}

impl Signature {
    pub const fn new(in_python: &'static CStr) -> Self {
        Self {
            in_python: Cow::Borrowed(in_python),
            function: ReentrantOnce::new(),
        }
    }

    pub(crate) const fn of(in_python: CString) -> Self {
        Self {
            in_python: Cow::Owned(in_python),
            function: ReentrantOnce::new(),
        }
    }

    /// Makes what a refusal needs.
    pub fn prepare(&self, py: Python<'_>) -> PyResult<()> {
        self.function(py).map(drop)
    }

    fn function<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyAny>> {
        let made = self.function.get_or_try_make(py, || {
            let namespace = alloc::dict(py)?;
            let exec = alloc::import(py, c"builtins")?.getattr(names::exec(py))?;
            let in_python = alloc::string(py, self.in_python.to_str().unwrap_or_default())?;
            interpreter::call(&exec, [in_python.as_any(), &namespace])?;
            let function = alloc::string(py, "function")?;
            namespace.as_any().get_item(function).map(Bound::unbind)
        });
        made.map(|made| made.bind(py))
    }

    /// The argument of a function that has one, with a default, if it is there: by its position, or
    /// by its name if that may be. Other keywords are ignored.
    ///
    /// Errors: TypeError, as of the function in Python.
    pub fn one<'py>(
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
                let name = alloc::string(slf.py(), keyword)?;
                match kwargs.get_item(name)? {
                    Some(argument) => Ok(Some(argument)),
                    None => Err(self.refusal(Some(slf), args, Some(kwargs))),
                }
            }
            _ => Err(self.refusal(Some(slf), args, kwargs)),
        }
    }

    /// The arguments of a function by the names of its parameters, of which so many have no default.
    ///
    /// Errors: TypeError, as of the function in Python.
    pub fn arguments<'py, const N: usize>(
        &self,
        slf: &Bound<'py, PyAny>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
        parameters: [&str; N],
        required: usize,
    ) -> PyResult<[Option<Bound<'py, PyAny>>; N]> {
        let mut found = [const { None }; N];
        let mut by_name = 0;
        for (at, (parameter, place)) in parameters.iter().zip(&mut found).enumerate() {
            *place = args.iter().nth(at);
            if let (None, Some(kwargs)) = (&place, kwargs) {
                *place = kwargs.get_item(alloc::string(slf.py(), parameter)?)?;
                by_name += usize::from(place.is_some());
            }
        }
        let is_right = args.len() <= N
            && by_name == kwargs.map_or(0, PyDictMethods::len)
            && found[..required].iter().all(Option::is_some);
        if is_right {
            return Ok(found);
        }
        Err(self.refusal(Some(slf), args, kwargs))
    }

    /// What the interpreter says of these arguments: it is asked, by a call of the function in
    /// Python. The words are another with each version.
    #[cold]
    pub fn refusal<'py>(
        &self,
        slf: Option<&Bound<'py, PyAny>>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyErr {
        let py = args.py();
        let refused = || -> PyResult<()> {
            let len = args.len() + usize::from(slf.is_some());
            let all = slf.cloned().into_iter().chain(args);
            let all = alloc::tuple_of(py, len, all)?;
            self.function(py)?.call(all, kwargs).map(drop)
        };
        let otherwise = || alloc::error::<PyTypeError>(py, format_args!("wrong arguments"));
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
    // SAFETY: (17) the caller's promise.
    unsafe {
        let args = Bound::from_borrowed_ptr(py, args).cast_into_unchecked();
        let kwargs = Bound::from_borrowed_ptr_or_opt(py, kwargs);
        (args, kwargs.map(|kwargs| kwargs.cast_into_unchecked()))
    }
}
