//! The finalizers that live, and the end of the process.

use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use crate::caught_panic::guarded;
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
    is_late: bool,
    slot: Slot,
    number: u64,
}

/// The finalizers that live, by their number, the oldest first.
type Finalizers = Table<u64, Arc<dyn AtExit>>;

struct Registry {
    finalizers: Finalizers,
    /// Those that were made by other finalizers at exit.
    late: Finalizers,
    /// Those that were there when the end of the process began. Who does not run at exit is still
    /// to run when its object dies.
    passed: Finalizers,
    next_number: u64,
}

impl Registry {
    fn of(&mut self, ticket: &Ticket) -> &mut Finalizers {
        if ticket.is_late {
            &mut self.late
        } else {
            &mut self.finalizers
        }
    }
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    finalizers: Table::new(),
    late: Table::new(),
    passed: Table::new(),
    next_number: 0,
});

thread_local! {
    /// Whether this thread runs the finalizers at the end of the process.
    static ENDS_THE_PROCESS: Cell<bool> = const { Cell::new(false) };
}

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
    let mut ticket = Ticket {
        is_late: ENDS_THE_PROCESS.get(),
        slot: Slot::from_u32(0),
        number: registry.next_number,
    };
    registry.next_number += 1;
    let number = ticket.number;
    if registry.of(&ticket).try_reserve(1).is_err() {
        drop(registry);
        panic!("there is no room for one more finalizer");
    }
    ticket.slot = registry.of(&ticket).insert(number, number, finalizer);
    ticket
}

/// Lets the finalizer of `ticket` go, if it is still there.
pub(crate) fn unregister(ticket: &Ticket) {
    let mut registry = registry();
    let finalizers = registry.of(ticket);
    let entry = finalizers.get(ticket.slot);
    if entry.is_some_and(|(number, _)| *number == ticket.number) {
        let removed = finalizers.remove(ticket.slot);
        // Without the lock: it may be the last owner of what the user put into the finalizer.
        drop(registry);
        drop(removed);
    }
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
    let all = registry().finalizers.take();
    for (_, _, finalizer) in all.iter().rev() {
        run_late();
        if finalizer.is_due() {
            finalizer.run();
        }
    }
    run_late();
    registry().passed = all;
}

/// Runs what was made at exit.
fn run_late() {
    let newest = || {
        let registry = registry();
        let mut late = registry.late.iter().rev();
        let newest = late.find(|(_, _, finalizer)| finalizer.is_due());
        newest.map(|(_, _, finalizer)| finalizer.clone())
    };
    while let Some(finalizer) = newest() {
        finalizer.run();
    }
}
