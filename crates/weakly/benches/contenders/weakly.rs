//! This crate's containers of each family of owners. Those of a [`Strong`](weakly::Strong) forget their
//! objects when these die.

/// The registries of a family: the module of its containers, and its owner.
macro_rules! family {
    ($(#[$doc:meta])* $family:ident, $($containers:ident)::+, $owner:ty) => {
        $(#[$doc])*
        pub(crate) mod $family {
            use weakly::ByIdentity;
            use $($containers)::+::{WeakKeyMap, WeakSet, WeakValueMap};

            use crate::contenders::{Hasher, Registry};

            type Owner = $owner;

            /// Numbers to weak values.
            #[derive(Clone, Default)]
            pub(crate) struct Values(WeakValueMap<u64, u64, Hasher>);

            impl Registry for Values {
                type Owner = Owner;

                fn own(id: u64) -> Owner {
                    Owner::new(id)
                }

                fn insert(&mut self, id: u64, owner: &Owner) {
                    self.0.insert(id, owner);
                }

                fn contains(&self, id: u64, _owner: &Owner) -> bool {
                    self.0.get(&id).is_some()
                }

                fn sum(&self) -> u64 {
                    self.0.iter().map(|(_, value)| *value).sum()
                }
            }

            /// Weak keys, compared by value.
            #[derive(Clone, Default)]
            pub(crate) struct Keys(WeakKeyMap<u64, u64, Hasher>);

            impl Registry for Keys {
                type Owner = Owner;

                fn own(id: u64) -> Owner {
                    Owner::new(id)
                }

                fn insert(&mut self, id: u64, owner: &Owner) {
                    self.0.insert(owner, id);
                }

                fn contains(&self, id: u64, _owner: &Owner) -> bool {
                    self.0.get(&id).is_some()
                }

                fn sum(&self) -> u64 {
                    self.0.iter().map(|(_, value)| value).sum()
                }
            }

            /// A set of weak items, compared by value.
            #[derive(Clone, Default)]
            pub(crate) struct Items(WeakSet<u64, Hasher>);

            impl Registry for Items {
                type Owner = Owner;

                fn own(id: u64) -> Owner {
                    Owner::new(id)
                }

                fn insert(&mut self, _id: u64, owner: &Owner) {
                    self.0.insert(owner);
                }

                fn contains(&self, id: u64, _owner: &Owner) -> bool {
                    self.0.contains(&id)
                }

                fn sum(&self) -> u64 {
                    self.0.iter().map(|item| *item).sum()
                }
            }

            /// A set of weak items, found by identity.
            #[derive(Clone, Default)]
            pub(crate) struct Objects(WeakSet<u64, ByIdentity>);

            impl Registry for Objects {
                type Owner = Owner;

                fn own(id: u64) -> Owner {
                    Owner::new(id)
                }

                fn insert(&mut self, _id: u64, owner: &Owner) {
                    self.0.insert(owner);
                }

                fn contains(&self, _id: u64, owner: &Owner) -> bool {
                    self.0.contains(owner)
                }

                fn sum(&self) -> u64 {
                    self.0.iter().map(|item| *item).sum()
                }
            }
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
