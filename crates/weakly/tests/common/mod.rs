//! What several tests need.
#![allow(dead_code, unreachable_pub)] // Each test file uses a part of it.

pub mod hooked;

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use weakly::{Strong, WeakRef};

/// A list that callbacks write to.
#[derive(Clone, Debug, Default)]
pub struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T> Log<T> {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Vec::new())))
    }

    pub fn write(&self, entry: T) {
        self.0.lock().unwrap().push(entry);
    }

    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Runs `body` on its own thread and fails if it does not end: a deadlock must not hang the tests.
#[track_caller]
pub fn must_end<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, wait) = channel();
    let thread = std::thread::spawn(move || {
        let result = body();
        let _ = done.send(());
        result
    });
    match wait.recv_timeout(Duration::from_secs(20)) {
        Err(RecvTimeoutError::Timeout) => panic!("a deadlock"),
        // Disconnected: the body has panicked, which `join` passes on.
        Ok(()) | Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        },
    }
}

/// Calls its function when it is dropped.
pub struct OnDrop<F: FnMut()>(pub F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Watches `owner` with `callback`, which is never dropped before it has run.
pub fn on_death<T, F>(owner: &Strong<T>, callback: F)
where
    T: ?Sized + Send + Sync + 'static,
    F: FnOnce() + Send + 'static,
{
    std::mem::forget(WeakRef::with_callback(owner, |_| callback()));
}
