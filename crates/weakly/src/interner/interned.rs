//! The owner of an interned object.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use crate::death::drop_nested;
use crate::strong::Strong;

/// A shared owner of an interned object; made by [`Interner::intern`](super::Interner::intern).
///
/// Two of one interner are equal if they own the same object, which for equal values they do; so
/// comparing and hashing them looks at addresses only, whatever the value costs. The order is that of
/// the values. Because the hash is not the value's, there is no `Borrow<T>`: a map of interned keys is
/// asked for interned keys. For the same reason, do not compare those of different interners.
///
/// ```
/// use weakly::Interner;
///
/// let names: Interner<str> = Interner::new();
/// let (ann, bob) = (names.intern("ann"), names.intern("bob"));
/// assert_eq!(ann, names.intern("ann"));
/// assert!(ann < bob);
/// assert_eq!(ann.len(), 3);
/// ```
pub struct Interned<T: ?Sized + 'static> {
    /// `None` only while it is dropped.
    object: Option<Strong<T>>,
}

impl<T: ?Sized + 'static> Interned<T> {
    pub(super) fn new(object: Strong<T>) -> Self {
        Self {
            object: Some(object),
        }
    }

    /// The owner as a [`Strong`], to be referred to weakly, or watched. O(1).
    ///
    /// ```
    /// use weakly::{Interned, Interner, WeakRef};
    ///
    /// let names: Interner<str> = Interner::new();
    /// let name = names.intern("William");
    /// let weak = WeakRef::new(Interned::as_strong(&name));
    /// drop(name);
    /// assert!(!weak.is_alive());
    /// ```
    pub fn as_strong(this: &Self) -> &Strong<T> {
        let object = this.object.as_ref();
        object.expect("it is whole until it is dropped")
    }

    /// Whether both own the same object. O(1).
    ///
    /// ```
    /// use weakly::{Interned, Interner};
    ///
    /// let names: Interner<str> = Interner::new();
    /// let name = names.intern("a");
    /// assert!(Interned::ptr_eq(&name, &names.intern("a")));
    /// ```
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        Strong::ptr_eq(Self::as_strong(this), Self::as_strong(other))
    }
}

impl<T: ?Sized + 'static> Deref for Interned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        Self::as_strong(self)
    }
}

impl<T: ?Sized + 'static> AsRef<T> for Interned<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

/// Makes another owner of the same object. O(1).
impl<T: ?Sized + 'static> Clone for Interned<T> {
    fn clone(&self) -> Self {
        Self {
            object: self.object.clone(),
        }
    }
}

/// The last owner drops the object. What that owns is dropped later if it lies deep.
impl<T: ?Sized + 'static> Drop for Interned<T> {
    fn drop(&mut self) {
        match self.object.take() {
            Some(object) if Strong::strong_count(&object) == 1 => drop_nested(object),
            another => drop(another),
        }
    }
}

/// Whether both own the same object.
impl<T: ?Sized + 'static> PartialEq for Interned<T> {
    fn eq(&self, other: &Self) -> bool {
        Self::ptr_eq(self, other)
    }
}

impl<T: ?Sized + 'static> Eq for Interned<T> {}

/// The hash of the object's address.
impl<T: ?Sized + 'static> Hash for Interned<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let address = Strong::as_ptr(Self::as_strong(self));
        state.write_usize(address.cast::<()>().addr());
    }
}

/// The order of the values.
impl<T: ?Sized + 'static + Ord> PartialOrd for Interned<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of the values.
impl<T: ?Sized + 'static + Ord> Ord for Interned<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        match Self::ptr_eq(self, other) {
            true => Ordering::Equal,
            false => (**self).cmp(&**other),
        }
    }
}

impl<T: ?Sized + 'static + fmt::Debug> fmt::Debug for Interned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + 'static + fmt::Display> fmt::Display for Interned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
