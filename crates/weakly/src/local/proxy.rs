//! Weak references of one thread that are used as if they were their referents.

use std::fmt;

use super::strong::Strong;
use super::weak_ref::WeakRef;
use crate::reference::{Reference, ReferenceError, ReferenceKind};

/// A weak reference that is used like its referent; [`ReferenceError`] once that is dead.
///
/// It is [`Proxy`](crate::Proxy) for one thread, without its arithmetic.
///
/// ```
/// use weakly::ReferenceError;
/// use weakly::local::{Proxy, Strong};
///
/// let owner = Strong::new(String::from("William"));
/// let proxy = Proxy::new(&owner);
/// assert_eq!(proxy.with(|name| name.len()), Ok(7));
/// drop(owner);
/// assert_eq!(proxy.with(|name| name.len()), Err(ReferenceError));
/// ```
pub struct Proxy<T: ?Sized> {
    weak: WeakRef<T>,
}

impl<T: ?Sized> Proxy<T> {
    /// Makes a proxy of the value of `owner`. O(1).
    ///
    /// ```
    /// use weakly::local::{Proxy, Strong};
    ///
    /// let owner = Strong::new(5);
    /// assert_eq!(Proxy::new(&owner).upgrade(), Ok(owner));
    /// ```
    pub fn new(owner: &Strong<T>) -> Self {
        WeakRef::new(owner).into()
    }

    /// The referent. O(1).
    ///
    /// # Errors
    ///
    /// [`ReferenceError`] if the referent is dead.
    ///
    /// ```
    /// use weakly::local::{Proxy, Strong};
    ///
    /// let owner = Strong::new(5);
    /// let proxy = Proxy::new(&owner);
    /// drop(owner);
    /// assert!(proxy.upgrade().is_err());
    /// ```
    pub fn upgrade(&self) -> Result<Strong<T>, ReferenceError> {
        self.weak.upgrade().ok_or(ReferenceError)
    }

    /// Calls `use_it` with the referent, which lives meanwhile. O(1) and what `use_it` costs.
    ///
    /// # Errors
    ///
    /// [`ReferenceError`] if the referent is dead; `use_it` is not called then.
    ///
    /// ```
    /// use weakly::local::{Proxy, Strong};
    ///
    /// let owner = Strong::new(5);
    /// assert_eq!(Proxy::new(&owner).with(|n| n + 1), Ok(6));
    /// ```
    pub fn with<R>(&self, use_it: impl FnOnce(&T) -> R) -> Result<R, ReferenceError> {
        self.upgrade().map(|owner| use_it(&owner))
    }

    /// Whether the referent lives. O(1).
    ///
    /// ```
    /// use weakly::local::{Proxy, Strong};
    ///
    /// let owner = Strong::new(5);
    /// assert!(Proxy::new(&owner).is_alive());
    /// ```
    pub fn is_alive(&self) -> bool {
        self.weak.is_alive()
    }

    /// The weak reference that this is a handle of. O(1).
    ///
    /// ```
    /// use weakly::local::{Proxy, Strong, WeakRef};
    ///
    /// let owner = Strong::new(5);
    /// assert!(WeakRef::ptr_eq(Proxy::new(&owner).as_weak_ref(), &WeakRef::new(&owner)));
    /// ```
    pub fn as_weak_ref(&self) -> &WeakRef<T> {
        &self.weak
    }
}

impl<T: ?Sized + 'static> Proxy<T> {
    /// Makes a proxy whose `callback` runs when the referent dies, as with [`WeakRef::with_callback`].
    /// O(1).
    ///
    /// ```
    /// use weakly::local::{Proxy, Strong};
    ///
    /// let owner = Strong::new(5);
    /// let _proxy = Proxy::with_callback(&owner, |dead| assert!(!dead.is_alive()));
    /// ```
    pub fn with_callback(owner: &Strong<T>, callback: impl FnOnce(&Self) + 'static) -> Self {
        WeakRef::with_callback(owner, |weak| callback(&weak.clone().into())).into()
    }
}

/// The reference, to be used like its referent. O(1).
impl<T: ?Sized> From<WeakRef<T>> for Proxy<T> {
    fn from(weak: WeakRef<T>) -> Self {
        Self { weak }
    }
}

/// Makes another handle of the same proxy. O(1).
impl<T: ?Sized> Clone for Proxy<T> {
    fn clone(&self) -> Self {
        self.weak.clone().into()
    }
}

impl<T: ?Sized> fmt::Debug for Proxy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.weak.describe("weakproxy", f)
    }
}

/// Prints the referent; gives [`fmt::Error`] if it is dead.
impl<T: ?Sized + fmt::Display> fmt::Display for Proxy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.upgrade().map_err(|_| fmt::Error)?.fmt(f)
    }
}

/// False if one of the referents is dead.
impl<T: ?Sized + PartialEq> PartialEq for Proxy<T> {
    fn eq(&self, other: &Self) -> bool {
        matches!((self.upgrade(), other.upgrade()), (Ok(one), Ok(another)) if *one == *another)
    }
}

/// False if the referent is dead.
impl<T: PartialEq> PartialEq<T> for Proxy<T> {
    fn eq(&self, other: &T) -> bool {
        self.with(|value| value == other) == Ok(true)
    }
}

impl<T: ?Sized> Reference for Proxy<T> {
    fn kind(&self) -> ReferenceKind {
        ReferenceKind::Proxy
    }

    fn is_alive(&self) -> bool {
        self.is_alive()
    }
}
