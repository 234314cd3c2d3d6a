//! The extension module `weakly._weakly`.

mod classes;

use pyo3::prelude::*;
use pyo3::types::PyType;

/// The classes of the package `weakly`.
#[pymodule(gil_used = false)]
mod _weakly {
    use super::*;
    use crate::classes::cached_function::CachedFunction;
    use crate::classes::cached_function::results::CachedResults;
    use crate::classes::cached_method::CachedMethod;
    use crate::classes::death_queue::{self, DeathQueue};
    use crate::classes::ephemeron::{_set_ephemerons, collect_ephemerons};
    use crate::classes::finalize::finalize;
    use crate::classes::interner::Interner;
    use crate::classes::keep_alive::_keep;
    use crate::classes::weak_cache::WeakCache;
    use crate::classes::weak_id_key_dictionary::WeakIdKeyDictionary;
    use crate::classes::weak_id_key_value_dictionary::WeakIdKeyValueDictionary;
    use crate::classes::weak_id_set::WeakIdSet;
    use crate::classes::weak_key_dictionary::WeakKeyDictionary;
    use crate::classes::weak_key_value_dictionary::WeakKeyValueDictionary;
    use crate::classes::weak_set::WeakSet;
    use crate::classes::weak_value_dictionary::WeakValueDictionary;
    use crate::classes::{
        interner, iterator, weak_cache, weak_id_key_dictionary, weak_id_key_value_dictionary,
        weak_id_set, weak_key_dictionary, weak_key_value_dictionary, weak_set,
        weak_value_dictionary,
    };
    use weakly_pyo3::interpreter::alloc;
    use weakly_pyo3::interpreter::class::{abstract_base, type_name};
    #[cfg(feature = "failing-allocator")]
    use weakly_pyo3::interpreter::failing_allocator;
    use weakly_pyo3::references::{keyed_ref, weak_id_ref, weak_method};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        alloc::caught(module.py(), || fill(module))
    }

    /// May be called again after an error: what was completed then stays as it is.
    fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = module.py();
        weakly_pyo3::prepare(py)?;
        module.add_class::<WeakKeyDictionary>()?;
        module.add_class::<WeakValueDictionary>()?;
        module.add_class::<WeakIdKeyDictionary>()?;
        module.add_class::<WeakKeyValueDictionary>()?;
        module.add_class::<WeakIdKeyValueDictionary>()?;
        module.add_class::<WeakSet>()?;
        module.add_class::<WeakIdSet>()?;
        module.add_class::<finalize>()?;
        module.add_class::<DeathQueue>()?;
        module.add_class::<WeakCache>()?;
        module.add_class::<Interner>()?;
        module.add_class::<CachedMethod>()?;
        module.add_class::<CachedFunction>()?;
        module.add_class::<CachedResults>()?;
        let abc = py.import("_collections_abc")?;
        let mapping = abc.getattr("MutableMapping")?.cast_into()?;
        abstract_base::derive(&py.get_type::<WeakKeyDictionary>(), &mapping)?;
        abstract_base::derive(&py.get_type::<WeakValueDictionary>(), &mapping)?;
        abstract_base::derive(&py.get_type::<WeakIdKeyDictionary>(), &mapping)?;
        abstract_base::derive(&py.get_type::<WeakKeyValueDictionary>(), &mapping)?;
        abstract_base::derive(&py.get_type::<WeakIdKeyValueDictionary>(), &mapping)?;
        abstract_base::derive(&py.get_type::<WeakCache>(), &mapping)?;
        let set = abc.getattr("MutableSet")?;
        set.call_method1("register", (py.get_type::<WeakSet>(),))?;
        set.call_method1("register", (py.get_type::<WeakIdSet>(),))?;
        weak_key_dictionary::complete(py)?;
        weak_value_dictionary::complete(py)?;
        weak_id_key_dictionary::complete(py)?;
        weak_key_value_dictionary::complete(py)?;
        weak_id_key_value_dictionary::complete(py)?;
        weak_set::complete(py)?;
        weak_id_set::complete(py)?;
        death_queue::complete(py)?;
        weak_cache::complete(py)?;
        interner::complete(py)?;
        iterator::complete(py);
        crate::classes::finalize::complete(py)?;
        crate::classes::cached_method::complete(py)?;
        crate::classes::cached_function::complete(py)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add_function(wrap_pyfunction!(collect_ephemerons, module)?)?;
        module.add_function(wrap_pyfunction!(_set_ephemerons, module)?)?;
        module.add_function(wrap_pyfunction!(_keep, module)?)?;
        module.add("KeyedRef", keyed_ref::type_object(py)?)?;
        module.add("WeakIdRef", weak_id_ref::type_object(py)?)?;
        module.add("WeakMethod", weak_method::type_object(py)?)?;
        for (_, class) in module.dict() {
            if let Ok(class) = class.cast::<PyType>() {
                type_name::shorten(class);
            }
        }
        #[cfg(feature = "failing-allocator")]
        {
            use failing_allocator::{
                _fail_allocation_after, _fail_no_allocation, _live_allocations,
            };
            module.add_function(wrap_pyfunction!(_fail_allocation_after, module)?)?;
            module.add_function(wrap_pyfunction!(_fail_no_allocation, module)?)?;
            module.add_function(wrap_pyfunction!(_live_allocations, module)?)?;
        }
        Ok(())
    }
}
