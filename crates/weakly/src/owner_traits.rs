//! The traits that an owner takes over from its value, the same that `Arc` does.

/// Implements them for an owner with the value in `self.object.value`, and with `new` and `as_ptr`.
macro_rules! owner_traits {
    ($owner:ident) => {
        impl<T: ?Sized> core::ops::Deref for $owner<T> {
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

        impl<T: ?Sized> core::borrow::Borrow<T> for $owner<T> {
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

        impl<T: ?Sized + core::fmt::Debug> core::fmt::Debug for $owner<T> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: ?Sized + core::fmt::Display> core::fmt::Display for $owner<T> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                (**self).fmt(f)
            }
        }

        /// Shows where the value is: an address, also of a trait object.
        impl<T: ?Sized> core::fmt::Pointer for $owner<T> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
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
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                (**self).partial_cmp(&**other)
            }
        }

        impl<T: ?Sized + Ord> Ord for $owner<T> {
            fn cmp(&self, other: &Self) -> core::cmp::Ordering {
                (**self).cmp(&**other)
            }
        }

        impl<T: ?Sized + core::hash::Hash> core::hash::Hash for $owner<T> {
            fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
                (**self).hash(state);
            }
        }

        impl<T: ?Sized + core::error::Error> core::error::Error for $owner<T> {
            fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
                (**self).source()
            }
        }
    };
}

pub(crate) use owner_traits;
