//! What a container of owners that this crate does not know must know of them.

use alloc::rc;
#[cfg(feature = "std")]
use alloc::sync;
use core::hash::Hash;

#[cfg(feature = "std")]
use super::sharing::AcrossThreads;
use super::sharing::{OneThread, Sharing};
use crate::table::TryReserveError;

/// A weak pointer that containers can hold: std's [`sync::Weak`] and [`rc::Weak`], and newtypes of them.
///
/// The trait is that of the crate weak-table, and says three things more: how containers of such
/// pointers are shared ([`WeakElement::Sharing`]), how to tell that an object is dead without
/// obtaining an owner, and where the object is.
///
/// The functions run while a container is locked. They must do what those of `Weak` do, and no more:
/// they must not use the container, and must not drop an owner.
///
/// ```
/// use std::rc::{Rc, Weak};
/// use weakly::owners::{OneThread, WeakElement, WeakKey, WeakSet};
///
/// /// A name that many parts of a program share.
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// struct Name(Rc<str>);
/// struct WeakName(Weak<str>);
///
/// impl WeakElement for WeakName {
///     type Strong = Name;
///     type Sharing = OneThread;
///
///     fn new(view: &Name) -> Self {
///         Self(Rc::downgrade(&view.0))
///     }
///
///     fn view(&self) -> Option<Name> {
///         self.0.upgrade().map(Name)
///     }
///
///     fn is_expired(&self) -> bool {
///         self.0.is_expired()
///     }
///
///     fn address(&self) -> usize {
///         self.0.address()
///     }
///
///     fn address_of(view: &Name) -> usize {
///         <Weak<str>>::address_of(&view.0)
///     }
/// }
///
/// impl WeakKey for WeakName {
///     type Key = str;
///
///     fn key(view: &Name) -> &str {
///         &view.0
///     }
/// }
///
/// let name = Name("William".into());
/// let names: WeakSet<WeakName> = WeakSet::new();
/// names.insert(&name);
/// assert_eq!(names.get("William"), Some(name));
/// assert_eq!(names.get("William"), None); // the comparison took the last owner
/// ```
pub trait WeakElement: Sized {
    /// The owner.
    type Strong;

    /// [`AcrossThreads`] if owners may be shared among threads, or else [`OneThread`].
    type Sharing: Sharing;

    /// A weak pointer to the object of `view`. O(1).
    fn new(view: &Self::Strong) -> Self;

    /// An owner of the object, or `None` if it is dead. O(1).
    fn view(&self) -> Option<Self::Strong>;

    /// Whether the object is dead. O(1).
    fn is_expired(&self) -> bool;

    /// Where the object is or was: no other object may be there while this pointer is. O(1).
    fn address(&self) -> usize;

    /// Where the object of `view` is: what [`WeakElement::address`] of a weak pointer to it is. O(1).
    fn address_of(view: &Self::Strong) -> usize;

    /// Another owner of the same object. O(1).
    fn clone(view: &Self::Strong) -> Self::Strong {
        Self::new(view)
            .view()
            .expect("an object that has an owner is alive")
    }

    // What the crate's own pointers do in addition: their objects tell containers of their death.

    #[doc(hidden)]
    const IS_TOLD: bool = false;

    #[doc(hidden)]
    fn try_watch(
        _owner: &Self::Strong,
        _entry: <Self::Sharing as Sharing>::Entry,
    ) -> Result<(), TryReserveError> {
        Ok(())
    }

    #[doc(hidden)]
    fn unwatch(_owner: &Self::Strong, _entry: &<Self::Sharing as Sharing>::Entry) {}
}

/// A weak pointer to an object that is found by its value.
///
/// See [`WeakElement`] for an example.
pub trait WeakKey: WeakElement {
    /// What is hashed and compared.
    type Key: ?Sized + Eq + Hash;

    /// The value of the object. O(1).
    fn key(view: &Self::Strong) -> &Self::Key;
}

macro_rules! implement_for {
    ($module:ident, $Strong:ident, $Sharing:ident) => {
        impl<T: ?Sized> WeakElement for $module::Weak<T> {
            type Strong = $module::$Strong<T>;
            type Sharing = $Sharing;

            #[inline]
            fn new(view: &Self::Strong) -> Self {
                $module::$Strong::downgrade(view)
            }

            #[inline]
            fn view(&self) -> Option<Self::Strong> {
                self.upgrade()
            }

            #[inline]
            fn is_expired(&self) -> bool {
                self.strong_count() == 0
            }

            #[inline]
            fn address(&self) -> usize {
                self.as_ptr().cast::<()>().addr()
            }

            #[inline]
            fn address_of(view: &Self::Strong) -> usize {
                $module::$Strong::as_ptr(view).cast::<()>().addr()
            }

            fn clone(view: &Self::Strong) -> Self::Strong {
                Clone::clone(view)
            }
        }

        impl<T: ?Sized + Eq + Hash> WeakKey for $module::Weak<T> {
            type Key = T;

            #[inline]
            fn key(view: &Self::Strong) -> &T {
                view
            }
        }
    };
}

#[cfg(feature = "std")]
implement_for!(sync, Arc, AcrossThreads);
implement_for!(rc, Rc, OneThread);
