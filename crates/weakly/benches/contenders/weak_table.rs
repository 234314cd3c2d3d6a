//! The crate weak-table: maps over weak pointers of `Arc` and `Rc`, swept when they are full.

/// The registries over the owners of a module.
macro_rules! family {
    ($family:ident, $owner:ty, $weak:ty) => {
        pub(crate) mod $family {
            use weak_table::{PtrWeakHashSet, WeakHashSet, WeakKeyHashMap, WeakValueHashMap};

            use crate::contenders::{Hasher, Registry};

            type Owner = $owner;
            type Weak = $weak;

            /// Numbers to weak values.
            #[derive(Default)]
            pub(crate) struct Values(WeakValueHashMap<u64, Weak, Hasher>);

            impl Registry for Values {
                type Owner = Owner;

                fn own(id: u64) -> Owner {
                    Owner::new(id)
                }

                fn insert(&mut self, id: u64, owner: &Owner) {
                    self.0.insert(id, Owner::clone(owner));
                }

                fn contains(&self, id: u64, _owner: &Owner) -> bool {
                    self.0.get(&id).is_some()
                }

                fn sum(&self) -> u64 {
                    self.0.iter().map(|(_, value)| *value).sum()
                }
            }

            /// Weak keys, compared by value.
            #[derive(Default)]
            pub(crate) struct Keys(WeakKeyHashMap<Weak, u64, Hasher>);

            impl Registry for Keys {
                type Owner = Owner;

                fn own(id: u64) -> Owner {
                    Owner::new(id)
                }

                fn insert(&mut self, id: u64, owner: &Owner) {
                    self.0.insert(Owner::clone(owner), id);
                }

                fn contains(&self, id: u64, _owner: &Owner) -> bool {
                    self.0.get(&id).is_some()
                }

                fn sum(&self) -> u64 {
                    self.0.iter().map(|(_, value)| *value).sum()
                }
            }

            /// A set of weak items, compared by value.
            #[derive(Default)]
            pub(crate) struct Items(WeakHashSet<Weak, Hasher>);

            impl Registry for Items {
                type Owner = Owner;

                fn own(id: u64) -> Owner {
                    Owner::new(id)
                }

                fn insert(&mut self, _id: u64, owner: &Owner) {
                    self.0.insert(Owner::clone(owner));
                }

                fn contains(&self, id: u64, _owner: &Owner) -> bool {
                    self.0.contains(&id)
                }

                fn sum(&self) -> u64 {
                    self.0.iter().map(|item| *item).sum()
                }
            }

            /// A set of weak items, found by identity.
            #[derive(Default)]
            pub(crate) struct Objects(PtrWeakHashSet<Weak, Hasher>);

            impl Registry for Objects {
                type Owner = Owner;

                fn own(id: u64) -> Owner {
                    Owner::new(id)
                }

                fn insert(&mut self, _id: u64, owner: &Owner) {
                    self.0.insert(Owner::clone(owner));
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

family!(arc, std::sync::Arc<u64>, std::sync::Weak<u64>);
family!(rc, std::rc::Rc<u64>, std::rc::Weak<u64>);
