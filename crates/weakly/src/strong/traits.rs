//! The traits that [`Strong`] takes over from its value, the same that `Arc` does.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::error::Error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use super::Strong;

impl<T: ?Sized> Deref for Strong<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.object.value
    }
}

impl<T: ?Sized> AsRef<T> for Strong<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: ?Sized> Borrow<T> for Strong<T> {
    fn borrow(&self) -> &T {
        self
    }
}

/// Makes another owner of the same value. O(1).
impl<T: ?Sized> Clone for Strong<T> {
    #[inline]
    fn clone(&self) -> Self {
        Self::from_object(Arc::clone(&self.object))
    }
}

impl<T: Default> Default for Strong<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Strong<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T> From<Box<T>> for Strong<T> {
    fn from(value: Box<T>) -> Self {
        Self::new(*value)
    }
}

impl<T, const N: usize> From<[T; N]> for Strong<[T]> {
    fn from(array: [T; N]) -> Self {
        Strong::coerce::<[T]>(Strong::new(array), |object| object)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Strong<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for Strong<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Shows where the value is: an address, also of a trait object.
impl<T: ?Sized> fmt::Pointer for Strong<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Self::as_ptr(self).cast::<()>().fmt(f)
    }
}

impl<T: ?Sized + PartialEq> PartialEq for Strong<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: ?Sized + Eq> Eq for Strong<T> {}

impl<T: ?Sized + PartialOrd> PartialOrd for Strong<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: ?Sized + Ord> Ord for Strong<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: ?Sized + Hash> Hash for Strong<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: ?Sized + Error> Error for Strong<T> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        (**self).source()
    }
}
