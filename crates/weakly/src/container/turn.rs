//! Turns: one makes something, the others wait until that has ended.

use std::sync::Arc;

use crate::room::no_room;
use crate::sync::{Condvar, Mutex, lock, one_for_all};

#[cfg(test)]
use shuttle::thread_local;

/// One making of one thing, which ends once, however it ends.
///
/// A thread (or a task, while it is polled) knows the turns it is in. So a maker that asks for what
/// it makes itself is told so, and so is the last of several makers that would wait for each other
/// in a ring.
pub(super) struct Turn {
    state: Mutex<State>,
    has_ended: Condvar,
}

#[derive(Default)]
struct State {
    has_ended: bool,
    #[cfg(feature = "async")]
    wakers: Vec<std::task::Waker>,
}

impl Turn {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::default()),
            has_ended: Condvar::new(),
        })
    }

    /// Makes something in this turn.
    pub(super) fn make<R>(self: &Arc<Self>, make: impl FnOnce() -> R) -> R {
        let _inside = Inside::new(self);
        make()
    }

    /// Blocks until the turn has ended.
    ///
    /// # Panics
    ///
    /// If that would be forever.
    pub(super) fn wait(self: &Arc<Self>) {
        let _wait = Wait::new(self);
        let mut state = lock(&self.state);
        while !state.has_ended {
            let woken = self.has_ended.wait(state);
            state = woken.unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    /// Ends the turn, and wakes who waits for it.
    pub(super) fn end(&self) {
        let mut state = lock(&self.state);
        state.has_ended = true;
        #[cfg(feature = "async")]
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        self.has_ended.notify_all();
        #[cfg(feature = "async")]
        wakers.into_iter().for_each(std::task::Waker::wake);
    }
}

#[cfg(feature = "async")]
mod future {
    use std::future::{Future, poll_fn};
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use super::{Inside, Turn, Wait};
    use crate::sync::lock;

    impl Turn {
        /// As [`Turn::make`], each time the future is polled.
        pub(in super::super) async fn make_async<F: Future>(
            self: &Arc<Self>,
            make: F,
        ) -> F::Output {
            let mut make = pin!(make);
            poll_fn(|context| {
                let _inside = Inside::new(self);
                make.as_mut().poll(context)
            })
            .await
        }

        /// As [`Turn::wait`], without blocking the thread.
        pub(in super::super) async fn wait_async(self: &Arc<Self>) {
            let mut wait = None;
            poll_fn(|context| {
                if wait.is_none() {
                    wait = Some(Wait::new(self));
                }
                self.poll_ended(context)
            })
            .await;
        }

        fn poll_ended(&self, context: &mut Context<'_>) -> Poll<()> {
            let waker = context.waker().clone();
            let mut state = lock(&self.state);
            if state.has_ended {
                return Poll::Ready(());
            }
            // A task that is polled again without having been woken has left an older waker.
            let known = state.wakers.iter_mut().find(|it| it.will_wake(&waker));
            let old = match known {
                Some(known) => Some(std::mem::replace(known, waker)),
                None => {
                    state.wakers.push(waker);
                    None
                }
            };
            drop(state);
            drop(old);
            Poll::Pending
        }
    }
}

thread_local! {
    /// The turns that this thread is in, the innermost last.
    static INSIDE: std::cell::RefCell<Vec<Arc<Turn>>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// What `read` makes of the turns that this thread is in. None are known any more while the thread's
/// own variables are dropped.
fn inside<R: Default>(read: impl FnOnce(&mut Vec<Arc<Turn>>) -> R) -> R {
    let result = INSIDE.try_with(|inside| read(&mut inside.borrow_mut()));
    result.unwrap_or_default()
}

/// This thread is in a turn, until this is dropped.
struct Inside;

impl Inside {
    fn new(turn: &Arc<Turn>) -> Self {
        inside(|turns| turns.push(Arc::clone(turn)));
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        inside(Vec::pop);
    }
}

/// That a maker waits for another one, as long as it does.
struct Waiting {
    maker: Arc<Turn>,
    awaited: Arc<Turn>,
}

one_for_all! {
    static WAITING: Mutex<Vec<Waiting>> = Mutex::new(Vec::new());
}

/// A wait for a turn. Only makers are noted: who makes nothing can be in no ring.
struct Wait {
    makers: Vec<Arc<Turn>>,
    awaited: Arc<Turn>,
}

impl Wait {
    fn new(awaited: &Arc<Turn>) -> Self {
        let makers = inside(|turns| turns.clone());
        let is_maker = |turn: &Arc<Turn>| makers.iter().any(|maker| Arc::ptr_eq(maker, turn));
        assert!(
            !is_maker(awaited),
            "a maker asks for the very value that it is making"
        );
        if !makers.is_empty() {
            let mut waiting = lock(&WAITING);
            let is_ring = reaches(&waiting, awaited, &is_maker);
            let has_room = waiting.try_reserve(makers.len()).is_ok();
            if is_ring || !has_room {
                drop(waiting);
                assert!(!is_ring, "makers of values wait for each other in a ring");
                no_room();
            }
            waiting.extend(makers.iter().map(|maker| Waiting {
                maker: Arc::clone(maker),
                awaited: Arc::clone(awaited),
            }));
        }
        Self {
            makers,
            awaited: Arc::clone(awaited),
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if self.makers.is_empty() {
            return;
        }
        let mut waiting = lock(&WAITING);
        for maker in &self.makers {
            let is_it = |it: &Waiting| {
                Arc::ptr_eq(&it.maker, maker) && Arc::ptr_eq(&it.awaited, &self.awaited)
            };
            if let Some(at) = waiting.iter().position(is_it) {
                waiting.swap_remove(at);
            }
        }
    }
}

/// Whether `from`, or a turn that it waits for, and so on, is one of those that are looked for.
fn reaches(waiting: &[Waiting], from: &Arc<Turn>, is_wanted: &impl Fn(&Arc<Turn>) -> bool) -> bool {
    // There are no rings among those that wait, so this ends.
    let awaited = waiting.iter().filter(|it| Arc::ptr_eq(&it.maker, from));
    let mut next = awaited.map(|it| &it.awaited);
    next.any(|next| is_wanted(next) || reaches(waiting, next, is_wanted))
}
