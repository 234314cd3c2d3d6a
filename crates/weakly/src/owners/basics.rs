//! What the containers of any owners have in common.

/// Implements for the newtype `$name` what needs no knowledge of its entries, and makes it a newtype of
/// the one map.
macro_rules! owner_container {
    (
        $(#[$doc:meta])*
        $name:ident<$($param:ident $(: $bound:path)?),+>(shared $Sharing:ty)
        of $Keys:ty => $Values:ty;
        setup $setup:literal
    ) => {
        $(#[$doc])*
        pub struct $name<$($param $(: $bound)?,)+ S = RandomState>(
            Map<$Keys, $Values, S, PlainHandle<$Sharing, $Keys, $Values>>,
        );

        impl<$($param $(: $bound)?),+> $name<$($param),+>
        where
            $Sharing: Opens<$Keys, $Values>,
        {
            #[doc = concat!("Makes an empty container. Allocates nothing but the handle. O(1).\n\n```\n", $setup, "
assert_eq!(map.len(), 1);
```")]
            pub fn new() -> Self {
                Self::with_hasher(RandomState::new())
            }

            #[doc = concat!("Makes an empty container with room for `capacity` entries. O(capacity).

# Panics

If there is no memory for so many.\n\n```\n", $setup, "
let mut other = map.clone();
other = weakly::rc::", stringify!($name), "::with_capacity(10);
assert!(other.capacity() >= 10);
```")]
            pub fn with_capacity(capacity: usize) -> Self {
                Self::with_capacity_and_hasher(capacity, RandomState::new())
            }
        }

        impl<$($param $(: $bound)?,)+ S> $name<$($param,)+ S>
        where
            $Sharing: Opens<$Keys, $Values>,
        {
            #[doc = concat!("Makes an empty container that hashes with `hasher`. O(1).\n\n```\n", $setup, "
let mut other = map.clone();
other = weakly::rc::", stringify!($name), "::with_hasher(map.hasher().clone());
assert!(other.is_empty());
```")]
            pub fn with_hasher(hasher: S) -> Self {
                Self(Map::new(hasher))
            }

            #[doc = concat!("Makes an empty container with room for `capacity` entries that hashes with `hasher`.
O(capacity).

# Panics

If there is no memory for so many.\n\n```\n", $setup, "
let mut other = map.clone();
other = weakly::rc::", stringify!($name), "::with_capacity_and_hasher(10, map.hasher().clone());
assert!(other.capacity() >= 10);
```")]
            pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> Self {
                Self(Map::with_capacity(capacity, hasher))
            }
        }

        impl<$($param $(: $bound)?,)+ S> $name<$($param,)+ S> {
            pub(crate) fn of_handle(
                handle: PlainHandle<$Sharing, $Keys, $Values>,
                hasher: S,
            ) -> Self {
                Self(Map::of(handle, hasher))
            }

            #[doc = concat!("The hasher of the keys. O(1).\n\n```\n", $setup, "
let _ = map.hasher();
```")]
            pub fn hasher(&self) -> &S {
                self.0.hasher()
            }

            #[doc = concat!("The number of entries, the dead included that have not left yet. O(1).

[`Self::len_alive`] does not count those. Objects in an owner of this crate leave at once.\n\n```\n", $setup, "
assert_eq!(map.len(), 1);
```")]
            pub fn len(&self) -> usize {
                self.0.len()
            }

            #[doc = concat!("The number of living entries. O(capacity), with the lock held.\n\n```\n", $setup, "
assert_eq!(map.len_alive(), 1);
drop((one, a));
assert_eq!(map.len_alive(), 0);
```")]
            pub fn len_alive(&self) -> usize {
                self.0.len_alive()
            }

            #[doc = concat!("Whether [`Self::len`] is 0. O(1).\n\n```\n", $setup, "
assert!(!map.is_empty());
```")]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            #[doc = concat!("The number of entries that fit before the container must grow. O(1).\n\n```\n", $setup, "
assert!(map.capacity() >= 1);
```")]
            pub fn capacity(&self) -> usize {
                self.0.capacity()
            }

            #[doc = concat!("What part of the capacity is in use, from 0 to 1. O(1).\n\n```\n", $setup, "
assert!(map.load_factor() > 0.0);
```")]
            pub fn load_factor(&self) -> f32 {
                match self.capacity() {
                    0 => 0.0,
                    capacity => self.len() as f32 / capacity as f32,
                }
            }

            #[doc = concat!("Makes room for `additional` more entries. O(capacity) if it grows, with the lock held.

# Panics

If there is no memory for so many.\n\n```\n", $setup, "
map.reserve(10);
assert!(map.capacity() >= 11);
```")]
            pub fn reserve(&self, additional: usize) {
                self.0.reserve(additional);
            }

            #[doc = concat!("As [`Self::reserve`]. O(capacity) if it grows.

# Errors

If there is no memory for so many. The container is as before then.\n\n```\n", $setup, "
assert!(map.try_reserve(usize::MAX).is_err());
assert_eq!(map.try_reserve(10), Ok(()));
```")]
            pub fn try_reserve(&self, additional: usize) -> Result<(), TryReserveError> {
                self.0.try_reserve(additional)
            }

            #[doc = concat!("Gives back memory that no entry uses. O(capacity), with the lock held.\n\n```\n", $setup, "
map.shrink_to_fit();
assert_eq!(map.len(), 1);
```")]
            pub fn shrink_to_fit(&self) {
                self.0.shrink_to_fit();
            }

            #[doc = concat!("Removes all dead entries at once. O(capacity), with the lock held for a few buckets at a time.

There is no need to: they leave by themselves, a few with each insertion and removal.\n\n```\n", $setup, "
drop((one, a));
map.remove_expired();
assert_eq!(map.len(), 0);
```")]
            pub fn remove_expired(&self) {
                self.0.remove_dead();
            }

            #[doc = concat!("Removes all entries, and drops what they held without the lock. O(len).

# Panics

If the `Drop` of something that an entry held does. The container is empty then.\n\n```\n", $setup, "
map.clear();
assert!(map.is_empty());
```")]
            pub fn clear(&self) {
                self.0.clear();
            }
        }

        /// Makes an empty container. O(1).
        impl<$($param $(: $bound)?,)+ S: Default> Default for $name<$($param,)+ S>
        where
            $Sharing: Opens<$Keys, $Values>,
        {
            fn default() -> Self {
                Self::with_hasher(S::default())
            }
        }

        impl<$($param $(: $bound)?,)+ S, A> FromIterator<A> for $name<$($param,)+ S>
        where
            Self: Default + Extend<A>,
        {
            fn from_iter<I: IntoIterator<Item = A>>(items: I) -> Self {
                let mut made = Self::default();
                made.extend(items);
                made
            }
        }

        impl<$($param $(: $bound)?,)+ A, const N: usize> From<[A; N]> for $name<$($param),+>
        where
            Self: Default + Extend<A>,
        {
            fn from(items: [A; N]) -> Self {
                items.into_iter().collect()
            }
        }
    };
}

pub(super) use owner_container;
