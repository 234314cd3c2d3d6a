//! The traits of [`Strong`]. Most are those of every owner.

use std::sync::Arc;

use super::Strong;
use crate::owner_traits::owner_traits;

owner_traits!(Strong);

/// Makes another owner of the same value. O(1).
impl<T: ?Sized> Clone for Strong<T> {
    #[inline]
    fn clone(&self) -> Self {
        Self::from_object(Arc::clone(&self.object))
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
