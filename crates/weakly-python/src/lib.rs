//! The extension module `weakly._weakly`: one file a Python type.

mod abstract_base;
mod arguments;
mod builtin;
mod callback;
mod content;
mod fallible;
mod finalize;
mod handled;
mod held;
mod hooks;
mod interpreter;
mod interrupt;
mod iterator;
mod key_hash;
mod keyed_ref;
mod lock;
mod lookup;
mod main_interpreter;
mod mapping;
mod names;
mod once;
mod operand;
mod owned;
mod prefetch;
#[cfg(Py_GIL_DISABLED)]
mod primitive;
mod recursion;
#[cfg(Py_GIL_DISABLED)]
mod shared_lock;
mod shortcut;
mod state;
mod stored_key;
mod subtype;
mod trashcan;
mod type_name;
mod vector;
mod vectorcall;
mod weak_key_dictionary;
mod weak_keys;
mod weak_list;
mod weak_method;
mod weak_ref;
mod weak_set;
mod weak_value_dictionary;
mod weak_values;

use pyo3::prelude::*;
use pyo3::types::PyType;

/// The classes of the package `weakly`.
#[pymodule(gil_used = false)]
mod _weakly {
    use super::*;

    #[pymodule_export]
    use crate::finalize::finalize;
    #[pymodule_export]
    use crate::weak_key_dictionary::WeakKeyDictionary;
    #[pymodule_export]
    use crate::weak_set::WeakSet;
    #[pymodule_export]
    use crate::weak_value_dictionary::WeakValueDictionary;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = module.py();
        main_interpreter::require(py)?;
        names::make_all(py);
        interrupt::prepare(py)?;
        weak_ref::check_layout(py.get_type::<WeakSet>().as_any())?;
        key_hash::check(py.get_type::<WeakSet>().as_any())?;
        let abc = py.import("_collections_abc")?;
        let mapping = abc.getattr("MutableMapping")?.cast_into()?;
        abstract_base::derive(&py.get_type::<WeakKeyDictionary>(), &mapping)?;
        abstract_base::derive(&py.get_type::<WeakValueDictionary>(), &mapping)?;
        let set = abc.getattr("MutableSet")?;
        set.call_method1("register", (py.get_type::<WeakSet>(),))?;
        weak_key_dictionary::complete(py)?;
        weak_value_dictionary::complete(py)?;
        weak_set::complete(py)?;
        iterator::add_shortcut(py);
        crate::finalize::complete(py);
        #[cfg(all(ends_threads_by_unwinding, not(Py_3_12)))]
        interpreter::guard_allocation(py);
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("KeyedRef", keyed_ref::type_object(py)?)?;
        module.add("WeakMethod", weak_method::type_object(py)?)?;
        for (_, class) in module.dict() {
            if let Ok(class) = class.cast::<PyType>() {
                type_name::shorten(class);
            }
        }
        // Their types would else be made at the first use, when there may be no memory for it, or when
        // the collector runs code that is another first use.
        py.get_type::<iterator::WeakIterator>();
        py.get_type::<callback::Remove>();
        Ok(())
    }
}
