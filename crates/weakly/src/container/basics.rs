//! The methods that are the same for all containers.

/// Makes a container's handle type `$name` with what needs no knowledge of its entries.
///
/// `$example` is the type with parameters for the examples in its documentation.
macro_rules! container_basics {
    ($name:ident<$($param:ident $(: ?$sized:ident)?),+> = Handle<$key:ty, $value:ty>, $example:literal) => {
        impl<$($param $(: ?$sized)?),+> $name<$($param),+> {
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

If there is no room for so many.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::with_capacity(10);
assert!(it.capacity() >= 10);
```")]
            pub fn with_capacity(capacity: usize) -> Self {
                Self::with_capacity_and_hasher(capacity, RandomState::new())
            }
        }

        impl<$($param $(: ?$sized)?,)+ S> $name<$($param,)+ S> {
            #[doc = concat!("Makes an empty container that hashes with `hasher`. O(1).

```
use std::hash::RandomState;
let it: weakly::", $example, " = weakly::", stringify!($name), "::with_hasher(RandomState::new());
assert_eq!(it.len(), 0);
```")]
            pub fn with_hasher(hasher: S) -> Self {
                Self { handle: Handle::new(Table::new()), hasher }
            }

            #[doc = concat!("Makes an empty container with room for `capacity` entries that hashes with `hasher`.
O(capacity).

# Panics

If there is no room for so many.

```
use std::hash::RandomState;
let it: weakly::", $example, " =
    weakly::", stringify!($name), "::with_capacity_and_hasher(10, RandomState::new());
assert!(it.capacity() >= 10);
```")]
            pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> Self {
                Self { handle: Handle::new(Table::with_capacity(capacity)), hasher }
            }

            #[doc = concat!("What hashes the keys. O(1).

```
use std::hash::BuildHasher;
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert_eq!(it.hasher().hash_one(1), it.clone().hasher().hash_one(1));
```")]
            pub fn hasher(&self) -> &S {
                &self.hasher
            }

            #[doc = concat!("How many entries there are, all of them alive. O(1).

(An object that is dying on another thread in this moment may still be counted.)

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert_eq!(it.len(), 0);
```")]
            pub fn len(&self) -> usize {
                self.handle.lock().len()
            }

            #[doc = concat!("Whether there is no entry. O(1).

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert!(it.is_empty());
```")]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            #[doc = concat!("How many entries fit before the container must grow. O(1).

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert_eq!(it.capacity(), 0);
```")]
            pub fn capacity(&self) -> usize {
                self.handle.lock().capacity()
            }

            #[doc = concat!("Makes room for `additional` more entries. O(capacity) if it grows. The lock is held
meanwhile.

# Panics

If there is no room for so many.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
it.reserve(10);
assert!(it.capacity() >= 10);
```")]
            pub fn reserve(&self, additional: usize) {
                let reserved = self.handle.with(|table| table.try_reserve(additional));
                if let Err(error) = reserved {
                    panic!("a weak container cannot hold {additional} more entries: {error}");
                }
            }

            #[doc = concat!("Gives back memory that no entry uses. O(capacity). The lock is held meanwhile.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::with_capacity(100);
it.shrink_to_fit();
assert_eq!(it.capacity(), 0);
```")]
            pub fn shrink_to_fit(&self) {
                self.handle.lock().shrink_to_fit();
            }

            #[doc = concat!("Removes all entries, and drops what they held without the lock. O(len).

Running iterations find nothing more, and what forgotten ones hold is given back.

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
it.clear();
assert!(it.is_empty());
```")]
            pub fn clear(&self) {
                self.handle.take_all().into_iter().for_each(drop);
            }

            #[doc = concat!("Whether both are handles of the same container. O(1).

```
let it: weakly::", $example, " = weakly::", stringify!($name), "::new();
assert!(weakly::", stringify!($name), "::ptr_eq(&it, &it.clone()));
```")]
            #[doc(alias = "is")]
            pub fn ptr_eq(this: &Self, other: &Self) -> bool {
                this.handle.ptr_eq(&other.handle)
            }
        }

        /// Makes another handle of the same container. O(1).
        impl<$($param $(: ?$sized)?,)+ S: Clone> Clone for $name<$($param,)+ S> {
            fn clone(&self) -> Self {
                Self { handle: self.handle.clone(), hasher: self.hasher.clone() }
            }
        }

        /// An empty container.
        impl<$($param $(: ?$sized)?,)+ S: Default> Default for $name<$($param,)+ S> {
            fn default() -> Self {
                Self::with_hasher(S::default())
            }
        }
    };
}

pub(crate) use container_basics;
