//! The arguments of `__init__`, refused in the interpreter's own words.

use std::ffi::CStr;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::fallible;

/// An `__init__` with one argument, which may be left out.
pub(crate) struct Init {
    /// The argument's name, if it may be given by it.
    pub(crate) keyword: Option<&'static str>,
    /// The same function in Python, as `init`.
    pub(crate) in_python: &'static CStr,
}

impl Init {
    /// The argument, if there is one. Keywords are nobody's business if it has no name.
    ///
    /// Errors: TypeError, as of the function in Python.
    pub(crate) fn argument<'py>(
        &self,
        slf: &Bound<'py, PyAny>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
        match (args.len(), self.keyword, kwargs) {
            (0, None, _) | (0, _, None) => Ok(None),
            (1, None, _) | (1, _, None) => args.get_item(0).map(Some),
            (0, Some(keyword), Some(kwargs)) if kwargs.len() == 1 => {
                let name = fallible::string(slf.py(), keyword)?;
                match kwargs.get_item(name)? {
                    Some(argument) => Ok(Some(argument)),
                    None => Err(self.refusal(slf, args, Some(kwargs))),
                }
            }
            _ => Err(self.refusal(slf, args, kwargs)),
        }
    }

    /// What the interpreter says of these arguments: it is asked, by a call of the function in
    /// Python. The words are another with each version.
    #[cold]
    fn refusal<'py>(
        &self,
        slf: &Bound<'py, PyAny>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyErr {
        let py = slf.py();
        let refused = || -> PyResult<()> {
            let namespace = fallible::dict(py)?;
            py.run(self.in_python, Some(&namespace), None)?;
            let init = namespace.as_any().get_item(fallible::string(py, "init")?)?;
            let mut all = vec![slf.clone()];
            all.extend(args.iter());
            let all = fallible::tuple_of(py, all.len(), all)?;
            init.call(all, kwargs).map(drop)
        };
        let otherwise = || fallible::error::<PyTypeError>(py, format_args!("wrong arguments"));
        refused().err().unwrap_or_else(otherwise)
    }
}
