//! Weak references of one thread that are used as if they were their referents.

use super::strong::Strong;
use super::weak_ref::WeakRef;

crate::reference::proxy! {
    family: "weakly::local",
    shared: [],
    sent: [],
    /// A weak reference that is used like its referent; [`ReferenceError`](crate::ReferenceError) once
    /// that is dead.
    ///
    /// It is [`Proxy`](crate::Proxy) for one thread.
    ///
    /// ```
    /// use weakly::ReferenceError;
    /// use weakly::local::{Proxy, Strong};
    ///
    /// let owner = Strong::new(20);
    /// let proxy = Proxy::new(&owner);
    /// assert_eq!(&proxy + 1, Ok(21));
    /// drop(owner);
    /// assert_eq!(&proxy + 1, Err(ReferenceError));
    /// ```
}
