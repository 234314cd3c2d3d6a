//! The traits of [`Strong`]. Most are those of every owner.

use std::sync::Arc;

use super::Strong;
use crate::death::Watchers;
use crate::owner_conversions::owner_conversions;
use crate::owner_traits::owner_traits;

owner_traits!(Strong);
owner_conversions!(Strong, Watchers::new());

/// Makes another owner of the same value. O(1).
impl<T: ?Sized> Clone for Strong<T> {
    #[inline]
    fn clone(&self) -> Self {
        Self::from_object(Arc::clone(&self.object))
    }
}
