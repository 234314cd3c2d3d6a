//! This crate's containers of each family of owners. Those of a [`Strong`](weakly::Strong) forget their
//! objects when these die.

use super::registries::registries;

/// The registries of a family: the module of its containers, and its owner.
macro_rules! family {
    ($(#[$doc:meta])* $family:ident, $($containers:ident)::+, $owner:ty) => {
        registries! {
            $(#[$doc])*
            $family over $owner, given owner => owner;
            values $($containers)::+::WeakValueMap<u64, u64, Hasher>;
            keys $($containers)::+::WeakKeyMap<u64, u64, Hasher>;
            set $($containers)::+::WeakSet<u64, Hasher>;
            set by identity $($containers)::+::WeakSet<u64, weakly::ByIdentity>;
        }
    };
}

family! {
    /// For threads.
    threads, weakly, weakly::Strong<u64>
}
family! {
    /// For one thread.
    local, weakly::local, weakly::local::Strong<u64>
}
family! {
    /// For owners of the standard library that threads share.
    arc, weakly::arc, std::sync::Arc<u64>
}
family! {
    /// For those of one thread.
    rc, weakly::rc, std::rc::Rc<u64>
}
