//! What the newtypes of [`Map`](super::Map) have in common: constructors, size, handles, iterators.

/// Implements for the newtype `$name` what needs no knowledge of its entries.
///
/// `$example` is the type with parameters for the examples in its documentation.
macro_rules! container_basics {
    ($name:ident<$($param:ident $(: ?$sized:ident)?),+>, $example:literal) => {
        impl<$($param $(: ?$sized)?),+> $name<$($param),+>
        where
            $($param: Send + Sync + 'static),+
        {
            #[doc = concat!("Makes an empty container. Allocates nothing but the handle. O(1).

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert!(it.is_empty());
```")]
            pub fn new() -> Self {
                Self::with_hasher(RandomState::new())
            }

            #[doc = concat!("Makes an empty container with room for `capacity` entries. O(capacity).

# Panics

If there is no memory for so many.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::with_capacity(10);
assert!(it.capacity() >= 10);
```")]
            pub fn with_capacity(capacity: usize) -> Self {
                Self::with_capacity_and_hasher(capacity, RandomState::new())
            }
        }

        impl<$($param $(: ?$sized)?,)+ S> $name<$($param,)+ S>
        where
            $($param: Send + Sync + 'static),+
        {
            #[doc = concat!("Makes an empty container that hashes with `hasher`. O(1).

```
use std::hash::RandomState;
let it: weakly::", $example, " = weakly::", stringify!($name), "::with_hasher(RandomState::new());
assert_eq!(it.len(), 0);
```")]
            pub fn with_hasher(hasher: S) -> Self {
                Self(Map::new(hasher))
            }

            #[doc = concat!("Makes an empty container with room for `capacity` entries that hashes with `hasher`.
O(capacity).

# Panics

If there is no memory for so many.

```
use std::hash::RandomState;
let it: weakly::", $example, " =
    weakly::", stringify!($name), "::with_capacity_and_hasher(10, RandomState::new());
assert!(it.capacity() >= 10);
```")]
            pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> Self {
                Self(Map::with_capacity(capacity, hasher))
            }

            #[doc = concat!("The hasher of the keys. O(1).

```
use std::hash::BuildHasher;
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert_eq!(it.hasher().hash_one(1), it.clone().hasher().hash_one(1));
```")]
            pub fn hasher(&self) -> &S {
                self.0.hasher()
            }

            #[doc = concat!("The number of entries, all of them alive. O(1).

An object that another thread is just dropping may still count.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert_eq!(it.len(), 0);
```")]
            pub fn len(&self) -> usize {
                self.0.len()
            }

            #[doc = concat!("Whether there are no entries. O(1).

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert!(it.is_empty());
```")]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            #[doc = concat!("The number of entries that fit before the container must grow. O(1).

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert_eq!(it.capacity(), 0);
```")]
            pub fn capacity(&self) -> usize {
                self.0.capacity()
            }

            #[doc = concat!("Makes room for `additional` more entries. O(capacity) if it grows, with the lock held.

# Panics

If there is no memory for so many.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
it.reserve(10);
assert!(it.capacity() >= 10);
```")]
            pub fn reserve(&self, additional: usize) {
                self.0.reserve(additional);
            }

            #[doc = concat!("Makes room for `additional` more entries, as far as there is not enough. O(capacity).

# Errors

If there is no memory for so many. The container is as before then.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert!(it.try_reserve(usize::MAX).is_err());
assert_eq!(it.try_reserve(10), Ok(()));
assert!(it.capacity() >= 10);
```")]
            pub fn try_reserve(&self, additional: usize) -> Result<(), TryReserveError> {
                self.0.try_reserve(additional)
            }

            #[doc = concat!("Gives back memory that no entry uses. O(capacity), with the lock held.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::with_capacity(100);
it.shrink_to_fit();
assert_eq!(it.capacity(), 0);
```")]
            pub fn shrink_to_fit(&self) {
                self.0.shrink_to_fit();
            }

            #[doc = concat!("Removes all entries, and drops what they held without the lock. O(len).

Running iterations yield nothing more.

# Panics

If the `Drop` of something that an entry held does. The container is empty then.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
it.clear();
assert!(it.is_empty());
```")]
            pub fn clear(&self) {
                self.0.clear();
            }

            #[doc = concat!("Whether both are handles of the same container. O(1).

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert!(weakly::", stringify!($name), "::ptr_eq(&it, &it.clone()));
```")]
            #[doc(alias = "is")]
            pub fn ptr_eq(this: &Self, other: &Self) -> bool {
                this.0.ptr_eq(&other.0)
            }
        }

        /// Makes another handle of the same container. O(1).
        ///
        /// The last handle that is dropped drops the entries, without the lock: O(len).
        impl<$($param $(: ?$sized)?,)+ S: Clone> Clone for $name<$($param,)+ S> {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }

        /// Inserts all, in order: a container is a handle, so it need not be borrowed mutably.
        impl<$($param $(: ?$sized)?,)+ S: Clone, A> Extend<A> for &$name<$($param,)+ S>
        where
            $name<$($param,)+ S>: Extend<A>,
        {
            fn extend<I: IntoIterator<Item = A>>(&mut self, items: I) {
                (*self).clone().extend(items);
            }
        }

        /// Makes an empty container. O(1).
        impl<$($param $(: ?$sized)?,)+ S: Default> Default for $name<$($param,)+ S>
        where
            $($param: Send + Sync + 'static),+
        {
            fn default() -> Self {
                Self::with_hasher(S::default())
            }
        }
    };
}

/// Makes a public iterator of a container: a newtype of one of those in [`iter`](super::iter).
macro_rules! newtype_iterator {
    (
        $(#[$doc:meta])*
        $name:ident<$($param:ident $(: ?$sized:ident)?),+>($inner:ty)
        yields $item:ty where { $($bounds:tt)* }
        $take:expr
    ) => {
        $(#[$doc])*
        pub struct $name<$($param $(: ?$sized)?),+>(pub(crate) $inner);

        impl<$($param $(: ?$sized)?),+> Iterator for $name<$($param),+>
        where
            $($bounds)*
        {
            type Item = $item;

            fn next(&mut self) -> Option<Self::Item> {
                self.0.next().map($take)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl<$($param $(: ?$sized)?),+> FusedIterator for $name<$($param),+>
        where
            $($bounds)*
        {
        }

        impl<$($param $(: ?$sized)?),+> fmt::Debug for $name<$($param),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use {container_basics, newtype_iterator};
