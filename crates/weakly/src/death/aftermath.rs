//! What a dead object leaves in the containers it was in.

use alloc::vec::Vec;

use super::nesting::{is_deep, nested};
use super::task::{Task, drop_guarded};
use crate::room::{boxed, reserve_one};

/// What is still to be dropped because an object has died.
pub(crate) struct Aftermath {
    /// Whether nobody else is to be told first, so that values can be dropped as they come.
    is_last_told: bool,
    tasks: Vec<Task>,
}

impl Aftermath {
    /// That of an object which only one container has to be told of.
    pub(crate) const fn of_one() -> Self {
        Self {
            is_last_told: true,
            tasks: Vec::new(),
        }
    }

    pub(crate) const fn of_many() -> Self {
        Self {
            is_last_told: false,
            tasks: Vec::new(),
        }
    }

    /// Drops `value`, or keeps it until all containers have forgotten the object. Called without
    /// any lock.
    pub(crate) fn drop_later<V: 'static>(&mut self, value: V) {
        let drop_now = |value| nested(|| drop_guarded(value));
        if self.is_last_told && !is_deep() {
            return drop_now(value);
        }
        // If there is no memory to keep it, it is dropped before its time.
        if reserve_one(&mut self.tasks).is_err() {
            return drop_now(value);
        }
        match boxed(value) {
            Ok(value) => self.tasks.push(Task::Drop(value)),
            Err(value) => drop_now(value),
        }
    }

    pub(crate) fn into_tasks(self) -> Vec<Task> {
        self.tasks
    }
}
