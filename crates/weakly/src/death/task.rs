//! User code that is due because of a death.

use std::any::Any;
use std::rc;
use std::sync::Weak;

use super::identity::Identity;
use super::local_identity::LocalIdentity;
use crate::caught_panic::guarded;

/// What is still to be called or dropped.
pub(crate) enum Task {
    /// Of a reference that may be dropped before its turn comes: then it is not called.
    Callback(Weak<Identity>),
    /// As [`Task::Callback`], of an object of one thread.
    LocalCallback(rc::Weak<LocalIdentity>),
    LocalFinalizer(rc::Rc<LocalIdentity>),
    Drop(Box<dyn Any>),
}

impl Task {
    pub(crate) fn perform(self) {
        match self {
            Self::Callback(identity) => {
                if let Some(identity) = identity.upgrade() {
                    guarded("a death callback", || identity.call_back());
                }
            }
            Self::LocalCallback(identity) => {
                if let Some(identity) = identity.upgrade() {
                    guarded("a death callback", || identity.call_back());
                }
            }
            Self::LocalFinalizer(identity) => guarded("a finalizer", || identity.call_back()),
            Self::Drop(value) => drop_guarded(value),
        }
    }
}

/// Drops what a container held.
pub(crate) fn drop_guarded<T>(value: T) {
    guarded("the drop of a map's value", || drop(value));
}
