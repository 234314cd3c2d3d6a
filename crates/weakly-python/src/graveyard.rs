//! Where the content of dying containers goes.

use std::any::Any;
use std::cell::{Cell, RefCell};

/// How many containers may be destroyed inside one another before the next ones must wait.
const DEPTH: u32 = 32;

thread_local! {
    static DEEP: Cell<u32> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Drops what a container held, without letting a long chain of containers, each the last owner of
/// the next, exhaust the stack: from a certain depth on it is dropped when the outermost one is
/// done. (The interpreter does the same for its own containers.)
pub(crate) fn bury<T: 'static>(content: T) {
    if DEEP.get() >= DEPTH {
        WAITING.with_borrow_mut(|waiting| waiting.push(Box::new(content)));
        return;
    }
    DEEP.set(DEEP.get() + 1);
    drop(content);
    if DEEP.get() == 1 {
        while let Some(next) = WAITING.with_borrow_mut(Vec::pop) {
            drop(next);
        }
    }
    DEEP.set(DEEP.get() - 1);
}
