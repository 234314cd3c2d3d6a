//! The owner of an object that can be watched.

mod coerce;
mod io;
mod traits;

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use crate::death::Watchers;
use crate::locked::DropUnlocked;

/// A shared owner of a value, like [`Arc`], whose death others can watch.
///
/// The value lives as long as at least one `Strong` of it does. Weak references ([`WeakRef`](crate::WeakRef)),
/// weak containers ([`WeakKeyMap`](crate::WeakKeyMap), ...) and [`Finalizer`](crate::Finalizer)s
/// follow it without keeping it alive. When the last `Strong` goes, on its thread:
///
/// 1. every [`WeakRef`](crate::WeakRef) to the value reads dead;
/// 2. every container forgets the value;
/// 3. the values that weak maps held beside it are dropped, then the callbacks and finalizers run,
///    newest first; panics are reported ([`set_caught_panic_hook`](crate::set_caught_panic_hook)) and
///    stop nothing;
/// 4. the value is dropped.
///
/// So a callback never finds its object in a container, and `Drop` of the value never finds a
/// living reference to it. Callbacks that are the last owners of other objects let them die
/// inside; beyond a fixed depth such deaths' callbacks wait until the outermost death has done its
/// own, so that chains of any length that go through callbacks, finalizers and containers need a
/// fixed amount of stack.
///
/// What a value itself owns is dropped by the value, inside its own drop, as with [`Arc`]: a list of
/// some ten thousand values, each the only owner of the next, overflows a stack of 2 MB. Take such a
/// list apart with [`Strong::into_inner`]:
///
/// ```
/// use weakly::Strong;
///
/// struct Node {
///     next: Option<Strong<Node>>,
/// }
///
/// impl Drop for Node {
///     fn drop(&mut self) {
///         let mut next = self.next.take();
///         while let Some(mut node) = next.and_then(Strong::into_inner) {
///             next = node.next.take();
///         }
///     }
/// }
///
/// let link = |next, _| Some(Strong::new(Node { next }));
/// let list: Option<Strong<Node>> = (0..100_000).fold(None, link);
/// drop(list);
/// ```
///
/// A method cannot take `self: &Strong<Self>`, as only the standard library's owners may stand there.
/// Write an associated function:
///
/// ```
/// use weakly::{Strong, WeakRef};
///
/// struct Node;
///
/// impl Node {
///     fn watch(this: &Strong<Self>) -> WeakRef<Self> {
///         WeakRef::new(this)
///     }
/// }
///
/// let node = Strong::new(Node);
/// assert!(Node::watch(&node).is_alive());
/// ```
///
/// Functions that take a `Strong` are associated functions (`Strong::ptr_eq(&a, &b)`), so that they
/// do not hide methods of the value. Making and dropping a `Strong` that was never watched costs
/// little more than an `Arc`: an object is larger by a word, which says who watches it.
///
/// `Strong<T>` is `Send` and `Sync` exactly when `Arc<T>` is, and has the traits that `Arc<T>` has,
/// except those that only the standard library can implement: [`coerce!`](crate::coerce) makes `dyn Trait`s.
/// A `Strong<str>` and a `Strong<[T]>` are made as those of an `Arc`:
///
/// ```
/// use weakly::Strong;
///
/// let text: Strong<str> = "text".into();
/// let numbers: Strong<[i32]> = (1..4).collect();
/// assert_eq!((&*text, &*numbers), ("text", &[1, 2, 3][..]));
/// ```
///
/// (Clippy's lint `mutable_key_type` warns of a `Strong` or [`WeakRef`](crate::WeakRef) in a
/// `HashMap`, because of the word for the watchers. It is no part of hash or equality: allow the
/// lint.)
///
/// ```
/// use weakly::{Strong, WeakRef};
///
/// let owner = Strong::new(String::from("William"));
/// let weak = WeakRef::new(&owner);
/// assert_eq!(weak.upgrade().as_deref().map(String::as_str), Some("William"));
/// drop(owner);
/// assert!(weak.upgrade().is_none());
/// ```
pub struct Strong<T: ?Sized> {
    pub(crate) object: Arc<Object<T>>,
    _rule: DropUnlocked,
}

/// A value and its watchers: what a [`Strong`] owns.
///
/// It is public only for [`Strong::coerce`] and [`WeakRef::coerce`](crate::WeakRef::coerce), and
/// you can only pass it on.
///
/// ```
/// use std::sync::Arc;
/// use weakly::{Object, Strong};
///
/// /// What the compiler does in a coercion.
/// fn shown(object: Arc<Object<i32>>) -> Arc<Object<dyn std::fmt::Display>> {
///     object
/// }
///
/// assert_eq!(Strong::coerce(Strong::new(5), shown).to_string(), "5");
/// ```
pub type Object<T> = weakly_unsafe::Object<Watchers, T>;

/// Lets the value die for all who watch it, and returns it. `address` is where the object lived
/// before it was moved out of its `Arc`.
fn into_value<T>(object: Object<T>, address: usize) -> T {
    let Object {
        mut watchers,
        value,
    } = object;
    watchers.tell(address);
    value
}

impl<T> Strong<T> {
    /// Makes the first owner of `value`. O(1).
    ///
    /// ```
    /// let number = weakly::Strong::new(5);
    /// assert_eq!(*number, 5);
    /// ```
    #[inline]
    pub fn new(value: T) -> Self {
        Self::from_object(Arc::new(Object {
            watchers: Watchers::new(),
            value,
        }))
    }

    /// Takes the value out of its only owner, or gives the owner back if there are others.
    ///
    /// To its watchers, the value dies: references read dead, containers forget it, and
    /// callbacks run before this function returns. O(1) and what they cost.
    ///
    /// A thread that reads the value through a weak reference or a container owns it for that
    /// moment, as with `Arc`.
    ///
    /// # Errors
    ///
    /// The owner itself, if it is not the only one.
    ///
    /// ```
    /// use weakly::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(7);
    /// let weak = WeakRef::new(&owner);
    /// let other = owner.clone();
    /// let owner = Strong::try_unwrap(owner).unwrap_err();
    /// drop(other);
    /// assert_eq!(Strong::try_unwrap(owner), Ok(7));
    /// assert!(!weak.is_alive());
    /// ```
    pub fn try_unwrap(this: Self) -> Result<T, Self> {
        let address = this.address();
        match Arc::try_unwrap(this.object) {
            Ok(object) => Ok(into_value(object, address)),
            Err(object) => Err(Self::from_object(object)),
        }
    }

    /// Gives this owner up, and returns the value if it was the last one.
    ///
    /// Unlike `Strong::try_unwrap(this).ok()`, of several threads that do this with all owners of
    /// a value exactly one gets it. The value dies as with [`Strong::try_unwrap`]. O(1) and what
    /// the callbacks cost.
    ///
    /// ```
    /// use weakly::Strong;
    ///
    /// let one = Strong::new(7);
    /// let other = one.clone();
    /// assert_eq!(Strong::into_inner(one), None);
    /// assert_eq!(Strong::into_inner(other), Some(7));
    /// ```
    pub fn into_inner(this: Self) -> Option<T> {
        let address = this.address();
        Arc::into_inner(this.object).map(|object| into_value(object, address))
    }
}

impl<T: Unpin> Strong<T> {
    /// Makes the first owner of `value`, as a `Pin`. O(1).
    ///
    /// Only for values that may be moved: to promise of others that they stay where they are takes
    /// `unsafe` code whose caller must be trusted. Pin those in a box of their own first.
    ///
    /// ```
    /// use std::pin::Pin;
    /// use weakly::Strong;
    ///
    /// let future = Box::pin(async { 5 }); // it cannot be moved out of this box
    /// let pinned: Pin<Strong<_>> = Strong::pin(future);
    /// # let _ = pinned;
    /// ```
    pub fn pin(value: T) -> Pin<Self> {
        Pin::new(Self::new(value))
    }
}

impl<T: ?Sized> Strong<T> {
    #[inline]
    pub(crate) fn from_object(object: Arc<Object<T>>) -> Self {
        Self {
            object,
            _rule: DropUnlocked,
        }
    }

    /// Where the object is. No other object is there while a weak reference or an entry refers to it,
    /// even if it is dead.
    #[inline]
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.object).addr()
    }

    /// Whether both own the same value, and not just equal ones. O(1).
    ///
    /// ```
    /// use weakly::Strong;
    ///
    /// let one = Strong::new(1);
    /// assert!(Strong::ptr_eq(&one, &one.clone()));
    /// assert!(!Strong::ptr_eq(&one, &Strong::new(1)));
    /// ```
    #[doc(alias = "is")]
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&this.object), Arc::as_ptr(&other.object))
    }

    /// Where the value is. It stays there as long as it lives. O(1).
    ///
    /// ```
    /// use weakly::Strong;
    ///
    /// let number = Strong::new(1);
    /// assert!(std::ptr::eq(Strong::as_ptr(&number), &*number));
    /// ```
    #[doc(alias = "id")]
    pub fn as_ptr(this: &Self) -> *const T {
        &raw const this.object.value
    }

    /// How many owners the value has. Another thread may change it at any time. O(1).
    ///
    /// ```
    /// use weakly::Strong;
    ///
    /// let number = Strong::new(1);
    /// let _other = number.clone();
    /// assert_eq!(Strong::strong_count(&number), 2);
    /// ```
    #[doc(alias = "getrefcount")]
    pub fn strong_count(this: &Self) -> usize {
        Arc::strong_count(&this.object)
    }

    /// Mutable access to the value, if nothing else can see it: no other owner, weak reference or
    /// container, and no handle of a [`Finalizer`](crate::Finalizer), even one that has run. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakRef};
    ///
    /// let mut number = Strong::new(1);
    /// *Strong::get_mut(&mut number).unwrap() = 2;
    /// let _weak = WeakRef::new(&number);
    /// assert!(Strong::get_mut(&mut number).is_none());
    /// ```
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        Arc::get_mut(&mut this.object).map(|object| &mut object.value)
    }

    /// Converts the owner to another type of the same value: as a trait object or a slice.
    ///
    /// `identity` is always `|object| object`: the compiler converts the type there, as it does for
    /// `Arc` without being asked. Name the wanted type, as below. References and containers follow
    /// the value, not its type: those made before still see it. O(1).
    ///
    /// # Panics
    ///
    /// If `identity` returns another object than it was given.
    ///
    /// ```
    /// use std::fmt::Display;
    /// use weakly::Strong;
    ///
    /// let number = Strong::new(5);
    /// let shown = Strong::coerce::<dyn Display>(number, |object| object);
    /// assert_eq!(shown.to_string(), "5");
    ///
    /// let add = Strong::new(|a: f64, b: f64| a + b);
    /// let add = Strong::coerce::<dyn Fn(f64, f64) -> f64>(add, |object| object);
    /// assert_eq!(add(1.0, 2.0), 3.0);
    /// ```
    pub fn coerce<U: ?Sized>(
        this: Self,
        identity: impl FnOnce(Arc<Object<T>>) -> Arc<Object<U>>,
    ) -> Strong<U> {
        let address = Arc::as_ptr(&this.object);
        let object = identity(this.object);
        assert!(
            std::ptr::addr_eq(address, Arc::as_ptr(&object)),
            "a coercion returns the object that it was given"
        );
        Strong::from_object(object)
    }
}

impl Strong<dyn Any + Send + Sync> {
    /// The owner by the value's own type, if that is `T`. O(1).
    ///
    /// References and containers follow the value, not its type: those made before still see it.
    ///
    /// # Errors
    ///
    /// The owner itself, if the value is of another type.
    ///
    /// ```
    /// use std::any::Any;
    /// use weakly::{Strong, coerce};
    ///
    /// let value: Strong<dyn Any + Send + Sync> = coerce!(Strong::new(5));
    /// let value = value.downcast::<String>().unwrap_err();
    /// assert_eq!(*value.downcast::<i32>().unwrap(), 5);
    /// ```
    pub fn downcast<T: Any + Send + Sync>(self) -> Result<Strong<T>, Self> {
        let object = weakly_unsafe::downcast_arc(self.object);
        object.map(Strong::from_object).map_err(Self::from_object)
    }
}

impl<T: ?Sized + ToOwned> Strong<T>
where
    Self: From<T::Owned>,
{
    /// Mutable access to the value, which is cloned first if anything else can see it. O(1), or
    /// what the clone costs.
    ///
    /// If this was the only owner but the value was watched, the old value dies: weak references
    /// and containers do not follow to the clone. The value may be a `str` or a slice, too.
    ///
    /// ```
    /// use weakly::Strong;
    ///
    /// let mut number = Strong::new(1);
    /// let other = number.clone();
    /// *Strong::make_mut(&mut number) += 1;
    /// assert_eq!((*number, *other), (2, 1));
    ///
    /// let mut text: Strong<str> = "text".into();
    /// Strong::make_mut(&mut text).make_ascii_uppercase();
    /// assert_eq!(&*text, "TEXT");
    /// ```
    pub fn make_mut(this: &mut Self) -> &mut T {
        if Self::get_mut(this).is_none() {
            *this = T::to_owned(this).into();
        }
        Self::get_mut(this).expect("a new value has one owner")
    }
}

impl<T: Clone> Strong<T> {
    /// Takes the value out of its only owner, or clones it if there are others. O(1), or what the
    /// clone costs. The value dies as with [`Strong::try_unwrap`].
    ///
    /// ```
    /// use weakly::Strong;
    ///
    /// let number = Strong::new(1);
    /// let _other = number.clone();
    /// assert_eq!(Strong::unwrap_or_clone(number), 1);
    /// ```
    pub fn unwrap_or_clone(this: Self) -> T {
        Self::try_unwrap(this).unwrap_or_else(|this| T::clone(&this))
    }
}
