//! The weak reference to an object of one thread.

use alloc::rc::{Rc, Weak};

use super::strong::{Object, Strong};
use crate::death::{LocalIdentity, LocalWatchers};

crate::reference::weak_ref! {
    family: "weakly::local",
    pointer: Rc,
    identity: LocalIdentity,
    watchers: LocalWatchers,
    shared: [],
    sent: [],
    /// A reference that does not keep its referent alive, and may have a callback for its death.
    ///
    /// It is [`WeakRef`](crate::WeakRef) for one thread: see there for which references are the same, and
    /// for equality and hash.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(String::from("William"));
    /// let weak = WeakRef::with_callback(&owner, |dead| assert!(!dead.is_alive()));
    /// assert_eq!(weak.upgrade().unwrap().len(), 7);
    /// drop(owner); // runs the callback
    /// assert!(weak.upgrade().is_none());
    /// ```
}
