//! The weak reference to an object of one thread.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::{Rc, Weak};

use super::strong::{Object, Strong};
use crate::death::{LocalIdentity, LocalWatchers};
use crate::reference::{Reference, ReferenceKind, referent_hash};
use crate::type_names;

/// A reference that does not keep its referent alive, and may have a callback for its death.
///
/// It is [`WeakRef`](crate::WeakRef) for one thread: see there for which references are the same, and
/// for equality and hash.
///
/// ```
/// use weakly::local::{Strong, WeakRef};
///
/// let owner = Strong::new(String::from("William"));
/// let weak = WeakRef::with_callback(&owner, |dead| assert!(!dead.is_alive()));
/// assert_eq!(weak.upgrade().unwrap().len(), 7);
/// drop(owner); // runs the callback
/// assert!(weak.upgrade().is_none());
/// ```
pub struct WeakRef<T: ?Sized> {
    object: Weak<Object<T>>,
    identity: Rc<LocalIdentity>,
}

impl<T> WeakRef<T> {
    /// Makes a reference that is dead from the start. O(1).
    ///
    /// ```
    /// use weakly::local::WeakRef;
    ///
    /// assert!(WeakRef::<String>::dead().upgrade().is_none());
    /// ```
    pub fn dead() -> Self {
        Self::from_parts(Weak::new(), LocalIdentity::new(None))
    }
}

impl<T: ?Sized> WeakRef<T> {
    pub(super) fn from_parts(object: Weak<Object<T>>, identity: Rc<LocalIdentity>) -> Self {
        Self { object, identity }
    }

    pub(super) fn identity(&self) -> &Rc<LocalIdentity> {
        &self.identity
    }

    /// The reference to the value of `owner` without callback: the existing one, or a new one. O(1).
    ///
    /// # Panics
    ///
    /// If there is no memory for the reference.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(1);
    /// let weak = WeakRef::new(&owner);
    /// assert!(WeakRef::ptr_eq(&weak, &WeakRef::new(&owner)));
    /// ```
    pub fn new(owner: &Strong<T>) -> Self {
        let identity = owner.object.watchers.canonical();
        Self::from_parts(Rc::downgrade(&owner.object), identity)
    }

    /// The referent, or `None` once it is dead. O(1).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(1);
    /// assert_eq!(WeakRef::new(&owner).upgrade(), Some(owner));
    /// ```
    #[inline]
    pub fn upgrade(&self) -> Option<Strong<T>> {
        self.object.upgrade().map(Strong::from_object)
    }

    /// Whether the referent is alive. O(1).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(1);
    /// let weak = WeakRef::new(&owner);
    /// drop(owner);
    /// assert!(!weak.is_alive());
    /// ```
    #[inline]
    pub fn is_alive(&self) -> bool {
        self.object.strong_count() > 0
    }

    /// Whether the reference has a callback that has not run. O(1).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(1);
    /// assert!(!WeakRef::new(&owner).has_callback());
    /// ```
    pub fn has_callback(&self) -> bool {
        self.identity.has_callback()
    }

    /// Whether both are handles of the same reference. O(1).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(1);
    /// let watching = WeakRef::with_callback(&owner, |_| ());
    /// assert!(!WeakRef::ptr_eq(&watching, &WeakRef::new(&owner)));
    /// ```
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        Rc::ptr_eq(&this.identity, &other.identity)
    }

    /// Converts the reference to another type of the same referent, as [`Strong::coerce`] does. It stays
    /// the same reference. O(1).
    ///
    /// # Panics
    ///
    /// If `identity` returns another object than it was given.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(1);
    /// let shown = WeakRef::coerce::<dyn std::fmt::Display>(WeakRef::new(&owner), |object| object);
    /// assert_eq!(shown.upgrade().unwrap().to_string(), "1");
    /// ```
    pub fn coerce<U: ?Sized>(
        this: Self,
        identity: impl FnOnce(Weak<Object<T>>) -> Weak<Object<U>>,
    ) -> WeakRef<U> {
        let address = this.object.as_ptr();
        let object = identity(this.object);
        assert!(
            std::ptr::addr_eq(address, object.as_ptr()),
            "a coercion returns the object that it was given"
        );
        WeakRef::from_parts(object, this.identity)
    }

    /// The part of `Debug` that proxies share: what is referred to.
    pub(super) fn describe(&self, what: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let me = Rc::as_ptr(&self.identity);
        match self.upgrade() {
            Some(owner) => {
                let name = type_names::short::<T>();
                write!(f, "<{what} at {me:p}; to '{name}' at {owner:p}>")
            }
            None => write!(f, "<{what} at {me:p}; dead>"),
        }
    }
}

impl<T: ?Sized + 'static> WeakRef<T> {
    /// Makes a new reference whose `callback` runs when the referent dies. O(1).
    ///
    /// The callback gets this reference, which reads dead. It runs once, and not if all handles of the
    /// reference are gone before its turn. It may use any part of this crate. A panic is reported to the
    /// hook of [`set_caught_panic_hook`](crate::set_caught_panic_hook) and goes no further.
    ///
    /// # Panics
    ///
    /// If there is no memory for the reference.
    ///
    /// ```
    /// use std::{cell::Cell, rc::Rc};
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let deaths = Rc::new(Cell::new(0));
    /// let owner = Strong::new(1);
    /// let count = deaths.clone();
    /// let _weak = WeakRef::with_callback(&owner, move |_| count.set(count.get() + 1));
    /// drop(owner);
    /// assert_eq!(deaths.get(), 1);
    /// ```
    pub fn with_callback(owner: &Strong<T>, callback: impl FnOnce(&Self) + 'static) -> Self {
        let object = Rc::downgrade(&owner.object);
        let referent = object.clone();
        let identity = LocalIdentity::new(Some(Box::new(move |identity| {
            callback(&Self::from_parts(referent, identity));
        })));
        owner.object.watchers.add_callback(&identity);
        Self::from_parts(object, identity)
    }
}

/// The weak references to an owner's value.
impl<T> Strong<T> {
    /// Makes a value that holds a weak reference to itself, which reads dead until this function returns.
    /// O(1) and what `make_value` costs.
    ///
    /// # Panics
    ///
    /// If `make_value` does.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// struct Node { me: WeakRef<Node> }
    ///
    /// let node = Strong::new_cyclic(|me| Node { me: me.clone() });
    /// assert!(Strong::ptr_eq(&node, &node.me.upgrade().unwrap()));
    /// ```
    pub fn new_cyclic(make_value: impl FnOnce(&WeakRef<T>) -> T) -> Self {
        let identity = LocalIdentity::new(None);
        let make_object = |object: &Weak<Object<T>>| {
            let me = WeakRef::from_parts(object.clone(), identity);
            let value = make_value(&me);
            Object {
                watchers: LocalWatchers::with_canonical(me.identity()),
                value,
            }
        };
        Self::from_object(Rc::new_cyclic(make_object))
    }
}

/// The weak references to an owner's value.
impl<T: ?Sized> Strong<T> {
    /// The weak reference without a callback: the existing one, or a new one. O(1).
    ///
    /// ```
    /// let owner = weakly::local::Strong::new(1);
    /// assert!(weakly::local::Strong::downgrade(&owner).is_alive());
    /// ```
    pub fn downgrade(this: &Self) -> WeakRef<T> {
        WeakRef::new(this)
    }

    /// How many weak references to the value live: one for that without callback, and one for each with
    /// a callback. O(number of references).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let number = Strong::new(1);
    /// let _weak = WeakRef::new(&number);
    /// assert_eq!(Strong::weak_ref_count(&number), 1);
    /// ```
    pub fn weak_ref_count(this: &Self) -> usize {
        this.object.watchers.references().len()
    }

    /// The living weak references to the value: the one without callback first, then those with a
    /// callback, newest first. O(number of references).
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef};
    ///
    /// let number = Strong::new(1);
    /// let weak = WeakRef::new(&number);
    /// assert!(WeakRef::ptr_eq(&Strong::weak_refs(&number)[0], &weak));
    /// ```
    pub fn weak_refs(this: &Self) -> Vec<WeakRef<T>> {
        let references = this.object.watchers.references().into_iter();
        references
            .map(|identity| WeakRef::from_parts(Rc::downgrade(&this.object), identity))
            .collect()
    }
}

/// Makes another handle of the same reference. O(1).
impl<T: ?Sized> Clone for WeakRef<T> {
    fn clone(&self) -> Self {
        Self::from_parts(self.object.clone(), self.identity.clone())
    }
}

/// A dead reference.
impl<T> Default for WeakRef<T> {
    fn default() -> Self {
        Self::dead()
    }
}

/// Equal referents while both live; otherwise the same reference.
impl<T: ?Sized + PartialEq> PartialEq for WeakRef<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self.upgrade(), other.upgrade()) {
            (Some(one), Some(another)) => *one == *another,
            _ => Self::ptr_eq(self, other),
        }
    }
}

impl<T: ?Sized + Eq> Eq for WeakRef<T> {}

/// The hash of the referent, remembered for the time after its death.
impl<T: ?Sized + Hash> Hash for WeakRef<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.identity.hash(|| match self.upgrade() {
            Some(owner) => referent_hash(&*owner),
            None => Rc::as_ptr(&self.identity).addr() as u64,
        }));
    }
}

/// `<weakref at 0x...; to 'Employee' at 0x...>` or `<weakref at 0x...; dead>`, as in Python.
impl<T: ?Sized> fmt::Debug for WeakRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe("weakref", f)
    }
}

impl<T: ?Sized> Reference for WeakRef<T> {
    fn kind(&self) -> ReferenceKind {
        ReferenceKind::Ref
    }

    fn is_alive(&self) -> bool {
        self.is_alive()
    }
}
