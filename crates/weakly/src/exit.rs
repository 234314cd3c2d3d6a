//! The finalizers that live, and the end of the process.

use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use crate::report::guarded;
use crate::table::{Slot, Table};

/// A finalizer, as the end of the process sees it.
pub(crate) trait AtExit: Send + Sync {
    /// Whether it is to run at exit.
    fn is_due(&self) -> bool;

    /// Runs it, if it has not run. Does not panic.
    fn run(&self);
}

/// What a finalizer is taken off the registry with.
pub(crate) struct Ticket {
    slot: Slot,
    number: u64,
}

/// The finalizers that live, by their number, the oldest first.
struct Registry {
    finalizers: Table<u64, Arc<dyn AtExit>>,
    next_number: u64,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    finalizers: Table::new(),
    next_number: 0,
});

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps `finalizer` alive until it has run, by exit at the latest.
pub(crate) fn register(finalizer: Arc<dyn AtExit>) -> Ticket {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        // If the hook cannot be set, finalizers still run at death.
        shutdown_hooks::add_shutdown_hook(at_exit);
    });
    let mut registry = registry();
    let number = registry.next_number;
    registry.next_number += 1;
    let slot = registry.finalizers.insert(number, number, finalizer);
    Ticket { slot, number }
}

/// Lets the finalizer of `ticket` go, if it is still there.
pub(crate) fn unregister(ticket: &Ticket) {
    let mut registry = registry();
    let entry = registry.finalizers.get(ticket.slot);
    if entry.is_some_and(|(number, _)| *number == ticket.number) {
        let removed = registry.finalizers.remove(ticket.slot);
        // Without the lock: it may be the last owner of what the user put into the finalizer.
        drop(registry);
        drop(removed);
    }
}

/// What the process calls at exit. Nothing may escape from it.
extern "C" fn at_exit() {
    guarded("the end of the process", run_all);
}

/// Runs all finalizers that are due, newest first; one that is made meanwhile comes next.
fn run_all() {
    loop {
        let (mut due, made) = select();
        if due.is_empty() {
            return;
        }
        while let Some(finalizer) = due.pop() {
            if finalizer.is_due() {
                finalizer.run();
            }
            if registry().next_number != made {
                break;
            }
        }
    }
}

/// The finalizers that are due, the oldest first, and how many were ever made.
fn select() -> (Vec<Arc<dyn AtExit>>, u64) {
    let registry = registry();
    let all = registry.finalizers.iter();
    let due = all.filter(|(_, _, finalizer)| finalizer.is_due());
    let due = due.map(|(_, _, finalizer)| finalizer.clone()).collect();
    (due, registry.next_number)
}
