//! Turns: one makes something, the others wait until that has ended.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::room::{boxed, no_room};
use crate::sync::{Condvar, Mutex, lock, one_for_all};
use crate::table::TryReserveError;

#[cfg(test)]
use shuttle::thread_local;

/// One making of one thing, which ends once, however it ends. Clones are handles of the same turn.
///
/// A thread (or a task, while it is polled) knows the turns it is in. So a maker that asks for what
/// it makes itself is told so, and so is the last of several makers that would wait for each other
/// in a ring.
///
/// An `Arc` aborts where there is no memory. So turns live in memory that is never given back: when
/// the last handle has gone, it serves the next turn.
pub(super) struct Turn(&'static Place);

/// Where a turn is.
struct Place {
    handles: AtomicUsize,
    state: Mutex<State>,
    has_ended: Condvar,
}

#[derive(Default)]
struct State {
    has_ended: bool,
    #[cfg(feature = "async")]
    wakers: Vec<std::task::Waker>,
}

/// The places of no turn. There is room for all places.
#[derive(Default)]
struct Free {
    places: Vec<&'static Place>,
    all: usize,
}

one_for_all! {
    static FREE: Mutex<Free> = Mutex::new(Free { places: Vec::new(), all: 0 });
}

impl Free {
    fn take(&mut self) -> Result<&'static Place, TryReserveError> {
        if let Some(place) = self.places.pop() {
            return Ok(place);
        }
        let room = self.places.try_reserve(self.all + 1);
        room.map_err(|_| TryReserveError)?;
        let place = boxed(Place {
            handles: AtomicUsize::new(0),
            state: Mutex::new(State::default()),
            has_ended: Condvar::new(),
        });
        let [place] = Box::leak(place.map_err(|_| TryReserveError)?);
        self.all += 1;
        Ok(place)
    }
}

impl Clone for Turn {
    fn clone(&self) -> Self {
        self.0.handles.fetch_add(1, Ordering::Relaxed);
        Self(self.0)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // What the others did to the turn has happened.
        if self.0.handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Dropped at the end, when nothing is locked.
            let _state = std::mem::take(&mut *lock(&self.0.state));
            lock(&FREE).places.push(self.0);
        }
    }
}

impl PartialEq for Turn {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Turn {
    /// Errors: no memory.
    pub(super) fn new() -> Result<Self, TryReserveError> {
        let place = lock(&FREE).take()?;
        place.handles.store(1, Ordering::Relaxed);
        Ok(Self(place))
    }

    /// Makes something in this turn.
    ///
    /// # Panics
    ///
    /// Without memory, before it begins.
    pub(super) fn make<R>(&self, make: impl FnOnce() -> R) -> R {
        let _inside = Inside::new(self);
        make()
    }

    /// Blocks until the turn has ended.
    ///
    /// # Panics
    ///
    /// If that would be forever.
    pub(super) fn wait(&self) {
        let _wait = Wait::new(self);
        let mut state = lock(&self.0.state);
        while !state.has_ended {
            let woken = self.0.has_ended.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends the turn, and wakes who waits for it.
    pub(super) fn end(&self) {
        let mut state = lock(&self.0.state);
        state.has_ended = true;
        #[cfg(feature = "async")]
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        self.0.has_ended.notify_all();
        #[cfg(feature = "async")]
        wakers.into_iter().for_each(std::task::Waker::wake);
    }
}

#[cfg(feature = "async")]
mod future {
    use std::future::{Future, poll_fn};
    use std::pin::pin;
    use std::task::{Context, Poll};

    use super::{Inside, Turn, Wait};
    use crate::room::no_room;
    use crate::sync::lock;

    impl Turn {
        /// As [`Turn::make`], each time the future is polled.
        pub(in super::super) async fn make_async<F: Future>(&self, make: F) -> F::Output {
            let mut make = pin!(make);
            poll_fn(|context| {
                let _inside = Inside::new(self);
                make.as_mut().poll(context)
            })
            .await
        }

        /// As [`Turn::wait`], without blocking the thread.
        pub(in super::super) async fn wait_async(&self) {
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
            let mut state = lock(&self.0.state);
            if state.has_ended {
                return Poll::Ready(());
            }
            // A task that is polled again without having been woken has left an older waker.
            let known = state.wakers.iter().position(|it| it.will_wake(&waker));
            let old = match known {
                Some(known) => Some(std::mem::replace(&mut state.wakers[known], waker)),
                None if state.wakers.try_reserve(1).is_err() => {
                    drop(state);
                    no_room();
                }
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
    static INSIDE: std::cell::RefCell<Vec<Turn>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// What `read` makes of the turns that this thread is in. None are known any more while the thread's
/// own variables are dropped.
fn inside<R: Default>(read: impl FnOnce(&mut Vec<Turn>) -> R) -> R {
    let result = INSIDE.try_with(|inside| read(&mut inside.borrow_mut()));
    result.unwrap_or_default()
}

/// This thread is in a turn, until this is dropped.
struct Inside;

impl Inside {
    fn new(turn: &Turn) -> Self {
        let has_room = inside(|turns| {
            let has_room = turns.try_reserve(1).is_ok();
            if has_room {
                turns.push(turn.clone());
            }
            Some(has_room)
        });
        if has_room == Some(false) {
            no_room();
        }
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
    maker: Turn,
    awaited: Turn,
}

one_for_all! {
    static WAITING: Mutex<Vec<Waiting>> = Mutex::new(Vec::new());
}

/// A wait for a turn. Only makers are noted: who makes nothing can be in no ring.
struct Wait {
    makers: Vec<Turn>,
    awaited: Turn,
}

impl Wait {
    fn new(awaited: &Turn) -> Self {
        let makers = inside(|turns| {
            let mut makers = Vec::new();
            let reserved = makers.try_reserve_exact(turns.len());
            Some(reserved.map(|()| {
                makers.extend_from_slice(turns);
                makers
            }))
        });
        let Ok(makers) = makers.unwrap_or_else(|| Ok(Vec::new())) else {
            no_room();
        };
        let is_maker = |turn: &Turn| makers.contains(turn);
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
                maker: maker.clone(),
                awaited: awaited.clone(),
            }));
        }
        Self {
            makers,
            awaited: awaited.clone(),
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
            let is_it = |it: &Waiting| it.maker == *maker && it.awaited == self.awaited;
            if let Some(at) = waiting.iter().position(is_it) {
                waiting.swap_remove(at);
            }
        }
    }
}

/// Whether `from`, or a turn that it waits for, and so on, is one of those that are looked for.
fn reaches(waiting: &[Waiting], from: &Turn, is_wanted: &impl Fn(&Turn) -> bool) -> bool {
    // There are no rings among those that wait, so this ends.
    let awaited = waiting.iter().filter(|it| it.maker == *from);
    let mut next = awaited.map(|it| &it.awaited);
    next.any(|next| is_wanted(next) || reaches(waiting, next, is_wanted))
}
