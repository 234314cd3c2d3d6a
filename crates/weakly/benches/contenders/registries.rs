//! The registries of a family of containers: what is measured is the same for each.

/// Defines a module with a registry over each of the four containers of a family, in which `insert` is
/// given `$given` for an owner.
macro_rules! registries {
    (
        $(#[$doc:meta])*
        $family:ident over $owner:ty, given $reference:ident => $given:expr;
        values $values:ty; keys $keys:ty; set $set:ty; set by identity $by_identity:ty;
    ) => {
        $(#[$doc])*
        pub(crate) mod $family {
            use crate::contenders::Hasher;
            use crate::contenders::registries::registry;

            type Owner = $owner;

            registry! {
                /// Numbers to weak values.
                Values($values): Owner,
                insert |map, id, $reference| map.insert(id, $given),
                contains |map, id, _owner| map.get(&id).is_some(),
                sum |map| map.iter().map(|(_, value)| *value).sum()
            }
            registry! {
                /// Weak keys, compared by value.
                Keys($keys): Owner,
                insert |map, id, $reference| map.insert($given, id),
                contains |map, id, _owner| map.get(&id).is_some(),
                sum |map| map.iter().map(|(_, value)| value).sum()
            }
            registry! {
                /// A set of weak items, compared by value.
                Items($set): Owner,
                insert |set, _id, $reference| set.insert($given),
                contains |set, id, _owner| set.contains(&id),
                sum |set| set.iter().map(|item| *item).sum()
            }
            registry! {
                /// A set of weak items, found by identity.
                Objects($by_identity): Owner,
                insert |set, _id, $reference| set.insert($given),
                contains |set, _id, owner| set.contains(owner),
                sum |set| set.iter().map(|item| *item).sum()
            }
        }
    };
}

/// Defines a registry by what its container is told.
macro_rules! registry {
    (
        $(#[$doc:meta])*
        $name:ident($container:ty): $owner:ty,
        insert |$into:ident, $new:ident, $reference:ident| $insert:expr,
        contains |$in:ident, $id:ident, $of:ident| $contains:expr,
        sum |$all:ident| $sum:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Default)]
        pub(crate) struct $name($container);

        impl crate::contenders::Registry for $name {
            type Owner = $owner;

            fn own(id: u64) -> Self::Owner {
                Self::Owner::new(id)
            }

            fn insert(&mut self, $new: u64, $reference: &Self::Owner) {
                let $into = &mut self.0;
                $insert;
            }

            fn contains(&self, $id: u64, $of: &Self::Owner) -> bool {
                let $in = &self.0;
                $contains
            }

            fn sum(&self) -> u64 {
                let $all = &self.0;
                $sum
            }
        }
    };
}

pub(crate) use {registries, registry};
