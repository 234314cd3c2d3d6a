//! What makes a weak reference one and the same, however many handles it has.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What runs when the referent dies. It is given back the identity that it belongs to.
type Callback = Box<dyn FnOnce(Arc<Identity>) + Send>;

/// The part of a weak reference that all its handles share.
///
/// It knows nothing of the referent's type: the same reference may be seen as one to a value and
/// as one to a trait object.
pub(crate) struct Identity {
    callback: Mutex<Option<Callback>>,
    hash: OnceLock<u64>,
}

impl Identity {
    pub(crate) fn new(callback: Option<Callback>) -> Arc<Self> {
        Arc::new(Self {
            callback: Mutex::new(callback),
            hash: OnceLock::new(),
        })
    }

    pub(crate) fn has_callback(&self) -> bool {
        self.slot().is_some()
    }

    /// Takes the callback, so that it runs once, and runs it without the lock.
    pub(crate) fn call_back(self: Arc<Self>) {
        let callback = self.slot().take();
        if let Some(callback) = callback {
            callback(self);
        }
    }

    /// The remembered hash, or the one that `compute` gives, which runs without a lock.
    pub(crate) fn hash(&self, compute: impl FnOnce() -> u64) -> u64 {
        match self.hash.get() {
            Some(hash) => *hash,
            None => {
                let hash = compute();
                *self.hash.get_or_init(|| hash)
            }
        }
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Callback>> {
        self.callback.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
