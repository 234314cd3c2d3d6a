//! The containers of one thread.

use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::hash::Hash;

use super::strong::{Object, Strong};
use super::weak_ref::WeakRef;
use crate::container::{FindOwner, Told, WeakElement, WeakKey, open_borrowing};
use crate::death::LocalEntry;
use crate::hasher::RandomState;
use crate::owners;
use crate::table::{Table, TryReserveError};

/// What containers hold of the object of a [`Strong`].
pub struct Pointer<T: ?Sized>(Weak<Object<T>>);

impl<T: ?Sized> WeakElement for Pointer<T> {
    type Strong = Strong<T>;
    type Sharing = Told;

    const IS_TOLD: bool = true;

    #[inline]
    fn new(view: &Strong<T>) -> Self {
        Self(Rc::downgrade(&view.object))
    }

    #[inline]
    fn view(&self) -> Option<Strong<T>> {
        self.0.upgrade().map(Strong::from_object)
    }

    #[inline]
    fn is_expired(&self) -> bool {
        self.0.strong_count() == 0
    }

    #[inline]
    fn address(&self) -> usize {
        self.0.as_ptr().cast::<()>().addr()
    }

    #[inline]
    fn address_of(view: &Strong<T>) -> usize {
        view.address()
    }

    fn clone(view: &Strong<T>) -> Strong<T> {
        view.clone()
    }

    #[inline]
    fn try_watch(owner: &Strong<T>, entry: LocalEntry) -> Result<(), TryReserveError> {
        owner.object.watchers.try_add_entry(entry)
    }

    #[inline]
    fn unwatch(owner: &Strong<T>, entry: &LocalEntry) {
        owner.object.watchers.remove_entry(entry);
    }
}

impl<T: ?Sized + Eq + Hash> WeakKey for Pointer<T> {
    type Key = T;

    #[inline]
    fn key(view: &Strong<T>) -> &T {
        view
    }
}

/// A map from the objects of a [`Strong`] to values, which forgets an entry when its key dies; see
/// [`owners::WeakKeyMap`] for its methods.
pub type WeakKeyMap<K, V, S = RandomState> = owners::WeakKeyMap<Pointer<K>, V, S>;

/// A map from keys to the objects of a [`Strong`], which forgets an entry when its value dies; see
/// [`owners::WeakValueMap`] for its methods.
pub type WeakValueMap<K, T, S = RandomState> = owners::WeakValueMap<K, Pointer<T>, S>;

/// A map from the objects of a [`Strong`] to others, which forgets an entry when either of them dies;
/// see [`owners::WeakKeyValueMap`] for its methods.
pub type WeakKeyValueMap<K, T, S = RandomState> =
    owners::WeakKeyValueMap<Pointer<K>, Pointer<T>, S>;

/// A set of the objects of a [`Strong`], which forgets them when they die; see [`owners::WeakSet`] for
/// its methods.
pub type WeakSet<T, S = RandomState> = owners::WeakSet<Pointer<T>, S>;

macro_rules! may_borrow {
    ($name:ident<$($param:ident $(: ?$sized:ident)?),+>) => {
        impl<$($param $(: ?$sized)?),+> $name<$($param),+> {
            /// Makes an empty container that may hold what borrows, as
            /// [`local`](crate::local#borrowed-data) says and shows. O(1).
            pub fn borrowing() -> Self {
                Self::borrowing_with_hasher(RandomState::new())
            }
        }

        impl<$($param $(: ?$sized)?,)+ S> $name<$($param,)+ S> {
            /// As `borrowing`, and hashes with `hasher`; `ByIdentity` finds objects by identity. O(1).
            pub fn borrowing_with_hasher(hasher: S) -> Self {
                Self::of_handle(open_borrowing(Table::new()), hasher)
            }
        }
    };
}

may_borrow!(WeakKeyMap<K: ?Sized, V>);
may_borrow!(WeakValueMap<K, T: ?Sized>);
may_borrow!(WeakKeyValueMap<K: ?Sized, T: ?Sized>);
may_borrow!(WeakSet<T: ?Sized>);

/// Defines `$refs`, references to the objects that `$objects` iterates over.
macro_rules! references {
    (
        $(#[$doc:meta])*
        $name:ident<$($param:ident $(: ?$sized:ident)?),+>
        $refs:ident of $objects:ident: $object:ident $(, where $copied:ident: Clone)?
    ) => {
        impl<$($param $(: ?$sized)?,)+ S> $name<$($param,)+ S> $(where $copied: Clone)? {
            $(#[$doc])*
            pub fn $refs(&self) -> Vec<WeakRef<$object>> {
                self.$objects().map(|object| WeakRef::new(&object)).collect()
            }
        }
    };
}

references!(
    /// References to the living keys, in insertion order. O(capacity).
    ///
    /// # Panics
    ///
    /// If `Clone` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakKeyMap, WeakRef};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert_eq!(map.key_refs(), [WeakRef::new(&key)]);
    /// ```
    WeakKeyMap<K: ?Sized, V> key_refs of keys: K, where V: Clone
);
references!(
    /// References to the living values, in insertion order. O(capacity).
    ///
    /// # Panics
    ///
    /// If `Clone` panics, or there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// assert_eq!(map.value_refs(), [WeakRef::new(&one)]);
    /// ```
    WeakValueMap<K, T: ?Sized> value_refs of values: T, where K: Clone
);
references!(
    /// References to the living keys, in insertion order. O(capacity).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakKeyValueMap, WeakRef};
    ///
    /// let [key, one] = [2, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert_eq!(map.key_refs(), [WeakRef::new(&key)]);
    /// ```
    WeakKeyValueMap<K: ?Sized, T: ?Sized> key_refs of keys: K
);
references!(
    /// References to the living values, in insertion order. O(capacity).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakKeyValueMap, WeakRef};
    ///
    /// let [key, one] = [2, 1].map(Strong::new);
    /// let map = WeakKeyValueMap::from([(&key, &one)]);
    /// assert_eq!(map.value_refs(), [WeakRef::new(&one)]);
    /// ```
    WeakKeyValueMap<K: ?Sized, T: ?Sized> value_refs of values: T
);
references!(
    /// References to the living members, in insertion order. O(capacity).
    ///
    /// # Panics
    ///
    /// If there is no memory for the iteration.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakRef, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// assert_eq!(WeakSet::from([&one]).refs(), [WeakRef::new(&one)]);
    /// ```
    WeakSet<T: ?Sized> refs of iter: T
);

impl<K: ?Sized, V: Clone, S: FindOwner<Pointer<K>>> WeakKeyMap<K, V, S> {
    /// Stores the value that `make_value` returns for a weak reference to the key: a value that must
    /// find its key again, without keeping it alive. Returns the value that it replaces. O(1) and
    /// what `make_value` costs.
    ///
    /// Rust has no garbage collector. A value that owned its key would keep it alive forever, and
    /// with it the entry.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `make_value` panics, or there is no memory for the entry. The map is as
    /// before then.
    ///
    /// ```
    /// use weakly::local::{Strong, WeakKeyMap, WeakRef};
    ///
    /// #[derive(Clone)]
    /// struct Window { document: WeakRef<String> }
    ///
    /// let document = Strong::new(String::from("text"));
    /// let windows = WeakKeyMap::new();
    /// windows.insert_with(&document, |document| Window { document: document.clone() });
    /// let window = windows.get("text").unwrap();
    /// assert_eq!(window.document.upgrade().as_ref(), Some(&document));
    /// drop(document);
    /// assert!(windows.is_empty());
    /// ```
    pub fn insert_with(
        &self,
        key: &Strong<K>,
        make_value: impl FnOnce(&WeakRef<K>) -> V,
    ) -> Option<V> {
        let value = make_value(&WeakRef::new(key));
        self.insert(key, value)
    }
}
