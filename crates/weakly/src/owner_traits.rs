//! The traits that an owner takes over from its value, the same that `Arc` does.

/// Implements them for an owner with the value in `self.object.value`, and with `new` and `as_ptr`.
macro_rules! owner_traits {
    ($owner:ident) => {
        impl<T: ?Sized> std::ops::Deref for $owner<T> {
            type Target = T;

            #[inline]
            fn deref(&self) -> &T {
                &self.object.value
            }
        }

        impl<T: ?Sized> AsRef<T> for $owner<T> {
            fn as_ref(&self) -> &T {
                self
            }
        }

        impl<T: ?Sized> std::borrow::Borrow<T> for $owner<T> {
            fn borrow(&self) -> &T {
                self
            }
        }

        impl<T: Default> Default for $owner<T> {
            fn default() -> Self {
                Self::new(T::default())
            }
        }

        impl<T> From<T> for $owner<T> {
            fn from(value: T) -> Self {
                Self::new(value)
            }
        }

        impl<T: ?Sized + std::fmt::Debug> std::fmt::Debug for $owner<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: ?Sized + std::fmt::Display> std::fmt::Display for $owner<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                (**self).fmt(f)
            }
        }

        /// Shows where the value is: an address, also of a trait object.
        impl<T: ?Sized> std::fmt::Pointer for $owner<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                Self::as_ptr(self).cast::<()>().fmt(f)
            }
        }

        impl<T: ?Sized + PartialEq> PartialEq for $owner<T> {
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }

        impl<T: ?Sized + Eq> Eq for $owner<T> {}

        impl<T: ?Sized + PartialOrd> PartialOrd for $owner<T> {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                (**self).partial_cmp(&**other)
            }
        }

        impl<T: ?Sized + Ord> Ord for $owner<T> {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                (**self).cmp(&**other)
            }
        }

        impl<T: ?Sized + std::hash::Hash> std::hash::Hash for $owner<T> {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                (**self).hash(state);
            }
        }

        impl<T: ?Sized + std::error::Error> std::error::Error for $owner<T> {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                (**self).source()
            }
        }
    };
}

pub(crate) use owner_traits;
