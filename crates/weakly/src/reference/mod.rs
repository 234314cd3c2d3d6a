//! What all kinds of weak references have in common.

pub(crate) mod forward;
mod proxy;
mod reference_error;
#[cfg(feature = "std")]
mod weak_callable;
mod weak_method;
mod weak_ref;

pub mod call;
pub(crate) use proxy::proxy;
#[cfg(feature = "std")]
pub use proxy::{CallableProxy, Proxy};
pub use reference_error::ReferenceError;
#[cfg(feature = "std")]
pub use weak_callable::WeakCallable;
pub(crate) use weak_method::weak_method;
#[cfg(feature = "std")]
pub use weak_method::{BoundMethod, WeakMethod};
#[cfg(feature = "std")]
pub use weak_ref::WeakRef;
pub(crate) use weak_ref::{referent_hash, weak_ref};

/// A kind of weak reference.
///
/// ```
/// use weakly::{Reference, ReferenceKind, Strong, WeakRef};
///
/// let owner = Strong::new(1);
/// assert_eq!(WeakRef::new(&owner).kind(), ReferenceKind::Ref);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReferenceKind {
    /// A [`WeakRef`](crate::WeakRef).
    #[doc(alias = "ReferenceType")]
    Ref,
    /// A [`Proxy`](crate::Proxy).
    #[doc(alias = "ProxyType")]
    Proxy,
    /// A [`CallableProxy`](crate::CallableProxy).
    #[doc(alias = "CallableProxyType")]
    CallableProxy,
    /// A [`WeakMethod`](crate::WeakMethod).
    #[doc(alias = "WeakMethod")]
    Method,
}

/// Anything that refers to an object without keeping it alive.
///
/// It can be a trait object: references of several kinds fit in one list.
///
/// ```
/// use weakly::{Proxy, Reference, Strong, WeakRef};
///
/// let owner = Strong::new(1);
/// let references: [&dyn Reference; 2] = [&WeakRef::new(&owner), &Proxy::new(&owner)];
/// assert_eq!(references.map(|reference| reference.is_proxy()), [false, true]);
/// ```
pub trait Reference {
    /// Which kind of reference this is. O(1).
    ///
    /// ```
    /// use weakly::{Proxy, Reference, ReferenceKind, Strong};
    ///
    /// assert_eq!(Proxy::new(&Strong::new(1)).kind(), ReferenceKind::Proxy);
    /// ```
    fn kind(&self) -> ReferenceKind;

    /// Whether the referent lives. O(1).
    ///
    /// ```
    /// use weakly::{Proxy, Reference, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let reference: &dyn Reference = &Proxy::new(&owner);
    /// assert!(reference.is_alive());
    /// ```
    fn is_alive(&self) -> bool;

    /// Whether this is a proxy, callable or not. O(1).
    ///
    /// ```
    /// use weakly::{Reference, Strong, WeakRef};
    ///
    /// assert!(!WeakRef::new(&Strong::new(1)).is_proxy());
    /// ```
    #[doc(alias = "ProxyTypes")]
    fn is_proxy(&self) -> bool {
        self.kind() == ReferenceKind::Proxy || self.is_callable_proxy()
    }

    /// Whether this is a callable proxy. O(1).
    ///
    /// ```
    /// use weakly::{Proxy, Reference, Strong};
    ///
    /// assert!(!Proxy::new(&Strong::new(1)).is_callable_proxy());
    /// ```
    #[doc(alias = "CallableProxyType")]
    fn is_callable_proxy(&self) -> bool {
        self.kind() == ReferenceKind::CallableProxy
    }
}
