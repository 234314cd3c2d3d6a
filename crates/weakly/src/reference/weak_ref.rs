//! The weak reference.

use core::hash::{BuildHasher, Hash};
#[cfg(feature = "std")]
use std::sync::{Arc, OnceLock, Weak};

#[cfg(feature = "std")]
use crate::death::{Identity, Watchers};
use crate::hasher::RandomState;
#[cfg(feature = "std")]
use crate::strong::{Object, Strong};

/// Defines the `WeakRef` of a family of owners: of several threads, or of one.
macro_rules! weak_ref {
    (
        family: $family:literal,
        pointer: $pointer:ident,
        identity: $identity:ty,
        watchers: $watchers:ty,
        shared: [$($shared:ident),*],
        sent: [$($sent:ident),*],
        $(#[$docs:meta])*
    ) => {
        $(#[$docs])*
        #[doc(alias = "ref")]
        pub struct WeakRef<T: ?Sized> {
            object: Weak<Object<T>>,
            identity: $pointer<$identity>,
        }

        impl<T> WeakRef<T> {
            /// Makes a reference that is dead from the start. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::WeakRef;")]
            ///
            /// let nothing: WeakRef<String> = WeakRef::dead();
            /// assert!(nothing.upgrade().is_none());
            /// ```
            pub fn dead() -> Self {
                Self::from_parts(Weak::new(), <$identity>::new(None))
            }
        }

        impl<T: ?Sized> WeakRef<T> {
            pub(crate) fn from_parts(object: Weak<Object<T>>, identity: $pointer<$identity>) -> Self {
                Self { object, identity }
            }

            pub(crate) fn identity(&self) -> &$pointer<$identity> {
                &self.identity
            }

            /// The reference to the value of `owner` without callback: the existing one, or a new one.
            /// O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let owner = Strong::new(1);
            /// let weak = WeakRef::new(&owner);
            /// assert!(WeakRef::ptr_eq(&weak, &WeakRef::new(&owner)));
            /// ```
            #[doc(alias = "ref")]
            pub fn new(owner: &Strong<T>) -> Self {
                let identity = owner.object.watchers.canonical();
                Self::from_parts($pointer::downgrade(&owner.object), identity)
            }

            /// The referent, or `None` once it is dead. O(1), without locks.
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let owner = Strong::new(1);
            /// let weak = WeakRef::new(&owner);
            /// assert_eq!(weak.upgrade(), Some(owner));
            /// assert_eq!(weak.upgrade(), None); // `owner` was moved into the comparison
            /// ```
            #[doc(alias = "__call__")]
            #[doc(alias = "get")]
            #[inline]
            pub fn upgrade(&self) -> Option<Strong<T>> {
                self.object.upgrade().map(Strong::from_object)
            }

            /// Whether the referent is alive. Another thread may drop it at any time. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let owner = Strong::new(1);
            /// let weak = WeakRef::new(&owner);
            /// assert!(weak.is_alive());
            /// drop(owner);
            /// assert!(!weak.is_alive());
            /// ```
            #[inline]
            pub fn is_alive(&self) -> bool {
                self.object.strong_count() > 0
            }

            /// Whether the reference has a callback that has not run. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let owner = Strong::new(1);
            /// assert!(!WeakRef::new(&owner).has_callback());
            /// assert!(WeakRef::with_callback(&owner, |_| ()).has_callback());
            /// ```
            #[doc(alias = "__callback__")]
            pub fn has_callback(&self) -> bool {
                self.identity.has_callback()
            }

            /// Whether both are handles of the same reference. O(1).
            ///
            /// Two references to one object are not the same if one has a callback. (`ptr_eq` of
            /// [`std::sync::Weak`] compares the objects, as [`Strong::ptr_eq`] does with what `upgrade`
            /// returns.)
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let owner = Strong::new(1);
            /// let one = WeakRef::with_callback(&owner, |_| ());
            /// let other = WeakRef::with_callback(&owner, |_| ());
            /// assert!(WeakRef::ptr_eq(&one, &one.clone()));
            /// assert!(!WeakRef::ptr_eq(&one, &other));
            /// ```
            #[doc(alias = "is")]
            pub fn ptr_eq(this: &Self, other: &Self) -> bool {
                $pointer::ptr_eq(&this.identity, &other.identity)
            }

            /// Converts the reference to another type of the same referent, as [`Strong::coerce`] does. It stays
            /// the same reference. O(1).
            ///
            /// # Panics
            ///
            /// If `identity` returns another object than it was given.
            ///
            /// ```
            /// use std::fmt::Display;
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let owner = Strong::new(1);
            /// let shown = WeakRef::coerce::<dyn Display>(WeakRef::new(&owner), |object| object);
            /// assert_eq!(shown.upgrade().unwrap().to_string(), "1");
            /// ```
            pub fn coerce<U: ?Sized>(
                this: Self,
                identity: impl FnOnce(Weak<Object<T>>) -> Weak<Object<U>>,
            ) -> WeakRef<U> {
                let address = this.object.as_ptr();
                let object = identity(this.object);
                assert!(
                    core::ptr::addr_eq(address, object.as_ptr()),
                    "a coercion returns the object that it was given"
                );
                WeakRef::from_parts(object, this.identity)
            }

            /// The part of `Debug` that proxies share: what is referred to.
            pub(crate) fn describe(&self, what: &str, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let me = $pointer::as_ptr(&self.identity);
                match self.upgrade() {
                    Some(owner) => {
                        let name = $crate::type_names::short::<T>();
                        write!(f, "<{what} at {me:p}; to '{name}' at {owner:p}>")
                    }
                    None => write!(f, "<{what} at {me:p}; dead>"),
                }
            }
        }

        impl<T: ?Sized $(+ $shared)* + 'static> WeakRef<T> {
            /// Makes a new reference whose `callback` runs when the referent dies. O(1).
            ///
            /// The callback gets this reference, which reads dead. It runs once, on the thread that
            /// dropped the last owner, with no lock held; it may use any part of this crate. It does not
            /// run if all handles of the reference are gone before its turn. [`Strong`] lists what
            /// happens at a death, in order. A panic is reported to
            /// [`set_caught_panic_hook`](crate::set_caught_panic_hook)'s hook and goes no further.
            ///
            /// # Panics
            ///
            /// If there is no memory for the reference.
            ///
            /// ```
            /// use std::sync::mpsc::channel;
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let (deaths, heard) = channel();
            /// let owner = Strong::new(1);
            /// let weak = WeakRef::with_callback(&owner, move |dead| deaths.send(dead.clone()).unwrap());
            /// drop(owner);
            /// assert_eq!(heard.recv().unwrap(), weak);
            /// ```
            #[doc(alias = "ref")]
            pub fn with_callback(owner: &Strong<T>, callback: impl FnOnce(&Self) $(+ $sent)* + 'static) -> Self {
                let object = $pointer::downgrade(&owner.object);
                let referent = object.clone();
                let identity = <$identity>::new(Some(alloc::boxed::Box::new(move |identity| {
                    callback(&Self::from_parts(referent, identity));
                })));
                owner.object.watchers.add_callback(&identity);
                Self::from_parts(object, identity)
            }
        }

        impl<T: ?Sized> Strong<T> {
            /// The weak reference to the value without callback, as [`WeakRef::new`] gives it. O(1).
            ///
            /// # Panics
            ///
            /// If there is no memory for the reference.
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let owner = Strong::new(1);
            /// assert!(WeakRef::ptr_eq(&Strong::downgrade(&owner), &WeakRef::new(&owner)));
            /// ```
            pub fn downgrade(this: &Self) -> WeakRef<T> {
                WeakRef::new(this)
            }
        }

        /// The weak references to an owner's value.
        impl<T> Strong<T> {
            /// Makes a value that holds a weak reference to itself. O(1) and what `make_value` costs.
            ///
            /// The reference reads dead until this function returns. It is the one that
            /// [`WeakRef::new`] will give for the value.
            ///
            /// # Panics
            ///
            /// If `make_value` does.
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// struct Node { me: WeakRef<Node> }
            ///
            /// let node = Strong::new_cyclic(|me| {
            ///     assert!(!me.is_alive());
            ///     Node { me: me.clone() }
            /// });
            /// assert!(Strong::ptr_eq(&node, &node.me.upgrade().unwrap()));
            /// assert!(WeakRef::ptr_eq(&node.me, &WeakRef::new(&node)));
            /// ```
            pub fn new_cyclic(make_value: impl FnOnce(&WeakRef<T>) -> T) -> Self {
                let identity = <$identity>::new(None);
                let make_object = |object: &Weak<Object<T>>| {
                    let me = WeakRef::from_parts(object.clone(), identity);
                    let value = make_value(&me);
                    Object {
                        watchers: <$watchers>::with_canonical(me.identity()),
                        value,
                    }
                };
                Self::from_object($pointer::new_cyclic(make_object))
            }
        }

        /// The weak references to an owner's value.
        impl<T: ?Sized> Strong<T> {
            /// How many weak references to the value live: one for the reference without callback,
            /// however many handles it has, and one for each with a callback. O(number of references).
            ///
            /// A [`Finalizer`](crate::Finalizer) has a reference, too; entries of weak containers have
            /// none and do not count.
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let number = Strong::new(1);
            /// let _one = WeakRef::new(&number);
            /// let _the_same = WeakRef::new(&number);
            /// assert_eq!(Strong::weak_ref_count(&number), 1);
            /// let _another = WeakRef::with_callback(&number, |_| ());
            /// assert_eq!(Strong::weak_ref_count(&number), 2);
            /// ```
            #[doc(alias = "getweakrefcount")]
            pub fn weak_ref_count(this: &Self) -> usize {
                this.object.watchers.count_references()
            }

            /// The living weak references to the value: the one without callback first, then those with a
            /// callback, newest first. O(number of references).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakRef};")]
            ///
            /// let number = Strong::new(1);
            /// let watching = WeakRef::with_callback(&number, |_| ());
            /// let plain = WeakRef::new(&number);
            /// let found = Strong::weak_refs(&number);
            /// assert!(WeakRef::ptr_eq(&found[0], &plain));
            /// assert!(WeakRef::ptr_eq(&found[1], &watching));
            /// assert_eq!(found.len(), 2);
            /// ```
            #[doc(alias = "getweakrefs")]
            pub fn weak_refs(this: &Self) -> alloc::vec::Vec<WeakRef<T>> {
                let references = this.object.watchers.references().into_iter();
                references
                    .map(|identity| WeakRef::from_parts($pointer::downgrade(&this.object), identity))
                    .collect()
            }
        }

        /// Makes another handle of the same reference. O(1).
        impl<T: ?Sized> Clone for WeakRef<T> {
            fn clone(&self) -> Self {
                Self::from_parts(self.object.clone(), self.identity.clone())
            }
        }

        /// A dead reference.
        impl<T> Default for WeakRef<T> {
            fn default() -> Self {
                Self::dead()
            }
        }

        /// Equal referents while both live; otherwise the same reference. May run the referent's `eq`.
        impl<T: ?Sized + PartialEq> PartialEq for WeakRef<T> {
            fn eq(&self, other: &Self) -> bool {
                match (self.upgrade(), other.upgrade()) {
                    (Some(one), Some(another)) => *one == *another,
                    _ => Self::ptr_eq(self, other),
                }
            }
        }

        impl<T: ?Sized + Eq> Eq for WeakRef<T> {}

        /// The hash of the referent, remembered for the time after its death.
        impl<T: ?Sized + core::hash::Hash> core::hash::Hash for WeakRef<T> {
            fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
                state.write_u64(self.identity.hash(|| match self.upgrade() {
                    Some(owner) => $crate::reference::referent_hash(&*owner),
                    None => $pointer::as_ptr(&self.identity).addr() as u64,
                }));
            }
        }

        /// `<weakref at 0x...; to 'Employee' at 0x...>` or `<weakref at 0x...; dead>`, as in Python.
        impl<T: ?Sized> core::fmt::Debug for WeakRef<T> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.describe("weakref", f)
            }
        }

        impl<T: ?Sized> $crate::reference::Reference for WeakRef<T> {
            fn kind(&self) -> $crate::reference::ReferenceKind {
                $crate::reference::ReferenceKind::Ref
            }

            fn is_alive(&self) -> bool {
                self.is_alive()
            }
        }
    };
}

pub(crate) use weak_ref;

#[cfg(feature = "std")]
weak_ref! {
    family: "weakly",
    pointer: Arc,
    identity: Identity,
    watchers: Watchers,
    shared: [Send, Sync],
    sent: [Send],
    /// A reference that does not keep its referent alive, and may have a callback for its death.
    ///
    /// A reference without callback is canonical: all those to one value are the same reference
    /// ([`WeakRef::ptr_eq`]), as long as one of them lives. One with a callback is always new. Clones
    /// are handles of the same reference. When the last handle goes, the callback is never called.
    ///
    /// Two references are equal when both referents live and are equal; once dead, a reference equals
    /// only itself. The hash is the referent's, and it is remembered: a reference hashed while alive
    /// finds its place in a `HashMap` after death. (One that was never hashed before gets a hash of its
    /// own, where Python raises `TypeError`.)
    ///
    /// `WeakRef<T>` is `Send` and `Sync` when `T` is both. Every method is safe against a death on
    /// another thread at any moment.
    ///
    /// ```
    /// use weakly::{Strong, WeakRef};
    ///
    /// let owner = Strong::new(String::from("William"));
    /// let weak = WeakRef::with_callback(&owner, |dead| assert!(!dead.is_alive()));
    /// assert_eq!(weak.upgrade().unwrap().len(), 7);
    /// drop(owner); // runs the callback
    /// assert!(weak.upgrade().is_none());
    /// ```
}

/// A hash for [`WeakRef`]s that outsiders cannot foresee: one seed for the process.
#[cfg(feature = "std")]
pub(crate) fn referent_hash<T: ?Sized + Hash>(referent: &T) -> u64 {
    static SEED: OnceLock<RandomState> = OnceLock::new();
    SEED.get_or_init(RandomState::new).hash_one(referent)
}

/// Without `std` there is no seed.
#[cfg(not(feature = "std"))]
pub(crate) fn referent_hash<T: ?Sized + Hash>(referent: &T) -> u64 {
    RandomState::new().hash_one(referent)
}
