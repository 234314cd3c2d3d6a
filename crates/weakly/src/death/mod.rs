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
mod cells;
mod containers;
mod entry;
mod identity;
mod local;
mod nesting;
mod record;
mod records;
mod task;
mod watchers;

pub(crate) use aftermath::Aftermath;
pub(crate) use containers::{Container, register, retire, reuse};
pub(crate) use entry::Entry;
pub(crate) use identity::Identity;
pub(crate) use local::{LocalEntry, LocalIdentity, LocalWatchers};
pub(crate) use nesting::drop_nested;
pub(crate) use watchers::Watchers;

use nesting::perform;
use record::Record;
use task::Task;
use watchers::Word;

/// Tells those whom `word` names that their object is dead, which lived at `address`.
#[inline(never)]
fn announce(word: Word, address: usize) {
    match word {
        Word::Nobody => {}
        Word::Entry(entry) => {
            let mut aftermath = Aftermath::of_one();
            forget(entry, address, &mut aftermath);
            let tasks = aftermath.into_tasks();
            if !tasks.is_empty() {
                perform(tasks);
            }
        }
        Word::Record(number) => announce_to_many(records::take(number), address),
    }
}

fn announce_to_many(record: Record, address: usize) {
    match record {
        Record::Nobody | Record::Canonical(_) => {}
        Record::Callback(identity) => perform([Task::Callback(identity)]),
        Record::Entry(entry) => announce(Word::Entry(entry), address),
        Record::Many(many) => {
            let [many] = *many;
            let mut aftermath = Aftermath::of_many();
            many.entries
                .for_each(|entry| forget(entry, address, &mut aftermath));
            let newest_first = many.callbacks.into_iter().rev();
            let tasks = aftermath.into_tasks().into_iter();
            perform(tasks.chain(newest_first.map(Task::Callback)));
        }
    }
}

/// Lets the container of `entry` forget its object.
fn forget(entry: Entry, address: usize, aftermath: &mut Aftermath) {
    if let Some(container) = containers::numbered(entry.container()) {
        container.forget(entry.fingerprint(), address, aftermath);
    }
}
