//! Methods bound to objects of one thread that they do not keep alive.

use std::fmt;

use super::strong::Strong;
use super::weak_ref::WeakRef;
use crate::reference::call::CallOn;
use crate::reference::{Reference, ReferenceKind};

/// A method bound to an object that it does not keep alive.
///
/// It is [`WeakMethod`](crate::WeakMethod) for one thread.
///
/// ```
/// use std::cell::RefCell;
/// use weakly::local::{Strong, WeakMethod};
///
/// let log = Strong::new(RefCell::new(Vec::new()));
/// let write = WeakMethod::new(&log, |log: &RefCell<Vec<i32>>, n| log.borrow_mut().push(n));
/// assert_eq!(write.call((1,)), Some(()));
/// assert_eq!(*log.borrow(), [1]);
/// drop(log);
/// assert_eq!(write.call((2,)), None);
/// ```
pub struct WeakMethod<T: ?Sized, F> {
    object: WeakRef<T>,
    function: F,
}

impl<T: ?Sized, F> WeakMethod<T, F> {
    /// Binds `function` to the object of `owner`, its first argument. O(1).
    ///
    /// # Panics
    ///
    /// If there is no memory for the reference.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakMethod};
    ///
    /// let name = Strong::new(String::from("William"));
    /// assert_eq!(WeakMethod::new(&name, String::len).call(()), Some(7));
    /// ```
    pub fn new(owner: &Strong<T>, function: F) -> Self {
        Self {
            object: WeakRef::new(owner),
            function,
        }
    }

    /// Calls the method with a tuple of the arguments after the object, which lives meanwhile; `None` if
    /// it is dead. O(1) and what the call costs.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakMethod};
    ///
    /// let two = Strong::new(2);
    /// let plus = WeakMethod::new(&two, |a: &i32, b: i32| a + b);
    /// assert_eq!(plus.call((3,)), Some(5));
    /// ```
    pub fn call<Arguments>(&self, arguments: Arguments) -> Option<F::Output>
    where
        F: CallOn<T, Arguments>,
    {
        let object = self.object.upgrade()?;
        Some(self.function.call_on(&object, arguments))
    }

    /// The method bound to its object, which it keeps alive; `None` if that is dead. O(1).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakMethod};
    ///
    /// let name = Strong::new(String::from("William"));
    /// let length = WeakMethod::new(&name, String::len).upgrade().unwrap();
    /// drop(name);
    /// assert_eq!(length.call(()), 7);
    /// ```
    pub fn upgrade(&self) -> Option<BoundMethod<T, F>>
    where
        F: Clone,
    {
        Some(BoundMethod {
            object: self.object.upgrade()?,
            function: self.function.clone(),
        })
    }

    /// Whether the object lives. O(1).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakMethod};
    ///
    /// let name = Strong::new(String::from("William"));
    /// assert!(WeakMethod::new(&name, String::len).is_alive());
    /// ```
    pub fn is_alive(&self) -> bool {
        self.object.is_alive()
    }

    /// The weak reference to the object. O(1).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakMethod, WeakRef};
    ///
    /// let name = Strong::new(String::from("William"));
    /// let length = WeakMethod::new(&name, String::len);
    /// assert!(WeakRef::ptr_eq(length.as_weak_ref(), &WeakRef::new(&name)));
    /// ```
    pub fn as_weak_ref(&self) -> &WeakRef<T> {
        &self.object
    }
}

impl<T: ?Sized + 'static, F> WeakMethod<T, F> {
    /// Binds `function` to the object of `owner`, and runs `callback` when the object dies, as with
    /// [`WeakRef::with_callback`]. O(1).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakMethod};
    ///
    /// let name = Strong::new(String::from("William"));
    /// let length = WeakMethod::with_callback(&name, String::len, |dead| assert!(!dead.is_alive()));
    /// drop(name);
    /// assert_eq!(length.call(()), None);
    /// ```
    pub fn with_callback(
        owner: &Strong<T>,
        function: F,
        callback: impl FnOnce(&WeakRef<T>) + 'static,
    ) -> Self {
        Self {
            object: WeakRef::with_callback(owner, callback),
            function,
        }
    }
}

impl<T: ?Sized, F: Clone> Clone for WeakMethod<T, F> {
    fn clone(&self) -> Self {
        Self {
            object: self.object.clone(),
            function: self.function.clone(),
        }
    }
}

impl<T: ?Sized + PartialEq, F: PartialEq> PartialEq for WeakMethod<T, F> {
    fn eq(&self, other: &Self) -> bool {
        self.function == other.function && self.object == other.object
    }
}

impl<T: ?Sized + Eq, F: Eq> Eq for WeakMethod<T, F> {}

/// `<weakref at 0x...; to 'Employee' at 0x...>`, as in Python.
impl<T: ?Sized, F> fmt::Debug for WeakMethod<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object.fmt(f)
    }
}

impl<T: ?Sized, F> Reference for WeakMethod<T, F> {
    fn kind(&self) -> ReferenceKind {
        ReferenceKind::Method
    }

    fn is_alive(&self) -> bool {
        self.is_alive()
    }
}

/// A method bound to its object, which it keeps alive; made by [`WeakMethod::upgrade`].
///
/// ```
/// use weakly::local::{Strong, WeakMethod};
///
/// let name = Strong::new(String::from("William"));
/// let length = WeakMethod::new(&name, String::len).upgrade().unwrap();
/// assert_eq!(length.call(()), 7);
/// ```
pub struct BoundMethod<T: ?Sized, F> {
    object: Strong<T>,
    function: F,
}

impl<T: ?Sized, F> BoundMethod<T, F> {
    /// Calls the method with a tuple of the arguments after the object. O(1) and what the call costs.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakMethod};
    ///
    /// let two = Strong::new(2);
    /// let plus = WeakMethod::new(&two, |a: &i32, b: i32| a + b).upgrade().unwrap();
    /// assert_eq!(plus.call((3,)), 5);
    /// ```
    pub fn call<Arguments>(&self, arguments: Arguments) -> F::Output
    where
        F: CallOn<T, Arguments>,
    {
        self.function.call_on(&self.object, arguments)
    }

    /// The object that the method is bound to. O(1).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakMethod};
    ///
    /// let name = Strong::new(String::from("William"));
    /// let length = WeakMethod::new(&name, String::len).upgrade().unwrap();
    /// assert!(Strong::ptr_eq(length.object(), &name));
    /// ```
    pub fn object(&self) -> &Strong<T> {
        &self.object
    }
}

impl<T: ?Sized, F: Clone> Clone for BoundMethod<T, F> {
    fn clone(&self) -> Self {
        Self {
            object: self.object.clone(),
            function: self.function.clone(),
        }
    }
}

impl<T: ?Sized + fmt::Debug, F> fmt::Debug for BoundMethod<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = crate::type_names::qualified::<F>();
        write!(f, "<bound method {name} of {:?}>", self.object)
    }
}
