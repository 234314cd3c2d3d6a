//! What happens when an object dies.
//!
//! In this order:
//!
//! 1. every weak reference reads dead (the owner's count is 0 before we are called);
//! 2. every container forgets the object;
//! 3. what the containers held beside it is dropped, and the callbacks run, newest first;
//! 4. the object's own value is dropped.
//!
//! A panic in any of it is reported and stops nothing.

mod aftermath;
#[cfg(feature = "std")]
mod announce;
#[cfg(feature = "std")]
mod cells;
mod container;
#[cfg(feature = "std")]
mod containers;
#[cfg(feature = "std")]
mod entry;
#[cfg(feature = "std")]
mod identity;
mod local;
mod local_identity;
#[cfg_attr(not(feature = "std"), path = "no_nesting.rs")]
mod nesting;
#[cfg(feature = "std")]
mod record;
#[cfg(feature = "std")]
mod records;
mod task;
#[cfg(feature = "std")]
mod watchers;
#[cfg(feature = "std")]
mod word;

pub(crate) use aftermath::Aftermath;
pub(crate) use container::Container;
pub(crate) use local::{LocalEntry, LocalWatchers};
pub(crate) use local_identity::LocalIdentity;

#[cfg(feature = "std")]
pub(crate) use {
    containers::{register, retire, reuse},
    entry::Entry,
    identity::Identity,
    nesting::drop_nested,
    watchers::Watchers,
};
