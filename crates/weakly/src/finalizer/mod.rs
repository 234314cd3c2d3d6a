//! Functions that run once: when called, when an object dies, or when the process exits.

mod exit;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use exit::{AtExit, Ticket};

use crate::caught_panic::guarded;
use crate::reference::WeakRef;
use crate::strong::Strong;
use crate::type_names;

type Function<R> = Box<dyn FnOnce() -> R + Send>;

/// A function that runs once: when it is called, when its object dies, or when the process exits,
/// whichever comes first.
///
/// A finalizer is alive until it has run or was detached. It stays so when all its handles are
/// dropped: there is no need to keep one.
///
/// The function must not own its object, which would then live as long as the process.
///
/// At a death, finalizers run among the callbacks of weak references, newest first. At exit they run
/// newest first among themselves. A panic of one is reported
/// ([`set_caught_panic_hook`](crate::set_caught_panic_hook)) and does not stop the others; a panic in
/// [`Finalizer::call`] goes to the caller.
///
/// # At exit
///
/// * Exit is the return of `main`, its panic, or `std::process::exit`; not an abort or a signal. The
///   hook takes its place among those of C's `atexit` when the first finalizer is made.
/// * Other threads may still run, and thread-locals of the main thread may be gone.
/// * Finalizers that a finalizer makes run, too. Those that other threads make from then on run only
///   if their object dies before the process ends.
/// * Calling `std::process::exit` in a finalizer aborts: the standard library does not allow it there.
///
/// ```
/// use std::sync::mpsc::channel;
/// use weakly::{Finalizer, Strong};
///
/// let (log, read) = channel();
/// let file = Strong::new("file");
/// let finalizer = Finalizer::new(&file, move || log.send("closed").unwrap());
/// assert!(finalizer.is_alive());
/// drop(file);
/// assert_eq!(read.recv(), Ok("closed"));
/// assert!(!finalizer.is_alive());
/// ```
#[doc(alias = "finalize")]
pub struct Finalizer<T: ?Sized, R = ()> {
    state: Arc<State<T, R>>,
}

struct State<T: ?Sized, R> {
    /// Its callback finalizes, if it has one. The registry keeps this state, and so the reference, alive.
    object: WeakRef<T>,
    /// `None` once this is dead.
    function: Mutex<Option<Function<R>>>,
    at_exit: AtomicBool,
    ticket: OnceLock<Ticket>,
}

impl<T, R> Finalizer<T, R>
where
    T: ?Sized + Send + Sync + 'static,
    R: 'static,
{
    /// Makes a finalizer of the object of `owner`. O(1).
    ///
    /// # Panics
    ///
    /// If there is no memory to register it.
    ///
    /// ```
    /// use weakly::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || 42);
    /// assert_eq!(finalizer.call(), Some(42));
    /// ```
    #[doc(alias = "finalize")]
    pub fn new(owner: &Strong<T>, function: impl FnOnce() -> R + Send + 'static) -> Self {
        Self::register(Arc::new_cyclic(|state: &Weak<State<T, R>>| {
            let state = state.clone();
            let finalize = move |_: &WeakRef<T>| {
                if let Some(state) = state.upgrade() {
                    state.run();
                }
            };
            State::new(WeakRef::with_callback(owner, finalize), function)
        }))
    }

    /// A finalizer that a death does not call: whoever makes it does that.
    pub(crate) fn not_at_death(
        owner: &Strong<T>,
        function: impl FnOnce() -> R + Send + 'static,
    ) -> Self {
        Self::register(Arc::new(State::new(WeakRef::new(owner), function)))
    }

    fn register(state: Arc<State<T, R>>) -> Self {
        // Nothing can have run before the ticket is there, but the end of the process: `owner`
        // lives, and there is no handle yet.
        let _ = state.ticket.set(exit::register(state.clone()));
        Self { state }
    }

    /// Runs the function, if the finalizer is alive, and returns its result. The finalizer is dead
    /// then. O(1) and what the function costs.
    ///
    /// # Panics
    ///
    /// If the function does.
    ///
    /// ```
    /// use weakly::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || 42);
    /// assert_eq!(finalizer.call(), Some(42));
    /// assert_eq!(finalizer.call(), None);
    /// ```
    pub fn call(&self) -> Option<R> {
        self.state.take().map(|function| function())
    }

    /// Removes and returns the object and the function, if both the finalizer and its object are
    /// alive. The finalizer is dead then. O(1).
    ///
    /// ```
    /// use weakly::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || 42);
    /// let (object, function) = finalizer.detach().unwrap();
    /// assert!(Strong::ptr_eq(&object, &owner));
    /// assert_eq!(function(), 42);
    /// assert!(!finalizer.is_alive());
    /// ```
    pub fn detach(&self) -> Option<(Strong<T>, Function<R>)> {
        let object = self.state.object.upgrade()?;
        Some((object, self.state.take()?))
    }

    /// The object, if it and the finalizer are alive. O(1).
    ///
    /// ```
    /// use weakly::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || ());
    /// assert_eq!(finalizer.peek(), Some(owner.clone()));
    /// finalizer.call();
    /// assert_eq!(finalizer.peek(), None);
    /// ```
    pub fn peek(&self) -> Option<Strong<T>> {
        let object = self.state.object.upgrade()?;
        self.is_alive().then_some(object)
    }

    /// Whether the function has neither run nor been detached. O(1).
    ///
    /// ```
    /// use weakly::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || ());
    /// assert!(finalizer.is_alive());
    /// drop(owner);
    /// assert!(!finalizer.is_alive());
    /// ```
    #[doc(alias = "alive")]
    pub fn is_alive(&self) -> bool {
        self.state.function().is_some()
    }

    /// Whether the function runs at exit: false once the finalizer is dead. O(1).
    ///
    /// ```
    /// use weakly::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || ());
    /// assert!(finalizer.at_exit());
    /// finalizer.detach();
    /// assert!(!finalizer.at_exit());
    /// ```
    #[doc(alias = "atexit")]
    pub fn at_exit(&self) -> bool {
        self.state.is_due()
    }

    /// Sets whether the function runs at exit; it does by default. O(1).
    ///
    /// ```
    /// use weakly::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || ());
    /// finalizer.set_at_exit(false);
    /// assert!(!finalizer.at_exit());
    /// ```
    #[doc(alias = "atexit")]
    pub fn set_at_exit(&self, at_exit: bool) {
        self.state.at_exit.store(at_exit, Ordering::Relaxed);
    }
}

impl<T: ?Sized, R> State<T, R> {
    fn new(object: WeakRef<T>, function: impl FnOnce() -> R + Send + 'static) -> Self {
        Self {
            object,
            function: Mutex::new(Some(Box::new(function))),
            at_exit: AtomicBool::new(true),
            ticket: OnceLock::new(),
        }
    }

    fn function(&self) -> std::sync::MutexGuard<'_, Option<Function<R>>> {
        self.function.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the function, to be run or dropped without the lock.
    fn take(&self) -> Option<Function<R>> {
        let function = self.function().take();
        if let (Some(_), Some(ticket)) = (&function, self.ticket.get()) {
            exit::unregister(ticket);
        }
        function
    }

    fn run(&self) {
        if let Some(function) = self.take() {
            guarded("a finalizer", || drop(function()));
        }
    }
}

impl<T, R> AtExit for State<T, R>
where
    T: ?Sized + Send + Sync + 'static,
    R: 'static,
{
    fn is_due(&self) -> bool {
        self.at_exit.load(Ordering::Relaxed) && self.function().is_some()
    }

    fn run(&self) {
        self.run();
    }
}

/// Makes another handle of the same finalizer. O(1).
impl<T: ?Sized, R> Clone for Finalizer<T, R> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
        }
    }
}

/// `<finalize object at 0x...; for 'Employee' at 0x...>` or `<finalize object at 0x...; dead>`, as
/// in Python.
impl<T: ?Sized, R> fmt::Debug for Finalizer<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let me = Arc::as_ptr(&self.state);
        let is_alive = self.state.function().is_some();
        match self.state.object.upgrade().filter(|_| is_alive) {
            Some(object) => {
                let name = type_names::short::<T>();
                write!(f, "<finalize object at {me:p}; for '{name}' at {object:p}>")
            }
            None => write!(f, "<finalize object at {me:p}; dead>"),
        }
    }
}
