//! Methods bound to objects that they do not keep alive.

#[cfg(feature = "std")]
use super::WeakRef;
#[cfg(feature = "std")]
use crate::strong::Strong;

/// Defines the `WeakMethod` and the `BoundMethod` of a family of owners: of several threads, or of one.
macro_rules! weak_method {
    (
        family: $family:literal,
        shared: [$($shared:ident),*],
        sent: [$($sent:ident),*],
        $(#[$docs:meta])*
    ) => {
        $(#[$docs])*
        pub struct WeakMethod<T: ?Sized, F> {
            object: WeakRef<T>,
            function: F,
        }

        impl<T: ?Sized, F> WeakMethod<T, F> {
            /// Binds `function` to the object of `owner`, its first argument. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakMethod};")]
            ///
            /// let name = Strong::new(String::from("William"));
            /// let length = WeakMethod::new(&name, String::len);
            /// assert_eq!(length.call(()), Some(7));
            /// ```
            #[doc(alias = "WeakMethod")]
            pub fn new(owner: &Strong<T>, function: F) -> Self {
                Self {
                    object: WeakRef::new(owner),
                    function,
                }
            }

            /// Calls the method with a tuple of the arguments after the object, which lives meanwhile;
            /// `None` if it is dead. O(1) and what the call costs.
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakMethod};")]
            ///
            /// let two = Strong::new(2);
            /// let plus = WeakMethod::new(&two, |a: &i32, b: i32| a + b);
            /// assert_eq!(plus.call((3,)), Some(5));
            /// ```
            pub fn call<Arguments>(&self, arguments: Arguments) -> Option<F::Output>
            where
                F: $crate::call::CallOn<T, Arguments>,
            {
                let object = self.object.upgrade()?;
                Some(self.function.call_on(&object, arguments))
            }

            /// The method bound to its object, which it keeps alive; `None` if that is dead. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakMethod};")]
            ///
            /// let name = Strong::new(String::from("William"));
            /// let length = WeakMethod::new(&name, String::len).upgrade().unwrap();
            /// drop(name);
            /// assert_eq!(length.call(()), 7);
            /// ```
            #[doc(alias = "__call__")]
            #[doc(alias = "get")]
            pub fn upgrade(&self) -> Option<BoundMethod<T, F>>
            where
                F: Clone,
            {
                Some(BoundMethod {
                    object: self.object.upgrade()?,
                    function: self.function.clone(),
                })
            }

            /// Whether the object lives. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakMethod};")]
            ///
            /// let name = Strong::new(String::from("William"));
            /// let length = WeakMethod::new(&name, String::len);
            /// assert!(length.is_alive());
            /// drop(name);
            /// assert!(!length.is_alive());
            /// ```
            pub fn is_alive(&self) -> bool {
                self.object.is_alive()
            }

            /// The weak reference to the object. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakMethod, WeakRef};")]
            ///
            /// let name = Strong::new(String::from("William"));
            /// let length = WeakMethod::new(&name, String::len);
            /// assert!(WeakRef::ptr_eq(length.as_weak_ref(), &WeakRef::new(&name)));
            /// ```
            pub fn as_weak_ref(&self) -> &WeakRef<T> {
                &self.object
            }
        }

        impl<T: ?Sized $(+ $shared)* + 'static, F> WeakMethod<T, F> {
            /// Binds `function` to the object of `owner`, and runs `callback` when the object dies, as
            /// with [`WeakRef::with_callback`]. O(1).
            ///
            /// # Panics
            ///
            /// If there is no memory for the reference.
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakMethod};")]
            ///
            /// let name = Strong::new(String::from("William"));
            /// let length =
            ///     WeakMethod::with_callback(&name, String::len, |dead| assert!(!dead.is_alive()));
            /// drop(name);
            /// assert_eq!(length.call(()), None);
            /// ```
            #[doc(alias = "WeakMethod")]
            pub fn with_callback(
                owner: &Strong<T>,
                function: F,
                callback: impl FnOnce(&WeakRef<T>) $(+ $sent)* + 'static,
            ) -> Self {
                Self {
                    object: WeakRef::with_callback(owner, callback),
                    function,
                }
            }
        }

        impl<T: ?Sized, F: Clone> Clone for WeakMethod<T, F> {
            fn clone(&self) -> Self {
                Self {
                    object: self.object.clone(),
                    function: self.function.clone(),
                }
            }
        }

        impl<T: ?Sized + PartialEq, F: PartialEq> PartialEq for WeakMethod<T, F> {
            fn eq(&self, other: &Self) -> bool {
                self.function == other.function && self.object == other.object
            }
        }

        impl<T: ?Sized + Eq, F: Eq> Eq for WeakMethod<T, F> {}

        /// `<weakref at 0x...; to 'Employee' at 0x...>`, as in Python.
        impl<T: ?Sized, F> core::fmt::Debug for WeakMethod<T, F> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.object.fmt(f)
            }
        }

        impl<T: ?Sized, F> $crate::reference::Reference for WeakMethod<T, F> {
            fn kind(&self) -> $crate::reference::ReferenceKind {
                $crate::reference::ReferenceKind::Method
            }

            fn is_alive(&self) -> bool {
                self.is_alive()
            }
        }

        /// A method bound to its object, which it keeps alive; made by [`WeakMethod::upgrade`].
        ///
        /// ```
        #[doc = concat!("use ", $family, "::{Strong, WeakMethod};")]
        ///
        /// let name = Strong::new(String::from("William"));
        /// let length = WeakMethod::new(&name, String::len).upgrade().unwrap();
        /// assert_eq!(format!("{length:?}"), "<bound method String.len of \"William\">");
        /// ```
        pub struct BoundMethod<T: ?Sized, F> {
            object: Strong<T>,
            function: F,
        }

        impl<T: ?Sized, F> BoundMethod<T, F> {
            /// Calls the method with a tuple of the arguments after the object. O(1) and what the call costs.
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakMethod};")]
            ///
            /// let two = Strong::new(2);
            /// let plus = WeakMethod::new(&two, |a: &i32, b: i32| a + b).upgrade().unwrap();
            /// assert_eq!(plus.call((3,)), 5);
            /// ```
            pub fn call<Arguments>(&self, arguments: Arguments) -> F::Output
            where
                F: $crate::call::CallOn<T, Arguments>,
            {
                self.function.call_on(&self.object, arguments)
            }

            /// The object that the method is bound to. O(1).
            ///
            /// ```
            #[doc = concat!("use ", $family, "::{Strong, WeakMethod};")]
            ///
            /// let name = Strong::new(String::from("William"));
            /// let length = WeakMethod::new(&name, String::len).upgrade().unwrap();
            /// assert!(Strong::ptr_eq(length.object(), &name));
            /// ```
            #[doc(alias = "__self__")]
            pub fn object(&self) -> &Strong<T> {
                &self.object
            }
        }

        impl<T: ?Sized, F: Clone> Clone for BoundMethod<T, F> {
            fn clone(&self) -> Self {
                Self {
                    object: self.object.clone(),
                    function: self.function.clone(),
                }
            }
        }

        impl<T: ?Sized + core::fmt::Debug, F> core::fmt::Debug for BoundMethod<T, F> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let name = $crate::type_names::qualified::<F>();
                write!(f, "<bound method {name} of {:?}>", self.object)
            }
        }
    };
}

pub(crate) use weak_method;

#[cfg(feature = "std")]
weak_method! {
    family: "weakly",
    shared: [Send, Sync],
    sent: [Send],
    /// A method bound to an object that it does not keep alive.
    ///
    /// It is for lists of listeners: a registered method needs no removal when its object dies.
    ///
    /// Two are equal when both objects live and are equal, and so are the functions (function pointers
    /// can be compared; write `Employee::greet as fn(&Employee)`); once dead, one equals only its own
    /// clones.
    ///
    /// ```
    /// use weakly::{Strong, WeakMethod};
    ///
    /// struct Greeter(&'static str);
    ///
    /// impl Greeter {
    ///     fn greet(&self, name: &str) -> String {
    ///         format!("{} {name}", self.0)
    ///     }
    /// }
    ///
    /// let greeter = Strong::new(Greeter("Hello"));
    /// let greet = WeakMethod::new(&greeter, |greeter: &Greeter, name| greeter.greet(name));
    /// assert_eq!(greet.call(("William",)), Some(String::from("Hello William")));
    /// drop(greeter);
    /// assert_eq!(greet.call(("William",)), None);
    /// ```
}
