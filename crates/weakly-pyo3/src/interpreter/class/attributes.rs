//! Attributes that PyO3 made and that can be set: it refuses to delete one with an error that it makes
//! late, as with the arguments in `methods.rs`.

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

use pyo3::PyClass;
use pyo3::exceptions::PyAttributeError;
use pyo3::ffi::{self, PyObject};
use pyo3::prelude::*;

use crate::interpreter::alloc;
use crate::interpreter::class::trampoline::trampoline;

/// PyO3 sets all attributes with the one function, which goes by what it is called with.
static SET: OnceLock<ffi::setter> = OnceLock::new();

/// Refuses in the place of PyO3 to delete an attribute.
pub fn guard<T: PyClass>(py: Python<'_>, name: &str) -> PyResult<()> {
    let attribute = py.get_type::<T>().getattr(name)?;
    // SAFETY: (14, 16) the attribute is live, its type says what it is, and nobody uses the class
    // yet. PyO3 makes the definitions of a class in memory that it never frees.
    unsafe {
        assert!(ffi::Py_TYPE(attribute.as_ptr()) == &raw mut ffi::PyGetSetDescr_Type);
        let descriptor = attribute.as_ptr().cast::<ffi::PyGetSetDescrObject>();
        if let Some(general) = (*(*descriptor).d_getset).set.replace(set) {
            let known = SET.get_or_init(|| general);
            // Ours, where an import has failed and is tried again.
            let is_known = |known: ffi::setter| known as *const () == general as *const ();
            assert!(is_known(*known) || is_known(set));
        }
    }
    Ok(())
}

unsafe extern "C" fn set(slf: *mut PyObject, value: *mut PyObject, closure: *mut c_void) -> c_int {
    // SAFETY: (1, 2, 14) the interpreter calls with an instance and what PyO3 defined the attribute
    // with, and a value or null, the thread attached. They go on as they came.
    unsafe {
        if value.is_null() {
            return trampoline(-1, |py| {
                Err(alloc::error::<PyAttributeError>(
                    py,
                    format_args!("can't delete attribute"),
                ))
            });
        }
        let general = SET.get().expect("the function is remembered");
        general(slf, value, closure)
    }
}
