//! The short way to another type of the same value.

use alloc::rc::Rc;

use super::strong::{Object, Strong};

/// For [`coerce!`](super::coerce). A closure in between would hide the target from the compiler.
impl<T: ?Sized> Strong<T> {
    #[doc(hidden)]
    pub fn __into_object(this: Self) -> Rc<Object<T>> {
        this.object
    }

    #[doc(hidden)]
    pub fn __from_object(object: Rc<Object<T>>) -> Self {
        Self::from_object(object)
    }
}

/// Converts a [`local::Strong`](crate::local::Strong) to a trait object or a slice, as
/// [`coerce!`](crate::coerce) does for those that threads share. O(1).
///
/// ```
/// use std::fmt::Display;
/// use weakly::local::{Strong, coerce};
///
/// let shown: Vec<Strong<dyn Display>> = vec![coerce!(Strong::new(5)), coerce!(Strong::new("text"))];
/// assert_eq!(shown[1].to_string(), "text");
/// let named = coerce!(Strong::new(5) => dyn Display);
/// assert_eq!(named.to_string(), "5");
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! __local_coerce {
    ($strong:expr) => {
        match $crate::local::Strong::__into_object($strong) {
            object => $crate::local::Strong::__from_object(object),
        }
    };
    ($strong:expr => $target:ty) => {
        $crate::local::Strong::coerce::<$target>($strong, |object| object)
    };
}

#[doc(inline)]
pub use __local_coerce as coerce;
