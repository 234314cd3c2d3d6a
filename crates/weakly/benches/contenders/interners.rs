//! Interners: one living object for equal numbers. Their owners are what they return, and making
//! an owner is to intern. Each interner is one for the whole program.

use std::sync::LazyLock;

use hashconsing::HashConsign;
use weakly::{Interned, Interner};

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

static NUMBERS: LazyLock<Interner<u64, Hasher>> =
    LazyLock::new(|| Interner::with_hasher(Hasher::default()));

hashconsing::consign! {
    let CONSED = consign(0) for u64;
}

interner! {
    /// Ours.
    Weakly, Interned<u64>, |id| NUMBERS.intern(id)
}
interner! {
    /// The crate internment.
    Internment, internment::ArcIntern<u64>, internment::ArcIntern::new
}
interner! {
    /// The crate arc-interner.
    ArcInterner, arc_interner::ArcIntern<u64>, arc_interner::ArcIntern::new
}
interner! {
    /// The crate hashconsing, which keeps the entries of the dead until it is told to collect them:
    /// here it never is.
    HashConsing, hashconsing::HConsed<u64>, |id| CONSED.mk(id)
}
