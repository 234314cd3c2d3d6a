//! Where the content of dying containers goes.

use std::cell::{Cell, RefCell};

use weakly::table::Table;

/// How many containers may be destroyed inside one another before the next ones must wait.
const DEPTH: u32 = 32;

thread_local! {
    static DEEP: Cell<u32> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
}

/// Drops what a container held, oldest first, without letting a long chain of containers, each the
/// last owner of the next, exhaust the stack: from a certain depth on it is dropped when the
/// outermost one is done. (The interpreter does the same for its own containers.)
pub(crate) fn bury<K: 'static, V: 'static>(content: Table<K, V>) {
    let drop_all = move || content.into_iter().for_each(drop);
    if DEEP.get() >= DEPTH {
        WAITING.with_borrow_mut(|waiting| waiting.push(Box::new(drop_all)));
        return;
    }
    DEEP.set(DEEP.get() + 1);
    drop_all();
    if DEEP.get() == 1 {
        while let Some(drop_next) = WAITING.with_borrow_mut(Vec::pop) {
            drop_next();
        }
    }
    DEEP.set(DEEP.get() - 1);
}
