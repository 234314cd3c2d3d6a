//! The end of the process, when the finalizers that live are run.

use std::cell::Cell;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use crate::caught_panic::guarded;
use crate::table::{Number, Registry, Table};

/// A finalizer, as the end of the process sees it.
pub(crate) trait AtExit: Send + Sync {
    /// Whether it is to run at exit.
    fn is_due(&self) -> bool;

    /// Runs it, if it has not run. Does not panic.
    fn run(&self);
}

/// The finalizers that live.
struct Finalizers {
    live: Registry<Arc<dyn AtExit>>,
    /// Those that were made by other finalizers at exit.
    late: Registry<Arc<dyn AtExit>>,
    /// Those that were there when the end of the process began. A finalizer that does not run at
    /// exit still runs when its object dies.
    passed: Table<Number, Arc<dyn AtExit>>,
}

static FINALIZERS: Mutex<Finalizers> = Mutex::new(Finalizers {
    live: Registry::new(),
    late: Registry::new(),
    passed: Table::new(),
});

/// What a finalizer is taken out of its registry with.
pub(crate) struct Ticket {
    number: Number,
    is_late: bool,
}

impl Finalizers {
    fn registry(&mut self, is_late: bool) -> &mut Registry<Arc<dyn AtExit>> {
        if is_late {
            &mut self.late
        } else {
            &mut self.live
        }
    }
}

thread_local! {
    /// Whether this thread runs the finalizers at the end of the process.
    static ENDS_THE_PROCESS: Cell<bool> = const { Cell::new(false) };
}

fn finalizers() -> MutexGuard<'static, Finalizers> {
    FINALIZERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps `finalizer` alive until it has run, by exit at the latest.
pub(crate) fn register(finalizer: Arc<dyn AtExit>) -> Ticket {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        // If the hook cannot be set, finalizers still run at death.
        weakly_unsafe::at_exit(at_exit);
    });
    let is_late = ENDS_THE_PROCESS.get();
    let added = finalizers().registry(is_late).try_add(finalizer);
    match added {
        Ok(number) => Ticket { number, is_late },
        Err(_) => panic!("there is no room for one more finalizer"),
    }
}

/// Lets the finalizer of `ticket` go, if it is still there.
pub(crate) fn unregister(ticket: &Ticket) {
    let removed = finalizers().registry(ticket.is_late).remove(ticket.number);
    // Without the lock: it may be the last owner of what the user put into the finalizer.
    drop(removed);
}

/// What the process calls at exit. Nothing may escape from it.
extern "C" fn at_exit() {
    guarded("the end of the process", run_all);
}

/// Runs the finalizers that are due, newest first; one that a finalizer makes meanwhile comes next.
///
/// What other threads make from now on is not waited for: they might go on forever.
fn run_all() {
    ENDS_THE_PROCESS.set(true);
    let mut all = finalizers().live.take();
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
    let before = mem::replace(&mut finalizers().passed, all);
    drop(before);
}

/// Runs what was made at exit.
fn run_late() {
    let newest = || {
        let finalizers = finalizers();
        let newest = finalizers.late.newest(|finalizer| finalizer.is_due());
        newest.cloned()
    };
    while let Some(finalizer) = newest() {
        finalizer.run();
    }
}
