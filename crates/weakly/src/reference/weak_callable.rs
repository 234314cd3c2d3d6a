//! The weak reference to something that can be called, whatever that is.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::WeakRef;
use super::call::{Call, CallOn};
use crate::strong::Strong;

/// A function to be called with a tuple of arguments, as long as what it needs is alive.
///
/// Callables of different kinds have the same type if their arguments and results have, so a list of
/// the listeners of an event needs no trait of its own:
///
/// ```
/// use std::sync::Mutex;
/// use weakly::{Strong, WeakCallable};
///
/// struct Counter(Mutex<u32>);
/// impl Counter {
///     fn add(&self, n: u32) {
///         *self.0.lock().unwrap() += n;
///     }
/// }
///
/// let counter = Strong::new(Counter(Mutex::new(0)));
/// let names = Strong::new(Mutex::new(Vec::new()));
/// let mut listeners: Vec<WeakCallable<(u32,), ()>> = vec![
///     WeakCallable::method(&counter, Counter::add),
///     WeakCallable::method(&names, |names: &Mutex<Vec<_>>, n: u32| {
///         names.lock().unwrap().push(n.to_string());
///     }),
/// ];
/// drop(names);
/// listeners.retain(|listener| listener.call((5,)).is_some());
/// assert_eq!(listeners.len(), 1);
/// assert_eq!(*counter.0.lock().unwrap(), 5);
/// ```
///
/// Clones are equal, and hash alike, so that a listener can be found again to be disconnected.
#[doc(alias = "Slot")]
pub struct WeakCallable<Args, R> {
    target: Arc<dyn Target<Args, R>>,
}

trait Target<Args, R>: Send + Sync {
    // `None` if something that it needs is dead. What it needs lives until it returns.
    fn call(&self, arguments: Args) -> Option<R>;

    fn is_alive(&self) -> bool;
}

struct OfFunction<F: ?Sized>(WeakRef<F>);

struct OfMethod<T: ?Sized, F>(WeakRef<T>, F);

struct Owned<F: ?Sized>(Arc<F>);

struct Tracking<T: ?Sized, Args, R> {
    tracked: WeakRef<T>,
    callable: WeakCallable<Args, R>,
}

impl<Args: 'static, R: 'static> WeakCallable<Args, R> {
    /// Calls the function of `owner`, without keeping it alive. O(1).
    ///
    /// # Panics
    ///
    /// If there is no memory for the reference.
    ///
    /// ```
    /// use weakly::{Strong, WeakCallable, coerce};
    ///
    /// let add: Strong<dyn Fn(i32, i32) -> i32 + Send + Sync> = coerce!(Strong::new(|a, b| a + b));
    /// let weak = WeakCallable::new(&add);
    /// assert_eq!(weak.call((1, 2)), Some(3));
    /// drop(add);
    /// assert_eq!(weak.call((1, 2)), None);
    /// ```
    pub fn new<F>(owner: &Strong<F>) -> Self
    where
        F: ?Sized + Call<Arguments = Args, Output = R> + Send + Sync + 'static,
    {
        Self::of(OfFunction(WeakRef::new(owner)))
    }

    /// Calls `function` on the object of `owner`, without keeping that alive. O(1).
    ///
    /// # Panics
    ///
    /// If there is no memory for the reference.
    ///
    /// ```
    /// use weakly::{Strong, WeakCallable};
    ///
    /// let name = Strong::new(String::from("William"));
    /// let length = WeakCallable::method(&name, String::len);
    /// assert_eq!(length.call(()), Some(7));
    /// drop(name);
    /// assert_eq!(length.call(()), None);
    /// ```
    pub fn method<T, F>(owner: &Strong<T>, function: F) -> Self
    where
        T: ?Sized + Send + Sync + 'static,
        F: CallOn<T, Args, Output = R> + Send + Sync + 'static,
    {
        Self::of(OfMethod(WeakRef::new(owner), function))
    }

    /// Calls `function`, which it owns: [`WeakCallable::track`] says what that needs. O(1).
    ///
    /// ```
    /// use std::sync::Arc;
    /// use weakly::{Strong, WeakCallable};
    ///
    /// let window = Strong::new("window");
    /// let double: Arc<dyn Fn(i32) -> i32 + Send + Sync> = Arc::new(|n| 2 * n);
    /// let listener = WeakCallable::owning(double).track(&window);
    /// assert_eq!(listener.call((4,)), Some(8));
    /// drop(window);
    /// assert_eq!(listener.call((4,)), None);
    /// ```
    pub fn owning<F>(function: Arc<F>) -> Self
    where
        F: ?Sized + Call<Arguments = Args, Output = R> + Send + Sync + 'static,
    {
        Self::of(Owned(function))
    }

    /// The same callable, which needs the object of `owner` to be alive, too. While it is called, the
    /// object lives. O(1).
    ///
    /// # Panics
    ///
    /// If there is no memory for the reference.
    ///
    /// ```
    /// use weakly::{Strong, WeakCallable};
    ///
    /// let (name, window) = (Strong::new(String::from("William")), Strong::new("window"));
    /// let length = WeakCallable::method(&name, String::len).track(&window);
    /// assert_eq!(length.call(()), Some(7));
    /// drop(window);
    /// assert!(!length.is_alive());
    /// ```
    pub fn track<T>(self, owner: &Strong<T>) -> Self
    where
        T: ?Sized + Send + Sync + 'static,
    {
        Self::of(Tracking {
            tracked: WeakRef::new(owner),
            callable: self,
        })
    }

    fn of(target: impl Target<Args, R> + 'static) -> Self {
        Self {
            target: Arc::new(target),
        }
    }
}

impl<Args, R> WeakCallable<Args, R> {
    /// Calls the function with a tuple of arguments; `None` if something that it needs is dead.
    /// O(1) and what the call costs.
    ///
    /// # Panics
    ///
    /// If the function does.
    ///
    /// ```
    /// use weakly::{Strong, WeakCallable};
    ///
    /// let two = Strong::new(2);
    /// let plus = WeakCallable::method(&two, |a: &i32, b: i32| a + b);
    /// assert_eq!(plus.call((3,)), Some(5));
    /// ```
    #[doc(alias = "__call__")]
    pub fn call(&self, arguments: Args) -> Option<R> {
        self.target.call(arguments)
    }

    /// Whether all that it needs is alive. Another thread may drop that at any time. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakCallable};
    ///
    /// let two = Strong::new(2);
    /// let plus = WeakCallable::method(&two, |a: &i32, b: i32| a + b);
    /// drop(two);
    /// assert!(!plus.is_alive());
    /// ```
    pub fn is_alive(&self) -> bool {
        self.target.is_alive()
    }
}

impl<Args, R, F> Target<Args, R> for OfFunction<F>
where
    F: ?Sized + Call<Arguments = Args, Output = R> + Send + Sync,
{
    fn call(&self, arguments: Args) -> Option<R> {
        let function = self.0.upgrade()?;
        Some(function.call_with(arguments))
    }

    fn is_alive(&self) -> bool {
        self.0.is_alive()
    }
}

impl<Args, R, T, F> Target<Args, R> for OfMethod<T, F>
where
    T: ?Sized + Send + Sync,
    F: CallOn<T, Args, Output = R> + Send + Sync,
{
    fn call(&self, arguments: Args) -> Option<R> {
        let object = self.0.upgrade()?;
        Some(self.1.call_on(&object, arguments))
    }

    fn is_alive(&self) -> bool {
        self.0.is_alive()
    }
}

impl<Args, R, F> Target<Args, R> for Owned<F>
where
    F: ?Sized + Call<Arguments = Args, Output = R> + Send + Sync,
{
    fn call(&self, arguments: Args) -> Option<R> {
        Some(self.0.call_with(arguments))
    }

    fn is_alive(&self) -> bool {
        true
    }
}

impl<Args, R, T: ?Sized + Send + Sync> Target<Args, R> for Tracking<T, Args, R> {
    fn call(&self, arguments: Args) -> Option<R> {
        let _alive = self.tracked.upgrade()?;
        self.callable.call(arguments)
    }

    fn is_alive(&self) -> bool {
        self.tracked.is_alive() && self.callable.is_alive()
    }
}

impl<Args, R> Clone for WeakCallable<Args, R> {
    fn clone(&self) -> Self {
        Self {
            target: Arc::clone(&self.target),
        }
    }
}

/// Whether one is a clone of the other.
impl<Args, R> PartialEq for WeakCallable<Args, R> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.target), Arc::as_ptr(&other.target))
    }
}

impl<Args, R> Eq for WeakCallable<Args, R> {}

impl<Args, R> Hash for WeakCallable<Args, R> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(Arc::as_ptr(&self.target).cast::<()>().addr());
    }
}

impl<Args, R> fmt::Debug for WeakCallable<Args, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("WeakCallable");
        shown.field("is_alive", &self.target.is_alive());
        shown.finish_non_exhaustive()
    }
}
