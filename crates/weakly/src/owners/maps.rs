//! The maps of any owners: one definition for the three of them.

use core::borrow::Borrow;
use core::fmt;
use core::hash::{BuildHasher, Hash};

use super::basics::owner_container;
use crate::container::{
    ByIdentity, Drain, ElementSide, Entries, FindElement, FindOwner, Map, Opens, OwnedSide,
    PlainHandle, Side as _, WeakElement,
};
use crate::hasher::RandomState;
use crate::map::{Entry, GivenKey, HasEntries, submap_methods};
use crate::table::TryReserveError;

/// Defines a map. The setup of its examples makes the entry of `one` and `a`, which is in `map`.
macro_rules! owner_map {
    (
        $(#[$doc:meta])*
        $name:ident<$($param:ident $(: $bound:path)?),+>(shared $Sharing:ty)
        of $Keys:ty => $Values:ty;
        key $Key:ty, given $key:ident: $KeyArg:ty => $key_given:expr, shown $KeyRef:ty;
        value $Value:ty, given $value:ident: $ValueArg:ty => $value_given:expr, shown $ValueRef:ty;
        asked with { $($ask:tt)* };
        placed with { $($place:tt)* };
        leaves with { $($out:tt)* };
        extended by $Pair:ty, where { $($Arg:ident: $arg:path),+ };
        setup $setup:literal, $args:literal
    ) => {
        owner_container!(
            $(#[$doc])*
            $name<$($param $(: $bound)?),+>(shared $Sharing)
            of $Keys => $Values;
            setup $setup
        );

        /// What is done with one key.
        impl<$($param $(: $bound)?,)+ S> $name<$($param,)+ S>
        where
            $($out)*
        {
            #[doc = concat!("Stores a value under a key and returns the value that it replaces, if that lives. O(1).

If there is an equal key, it stays: the entry still goes with that one.

# Panics

If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then.\n\n```\n", $setup, "
assert!(map.insert(", $args, ").is_some());
assert_eq!(map.len(), 1);
```")]
            pub fn insert(&self, $key: $KeyArg, $value: $ValueArg) -> Option<$Value>
            where
                $($place)*
            {
                self.0.insert($key_given, $value_given)
            }

            #[doc = concat!("The value of the key that equals `key`, if it lives. O(1).

# Panics

If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.\n\n```\n", $setup, "
assert!(map.get(&1).is_some());
assert!(map.get(&2).is_none());
```")]
            pub fn get<Q>(&self, key: &Q) -> Option<$Value>
            where
                $($ask)*
            {
                self.0.get(key)
            }

            #[doc = concat!("The key that equals `key`, if its entry lives. O(1).

# Panics

As [`Self::get`].\n\n```\n", $setup, "
assert_eq!(map.get_key(&1), Some(one));
```")]
            pub fn get_key<Q>(&self, key: &Q) -> Option<$Key>
            where
                $($ask)*
            {
                let (key, _) = self.get_key_value(key)?;
                Some(key)
            }

            #[doc = concat!("The key that equals `key` and its value, if both live. O(1).

# Panics

As [`Self::get`].\n\n```\n", $setup, "
assert_eq!(map.get_key_value(&1), Some((one, a)));
```")]
            #[doc(alias = "get_both")]
            pub fn get_key_value<Q>(&self, key: &Q) -> Option<($Key, $Value)>
            where
                $($ask)*
            {
                self.0.get_key_value(key)
            }

            #[doc = concat!("Whether there is an entry of a key that equals `key`, and lives. O(1).

# Panics

As [`Self::get`].\n\n```\n", $setup, "
assert!(map.contains_key(&1));
drop((one, a));
assert!(!map.contains_key(&1));
```")]
            pub fn contains_key<Q>(&self, key: &Q) -> bool
            where
                $($ask)*
            {
                self.0.contains(key)
            }

            #[doc = concat!("Changes the value that `key` finds and returns what `change` returns; `None` if there is no
such value. O(1) and what `change` costs.

`change` runs without the lock, on a clone, and again if another value came in its place meanwhile.

# Panics

If `Hash`, `Eq`, `Clone` or `change` panics, or there is no memory for the search. The map is as before then.\n\n```\n", $setup, "
let before = map.update(&1, |value| value.clone());
assert_eq!(before, Some(a));
```")]
            #[doc(alias = "get_mut")]
            pub fn update<Q, R>(
                &self,
                key: &Q,
                change: impl FnMut(&mut $Value) -> R,
            ) -> Option<R>
            where
                $($ask)*
            {
                self.0.update(key, change)
            }

            #[doc = concat!("Removes the entry whose key equals `key` and returns its value, if it lives. O(1).

# Panics

As [`Self::get`].\n\n```\n", $setup, "
assert!(map.remove(&1).is_some());
assert!(map.remove(&1).is_none());
```")]
            pub fn remove<Q>(&self, key: &Q) -> Option<$Value>
            where
                $($ask)*
            {
                self.0.remove(key)
            }

            #[doc = concat!("Removes the entry whose key equals `key` and returns both, if both live. O(1).

# Panics

As [`Self::get`].\n\n```\n", $setup, "
assert_eq!(map.remove_entry(&1), Some((one, a)));
```")]
            pub fn remove_entry<Q>(&self, key: &Q) -> Option<($Key, $Value)>
            where
                $($ask)*
            {
                self.0.remove_entry(key)
            }

            #[doc = concat!("The entry of a key, occupied or not, to be inspected or filled. O(1).

# Panics

As [`Self::get`].\n\n```\n", $setup, "
assert_eq!(map.entry((", $args, ").0).or_insert_with(|| unreachable!()), a);
```")]
            pub fn entry<'a>(&'a self, key: GivenKey<'a, Self>) -> Entry<'a, Self>
            where
                $($place)*
            {
                Entry::new(self, key)
            }

            #[doc = concat!("The value of a key; if it has none that lives, stores the one that `make_value` returns.
O(1) and what `make_value` costs.

`make_value` runs without the lock. If a value was stored meanwhile, that one stays and is returned.

# Panics

If `Hash`, `Eq`, `Clone` or `make_value` panics, or there is no memory for the entry. The map is as before then.\n\n```\n", $setup, "
let found = map.get_or_insert_with(one.clone(), || unreachable!());
assert_eq!(found, a);
```")]
            pub fn get_or_insert_with(
                &self,
                $key: $KeyArg,
                make_value: impl FnOnce() -> $Value,
            ) -> $Value
            where
                $($place)*
            {
                self.0.get_or_insert_with($key_given, make_value)
            }

            #[doc = concat!("As [`Self::get_or_insert_with`], with a maker that may fail. O(1) and what `make_value` costs.

# Errors

That of `make_value`. The map is as before then.

# Panics

As [`Self::get_or_insert_with`].\n\n```\n", $setup, "
let found = map.get_or_try_insert_with(one.clone(), || Err(\"not asked\"));
assert_eq!(found, Ok(a));
```")]
            pub fn get_or_try_insert_with<E>(
                &self,
                $key: $KeyArg,
                make_value: impl FnOnce() -> Result<$Value, E>,
            ) -> Result<$Value, E>
            where
                $($place)*
            {
                self.0.get_or_try_insert_with($key_given, |_| make_value())
            }
        }

        /// What is done with all entries. The dead are passed over.
        impl<$($param $(: $bound)?,)+ S> $name<$($param,)+ S>
        where
            $($out)*
        {
            #[doc = concat!("Removes the entry inserted last and returns it. O(1), after O(capacity) where nobody has
asked for the order before.

# Panics

If `Clone` panics, or there is no memory for the order.\n\n```\n", $setup, "
assert_eq!(map.pop_last(), Some((one, a)));
```")]
            pub fn pop_last(&self) -> Option<($Key, $Value)> {
                self.0.pop_last()
            }

            #[doc = concat!("Keeps the entries for which `keep` returns true, and removes the others. O(len).

`keep` runs without the lock, and may use the map.

# Panics

If `keep` panics, or there is no memory for the iteration.\n\n```\n", $setup, "
map.retain(|_, _| false);
assert!(map.is_empty());
```")]
            pub fn retain(&self, mut keep: impl FnMut(&$KeyRef, &$ValueRef) -> bool) {
                self.0.retain(|key, value| keep(key, value));
            }

            #[doc = concat!("Removes the entries for which `is_wanted` returns true, and yields them in insertion order.
O(len) in all.

An entry is removed when the iterator reaches it. `is_wanted` runs without the lock, and may use the map.

# Panics

If `is_wanted` or `Clone` panics, or there is no memory for the iteration.\n\n```\n", $setup, "
assert!(map.extract_if(|_, _| true).eq([(one, a)]));
```")]
            pub fn extract_if(
                &self,
                mut is_wanted: impl FnMut(&$KeyRef, &$ValueRef) -> bool,
            ) -> impl Iterator<Item = ($Key, $Value)> {
                self.0.extract_if(move |key, value| is_wanted(key, value))
            }

            #[doc = concat!("Removes all entries and returns them in insertion order. O(len).

The map is empty at once.

# Panics

If `Clone` panics.\n\n```\n", $setup, "
assert!(map.drain().eq([(one, a)]));
assert!(map.is_empty());
```")]
            pub fn drain(&self) -> Drain<$Keys, $Values> {
                self.0.drain()
            }

            #[doc = concat!("The living entries in insertion order. O(1) per entry, after O(capacity) where nobody has asked
for the order before.

It tolerates any change: entries that were there when it began and are still there are yielded once,
others are not.

# Panics

If `Clone` panics, or there is no memory for the iteration.\n\n```\n", $setup, "
assert!(map.iter().eq([(one, a)]));
```")]
            pub fn iter(&self) -> Iter<$Keys, $Values, $Sharing> {
                self.0.iter()
            }

            #[doc = concat!("The living keys; as [`Self::iter`]. O(1) per entry.\n\n```\n", $setup, "
assert!(map.keys().eq([one]));
```")]
            pub fn keys(&self) -> impl Iterator<Item = $Key> + use<$($param,)+ S> {
                self.0.keys()
            }

            #[doc = concat!("The living values; as [`Self::iter`]. O(1) per entry.\n\n```\n", $setup, "
assert!(map.values().eq([a]));
```")]
            pub fn values(&self) -> impl Iterator<Item = $Value> + use<$($param,)+ S> {
                self.0.values()
            }

            #[doc = concat!("Gives the map up for its living keys, in insertion order. O(len).\n\n```\n", $setup, "
assert!(map.into_keys().eq([one]));
```")]
            pub fn into_keys(self) -> impl Iterator<Item = $Key> + use<$($param,)+ S> {
                self.drain().map(|(key, _)| key)
            }

            #[doc = concat!("Gives the map up for its living values, in insertion order. O(len).\n\n```\n", $setup, "
assert!(map.into_values().eq([a]));
```")]
            pub fn into_values(self) -> impl Iterator<Item = $Value> + use<$($param,)+ S> {
                self.drain().map(|(_, value)| value)
            }

            submap_methods!($setup, value $Value, placed with { $($place)* });
        }

        /// What needs no clones.
        impl<$($param $(: $bound)?,)+ S> $name<$($param,)+ S> {
            #[doc = concat!("What `read` returns for the value that `key` finds, or `None` if there is none that lives. O(1)
and what `read` costs.

`read` runs without the lock, and the value lives meanwhile, also if it is removed. Neither keys nor values need be
`Clone`.

# Panics

If `Hash`, `Eq` or `read` panics, or there is no memory for the search.\n\n```\n", $setup, "
assert_eq!(map.with(&1, |value| value.len()), Some(1));
```")]
            pub fn with<Q, R>(&self, key: &Q, read: impl FnOnce(&$ValueRef) -> R) -> Option<R>
            where
                $($ask)*
            {
                self.0.with(key, |value| read(value))
            }

            #[doc = concat!("Removes the entry whose key equals `key`, and drops what it held; returns whether there was one.
Neither keys nor values need be `Clone`. O(1).

# Panics

If `Hash`, `Eq` or the `Drop` of what it held panics, or there is no memory for the search.\n\n```\n", $setup, "
assert!(map.discard(&1));
assert!(!map.discard(&1));
```")]
            pub fn discard<Q>(&self, key: &Q) -> bool
            where
                $($ask)*
            {
                self.0.take(key).is_some()
            }
        }

        impl<$($param $(: $bound)?,)+ S> HasEntries for $name<$($param,)+ S>
        where
            $($out)*
            $($place)*
        {
            type Keys = $Keys;
            type Values = $Values;
            type Find = S;
            type Handle = PlainHandle<$Sharing, $Keys, $Values>;

            fn inner(&self) -> &Map<$Keys, $Values, S, Self::Handle> {
                &self.0
            }
        }

        /// Inserts all, in order, as `insert` does.
        impl<$($param $(: $bound)?,)+ S, $($Arg: $arg),+> Extend<$Pair> for $name<$($param,)+ S>
        where
            $($out)*
            $($place)*
        {
            fn extend<I: IntoIterator<Item = $Pair>>(&mut self, entries: I) {
                for (key, value) in entries {
                    self.insert(key, value);
                }
            }
        }

        /// Makes another map of the same living entries. O(len).
        impl<$($param $(: $bound)?,)+ S> Clone for $name<$($param,)+ S>
        where
            S: Clone,
            $Sharing: Opens<$Keys, $Values>,
            $($out)*
            $($place)*
        {
            fn clone(&self) -> Self {
                let copy = Self::with_hasher(self.hasher().clone());
                self.0.copy_into(&copy.0);
                copy
            }
        }

        /// Maps are equal if each has all entries of the other.
        impl<$($param $(: $bound)?,)+ S> PartialEq for $name<$($param,)+ S>
        where
            $Value: PartialEq,
            $($out)*
            $($place)*
        {
            fn eq(&self, other: &Self) -> bool {
                self.is_submap(other) && other.domain_is_subset(self)
            }
        }

        impl<$($param $(: $bound)?,)+ S> Eq for $name<$($param,)+ S>
        where
            $Value: Eq,
            $($out)*
            $($place)*
        {
        }

        impl<$($param $(: $bound)?,)+ S> fmt::Debug for $name<$($param,)+ S>
        where
            $Key: fmt::Debug,
            $Value: fmt::Debug,
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        /// The living entries in insertion order.
        impl<$($param $(: $bound)?,)+ S> IntoIterator for &$name<$($param,)+ S>
        where
            $($out)*
        {
            type Item = ($Key, $Value);
            type IntoIter = Iter<$Keys, $Values, $Sharing>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        /// The living entries in insertion order.
        impl<$($param $(: $bound)?,)+ S> IntoIterator for $name<$($param,)+ S>
        where
            $($out)*
        {
            type Item = ($Key, $Value);
            type IntoIter = Drain<$Keys, $Values>;

            fn into_iter(self) -> Self::IntoIter {
                self.drain()
            }
        }
    };
}

/// The living entries of a map.
pub type Iter<K, V, L> = Entries<K, V, PlainHandle<L, K, V>>;

owner_map!(
    /// A map from the objects of any owners to values.
    ///
    /// Keys are found by their value (`Hash` and `Eq`); maps made by [`WeakKeyMap::by_identity`] compare
    /// identities instead. [The module](super) says when dead entries leave.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakKeyMap;
    ///
    /// let william = Rc::new(String::from("William"));
    /// let ages = WeakKeyMap::new();
    /// ages.insert(&william, 30);
    /// assert_eq!(ages.get("William"), Some(30));
    /// drop(william);
    /// assert_eq!(ages.get("William"), None);
    /// ```
    #[doc(alias = "WeakKeyHashMap")]
    WeakKeyMap<W: WeakElement, V>(shared W::Sharing)
    of ElementSide<W> => OwnedSide<V, W::Sharing>;
    key W::Strong, given key: impl Borrow<W::Strong> => key.borrow(), shown W::Strong;
    value V, given value: V => value, shown V;
    asked with { Q: ?Sized, S: FindElement<W, Q>, };
    placed with { S: FindOwner<W>, };
    leaves with { V: Clone, };
    extended by (A, V), where { A: Borrow<W::Strong> };
    setup "use std::rc::Rc;
let (one, a) = (Rc::new(1), \"a\");
let map = weakly::rc::WeakKeyMap::new();
map.insert(&one, a);", "&one, a"
);

owner_map!(
    /// A map from keys to the objects of any owners.
    ///
    /// [The module](super) says when dead entries leave.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakValueMap;
    ///
    /// let william = Rc::new(String::from("William"));
    /// let by_number = WeakValueMap::new();
    /// by_number.insert(7, &william);
    /// assert_eq!(by_number.get(&7).as_deref().map(String::as_str), Some("William"));
    /// drop(william);
    /// assert_eq!(by_number.get(&7), None);
    /// ```
    #[doc(alias = "WeakValueHashMap")]
    WeakValueMap<K, W: WeakElement>(shared W::Sharing)
    of OwnedSide<K, W::Sharing> => ElementSide<W>;
    key K, given key: K => key, shown K;
    value W::Strong, given value: impl Borrow<W::Strong> => value.borrow(), shown W::Strong;
    asked with { K: Borrow<Q> + Hash + Eq, Q: ?Sized + Hash + Eq, S: BuildHasher, };
    placed with { K: Hash + Eq, S: BuildHasher, };
    leaves with { K: Clone, };
    extended by (K, A), where { A: Borrow<W::Strong> };
    setup "use std::rc::Rc;
let (one, a) = (1, Rc::new(\"a\"));
let map = weakly::rc::WeakValueMap::new();
map.insert(one, &a);", "one, &a"
);

owner_map!(
    /// A map from the objects of any owners to other objects.
    ///
    /// Neither side is kept alive, and an entry is dead when one of the two is. Keys are found as in a
    /// [`WeakKeyMap`]. [The module](super) says when dead entries leave.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakKeyValueMap;
    ///
    /// let (ann, seat) = (Rc::new("ann"), Rc::new("12a"));
    /// let seats = WeakKeyValueMap::new();
    /// seats.insert(&ann, &seat);
    /// assert_eq!(seats.get(&"ann"), Some(seat)); // the comparison takes the last owner
    /// assert_eq!(seats.get(&"ann"), None);
    /// ```
    #[doc(alias = "WeakWeakHashMap")]
    WeakKeyValueMap<W: WeakElement, T: WeakElement<Sharing = W::Sharing>>(shared W::Sharing)
    of ElementSide<W> => ElementSide<T>;
    key W::Strong, given key: impl Borrow<W::Strong> => key.borrow(), shown W::Strong;
    value T::Strong, given value: impl Borrow<T::Strong> => value.borrow(), shown T::Strong;
    asked with { Q: ?Sized, S: FindElement<W, Q>, };
    placed with { S: FindOwner<W>, };
    leaves with { };
    extended by (A, B), where { A: Borrow<W::Strong>, B: Borrow<T::Strong> };
    setup "use std::rc::Rc;
let (one, a) = (Rc::new(1), Rc::new(\"a\"));
let map = weakly::rc::WeakKeyValueMap::new();
map.insert(&one, &a);", "&one, &a"
);

/// What needs no clones of values.
impl<W: WeakElement, V, S> WeakKeyMap<W, V, S> {
    /// Stores `value` under `key`, as [`WeakKeyMap::insert`] does, and drops the value that it replaces.
    /// The value need not be `Clone`. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then. Also
    /// if the `Drop` of the old value does; it is replaced then.
    ///
    /// ```
    /// use std::cell::RefCell;
    /// use std::rc::Rc;
    /// use weakly::rc::WeakKeyMap;
    ///
    /// struct Log(RefCell<Vec<i32>>); // no `Clone`
    ///
    /// let key = Rc::new(1);
    /// let map = WeakKeyMap::new();
    /// map.set(&key, Log(RefCell::default()));
    /// map.with(&1, |log| log.0.borrow_mut().push(5));
    /// assert_eq!(map.with(&1, |log| log.0.borrow().len()), Some(1));
    /// ```
    pub fn set(&self, key: impl Borrow<W::Strong>, value: V)
    where
        S: FindOwner<W>,
    {
        self.0.set(key.borrow(), value);
    }
}

/// Implements it for a map with weak keys.
macro_rules! replaces_keys {
    ($name:ident<W: WeakElement, $param:ident $(: $bound:path)?>, $setup:literal) => {
        impl<W: WeakElement, $param $(: $bound)?, S> $name<W, $param, S> {
            #[doc = concat!("Puts `key` in the place of an equal key and returns that one; `None`, and no change, if there
is none that lives. O(1).

The value stays. From then on, the entry goes when the new key dies. With [`Self::insert`], which keeps the old
key, this is what `insert` of weak-table does.

# Panics

If `Hash` or `Eq` panics, or there is no memory to change it. The map is as before then.\n\n```\n", $setup, "
let new = Rc::new(1);
assert!(Rc::ptr_eq(&map.replace_key(&new).unwrap(), &old));
drop(old);
assert!(map.contains_key(&1));
```")]
            pub fn replace_key(&self, key: impl Borrow<W::Strong>) -> Option<W::Strong>
            where
                S: FindOwner<W>,
            {
                let key = key.borrow();
                Some(self.0.replace_key(key)?.into_out_or(key))
            }
        }
    };
}

replaces_keys!(
    WeakKeyMap<W: WeakElement, V>,
    "use std::rc::Rc;
let old = Rc::new(1);
let map = weakly::rc::WeakKeyMap::from([(&old, \"a\")]);"
);
replaces_keys!(
    WeakKeyValueMap<W: WeakElement, T: WeakElement<Sharing = W::Sharing>>,
    "use std::rc::Rc;
let (old, a) = (Rc::new(1), Rc::new(\"a\"));
let map = weakly::rc::WeakKeyValueMap::from([(&old, &a)]);"
);

impl<W: WeakElement, V> WeakKeyMap<W, V, ByIdentity>
where
    W::Sharing: Opens<ElementSide<W>, OwnedSide<V, W::Sharing>>,
{
    /// Makes an empty map that finds its keys by identity. O(1).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakKeyMap;
    ///
    /// let [one, equal] = [1, 1].map(Rc::new);
    /// let map = WeakKeyMap::by_identity();
    /// map.insert(&one, "a");
    /// assert_eq!(map.get(&one), Some("a"));
    /// assert_eq!(map.get(&equal), None);
    /// ```
    #[doc(alias = "PtrWeakKeyHashMap")]
    pub fn by_identity() -> Self {
        Self::with_hasher(ByIdentity)
    }
}

impl<W: WeakElement, T: WeakElement<Sharing = W::Sharing>> WeakKeyValueMap<W, T, ByIdentity>
where
    W::Sharing: Opens<ElementSide<W>, ElementSide<T>>,
{
    /// Makes an empty map that finds its keys by identity. O(1).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use weakly::rc::WeakKeyValueMap;
    ///
    /// struct Widget; // neither `Hash` nor `Eq`
    ///
    /// let [window, button] = [Widget, Widget].map(Rc::new);
    /// let parents = WeakKeyValueMap::by_identity();
    /// parents.insert(&button, &window);
    /// assert!(Rc::ptr_eq(&parents.get(&button).unwrap(), &window));
    /// ```
    #[doc(alias = "PtrWeakWeakHashMap")]
    pub fn by_identity() -> Self {
        Self::with_hasher(ByIdentity)
    }
}
