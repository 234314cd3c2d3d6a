//! The short way to another type of the same value.

use std::sync::Arc;

use super::{Object, Strong};

/// For [`coerce!`](crate::coerce). A closure in between would hide the target from the compiler.
impl<T: ?Sized> Strong<T> {
    #[doc(hidden)]
    pub fn __into_object(this: Self) -> Arc<Object<T>> {
        this.object
    }

    #[doc(hidden)]
    pub fn __from_object(object: Arc<Object<T>>) -> Self {
        Self::from_object(object)
    }
}

/// Converts a [`Strong`](crate::Strong) to a trait object or a slice, where the context says to
/// which: short for [`Strong::coerce`](crate::Strong::coerce). O(1).
///
/// ```
/// use std::fmt::Display;
/// use weakly::{Strong, coerce};
///
/// let shown: Vec<Strong<dyn Display>> = vec![coerce!(Strong::new(5)), coerce!(Strong::new("text"))];
/// assert_eq!(shown[1].to_string(), "text");
///
/// fn call(function: &Strong<dyn Fn(i32) -> i32 + Send + Sync>) -> i32 {
///     function(1)
/// }
/// assert_eq!(call(&coerce!(Strong::new(|n| n + 1))), 2);
/// ```
///
/// Where the context does not say it, name the type:
///
/// ```
/// # use weakly::{Strong, coerce};
/// let shown = coerce!(Strong::new(5) => dyn std::fmt::Display);
/// assert_eq!(shown.to_string(), "5");
/// ```
#[macro_export]
macro_rules! coerce {
    ($strong:expr) => {
        match $crate::Strong::__into_object($strong) {
            object => $crate::Strong::__from_object(object),
        }
    };
    ($strong:expr => $target:ty) => {
        $crate::Strong::coerce::<$target>($strong, |object| object)
    };
}
