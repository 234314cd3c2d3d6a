//! Interners: one living object for equal numbers. Their owners are what they return, and making
//! an owner is to intern. Each interner is one for the whole program.

use std::sync::LazyLock;

use weakly::{Strong, WeakSet};

use super::{Hasher, Registry};

/// A registry that is an interner: how it interns, and what that returns.
macro_rules! interner {
    ($(#[$doc:meta])* $name:ident, $owner:ty, $intern:expr) => {
        $(#[$doc])*
        #[derive(Clone, Default)]
        pub(crate) struct $name;

        impl Registry for $name {
            type Owner = $owner;

            fn own(id: u64) -> $owner {
                $intern(id)
            }

            fn insert(&mut self, _id: u64, _owner: &$owner) {}

            fn contains(&self, id: u64, owner: &$owner) -> bool {
                Self::own(id) == *owner
            }

            fn sum(&self) -> u64 {
                unimplemented!("not every interner shows what it holds")
            }
        }
    };
}

static NUMBERS: LazyLock<WeakSet<u64, Hasher>> = LazyLock::new(WeakSet::default);

interner! {
    /// A set of ours.
    Weakly, Strong<u64>, |id| NUMBERS.get_or_insert_with(&id, |&id| Strong::new(id))
}
interner! {
    /// The crate internment.
    Internment, internment::ArcIntern<u64>, internment::ArcIntern::new
}
interner! {
    /// The crate arc-interner.
    ArcInterner, arc_interner::ArcIntern<u64>, arc_interner::ArcIntern::new
}
