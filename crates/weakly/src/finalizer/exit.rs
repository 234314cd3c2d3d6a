//! The end of the process, when the finalizers that live are run.

use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use super::registry::{Registry, Ticket};
use crate::caught_panic::guarded;

/// A finalizer, as the end of the process sees it.
pub(crate) trait AtExit: Send + Sync {
    /// Whether it is to run at exit.
    fn is_due(&self) -> bool;

    /// Runs it, if it has not run. Does not panic.
    fn run(&self);
}

type Finalizers = Registry<Arc<dyn AtExit>>;

static REGISTRY: Mutex<Finalizers> = Mutex::new(Registry::new());

thread_local! {
    /// Whether this thread runs the finalizers at the end of the process.
    static ENDS_THE_PROCESS: Cell<bool> = const { Cell::new(false) };
}

fn registry() -> MutexGuard<'static, Finalizers> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps `finalizer` alive until it has run, by exit at the latest.
pub(crate) fn register(finalizer: Arc<dyn AtExit>) -> Ticket {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        // If the hook cannot be set, finalizers still run at death.
        shutdown_hooks::add_shutdown_hook(at_exit);
    });
    let added = registry().try_add(finalizer, ENDS_THE_PROCESS.get());
    match added {
        Ok(ticket) => ticket,
        Err(_) => panic!("there is no room for one more finalizer"),
    }
}

/// Lets the finalizer of `ticket` go, if it is still there.
pub(crate) fn unregister(ticket: &Ticket) {
    let removed = registry().remove(ticket);
    // Without the lock: it may be the last owner of what the user put into the finalizer.
    drop(removed);
}

/// What the process calls at exit. Nothing may escape from it.
extern "C" fn at_exit() {
    guarded("the end of the process", run_all);
}

/// Runs the finalizers that are due, newest first; one that a finalizer makes meanwhile comes next.
///
/// What other threads make from now on is not waited for: they might go on for ever.
fn run_all() {
    ENDS_THE_PROCESS.set(true);
    let mut all = registry().take_all();
    let run = |finalizer: &Arc<dyn AtExit>| {
        run_late();
        if finalizer.is_due() {
            finalizer.run();
        }
    };
    match all.try_iter() {
        Ok(all) => all.rev().for_each(|(_, _, finalizer)| run(finalizer)),
        // No memory for their order.
        Err(_) => all
            .iter_unordered()
            .for_each(|(_, _, finalizer)| run(finalizer)),
    }
    run_late();
    let before = registry().keep(all);
    drop(before);
}

/// Runs what was made at exit.
fn run_late() {
    let newest = || {
        let registry = registry();
        registry
            .newest_late(|finalizer| finalizer.is_due())
            .cloned()
    };
    while let Some(finalizer) = newest() {
        finalizer.run();
    }
}
