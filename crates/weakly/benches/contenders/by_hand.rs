//! Plain maps of weak pointers whose entries the program itself removes.

use std::sync::{Arc, Weak};

use hashbrown::HashMap;
use indexmap::IndexMap;

use super::{Hasher, Registry};

/// A number with room beside it.
pub(crate) struct Number<const WORDS: usize> {
    _room: [u64; WORDS],
    number: u64,
}

/// So many words are what an object of ours has for its watchers.
const WATCHERS: usize = 1;
const _: () = assert!(size_of::<Number<WATCHERS>>() == size_of::<weakly::Object<u64>>());

/// A registry of numbers to weak values, in a map whose entries go by `$remove`.
macro_rules! registry {
    ($(#[$doc:meta])* $name:ident($map:ident, $remove:ident, $words:expr)) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(crate) struct $name($map<u64, Weak<Number<{ $words }>>, Hasher>);

        impl Registry for $name {
            type Owner = Arc<Number<{ $words }>>;

            fn own(id: u64) -> Self::Owner {
                Arc::new(Number {
                    _room: [0; $words],
                    number: id,
                })
            }

            fn insert(&mut self, id: u64, owner: &Self::Owner) {
                self.0.insert(id, Arc::downgrade(owner));
            }

            fn contains(&self, id: u64, _owner: &Self::Owner) -> bool {
                self.0.get(&id).and_then(Weak::upgrade).is_some()
            }

            fn forget(&mut self, id: u64, _owner: &Self::Owner) {
                self.0.$remove(&id);
            }

            fn sum(&self) -> u64 {
                let live = self.0.values().filter_map(Weak::upgrade);
                live.map(|value| value.number).sum()
            }
        }
    };
}

registry! {
    /// The floor.
    Hashed(HashMap, remove, 0)
}
registry! {
    /// Keeps its order, as ours do: what an order costs. (Where an entry goes, the last one takes
    /// its place: removal in O(1) is the end of the order.)
    Ordered(IndexMap, swap_remove, 0)
}
registry! {
    /// The same, its owners as large as ours: what their size costs.
    OrderedRoomy(IndexMap, swap_remove, WATCHERS)
}
