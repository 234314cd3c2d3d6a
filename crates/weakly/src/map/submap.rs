//! Comparing maps by their entries.

/// The methods that say whether a map is part of another. The setup of their examples makes `map`, whose
/// keys have the trait bounds `$place` to be found.
macro_rules! submap_methods {
    ($setup:literal, value $Value:ty, placed with { $($place:tt)* }) => {
        #[doc = concat!("Whether `other` has each key of this map, with a value for which `is_match` holds. O(len) and what
`is_match` costs.

# Panics

If `Hash`, `Eq`, `Clone` or `is_match` panics, or there is no memory for the iteration.\n\n```\n", $setup, "
assert!(map.is_submap_with(&map.clone(), |mine, others| mine == others));
```")]
        pub fn is_submap_with(
            &self,
            other: &Self,
            mut is_match: impl FnMut($Value, $Value) -> bool,
        ) -> bool
        where
            $($place)*
        {
            self.iter().all(|(key, value)| {
                other.0.get_out(&key).is_some_and(|others| is_match(value, others))
            })
        }

        #[doc = concat!("Whether each entry of this map is one of `other`. O(len).

# Panics

As [`Self::is_submap_with`].\n\n```\n", $setup, "
assert!(map.is_submap(&map.clone()));
```")]
        pub fn is_submap(&self, other: &Self) -> bool
        where
            $Value: PartialEq,
            $($place)*
        {
            self.is_submap_with(other, |mine, others| mine == others)
        }

        #[doc = concat!("Whether `other` has each key of this map. O(len).

# Panics

As [`Self::is_submap_with`].\n\n```\n", $setup, "
assert!(map.domain_is_subset(&map.clone()));
```")]
        pub fn domain_is_subset(&self, other: &Self) -> bool
        where
            $($place)*
        {
            self.is_submap_with(other, |_, _| true)
        }
    };
}

pub(crate) use submap_methods;
