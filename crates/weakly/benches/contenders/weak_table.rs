//! The crate weak-table: maps over weak pointers of `Arc` and `Rc`, swept when they are full.

use super::registries::registries;

/// The registries over the owners of a module.
macro_rules! family {
    ($family:ident, $owner:ty, $weak:ty) => {
        registries! {
            $family over $owner, given owner => Owner::clone(owner);
            values weak_table::WeakValueHashMap<u64, $weak, Hasher>;
            keys weak_table::WeakKeyHashMap<$weak, u64, Hasher>;
            set weak_table::WeakHashSet<$weak, Hasher>;
            set by identity weak_table::PtrWeakHashSet<$weak, Hasher>;
        }
    };
}

family!(arc, std::sync::Arc<u64>, std::sync::Weak<u64>);
family!(rc, std::rc::Rc<u64>, std::rc::Weak<u64>);
