//! Methods bound to objects of one thread that they do not keep alive.

use super::strong::Strong;
use super::weak_ref::WeakRef;

crate::reference::weak_method! {
    family: "weakly::local",
    shared: [],
    sent: [],
    /// A method bound to an object that it does not keep alive.
    ///
    /// It is [`WeakMethod`](crate::WeakMethod) for one thread.
    ///
    /// ```
    /// use std::cell::RefCell;
    /// use weakly::local::{Strong, WeakMethod};
    ///
    /// let log = Strong::new(RefCell::new(Vec::new()));
    /// let write = WeakMethod::new(&log, |log: &RefCell<Vec<i32>>, n| log.borrow_mut().push(n));
    /// assert_eq!(write.call((1,)), Some(()));
    /// assert_eq!(*log.borrow(), [1]);
    /// drop(log);
    /// assert_eq!(write.call((2,)), None);
    /// ```
}
