//! The owner of an object of one thread.

use alloc::borrow::ToOwned;
use alloc::rc::Rc;
use core::any::Any;
use core::pin::Pin;

use crate::death::LocalWatchers;
use crate::owner_conversions::owner_conversions;
use crate::owner_traits::owner_traits;

/// A shared owner of a value, like [`Rc`], whose death others on the same thread can watch.
///
/// It is [`Strong`](crate::Strong) for one thread: see there for what happens at a death.
///
/// ```
/// use std::cell::Cell;
/// use weakly::local::{Strong, WeakRef};
///
/// let owner = Strong::new(Cell::new(1));
/// let weak = WeakRef::new(&owner);
/// weak.upgrade().unwrap().set(2);
/// assert_eq!(owner.get(), 2);
/// drop(owner);
/// assert!(weak.upgrade().is_none());
/// ```
pub struct Strong<T: ?Sized> {
    pub(super) object: Rc<Object<T>>,
}

/// A value and its watchers: what a [`Strong`] owns.
///
/// It is public only for [`Strong::coerce`] and [`WeakRef::coerce`](super::WeakRef::coerce), and
/// you can only pass it on.
pub type Object<T> = weakly_unsafe::Object<LocalWatchers, T>;

/// Lets the value die for all who watch it, and returns it. `address` is where the object lived
/// before it was moved out of its `Rc`.
fn into_value<T>(object: Object<T>, address: usize) -> T {
    let Object { watchers, value } = object;
    watchers.tell(address);
    value
}

impl<T> Strong<T> {
    /// Makes the first owner of `value`. O(1).
    ///
    /// ```
    /// assert_eq!(*weakly::local::Strong::new(5), 5);
    /// ```
    #[inline]
    pub fn new(value: T) -> Self {
        Self::from_object(Rc::new(Object {
            watchers: LocalWatchers::new(),
            value,
        }))
    }

    /// Takes the value out of its only owner, or gives the owner back if there are others. To its
    /// watchers, the value dies. O(1) and what the callbacks cost.
    ///
    /// # Errors
    ///
    /// The owner itself, if it is not the only one.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(7);
    /// let weak = WeakRef::new(&owner);
    /// assert_eq!(Strong::try_unwrap(owner), Ok(7));
    /// assert!(!weak.is_alive());
    /// ```
    pub fn try_unwrap(this: Self) -> Result<T, Self> {
        let address = this.address();
        match Rc::try_unwrap(this.object) {
            Ok(object) => Ok(into_value(object, address)),
            Err(object) => Err(Self::from_object(object)),
        }
    }

    /// Gives this owner up, and returns the value if it was the last one. O(1) and what the callbacks
    /// cost.
    ///
    /// ```
    /// use weakly::local::Strong;
    ///
    /// assert_eq!(Strong::into_inner(Strong::new(7)), Some(7));
    /// ```
    pub fn into_inner(this: Self) -> Option<T> {
        Self::try_unwrap(this).ok()
    }
}

impl<T: Unpin> Strong<T> {
    /// Makes the first owner of `value`, as a `Pin`. O(1).
    ///
    /// Only for values that may be moved: pin others in a box of their own first.
    ///
    /// ```
    /// use std::pin::Pin;
    /// use weakly::local::Strong;
    ///
    /// let pinned: Pin<Strong<_>> = Strong::pin(Box::pin(async { 5 }));
    /// # let _ = pinned;
    /// ```
    pub fn pin(value: T) -> Pin<Self> {
        Pin::new(Self::new(value))
    }
}

impl<T: ?Sized> Strong<T> {
    #[inline]
    pub(super) fn from_object(object: Rc<Object<T>>) -> Self {
        Self { object }
    }

    /// Where the object is. No other object is there while a weak reference or an entry refers to it,
    /// even if it is dead.
    #[inline]
    pub(super) fn address(&self) -> usize {
        Rc::as_ptr(&self.object).cast::<()>().addr()
    }

    /// Whether both own the same value, and not just equal ones. O(1).
    ///
    /// ```
    /// use weakly::local::Strong;
    ///
    /// let one = Strong::new(1);
    /// assert!(Strong::ptr_eq(&one, &one.clone()));
    /// assert!(!Strong::ptr_eq(&one, &Strong::new(1)));
    /// ```
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        this.address() == other.address()
    }

    /// Where the value is. It stays there as long as it lives. O(1).
    ///
    /// ```
    /// use weakly::local::Strong;
    ///
    /// let number = Strong::new(1);
    /// assert!(std::ptr::eq(Strong::as_ptr(&number), &*number));
    /// ```
    pub fn as_ptr(this: &Self) -> *const T {
        &raw const this.object.value
    }

    /// How many owners the value has. O(1).
    ///
    /// ```
    /// use weakly::local::Strong;
    ///
    /// let number = Strong::new(1);
    /// let _other = number.clone();
    /// assert_eq!(Strong::strong_count(&number), 2);
    /// ```
    pub fn strong_count(this: &Self) -> usize {
        Rc::strong_count(&this.object)
    }

    /// Mutable access to the value, if nothing else can see it: no other owner, weak reference or
    /// container. O(1).
    ///
    /// ```
    /// use weakly::local::Strong;
    ///
    /// let mut number = Strong::new(1);
    /// *Strong::get_mut(&mut number).unwrap() = 2;
    /// assert_eq!(*number, 2);
    /// ```
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        Rc::get_mut(&mut this.object).map(|object| &mut object.value)
    }

    /// Converts the owner to another type of the same value: as a trait object or a slice.
    ///
    /// `identity` is always `|object| object`: the compiler converts the type there. O(1).
    ///
    /// # Panics
    ///
    /// If `identity` returns another object than it was given.
    ///
    /// ```
    /// use weakly::local::Strong;
    ///
    /// let shown = Strong::coerce::<dyn std::fmt::Display>(Strong::new(5), |object| object);
    /// assert_eq!(shown.to_string(), "5");
    /// ```
    pub fn coerce<U: ?Sized>(
        this: Self,
        identity: impl FnOnce(Rc<Object<T>>) -> Rc<Object<U>>,
    ) -> Strong<U> {
        let address = this.address();
        let coerced = Strong::from_object(identity(this.object));
        assert!(
            coerced.address() == address,
            "a coercion returns the object that it was given"
        );
        coerced
    }
}

impl Strong<dyn Any> {
    /// The owner by the value's own type, if that is `T`. O(1).
    ///
    /// # Errors
    ///
    /// The owner itself, if the value is of another type.
    ///
    /// ```
    /// use std::any::Any;
    /// use weakly::local::Strong;
    ///
    /// let value = Strong::coerce::<dyn Any>(Strong::new(5), |object| object);
    /// let value = value.downcast::<String>().unwrap_err();
    /// assert_eq!(*value.downcast::<i32>().unwrap(), 5);
    /// ```
    pub fn downcast<T: Any>(self) -> Result<Strong<T>, Self> {
        let object = weakly_unsafe::downcast_rc(self.object);
        object.map(Strong::from_object).map_err(Self::from_object)
    }
}

impl<T: ?Sized + ToOwned> Strong<T>
where
    Self: From<T::Owned>,
{
    /// Mutable access to the value, which is cloned first if anything else can see it. O(1), or what the
    /// clone costs.
    ///
    /// ```
    /// use weakly::local::Strong;
    ///
    /// let mut number = Strong::new(1);
    /// let other = number.clone();
    /// *Strong::make_mut(&mut number) += 1;
    /// assert_eq!((*number, *other), (2, 1));
    /// ```
    pub fn make_mut(this: &mut Self) -> &mut T {
        if Self::get_mut(this).is_none() {
            *this = T::to_owned(this).into();
        }
        Self::get_mut(this).expect("a new value has one owner")
    }
}

impl<T: Clone> Strong<T> {
    /// Takes the value out of its only owner, or clones it if there are others. O(1), or what the clone
    /// costs.
    ///
    /// ```
    /// assert_eq!(weakly::local::Strong::unwrap_or_clone(1.into()), 1);
    /// ```
    pub fn unwrap_or_clone(this: Self) -> T {
        Self::try_unwrap(this).unwrap_or_else(|this| T::clone(&this))
    }
}

owner_traits!(Strong);
owner_conversions!(Strong, LocalWatchers::new());

/// Makes another owner of the same value. O(1).
impl<T: ?Sized> Clone for Strong<T> {
    #[inline]
    fn clone(&self) -> Self {
        Self::from_object(Rc::clone(&self.object))
    }
}
