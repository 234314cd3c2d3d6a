//! [`DeathQueue`]: deaths as items in a queue.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, Weak};
use std::time::{Duration, Instant};

use crate::finalizer::Finalizer;
use crate::locked::Locked;
use crate::reference::WeakRef;
use crate::room::no_room;
use crate::strong::Strong;
use crate::sync::{Condvar, Mutex, lock};

/// A queue of what is to be done about objects that have died.
///
/// A callback runs where its object dies: perhaps in the middle of somebody's lock. A queue runs
/// nothing there. It holds something of the caller's for each object that it watches, a path, a number or
/// a function, and hands it out once the object is dead, to whoever asks and when it suits them. At a
/// death it takes its own lock for a moment and asks for no memory.
///
/// A queue is a handle: clones are the same queue. What is still watched when the last handle goes
/// is dropped, and nothing is reported any more.
///
/// ```
/// use weakly::{DeathQueue, Strong};
///
/// let closed = DeathQueue::new();
/// let file = Strong::new("file");
/// closed.watch(&file, "the file");
/// assert_eq!(closed.try_recv(), None);
/// drop(file); // runs nothing
/// assert_eq!(closed.try_recv(), Some("the file"));
/// ```
#[doc(alias = "ReferenceQueue")]
#[doc(alias = "FinalizationRegistry")]
pub struct DeathQueue<H> {
    shared: Arc<Shared<H>>,
}

struct Shared<H> {
    state: Mutex<State<H>>,
    has_come: Condvar,
    next_number: AtomicU64,
}

struct State<H> {
    watched: HashMap<u64, Watched<H>>,
    /// Has room for all that are watched, too.
    dead: VecDeque<H>,
    #[cfg(feature = "async")]
    wakers: Vec<std::task::Waker>,
}

/// An object that is watched, and what is held for it.
struct Watched<H> {
    /// Its callback reports the death.
    _reference: Box<dyn Send + Sync>,
    held: H,
}

impl<H: Send + 'static> DeathQueue<H> {
    /// Makes an empty queue. O(1).
    ///
    /// ```
    /// let queue: weakly::DeathQueue<String> = weakly::DeathQueue::new();
    /// assert!(queue.is_empty());
    /// ```
    pub fn new() -> Self {
        let state = State {
            watched: HashMap::new(),
            dead: VecDeque::new(),
            #[cfg(feature = "async")]
            wakers: Vec::new(),
        };
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                has_come: Condvar::new(),
                next_number: AtomicU64::new(0),
            }),
        }
    }

    /// Queues `held` when the object of `owner` dies. O(1), amortised.
    ///
    /// The token that it returns can take that back; it need not be kept. `held` must not own the
    /// object, which would then never die.
    ///
    /// # Panics
    ///
    /// If there is no memory for it. Nothing has changed then.
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// let [one, two] = [1, 2].map(Strong::new);
    /// queue.watch(&one, "one");
    /// let token = queue.watch(&two, "two");
    /// assert_eq!(token.cancel(), Some("two"));
    /// drop((one, two));
    /// assert_eq!(queue.drain(), ["one"]);
    /// ```
    #[doc(alias = "register")]
    pub fn watch<T>(&self, owner: &Strong<T>, held: H) -> DeathToken<H>
    where
        T: ?Sized + Send + Sync + 'static,
    {
        let number = self.shared.next_number.fetch_add(1, Ordering::Relaxed);
        let queue = Arc::downgrade(&self.shared);
        let report = move |_: &WeakRef<T>| {
            if let Some(queue) = queue.upgrade() {
                queue.report(number);
            }
        };
        let watched = Watched {
            _reference: Box::new(WeakRef::with_callback(owner, report)),
            held,
        };
        let mut state = self.shared.lock();
        let all = state.watched.len() + 1;
        if state.watched.try_reserve(1).is_err() || state.dead.try_reserve(all).is_err() {
            drop(state);
            no_room();
        }
        state.watched.insert(number, watched);
        drop(state);
        DeathToken {
            queue: Arc::downgrade(&self.shared),
            number,
        }
    }

    /// What was held for the object that died first of those not yet reported; `None` if there is
    /// none. O(1).
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// queue.watch(&Strong::new(1), "gone");
    /// assert_eq!(queue.try_recv(), Some("gone"));
    /// assert_eq!(queue.try_recv(), None);
    /// ```
    pub fn try_recv(&self) -> Option<H> {
        self.shared.lock().dead.pop_front()
    }

    /// As [`DeathQueue::try_recv`], but waits for a death if there was none. O(1) and the wait.
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// let object = Strong::new(1);
    /// queue.watch(&object, "gone");
    /// let thread = std::thread::spawn(move || drop(object));
    /// assert_eq!(queue.recv(), "gone");
    /// # thread.join().unwrap();
    /// ```
    pub fn recv(&self) -> H {
        let mut state = lock(&self.shared.state);
        loop {
            if let Some(held) = state.dead.pop_front() {
                return held;
            }
            let woken = self.shared.has_come.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// As [`DeathQueue::recv`], but gives up after `timeout`. O(1) and the wait.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let queue: weakly::DeathQueue<u32> = weakly::DeathQueue::new();
    /// assert_eq!(queue.recv_timeout(Duration::from_millis(1)), None);
    /// ```
    pub fn recv_timeout(&self, timeout: Duration) -> Option<H> {
        let deadline = Instant::now().checked_add(timeout);
        let Some(deadline) = deadline else {
            return Some(self.recv());
        };
        let mut state = lock(&self.shared.state);
        loop {
            if let Some(held) = state.dead.pop_front() {
                return Some(held);
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            let woken = self.shared.has_come.wait_timeout(state, left);
            (state, _) = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// As [`DeathQueue::recv`], for tasks: waits without blocking the thread. With the feature
    /// `async`. O(1) and the wait.
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// let object = Strong::new(1);
    /// queue.watch(&object, "gone");
    /// let mut death = pin!(queue.recv_async());
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert!(death.as_mut().poll(&mut context).is_pending());
    /// drop(object); // wakes the task
    /// assert_eq!(death.poll(&mut context), Poll::Ready("gone"));
    /// ```
    #[cfg(feature = "async")]
    pub async fn recv_async(&self) -> H {
        use std::task::Poll;

        std::future::poll_fn(|context| {
            let waker = context.waker().clone();
            let mut state = self.shared.lock();
            if let Some(held) = state.dead.pop_front() {
                return Poll::Ready(held);
            }
            if !state.wakers.iter().any(|known| known.will_wake(&waker)) {
                state.wakers.push(waker);
            }
            Poll::Pending
        })
        .await
    }

    /// All that [`DeathQueue::try_recv`] would return, one after the other. O(1) for each.
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// for number in 0..3 {
    ///     queue.watch(&Strong::new(()), number);
    /// }
    /// assert!(queue.try_iter().eq(0..3));
    /// ```
    pub fn try_iter(&self) -> impl Iterator<Item = H> {
        std::iter::from_fn(|| self.try_recv())
    }

    /// All that [`DeathQueue::recv`] would return, one after the other: an iteration that never
    /// ends, and waits for deaths. O(1) for each, and the waits.
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// for number in 0..3 {
    ///     queue.watch(&Strong::new(()), number);
    /// }
    /// assert!(queue.iter().take(3).eq(0..3));
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = H> {
        std::iter::from_fn(|| Some(self.recv()))
    }

    /// Takes out what was held for all objects that have died, in the order of their deaths. O(len).
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// queue.watch(&Strong::new(1), "a");
    /// queue.watch(&Strong::new(2), "b");
    /// assert_eq!(queue.drain(), ["a", "b"]);
    /// ```
    pub fn drain(&self) -> Vec<H> {
        self.try_iter().collect()
    }

    /// How many deaths are in the queue. O(1).
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// queue.watch(&Strong::new(1), ());
    /// assert_eq!(queue.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.shared.lock().dead.len()
    }

    /// Whether no death is in the queue. O(1).
    ///
    /// ```
    /// assert!(weakly::DeathQueue::<()>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many living objects are watched. O(1).
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// let object = Strong::new(1);
    /// queue.watch(&object, ());
    /// assert_eq!(queue.watched(), 1);
    /// ```
    pub fn watched(&self) -> usize {
        self.shared.lock().watched.len()
    }
}

impl DeathQueue<Box<dyn FnOnce() + Send>> {
    /// Makes a finalizer that the queue hands out when the object of `owner` has died, instead of
    /// running it there. O(1), amortised.
    ///
    /// What the queue hands out is a function that runs the finalizer, unless it has run or was detached.
    /// At exit, all that have not run do, whether or not their object has died, as any
    /// [`Finalizer`]. If the queue goes before the object, the finalizer still runs at exit.
    ///
    /// # Panics
    ///
    /// If there is no memory for it.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let open = Arc::new(Mutex::new(vec!["a file"]));
    /// let deaths = DeathQueue::new();
    /// let file = Strong::new("file");
    /// deaths.finalize(&file, {
    ///     let open = Arc::clone(&open);
    ///     move || open.lock().unwrap().clear()
    /// });
    /// let guard = open.lock().unwrap();
    /// drop(file); // a `Finalizer` would wait for the lock here, for ever
    /// drop(guard);
    /// deaths.try_iter().for_each(|finalize| finalize());
    /// assert!(open.lock().unwrap().is_empty());
    /// ```
    pub fn finalize<T>(
        &self,
        owner: &Strong<T>,
        function: impl FnOnce() + Send + 'static,
    ) -> Finalizer<T>
    where
        T: ?Sized + Send + Sync + 'static,
    {
        let finalizer = Finalizer::not_at_death(owner, function);
        let queued = finalizer.clone();
        let run = move || {
            queued.call();
        };
        self.watch(owner, Box::new(run));
        finalizer
    }
}

impl<H> Shared<H> {
    fn lock(&self) -> Locked<'_, State<H>> {
        Locked::new(&self.state)
    }

    /// Queues what is held for an object that has died.
    fn report(&self, number: u64) {
        let mut state = self.lock();
        let Some(watched) = state.watched.remove(&number) else {
            return;
        };
        let Watched { _reference, held } = watched;
        state.dead.push_back(held);
        #[cfg(feature = "async")]
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        self.has_come.notify_one();
        #[cfg(feature = "async")]
        wakers.into_iter().for_each(std::task::Waker::wake);
    }
}

/// Makes another handle of the same queue. O(1).
impl<H> Clone for DeathQueue<H> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<H: Send + 'static> Default for DeathQueue<H> {
    fn default() -> Self {
        Self::new()
    }
}

impl<H> fmt::Debug for DeathQueue<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (dead, watched) = {
            let state = self.shared.lock();
            (state.dead.len(), state.watched.len())
        };
        let mut shown = f.debug_struct("DeathQueue");
        shown.field("len", &dead).field("watched", &watched);
        shown.finish_non_exhaustive()
    }
}

/// That a [`DeathQueue`] watches an object; made by [`DeathQueue::watch`].
///
/// ```
/// use weakly::{DeathQueue, Strong};
///
/// let queue = DeathQueue::new();
/// let object = Strong::new(1);
/// let token = queue.watch(&object, "held");
/// assert_eq!(token.cancel(), Some("held"));
/// ```
pub struct DeathToken<H> {
    queue: Weak<Shared<H>>,
    number: u64,
}

impl<H> DeathToken<H> {
    /// Ends the watch and returns what was held; `None` if the object has died, the watch was ended
    /// before, or the queue is gone. O(1).
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// let object = Strong::new(1);
    /// let token = queue.watch(&object, "held");
    /// drop(object);
    /// assert_eq!(token.cancel(), None);
    /// assert_eq!(queue.try_recv(), Some("held"));
    /// ```
    #[doc(alias = "unregister")]
    #[doc(alias = "unwatch")]
    pub fn cancel(&self) -> Option<H> {
        let queue = self.queue.upgrade()?;
        let watched = queue.lock().watched.remove(&self.number);
        watched.map(|watched| watched.held)
    }

    /// Whether the object lives and is watched. O(1).
    ///
    /// ```
    /// use weakly::{DeathQueue, Strong};
    ///
    /// let queue = DeathQueue::new();
    /// let object = Strong::new(1);
    /// let token = queue.watch(&object, ());
    /// assert!(token.is_watching());
    /// drop(object);
    /// assert!(!token.is_watching());
    /// ```
    pub fn is_watching(&self) -> bool {
        let queue = self.queue.upgrade();
        queue.is_some_and(|queue| queue.lock().watched.contains_key(&self.number))
    }
}

impl<H> fmt::Debug for DeathToken<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeathToken").finish_non_exhaustive()
    }
}
