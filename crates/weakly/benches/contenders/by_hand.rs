//! Plain maps of weak pointers whose entries the program itself removes.

use std::sync::{Arc, Weak};

use hashbrown::HashMap;
use indexmap::IndexMap;

use super::{Hasher, Registry};

/// A registry of numbers to weak values, in a map whose entries go by `$remove`.
macro_rules! registry {
    ($(#[$doc:meta])* $name:ident($map:ident, $remove:ident)) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(crate) struct $name($map<u64, Weak<u64>, Hasher>);

        impl Registry for $name {
            type Owner = Arc<u64>;

            fn own(id: u64) -> Arc<u64> {
                Arc::new(id)
            }

            fn insert(&mut self, id: u64, owner: &Arc<u64>) {
                self.0.insert(id, Arc::downgrade(owner));
            }

            fn contains(&self, id: u64, _owner: &Arc<u64>) -> bool {
                self.0.get(&id).and_then(Weak::upgrade).is_some()
            }

            fn forget(&mut self, owner: &Arc<u64>) {
                self.0.$remove(&**owner);
            }

            fn sum(&self) -> u64 {
                let live = self.0.values().filter_map(Weak::upgrade);
                live.map(|value| *value).sum()
            }
        }
    };
}

registry! {
    /// The floor.
    Hashed(HashMap, remove)
}
registry! {
    /// Keeps its order, as ours do: what an order costs. (Where an entry goes, the last one takes
    /// its place: removal in O(1) is the end of the order.)
    Ordered(IndexMap, swap_remove)
}
