//! What happens when an object dies.
//!
//! In this order: every weak reference reads dead (the owner's count is 0 before we are called);
//! every container forgets the object; what the containers held beside it is dropped and the
//! callbacks run, newest first; then the object's own value is dropped. A panic in any of it is
//! reported and stops nothing.
//!
//! Callbacks and dropped values may be the last owners of other objects, which die inside, and so
//! on. To a fixed depth that happens at once; what lies deeper is queued and is done before the
//! outermost death ends, so that chains of any length need a fixed amount of stack.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Weak;

use crate::identity::Identity;
use crate::report::guarded;
use crate::spare;
use crate::watchers::{List, Many};

/// How many deaths may be nested in each other. Each level costs some hundred bytes of stack.
const DEPTH_LIMIT: u32 = 32;

/// User code that is due because of a death.
enum Duty {
    /// Of a reference that may be dropped before its turn comes: then it is not called.
    Callback(Weak<Identity>),
    Drop(Box<dyn Send>),
}

impl Duty {
    fn perform(self) {
        match self {
            Self::Callback(identity) => {
                if let Some(identity) = identity.upgrade() {
                    guarded("a death callback", || identity.call_back());
                }
            }
            Self::Drop(value) => guarded("the drop of a map's value", || drop(value)),
        }
    }
}

/// What a dead object leaves behind in the containers it was in.
pub(crate) struct Estate {
    /// Whether nobody else is to be told first, so that values can be dropped as they come.
    is_settled: bool,
    duties: Vec<Duty>,
}

impl Estate {
    /// Drops `value`, or keeps it until all containers have forgotten the object. Called without
    /// any lock.
    pub(crate) fn leave<G: Send + 'static>(&mut self, value: G) {
        if self.is_settled && !is_deep() {
            nested(|| guarded("the drop of a map's value", || drop(value)));
        } else {
            self.duties.push(Duty::Drop(Box::new(value)));
        }
    }
}

/// Tells those in `list` that their object is dead.
#[inline(never)]
pub(crate) fn announce(list: List) {
    match list {
        List::Nobody | List::Canonical(_) => {}
        List::Callback(identity) => perform([Duty::Callback(identity)]),
        List::Entry(container, slot) => {
            let mut estate = Estate {
                is_settled: true,
                duties: Vec::new(),
            };
            container.forget(slot, &mut estate);
            spare::keep(container);
            if !estate.duties.is_empty() {
                perform(estate.duties);
            }
        }
        List::Many(many) => announce_to_many(*many),
    }
}

fn announce_to_many(many: Many) {
    let mut estate = Estate {
        is_settled: false,
        duties: Vec::new(),
    };
    for entry in many.entries.into_entries() {
        entry.container.forget(entry.slot, &mut estate);
    }
    let newest_first = many.callbacks.into_iter().rev();
    estate.duties.extend(newest_first.map(Duty::Callback));
    perform(estate.duties);
}

thread_local! {
    /// How many deaths this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// What is due too deep to be done at once.
    static DEFERRED: RefCell<VecDeque<Duty>> = const { RefCell::new(VecDeque::new()) };
}

fn is_deep() -> bool {
    DEPTH.get() >= DEPTH_LIMIT
}

fn perform<I: IntoIterator<Item = Duty>>(duties: I) {
    let mut duties = duties.into_iter().peekable();
    if duties.peek().is_none() {
        return;
    }
    if is_deep() {
        let queue = |deferred: &RefCell<VecDeque<Duty>>| deferred.borrow_mut().extend(&mut duties);
        if DEFERRED.try_with(queue).is_ok() {
            return;
        }
        // The thread is ending and its queue is gone: do it here, however deep.
    }
    nested(|| duties.for_each(Duty::perform));
}

/// Runs user code one level deeper; at the outermost level, all that was deferred as well, also if
/// `run` panics.
fn nested(run: impl FnOnce()) {
    let _level = Level::enter();
    run();
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
            // Not while borrowed: a duty may defer another.
            let next = || DEFERRED.try_with(|deferred| deferred.borrow_mut().pop_front());
            while let Ok(Some(duty)) = next() {
                duty.perform();
            }
        }
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Drops the content of a container that is gone. Its values may be the last owners of other
/// containers, and so on: what lies too deep is dropped later, as with deaths.
pub(crate) fn dismantle<C: Send + 'static>(content: C) {
    if is_deep() {
        let mut content = Some(content);
        let queue = |deferred: &RefCell<VecDeque<Duty>>| {
            let content = content.take().map(Box::new);
            let content = content.map(|content| Duty::Drop(content));
            deferred.borrow_mut().extend(content);
        };
        // If the thread is ending and its queue is gone, the content is dropped here after all.
        let _ = DEFERRED.try_with(queue);
    } else {
        nested(|| drop(content));
    }
}
