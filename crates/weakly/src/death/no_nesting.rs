//! Deaths inside deaths without `std`, where nothing belongs to a thread: each is done at once, however
//! deep.

use super::task::Task;

pub(crate) fn is_deep() -> bool {
    false
}

/// Performs all of `tasks`, in order.
pub(crate) fn perform<I: IntoIterator<Item = Task>>(tasks: I) {
    tasks.into_iter().for_each(Task::perform);
}

/// Runs user code.
pub(crate) fn nested(run: impl FnOnce()) {
    run();
}
