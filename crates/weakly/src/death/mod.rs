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
mod announce;
mod cells;
mod containers;
mod entry;
mod identity;
mod local;
mod local_identity;
mod nesting;
mod record;
mod records;
mod task;
mod watchers;
mod word;

pub(crate) use aftermath::Aftermath;
pub(crate) use containers::{Container, register, retire, reuse};
pub(crate) use entry::Entry;
pub(crate) use identity::Identity;
pub(crate) use local::{LocalEntry, LocalWatchers};
pub(crate) use local_identity::LocalIdentity;
pub(crate) use nesting::drop_nested;
pub(crate) use watchers::Watchers;
