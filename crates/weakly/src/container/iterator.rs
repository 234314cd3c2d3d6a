//! The iterators of containers, which differ in what they take from an entry only.

/// Makes an iterator type that walks over `($key, $value)` entries: `$take` is what it takes from
/// an entry under the lock, if that is alive, and `$finish` what it makes of that without the lock.
macro_rules! walking_iterator {
    (
        $(#[$doc:meta])*
        $name:ident<$($param:ident $(: ?$sized:ident)?),+> over ($key:ty, $value:ty)
        yields $item:ty where { $($bounds:tt)* }
        $take:expr => $finish:expr
    ) => {
        $(#[$doc])*
        pub struct $name<$($param $(: ?$sized)?),+> {
            walk: Walk<$key, $value>,
        }

        impl<$($param $(: ?$sized)?),+> $name<$($param),+> {
            pub(crate) fn new(handle: &Handle<$key, $value>) -> Self {
                Self { walk: Walk::new(handle) }
            }
        }

        impl<$($param $(: ?$sized)?),+> Iterator for $name<$($param),+>
        where
            $($bounds)*
        {
            type Item = $item;

            fn next(&mut self) -> Option<Self::Item> {
                self.walk.next($take).map($finish)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.walk.size_hint()
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

/// Makes the type of an iterator over entries that were removed from a container.
macro_rules! draining_iterator {
    (
        $(#[$doc:meta])*
        $name:ident<$($param:ident $(: ?$sized:ident)?),+> over ($key:ty, $value:ty)
        yields $item:ty where { $($bounds:tt)* }
        $take:expr
    ) => {
        $(#[$doc])*
        pub struct $name<$($param $(: ?$sized)?),+> {
            entries: crate::table::IntoIter<$key, $value>,
        }

        impl<$($param $(: ?$sized)?),+> $name<$($param),+> {
            pub(crate) fn new(entries: crate::table::Table<$key, $value>) -> Self {
                Self { entries: entries.into_iter() }
            }
        }

        impl<$($param $(: ?$sized)?),+> Iterator for $name<$($param),+>
        where
            $($bounds)*
        {
            type Item = $item;

            fn next(&mut self) -> Option<Self::Item> {
                self.entries.find_map($take)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                (0, Some(self.entries.len()))
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

pub(crate) use {draining_iterator, walking_iterator};
