//! What an owner is made of, as an `Arc` is: boxes, texts, lists.

/// Implements it for an owner with `new`, `from_object` and `coerce`, whose objects begin with
/// `$watchers`.
macro_rules! owner_conversions {
    ($owner:ident, $watchers:expr) => {
        /// Moves the value out of its box. O(1).
        impl<T> From<Box<T>> for $owner<T> {
            fn from(value: Box<T>) -> Self {
                Self::new(*value)
            }
        }

        /// O(n).
        impl<T, const N: usize> From<[T; N]> for $owner<[T]> {
            fn from(array: [T; N]) -> Self {
                $owner::coerce::<[T]>($owner::new(array), |object| object)
            }
        }

        /// Moves the values. O(n).
        impl<T> From<Vec<T>> for $owner<[T]> {
            fn from(values: Vec<T>) -> Self {
                Self::from_object(weakly_unsafe::slice($watchers, values).into())
            }
        }

        /// Moves the values. O(n).
        impl<T> From<Box<[T]>> for $owner<[T]> {
            fn from(values: Box<[T]>) -> Self {
                values.into_vec().into()
            }
        }

        /// Clones the values. O(n).
        impl<T: Clone> From<&[T]> for $owner<[T]> {
            fn from(values: &[T]) -> Self {
                values.to_vec().into()
            }
        }

        /// O(n).
        impl<T> FromIterator<T> for $owner<[T]> {
            fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
                Vec::from_iter(values).into()
            }
        }

        impl<T> Default for $owner<[T]> {
            fn default() -> Self {
                Vec::new().into()
            }
        }

        /// O(n).
        impl From<&str> for $owner<str> {
            fn from(text: &str) -> Self {
                Self::from_object(weakly_unsafe::text($watchers, text).into())
            }
        }

        /// O(n).
        impl From<String> for $owner<str> {
            fn from(text: String) -> Self {
                text.as_str().into()
            }
        }

        /// O(n).
        impl From<Box<str>> for $owner<str> {
            fn from(text: Box<str>) -> Self {
                (*text).into()
            }
        }

        /// O(n).
        impl From<std::borrow::Cow<'_, str>> for $owner<str> {
            fn from(text: std::borrow::Cow<'_, str>) -> Self {
                (*text).into()
            }
        }

        impl Default for $owner<str> {
            fn default() -> Self {
                "".into()
            }
        }
    };
}

pub(crate) use owner_conversions;
