//! Proxies: weak references that are used as if they were their referents.

#[cfg(feature = "std")]
use super::WeakRef;
#[cfg(feature = "std")]
use crate::strong::Strong;

/// Defines the `Proxy` and the `CallableProxy` of a family of owners: of several threads, or of one.
macro_rules! proxy {
    (
        family: $family:literal,
        shared: [$($shared:ident),*],
        sent: [$($sent:ident),*],
        $(#[$docs:meta])*
    ) => {
        $(#[$docs])*
        #[doc(alias = "proxy")]
        pub struct Proxy<T: ?Sized> {
            weak: WeakRef<T>,
        }

        impl<T: ?Sized> Proxy<T> {
            /// Makes a proxy of the value of `owner`. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Proxy, Strong};")]
            ///
            /// let owner = Strong::new(5);
            /// assert_eq!(Proxy::new(&owner).upgrade(), Ok(owner));
            /// ```
            #[doc(alias = "proxy")]
            pub fn new(owner: &Strong<T>) -> Self {
                WeakRef::new(owner).into()
            }

            /// The referent, or the error once it is dead. O(1).
            ///
            /// # Errors
            ///
            /// [`ReferenceError`](crate::ReferenceError) if the referent is dead.
            ///
            /// ```
            /// use weakly::ReferenceError;
            #[doc = concat!("use ", $family, "::{Proxy, Strong};")]
            ///
            /// let owner = Strong::new(String::from("William"));
            /// let proxy = Proxy::new(&owner);
            /// assert_eq!(proxy.upgrade()?.len(), 7);
            /// # Ok::<(), ReferenceError>(())
            /// ```
            #[doc(alias = "get")]
            pub fn upgrade(&self) -> Result<Strong<T>, $crate::ReferenceError> {
                self.weak.upgrade().ok_or($crate::ReferenceError)
            }

            /// Calls `use_it` with the referent, which lives meanwhile. O(1) and what `use_it` costs.
            ///
            /// # Errors
            ///
            /// [`ReferenceError`](crate::ReferenceError) if the referent is dead; `use_it` is not called then.
            ///
            /// ```
            /// use weakly::ReferenceError;
            #[doc = concat!("use ", $family, "::{Proxy, Strong};")]
            ///
            /// let owner = Strong::new(String::from("William"));
            /// let proxy = Proxy::new(&owner);
            /// assert_eq!(proxy.with(|name| name.len()), Ok(7));
            /// drop(owner);
            /// assert_eq!(proxy.with(|name| name.len()), Err(ReferenceError));
            /// ```
            pub fn with<R>(&self, use_it: impl FnOnce(&T) -> R) -> Result<R, $crate::ReferenceError> {
                self.upgrade().map(|owner| use_it(&owner))
            }

            /// Whether the referent lives. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Proxy, Strong};")]
            ///
            /// let owner = Strong::new(5);
            /// let proxy = Proxy::new(&owner);
            /// assert!(proxy.is_alive());
            /// drop(owner);
            /// assert!(!proxy.is_alive());
            /// ```
            pub fn is_alive(&self) -> bool {
                self.weak.is_alive()
            }

            /// The weak reference that this is a handle of. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Proxy, Strong, WeakRef};")]
            ///
            /// let owner = Strong::new(5);
            /// assert!(WeakRef::ptr_eq(Proxy::new(&owner).as_weak_ref(), &WeakRef::new(&owner)));
            /// ```
            pub fn as_weak_ref(&self) -> &WeakRef<T> {
                &self.weak
            }
        }

        impl<T: ?Sized $(+ $shared)* + 'static> Proxy<T> {
            /// Makes a proxy whose `callback` runs when the referent dies, as with
            /// [`WeakRef::with_callback`]. O(1).
            ///
            /// # Panics
            ///
            /// If there is no memory for the reference.
            ///
            /// ```
            /// use std::sync::mpsc::channel;
            #[doc = concat!("use ", $family, "::{Proxy, Strong};")]
            ///
            /// let (deaths, heard) = channel();
            /// let owner = Strong::new(5);
            /// let proxy = Proxy::with_callback(&owner, move |dead| deaths.send(dead.upgrade()).unwrap());
            /// drop(owner);
            /// assert!(heard.recv().unwrap().is_err());
            /// # drop(proxy);
            /// ```
            #[doc(alias = "proxy")]
            pub fn with_callback(owner: &Strong<T>, callback: impl FnOnce(&Self) $(+ $sent)* + 'static) -> Self {
                WeakRef::with_callback(owner, |weak| callback(&weak.clone().into())).into()
            }
        }

        /// The reference, to be used like its referent. O(1).
        impl<T: ?Sized> From<WeakRef<T>> for Proxy<T> {
            fn from(weak: WeakRef<T>) -> Self {
                Self { weak }
            }
        }

        /// Makes another handle of the same proxy. O(1).
        impl<T: ?Sized> Clone for Proxy<T> {
            fn clone(&self) -> Self {
                self.weak.clone().into()
            }
        }

        impl<T: ?Sized> core::fmt::Debug for Proxy<T> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.weak.describe("weakproxy", f)
            }
        }

        $crate::reference::forward::forward_formatting!(
            Display, Binary, Octal, LowerHex, UpperHex, LowerExp, UpperExp
        );

        /// False if one of the referents is dead.
        impl<T: ?Sized + PartialEq> PartialEq for Proxy<T> {
            fn eq(&self, other: &Self) -> bool {
                matches!((self.upgrade(), other.upgrade()), (Ok(one), Ok(another)) if *one == *another)
            }
        }

        /// False if the referent is dead.
        impl<T: PartialEq> PartialEq<T> for Proxy<T> {
            fn eq(&self, other: &T) -> bool {
                self.with(|value| value == other) == Ok(true)
            }
        }

        /// `None` if one of the referents is dead.
        impl<T: ?Sized + PartialOrd> PartialOrd for Proxy<T> {
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                self.upgrade().ok()?.partial_cmp(&other.upgrade().ok()?)
            }
        }

        /// `None` if the referent is dead.
        impl<T: PartialOrd> PartialOrd<T> for Proxy<T> {
            fn partial_cmp(&self, other: &T) -> Option<core::cmp::Ordering> {
                (*self.upgrade().ok()?).partial_cmp(other)
            }
        }

        $crate::reference::forward::forward_binary!(
            Add::add,
            Sub::sub,
            Mul::mul,
            Div::div,
            Rem::rem,
            BitAnd::bitand,
            BitOr::bitor,
            BitXor::bitxor,
            Shl::shl,
            Shr::shr,
        );

        $crate::reference::forward::forward_unary!(Neg::neg, Not::not);

        impl<T: ?Sized> $crate::reference::Reference for Proxy<T> {
            fn kind(&self) -> $crate::reference::ReferenceKind {
                $crate::reference::ReferenceKind::Proxy
            }

            fn is_alive(&self) -> bool {
                self.is_alive()
            }
        }

        /// A proxy of a function, which can be called.
        ///
        /// `F` is one of the [`Call`](crate::call::Call)s: `dyn Fn(A, B) -> R`, with or without `Send` and `Sync`, or a
        /// function pointer. [`Strong::coerce`] makes them. It is a [`Proxy`], too, by `Deref`.
        ///
        /// ```
        /// use weakly::ReferenceError;
        #[doc = concat!("use ", $family, "::{CallableProxy, Strong};")]
        ///
        /// let add = Strong::new(|a: f64, b: f64| a + b);
        /// let add = Strong::coerce::<dyn Fn(f64, f64) -> f64>(add, |object| object);
        /// let proxy = CallableProxy::new(&add);
        /// assert_eq!(proxy.call((1.0, 2.0)), Ok(3.0));
        /// drop(add);
        /// assert_eq!(proxy.call((1.0, 2.0)), Err(ReferenceError));
        /// ```
        #[doc(alias = "proxy")]
        pub struct CallableProxy<F: ?Sized> {
            proxy: Proxy<F>,
        }

        impl<F: ?Sized + $crate::call::Call> CallableProxy<F> {
            /// Makes a proxy of the function of `owner`. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{CallableProxy, Strong};")]
            ///
            /// let double: fn(i32) -> i32 = |n| 2 * n;
            /// let owner = Strong::new(double);
            /// assert_eq!(CallableProxy::new(&owner).call((4,)), Ok(8));
            /// ```
            #[doc(alias = "proxy")]
            pub fn new(owner: &Strong<F>) -> Self {
                Self {
                    proxy: Proxy::new(owner),
                }
            }

            /// Makes a proxy whose `callback` runs when the function dies, as with
            /// [`WeakRef::with_callback`]. O(1).
            ///
            /// # Panics
            ///
            /// If there is no memory for the reference.
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{CallableProxy, Strong};")]
            ///
            /// let double: fn(i32) -> i32 = |n| 2 * n;
            /// let owner = Strong::new(double);
            /// let proxy = CallableProxy::with_callback(&owner, |dead| assert!(!dead.is_alive()));
            /// assert_eq!(proxy.call((4,)), Ok(8));
            /// ```
            #[doc(alias = "proxy")]
            pub fn with_callback(owner: &Strong<F>, callback: impl FnOnce(&Self) $(+ $sent)* + 'static) -> Self
            where
                F: $($shared +)* 'static,
            {
                Self {
                    proxy: Proxy::with_callback(owner, |proxy| {
                        callback(&Self {
                            proxy: proxy.clone(),
                        });
                    }),
                }
            }

            /// Calls the function, which lives while it runs, with a tuple of its arguments.
            /// O(1) and what the call costs.
            ///
            /// # Errors
            ///
            /// [`ReferenceError`](crate::ReferenceError) if the function is dead.
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{CallableProxy, Strong};")]
            ///
            /// let five: fn() -> i32 = || 5;
            /// let owner = Strong::new(five);
            /// assert_eq!(CallableProxy::new(&owner).call(()), Ok(5));
            /// ```
            pub fn call(&self, arguments: F::Arguments) -> Result<F::Output, $crate::ReferenceError> {
                self.proxy.with(|function| function.call_with(arguments))
            }
        }

        impl<F: ?Sized> core::ops::Deref for CallableProxy<F> {
            type Target = Proxy<F>;

            fn deref(&self) -> &Proxy<F> {
                &self.proxy
            }
        }

        /// Makes another handle of the same proxy. O(1).
        impl<F: ?Sized> Clone for CallableProxy<F> {
            fn clone(&self) -> Self {
                Self {
                    proxy: self.proxy.clone(),
                }
            }
        }

        impl<F: ?Sized> core::fmt::Debug for CallableProxy<F> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.proxy.fmt(f)
            }
        }

        impl<F: ?Sized> $crate::reference::Reference for CallableProxy<F> {
            fn kind(&self) -> $crate::reference::ReferenceKind {
                $crate::reference::ReferenceKind::CallableProxy
            }

            fn is_alive(&self) -> bool {
                self.proxy.is_alive()
            }
        }
    };
}

pub(crate) use proxy;

#[cfg(feature = "std")]
proxy! {
    family: "weakly",
    shared: [Send, Sync],
    sent: [Send],
    /// A weak reference that is used like its referent; [`ReferenceError`](crate::ReferenceError) once that is dead.
    ///
    /// Rust has no attribute access to intercept, so use goes through [`Proxy::upgrade`] or
    /// [`Proxy::with`]. Traits of the value are forwarded where they leave room for the error:
    ///
    /// * arithmetic (`&proxy + 1`) gives a `Result`;
    /// * comparison (`==`, `<`) of a dead proxy is false;
    /// * `Display` prints the referent; of a dead one it gives [`fmt::Error`](std::fmt::Error), which `write!` returns,
    ///   and at which `format!` and `println!` panic.
    ///
    /// `Debug` never fails, and prints `<weakproxy at 0x...; to 'Employee' at 0x...>` or
    /// `<weakproxy at 0x...; dead>`. Proxies have no hash, as in Python.
    ///
    /// A proxy is a handle of a [`WeakRef`]: without callback, of the canonical one.
    ///
    /// ```
    /// use weakly::{Proxy, ReferenceError, Strong};
    ///
    /// let owner = Strong::new(20);
    /// let proxy = Proxy::new(&owner);
    /// assert_eq!(&proxy + 1, Ok(21));
    /// assert_eq!(proxy.to_string(), "20");
    /// assert!(proxy == 20);
    /// drop(owner);
    /// assert_eq!(&proxy + 1, Err(ReferenceError));
    /// ```
}
