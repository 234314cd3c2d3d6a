//! What an owner is made of, as an `Arc` is: boxes, texts, lists.

/// Implements it for an owner with `new`, `from_object` and `coerce`, whose objects begin with
/// `$watchers`.
macro_rules! owner_conversions {
    ($owner:ident, $watchers:expr) => {
        /// Moves the value out of its box, which may be that of a trait object. O(size of the value).
        impl<T: ?Sized> From<alloc::boxed::Box<T>> for $owner<T> {
            fn from(value: alloc::boxed::Box<T>) -> Self {
                Self::from_object(weakly_unsafe::unbox($watchers, value).into())
            }
        }

        /// O(n).
        impl<T, const N: usize> From<[T; N]> for $owner<[T]> {
            fn from(array: [T; N]) -> Self {
                $owner::coerce::<[T]>($owner::new(array), |object| object)
            }
        }

        /// Moves the values. O(n).
        impl<T> From<alloc::vec::Vec<T>> for $owner<[T]> {
            fn from(values: alloc::vec::Vec<T>) -> Self {
                values.into_boxed_slice().into()
            }
        }

        /// Clones the values. O(n).
        impl<T: Clone> From<&[T]> for $owner<[T]> {
            fn from(values: &[T]) -> Self {
                alloc::boxed::Box::<[T]>::from(values).into()
            }
        }

        /// O(n).
        impl<T> FromIterator<T> for $owner<[T]> {
            fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
                alloc::vec::Vec::from_iter(values).into()
            }
        }

        /// O(n).
        impl<'a, B> From<alloc::borrow::Cow<'a, B>> for $owner<B>
        where
            B: ?Sized + alloc::borrow::ToOwned,
            Self: From<&'a B> + From<B::Owned>,
        {
            fn from(value: alloc::borrow::Cow<'a, B>) -> Self {
                match value {
                    alloc::borrow::Cow::Borrowed(value) => value.into(),
                    alloc::borrow::Cow::Owned(value) => value.into(),
                }
            }
        }

        impl<T> Default for $owner<[T]> {
            fn default() -> Self {
                alloc::vec::Vec::new().into()
            }
        }

        impl Default for $owner<str> {
            fn default() -> Self {
                "".into()
            }
        }

        $crate::owner_conversions::text_conversions!($owner: str, alloc::string::String);
        $crate::owner_conversions::text_conversions!($owner: core::ffi::CStr, alloc::ffi::CString);
        #[cfg(feature = "std")]
        $crate::owner_conversions::text_conversions!($owner: std::ffi::OsStr, std::ffi::OsString);
        #[cfg(feature = "std")]
        $crate::owner_conversions::text_conversions!($owner: std::path::Path, std::path::PathBuf);
    };
}

macro_rules! text_conversions {
    ($owner:ident: $text:ty, $owned:ty) => {
        /// O(n).
        impl From<&$text> for $owner<$text> {
            fn from(text: &$text) -> Self {
                alloc::boxed::Box::<$text>::from(text).into()
            }
        }

        /// O(n).
        impl From<$owned> for $owner<$text> {
            fn from(text: $owned) -> Self {
                alloc::boxed::Box::<$text>::from(text).into()
            }
        }
    };
}

pub(crate) use {owner_conversions, text_conversions};
