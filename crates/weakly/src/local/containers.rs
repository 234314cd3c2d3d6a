//! The containers of one thread.

use alloc::rc::{Rc, Weak};
use core::hash::Hash;

use super::strong::{Object, Strong};
use crate::container::{Told, WeakElement, WeakKey, open_borrowing};
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
    fn try_watch(owner: &Strong<T>, entry: &LocalEntry) -> Result<(), TryReserveError> {
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
