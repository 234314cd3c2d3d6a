//! `WeakSet`: a set that forgets an item when nobody else refers to it.

use weakly_pyo3::references::weak_ref::WeakRef;

use crate::classes::set::prelude::*;

set_class! {
    /// A set that references its items weakly.
    ///
    /// An item is discarded as soon as no strong reference to it exists.
    ///
    /// Items are compared with `==` and keep the order in which they were added. You may change the set
    /// while you iterate over it, and use it in several threads at once. It behaves as
    /// `weakref.WeakSet`.
    WeakSet of keys WeakRef
}
