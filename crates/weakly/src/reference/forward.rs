//! The traits that a proxy forwards to its referent. Each `Proxy` that uses them is its own family's.

macro_rules! forward_formatting {
    ($($trait:ident),+ $(,)?) => {$(
        /// Prints the referent; gives [`std::fmt::Error`] if it is dead.
        impl<T: ?Sized + std::fmt::$trait> std::fmt::$trait for Proxy<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let owner = self.upgrade().map_err(|_| std::fmt::Error)?;
                std::fmt::$trait::fmt(&*owner, f)
            }
        }
    )+};
}

pub(crate) use forward_formatting;

macro_rules! forward_binary {
    ($($trait:ident::$method:ident),+ $(,)?) => {$(
        /// Of a clone of the referent; [`ReferenceError`](crate::ReferenceError) if that is dead.
        impl<T: Clone + std::ops::$trait<R>, R> std::ops::$trait<R> for &Proxy<T> {
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
        impl<T: Clone + std::ops::$trait> std::ops::$trait for &Proxy<T> {
            type Output = Result<T::Output, $crate::ReferenceError>;

            fn $method(self) -> Self::Output {
                self.with(T::clone).map(std::ops::$trait::$method)
            }
        }
    )+};
}

pub(crate) use forward_unary;
