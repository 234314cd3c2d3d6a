//! Telling the watchers of an object that it is dead.

use super::aftermath::Aftermath;
use super::containers;
use super::entry::Entry;
use super::nesting::perform;
use super::record::Record;
use super::records;
use super::task::Task;
use super::word::Word;

/// Tells those whom `word` names that their object is dead, which lived at `address`.
#[inline(never)]
pub(super) fn announce(word: Word, address: usize) {
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
