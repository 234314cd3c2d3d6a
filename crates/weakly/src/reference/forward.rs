//! The traits that a proxy forwards to its referent. Each `Proxy` that uses them is its own family's.

macro_rules! forward_formatting {
    ($($trait:ident),+ $(,)?) => {$(
        /// Prints the referent; gives [`std::fmt::Error`] if it is dead.
        impl<T: ?Sized + core::fmt::$trait> core::fmt::$trait for Proxy<T> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let owner = self.upgrade().map_err(|_| core::fmt::Error)?;
                core::fmt::$trait::fmt(&*owner, f)
            }
        }
    )+};
}

pub(crate) use forward_formatting;

macro_rules! forward_binary {
    ($($trait:ident::$method:ident),+ $(,)?) => {$(
        /// Of a clone of the referent; [`ReferenceError`](crate::ReferenceError) if that is dead.
        impl<T: Clone + core::ops::$trait<R>, R> core::ops::$trait<R> for &Proxy<T> {
            type Output = Result<T::Output, $crate::ReferenceError>;

            fn $method(self, other: R) -> Self::Output {
                self.with(T::clone).map(|value| value.$method(other))
            }
        }
    )+};
}

pub(crate) use forward_binary;

macro_rules! forward_unary {
    ($($trait:ident::$method:ident),+ $(,)?) => {$(
        /// Of a clone of the referent; [`ReferenceError`](crate::ReferenceError) if that is dead.
        impl<T: Clone + core::ops::$trait> core::ops::$trait for &Proxy<T> {
            type Output = Result<T::Output, $crate::ReferenceError>;

            fn $method(self) -> Self::Output {
                self.with(T::clone).map(core::ops::$trait::$method)
            }
        }
    )+};
}

pub(crate) use forward_unary;
