//! User code that is due because of a death.

use std::sync::Weak;

use super::identity::Identity;
use crate::caught_panic::guarded;

/// What is still to be called or dropped.
pub(crate) enum Task {
    /// Of a reference that may be dropped before its turn comes: then it is not called.
    Callback(Weak<Identity>),
    Drop(Box<dyn Send>),
}

impl Task {
    pub(crate) fn perform(self) {
        match self {
            Self::Callback(identity) => {
                if let Some(identity) = identity.upgrade() {
                    guarded("a death callback", || identity.call_back());
                }
            }
            Self::Drop(value) => drop_guarded(value),
        }
    }
}

/// Drops what a container held.
pub(crate) fn drop_guarded<T>(value: T) {
    guarded("the drop of a map's value", || drop(value));
}
