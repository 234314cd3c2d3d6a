//! The traits of the maps, which differ in no more than what their sides ask for.

/// Implements for the newtype `$name` the traits of a map, and names its entries.
///
/// It says how a key and a value leave the map, how they are given, and how what left is given again.
/// The bounds, beside `Send + Sync + 'static`: `placed` is what insertion asks for, `hashed` the same
/// with the default hasher, and `leaves` what leaving asks for. `setup` makes `map`, with an entry.
macro_rules! map_traits {
    (
        $name:ident<$K:ident $(: ?$sized_key:ident)?, $V:ident $(: ?$sized_value:ident)?>
        of $Keys:ty => $Values:ty;
        key $Key:ty, given $key:ident: $KeyArg:ty => $key_given:expr;
        value $Value:ty, given $value:ident: $ValueArg:ty => $value_given:expr;
        placed with { $($place:tt)* };
        hashed with { $($hash:tt)* };
        leaves with { $($out:tt)* };
        setup $setup:literal
    ) => {
        #[doc = concat!("An entry of a [`", stringify!($name), "`]: see [`map::Entry`](crate::map::Entry).")]
        pub type Entry<'a, $K, $V, S = RandomState> = entry::Entry<'a, $name<$K, $V, S>>;

        /// An entry with a value: see [`map::OccupiedEntry`](crate::map::OccupiedEntry).
        pub type OccupiedEntry<'a, $K, $V, S = RandomState> =
            entry::OccupiedEntry<'a, $name<$K, $V, S>>;

        /// An entry without a value: see [`map::VacantEntry`](crate::map::VacantEntry).
        pub type VacantEntry<'a, $K, $V, S = RandomState> =
            entry::VacantEntry<'a, $name<$K, $V, S>>;

        impl<$K, $V, S> HasEntries for $name<$K, $V, S>
        where
            $K: $(?$sized_key +)? Send + Sync + 'static,
            $V: $(?$sized_value +)? Send + Sync + 'static,
            $($place)*
        {
            type Keys = $Keys;
            type Values = $Values;
            type Find = S;
            type Handle = Handle<$Keys, $Values>;

            fn inner(&self) -> &Map<$Keys, $Values, S> {
                &self.0
            }
        }

        /// Whether a map is part of another.
        impl<$K, $V, S> $name<$K, $V, S>
        where
            $K: $(?$sized_key +)? Send + Sync + 'static,
            $V: $(?$sized_value +)? Send + Sync + 'static,
            $($out)*
        {
            submap_methods!($setup, value $Value, placed with { $($place)* });
        }

        /// Maps are equal when each finds, for each key of the other, an equal value. O(len).
        impl<$K, $V, S> PartialEq for $name<$K, $V, S>
        where
            $K: $(?$sized_key +)? Send + Sync + 'static,
            $V: $(?$sized_value +)? PartialEq + Send + Sync + 'static,
            $($place)*
            $($out)*
        {
            fn eq(&self, other: &Self) -> bool {
                self.0.has_all(&other.0) && other.0.has_all(&self.0)
            }
        }

        impl<$K, $V, S> Eq for $name<$K, $V, S>
        where
            $K: $(?$sized_key +)? Send + Sync + 'static,
            $V: $(?$sized_value +)? Eq + Send + Sync + 'static,
            $($place)*
            $($out)*
        {
        }

        impl<$K, $V, S> fmt::Debug for $name<$K, $V, S>
        where
            $K: $(?$sized_key +)? fmt::Debug + Send + Sync + 'static,
            $V: $(?$sized_value +)? fmt::Debug + Send + Sync + 'static,
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        /// Inserts all, in order.
        impl<'a, $K, $V, S> Extend<($KeyArg, $ValueArg)> for $name<$K, $V, S>
        where
            $K: $(?$sized_key +)? Send + Sync + 'static,
            $V: $(?$sized_value +)? Send + Sync + 'static,
            $($place)*
        {
            fn extend<I: IntoIterator<Item = ($KeyArg, $ValueArg)>>(&mut self, entries: I) {
                for (key, value) in entries {
                    self.insert(key, value);
                }
            }
        }

        /// Inserts all, in order. Objects without another owner die at once.
        impl<$K, $V, S> Extend<($Key, $Value)> for $name<$K, $V, S>
        where
            $K: $(?$sized_key +)? Send + Sync + 'static,
            $V: $(?$sized_value +)? Send + Sync + 'static,
            $($place)*
        {
            fn extend<I: IntoIterator<Item = ($Key, $Value)>>(&mut self, entries: I) {
                for ($key, $value) in entries {
                    self.insert($key_given, $value_given);
                }
            }
        }

        impl<$K, $V, S, A> FromIterator<A> for $name<$K, $V, S>
        where
            $($K: ?$sized_key,)?
            $($V: ?$sized_value,)?
            Self: Default + Extend<A>,
        {
            fn from_iter<I: IntoIterator<Item = A>>(entries: I) -> Self {
                let mut map = Self::default();
                map.extend(entries);
                map
            }
        }

        impl<'a, $K, $V, const N: usize> From<[($KeyArg, $ValueArg); N]> for $name<$K, $V>
        where
            $K: $(?$sized_key +)? Send + Sync + 'static,
            $V: $(?$sized_value +)? Send + Sync + 'static,
            $($hash)*
        {
            fn from(entries: [($KeyArg, $ValueArg); N]) -> Self {
                entries.into_iter().collect()
            }
        }

        impl<$K, $V, S> IntoIterator for &$name<$K, $V, S>
        where
            $K: $(?$sized_key +)? Send + Sync + 'static,
            $V: $(?$sized_value +)? Send + Sync + 'static,
            $($out)*
        {
            type Item = ($Key, $Value);
            type IntoIter = Iter<$K, $V>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        #[doc = concat!("As [`", stringify!($name), "::iter`]: the iterator keeps a handle of the map.")]
        impl<$K, $V, S> IntoIterator for $name<$K, $V, S>
        where
            $K: $(?$sized_key +)? Send + Sync + 'static,
            $V: $(?$sized_value +)? Send + Sync + 'static,
            $($out)*
        {
            type Item = ($Key, $Value);
            type IntoIter = Iter<$K, $V>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }
    };
}

pub(super) use map_traits;
