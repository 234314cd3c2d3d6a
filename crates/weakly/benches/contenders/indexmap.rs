//! A plain map of weak pointers that keeps its order, as ours do: what an order costs.

use std::sync::{Arc, Weak};

use indexmap::IndexMap;

use super::{Hasher, Registry};

/// Numbers to weak values.
#[derive(Default)]
pub(crate) struct Values(IndexMap<u64, Weak<u64>, Hasher>);

impl Registry for Values {
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

    /// In O(1), but the last entry takes the place of the one that goes.
    fn forget(&mut self, id: u64, _owner: &Arc<u64>) {
        self.0.swap_remove(&id);
    }

    fn sum(&self) -> u64 {
        let live = self.0.values().filter_map(Weak::upgrade);
        live.map(|value| *value).sum()
    }
}
