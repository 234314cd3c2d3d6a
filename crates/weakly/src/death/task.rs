//! User code that is due because of a death.

use alloc::boxed::Box;
use alloc::rc;
#[cfg(feature = "std")]
use alloc::sync::Weak;
use core::any::Any;

#[cfg(feature = "std")]
use super::identity::Identity;
use super::local_identity::LocalIdentity;
#[cfg(feature = "std")]
use crate::caught_panic::guarded;

/// What is still to be called or dropped.
pub(crate) enum Task {
    /// Of a reference that may be dropped before its turn comes: then it is not called.
    #[cfg(feature = "std")]
    Callback(Weak<Identity>),
    /// The same, of an object of one thread.
    LocalCallback(rc::Weak<LocalIdentity>),
    LocalFinalizer(rc::Rc<LocalIdentity>),
    Drop(Box<dyn Any>),
}

impl Task {
    pub(crate) fn perform(self) {
        match self {
            #[cfg(feature = "std")]
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

/// Without `std` no panic can be caught.
#[cfg(not(feature = "std"))]
fn guarded(_during: &'static str, run: impl FnOnce()) {
    run();
}

/// Drops what a container held.
pub(crate) fn drop_guarded<T>(value: T) {
    guarded("the drop of a map's value", || drop(value));
}
