//! Deaths inside deaths, with a fixed amount of stack.
//!
//! Callbacks and dropped values may be the last owners of other objects, which die inside, and so
//! on. To a fixed depth that happens at once; what lies deeper is queued and is done before the
//! outermost death ends, so that chains of any length need a fixed amount of stack.

use alloc::collections::VecDeque;
use core::cell::{Cell, RefCell};

use super::task::Task;
use crate::room::boxed;

/// How many deaths may be nested in each other. Each level costs some hundred bytes of stack.
const DEPTH_LIMIT: u32 = 32;

thread_local! {
    /// How many deaths this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// What is due too deep to be done at once.
    static DEFERRED: RefCell<VecDeque<Task>> = const { RefCell::new(VecDeque::new()) };
}

pub(crate) fn is_deep() -> bool {
    DEPTH.get() >= DEPTH_LIMIT
}

/// Performs all of `tasks`, in order: now, or before the outermost death ends.
pub(crate) fn perform<I: IntoIterator<Item = Task>>(tasks: I) {
    let mut tasks = tasks.into_iter().peekable();
    if tasks.peek().is_none() {
        return;
    }
    if is_deep() {
        let queue = |deferred: &RefCell<VecDeque<Task>>| {
            let mut deferred = deferred.borrow_mut();
            while tasks.peek().is_some() && deferred.try_reserve(1).is_ok() {
                deferred.extend(tasks.next());
            }
        };
        let _ = DEFERRED.try_with(queue);
        // If the thread is ending and its queue is gone, or there is no memory for the queue, it is
        // done here, however deep.
        if tasks.peek().is_none() {
            return;
        }
    }
    nested(|| tasks.for_each(Task::perform));
}

/// Runs user code one level deeper; at the outermost level, all that was deferred as well, also if
/// `run` panics.
pub(crate) fn nested(run: impl FnOnce()) {
    let _level = Level::enter();
    run();
}

/// Drops `content` of a container that is gone. Its values may be the last owners of other
/// containers, and so on: what lies too deep is dropped later, as with deaths.
pub(crate) fn drop_nested<C: 'static>(content: C) {
    let drop_now = |content| nested(|| drop(content));
    if !is_deep() {
        return drop_now(content);
    }
    match boxed(content) {
        Ok(content) => perform([Task::Drop(content)]),
        Err(content) => drop_now(content),
    }
}

/// One level of nesting.
struct Level;

impl Level {
    fn enter() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Self
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        if DEPTH.get() == 1 {
            // Not while borrowed: a task may defer another.
            let next = || DEFERRED.try_with(|deferred| deferred.borrow_mut().pop_front());
            while let Ok(Some(task)) = next() {
                task.perform();
            }
        }
        DEPTH.set(DEPTH.get() - 1);
    }
}
