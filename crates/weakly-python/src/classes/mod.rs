//! One file per class of the package `weakly`, and what the classes share.

pub(crate) mod cached_function;
pub(crate) mod cached_method;
pub(crate) mod container;
pub(crate) mod death_queue;
pub(crate) mod dictionary;
pub(crate) mod ephemeron;
pub(crate) mod finalize;
pub(crate) mod hooks;
pub(crate) mod interner;
pub(crate) mod iterator;
pub(crate) mod keep_alive;
pub(crate) mod mapping;
pub(crate) mod pickle_state;
pub(crate) mod set;
pub(crate) mod set_operations;

pub(crate) mod weak_cache;
pub(crate) mod weak_id_key_dictionary;
pub(crate) mod weak_id_key_value_dictionary;
pub(crate) mod weak_id_set;
pub(crate) mod weak_key_dictionary;
pub(crate) mod weak_key_value_dictionary;
pub(crate) mod weak_set;
pub(crate) mod weak_value_dictionary;
