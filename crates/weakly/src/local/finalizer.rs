//! Functions that run once: when called, or when an object of one thread dies.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use core::cell::Cell;
use core::fmt;

use super::strong::{Object, Strong};
use crate::death::LocalIdentity;

type Function<R> = Box<dyn FnOnce() -> R>;

/// A function that runs once: when it is called, or when its object dies.
///
/// It is [`Finalizer`](crate::Finalizer) for one thread. The object keeps it: there is no need to. It does
/// not run at the end of the process, which may be on another thread.
///
/// The function must not own its object, which would then live for ever.
///
/// ```
/// use std::{cell::Cell, rc::Rc};
/// use weakly::local::{Finalizer, Strong};
///
/// let closed = Rc::new(Cell::new(false));
/// let file = Strong::new("file");
/// let close = closed.clone();
/// let finalizer = Finalizer::new(&file, move || close.set(true));
/// drop(file);
/// assert!(closed.get() && !finalizer.is_alive());
/// ```
pub struct Finalizer<T: ?Sized, R = ()> {
    object: Weak<Object<T>>,
    state: Rc<State<R>>,
}

struct State<R> {
    function: Cell<Option<Function<R>>>,
    is_alive: Cell<bool>,
}

impl<R> State<R> {
    fn take(&self) -> Option<Function<R>> {
        self.is_alive.set(false);
        self.function.take()
    }
}

impl<T: ?Sized, R: 'static> Finalizer<T, R> {
    /// Makes a finalizer of the object of `owner`. O(1).
    ///
    /// # Panics
    ///
    /// If there is no memory for it.
    ///
    /// ```
    /// use weakly::local::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// assert_eq!(Finalizer::new(&owner, || 42).call(), Some(42));
    /// ```
    pub fn new(owner: &Strong<T>, function: impl FnOnce() -> R + 'static) -> Self {
        let function: Function<R> = Box::new(function);
        let state = Rc::new(State {
            function: Cell::new(Some(function)),
            is_alive: Cell::new(true),
        });
        let at_death = Rc::clone(&state);
        let finalize = move |_| {
            if let Some(function) = at_death.take() {
                drop(function());
            }
        };
        let identity = LocalIdentity::new(Some(Box::new(finalize)));
        owner.object.watchers.add_finalizer(identity);
        Self {
            object: Rc::downgrade(&owner.object),
            state,
        }
    }
}

impl<T: ?Sized, R> Finalizer<T, R> {
    /// Runs the function, if the finalizer is alive, and returns its result. The finalizer is dead then.
    /// O(1) and what the function costs.
    ///
    /// # Panics
    ///
    /// If the function does.
    ///
    /// ```
    /// use weakly::local::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || 42);
    /// assert_eq!(finalizer.call(), Some(42));
    /// assert_eq!(finalizer.call(), None);
    /// ```
    pub fn call(&self) -> Option<R> {
        self.state.take().map(|function| function())
    }

    /// Removes and returns the object and the function, if both the finalizer and its object are alive.
    /// The finalizer is dead then. O(1).
    ///
    /// ```
    /// use weakly::local::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || 42);
    /// let (object, function) = finalizer.detach().unwrap();
    /// assert!(Strong::ptr_eq(&object, &owner));
    /// assert_eq!(function(), 42);
    /// assert!(!finalizer.is_alive());
    /// ```
    pub fn detach(&self) -> Option<(Strong<T>, Function<R>)> {
        let object = Strong::from_object(self.object.upgrade()?);
        Some((object, self.state.take()?))
    }

    /// The object, if it and the finalizer are alive. O(1).
    ///
    /// ```
    /// use weakly::local::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || ());
    /// assert_eq!(finalizer.peek(), Some(owner.clone()));
    /// finalizer.call();
    /// assert_eq!(finalizer.peek(), None);
    /// ```
    pub fn peek(&self) -> Option<Strong<T>> {
        let object = self.object.upgrade()?;
        self.is_alive().then(|| Strong::from_object(object))
    }

    /// Whether the function has neither run nor been detached. O(1).
    ///
    /// ```
    /// use weakly::local::{Finalizer, Strong};
    ///
    /// let owner = Strong::new(1);
    /// let finalizer = Finalizer::new(&owner, || ());
    /// assert!(finalizer.is_alive());
    /// drop(owner);
    /// assert!(!finalizer.is_alive());
    /// ```
    pub fn is_alive(&self) -> bool {
        self.state.is_alive.get()
    }
}

/// Makes another handle of the same finalizer. O(1).
impl<T: ?Sized, R> Clone for Finalizer<T, R> {
    fn clone(&self) -> Self {
        Self {
            object: self.object.clone(),
            state: self.state.clone(),
        }
    }
}

/// `<finalize object at 0x...; for 'Employee' at 0x...>` or `<finalize object at 0x...; dead>`, as in
/// Python.
impl<T: ?Sized, R> fmt::Debug for Finalizer<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let me = Rc::as_ptr(&self.state);
        match self.peek() {
            Some(object) => {
                let name = crate::type_names::short::<T>();
                write!(f, "<finalize object at {me:p}; for '{name}' at {object:p}>")
            }
            None => write!(f, "<finalize object at {me:p}; dead>"),
        }
    }
}
