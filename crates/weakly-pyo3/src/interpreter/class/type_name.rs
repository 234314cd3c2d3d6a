//! How error messages name the classes.

use pyo3::prelude::*;
use pyo3::types::PyType;

/// Leaves the module out of the name by which the interpreter's own messages call a class, as it
/// does for classes written in Python: "unhashable type: 'WeakSet'". `__module__`, `__qualname__`
/// and the `repr` stay as they are.
pub fn shorten(class: &Bound<'_, PyType>) {
    // SAFETY: (14, 15) the type is live, its name ends with a null and lives as long as the type;
    // the new name is the end of the old one.
    unsafe {
        let class = class.as_type_ptr();
        let name = std::ffi::CStr::from_ptr((*class).tp_name);
        if let Some(dot) = name.to_bytes().iter().rposition(|&byte| byte == b'.') {
            (*class).tp_name = (*class).tp_name.add(dot + 1);
        }
    }
}
