//! How the maps of extensions tell their keys apart.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash, RandomState};
use std::ptr;
use std::sync::Arc;

use weakly::Strong;
use weakly::table::Verdict;

use crate::content::comparison::sealed::{Address, Find, Sealed};
use crate::content::key::WeakKey;
use crate::references::weak_id_ref::WeakIdRef;
use crate::references::weak_ref::WeakRef;

/// How a map tells its keys apart: [`ByEq`] or [`ById`]. There are no other implementations.
pub trait Comparison: Sealed + Send + Sync + 'static {
    /// How an object is referred to that is a key.
    #[doc(hidden)]
    type Key: WeakKey;
}

/// Keys are compared by equality: Python objects by `hash` and `==`, as a `dict` does, and Rust
/// values by `Hash` and `Eq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByEq {}

/// Keys are compared by identity: Python objects by `is`, and Rust objects by their address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ById {}

impl Comparison for ByEq {
    type Key = WeakRef;
}

impl Comparison for ById {
    type Key = WeakIdRef;
}

/// How a map finds Rust keys of type `K` by a `Q`.
///
/// * [`ByEq`] does, if `K` borrows as `Q` and `Q` is `Hash + Eq`: as std's `HashMap`.
/// * [`ById`] does, if `K` and `Q` are the same [`Pointer`].
///
/// There are no other implementations.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not find keys of type `{K}` by a `{Q}`",
    note = "`ByEq` needs `{K}: Borrow<{Q}>` and `{Q}: Hash + Eq`",
    note = "`ById` needs `Arc` or `weakly::Strong` for both"
)]
pub trait FindRust<K, Q: ?Sized>: Comparison + Find<K, Q> {}

impl<K, Q: ?Sized, C: Comparison + Find<K, Q>> FindRust<K, Q> for C {}

impl<K: Borrow<Q>, Q: ?Sized + Hash + Eq> Find<K, Q> for ByEq {
    fn hash(hasher: &RandomState, wanted: &Q) -> u64 {
        hasher.hash_one(wanted)
    }

    fn verdict(_stored: &K, _wanted: &Q) -> Verdict {
        Verdict::Ask
    }

    fn is_equal(stored: &K, wanted: &Q) -> bool {
        stored.borrow() == wanted
    }
}

impl<P: Pointer> Find<P, P> for ById {
    fn hash(hasher: &RandomState, wanted: &P) -> u64 {
        hasher.hash_one(wanted.address())
    }

    fn verdict(stored: &P, wanted: &P) -> Verdict {
        Verdict::of(Self::is_equal(stored, wanted))
    }

    fn is_equal(stored: &P, wanted: &P) -> bool {
        ptr::eq(stored.address(), wanted.address())
    }
}

/// An owner of a Rust object, whose identity is a key: [`Arc`] or [`weakly::Strong`]. There are no other
/// implementations.
pub trait Pointer: Address {}

impl<P: Address> Pointer for P {}

impl<T: ?Sized> Address for Arc<T> {
    fn address(&self) -> *const () {
        Arc::as_ptr(self).cast()
    }
}

impl<T: ?Sized + Send + Sync + 'static> Address for Strong<T> {
    fn address(&self) -> *const () {
        ptr::from_ref::<T>(self).cast()
    }
}

mod sealed {
    use std::hash::RandomState;

    use weakly::table::Verdict;

    pub trait Sealed {}
    impl Sealed for super::ByEq {}
    impl Sealed for super::ById {}

    pub trait Find<K, Q: ?Sized> {
        fn hash(hasher: &RandomState, wanted: &Q) -> u64;

        /// What can be said without code of others: this runs under the lock.
        fn verdict(stored: &K, wanted: &Q) -> Verdict;

        /// Not under the lock.
        fn is_equal(stored: &K, wanted: &Q) -> bool;
    }

    pub trait Address {
        fn address(&self) -> *const ();
    }
}
