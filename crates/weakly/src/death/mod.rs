//! What happens when an object dies.
//!
//! In this order:
//!
//! 1. every weak reference reads dead (the owner's count is 0 before we are called);
//! 2. every container forgets the object;
//! 3. what the containers held beside it is dropped, and the callbacks run, newest first;
//! 4. the object's own value is dropped.
//!
//! A panic in any of it is reported and stops nothing.

mod aftermath;
mod identity;
mod list;
mod nesting;
mod task;
mod watchers;

pub(crate) use aftermath::{Aftermath, Container, Entry};
pub(crate) use identity::Identity;
pub(crate) use nesting::drop_nested;
pub(crate) use watchers::Watchers;

use list::{List, Many};
use nesting::perform;
use task::Task;

/// Tells those in `list` that their object is dead.
#[inline(never)]
pub(crate) fn announce(list: List) {
    match list {
        List::Nobody | List::Canonical(_) => {}
        List::Callback(identity) => perform([Task::Callback(identity)]),
        List::Entry(container, slot) => {
            let mut aftermath = Aftermath::of_one();
            container.forget(slot, &mut aftermath);
            drop(container);
            let tasks = aftermath.into_tasks();
            if !tasks.is_empty() {
                perform(tasks);
            }
        }
        List::Many(many) => {
            let [many] = *many;
            announce_to_many(many);
        }
    }
}

fn announce_to_many(many: Many) {
    let mut aftermath = Aftermath::of_many();
    for entry in many.entries.into_entries() {
        entry.container.forget(entry.slot, &mut aftermath);
    }
    let newest_first = many.callbacks.into_iter().rev();
    let tasks = aftermath.into_tasks().into_iter();
    perform(tasks.chain(newest_first.map(Task::Callback)));
}
