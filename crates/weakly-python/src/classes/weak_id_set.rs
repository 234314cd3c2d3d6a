//! `WeakIdSet`: a `WeakSet` that tells its items apart by identity.

use weakly_pyo3::references::weak_id_ref::WeakIdRef;

use crate::classes::set::prelude::*;

set_class! {
    /// A set that references its items weakly and tells them apart by identity.
    ///
    /// Any object that can be weakly referenced is an item, hashable or not, whatever its `__eq__`: two
    /// items are the same if `is` says so. Neither `__hash__` nor `__eq__` of an item is called.
    ///
    /// It is a `WeakSet` in all else.
    WeakIdSet of keys WeakIdRef
}
