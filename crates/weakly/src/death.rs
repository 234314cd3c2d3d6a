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
use crate::room::{boxed, reserve_one};
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
        let drop_now = |value| nested(|| guarded("the drop of a map's value", || drop(value)));
        if self.is_settled && !is_deep() {
            return drop_now(value);
        }
        // If there is no memory to keep it, it is dropped before its time.
        if reserve_one(&mut self.duties).is_err() {
            return drop_now(value);
        }
        match boxed(value) {
            Ok(value) => self.duties.push(Duty::Drop(value)),
            Err(value) => drop_now(value),
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
        List::Many(many) => {
            let [many] = *many;
            announce_to_many(many);
        }
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
    perform(
        estate
            .duties
            .into_iter()
            .chain(newest_first.map(Duty::Callback)),
    );
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
        let queue = |deferred: &RefCell<VecDeque<Duty>>| {
            let mut deferred = deferred.borrow_mut();
            while duties.peek().is_some() && deferred.try_reserve(1).is_ok() {
                deferred.extend(duties.next());
            }
        };
        let _ = DEFERRED.try_with(queue);
        // If the thread is ending and its queue is gone, or there is no memory for the queue, it is
        // done here, however deep.
        if duties.peek().is_none() {
            return;
        }
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
    let drop_now = |content| nested(|| drop(content));
    if !is_deep() {
        return drop_now(content);
    }
    match boxed(content) {
        Ok(content) => perform([Duty::Drop(content)]),
        Err(content) => drop_now(content),
    }
}
