//! What makes a weak reference of one thread one and the same, and a finalizer.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::Cell;

/// What runs when the referent dies. It is given back the identity that it belongs to.
type Callback = Box<dyn FnOnce(Rc<LocalIdentity>)>;

/// The part of a weak reference that all its handles share, or a finalizer.
pub(crate) struct LocalIdentity {
    callback: Cell<Option<Callback>>,
    has_callback: Cell<bool>,
    hash: Cell<Option<u64>>,
}

impl LocalIdentity {
    pub(crate) fn new(callback: Option<Callback>) -> Rc<Self> {
        Rc::new(Self {
            has_callback: Cell::new(callback.is_some()),
            callback: Cell::new(callback),
            hash: Cell::new(None),
        })
    }

    pub(crate) fn has_callback(&self) -> bool {
        self.has_callback.get()
    }

    /// Takes the callback, so that it runs once, and runs it.
    pub(super) fn call_back(self: Rc<Self>) {
        self.has_callback.set(false);
        if let Some(callback) = self.callback.take() {
            callback(self);
        }
    }

    /// The remembered hash, or the one that `compute` gives.
    pub(crate) fn hash(&self, compute: impl FnOnce() -> u64) -> u64 {
        let hash = self.hash.get().unwrap_or_else(compute);
        self.hash.set(Some(hash));
        hash
    }
}
