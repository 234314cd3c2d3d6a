//! What can be interned, and as what it is stored.

use std::hash::Hash;

/// A type whose values an [`Interner`](super::Interner) can hold: every type that is
/// `Hash + Eq + Send + Sync + 'static`, `str`, and slices of such types.
///
/// There are no other implementations.
///
/// ```
/// use weakly::Interner;
///
/// let (_, _, _) = (Interner::<u32>::new(), Interner::<str>::new(), Interner::<[u32]>::new());
/// ```
pub trait Internable {
    /// The type itself, or a box of it if it has no size.
    type Stored: Hash + Eq + Send + Sync + 'static + AsInterned<Self>;
}

/// How a stored value is seen.
pub trait AsInterned<T: ?Sized> {
    #[doc(hidden)]
    fn as_interned(&self) -> &T;
}

impl<T: Hash + Eq + Send + Sync + 'static> Internable for T {
    type Stored = T;
}

impl Internable for str {
    type Stored = Box<str>;
}

impl<T: Hash + Eq + Send + Sync + 'static> Internable for [T] {
    type Stored = Box<[T]>;
}

impl<T> AsInterned<T> for T {
    fn as_interned(&self) -> &T {
        self
    }
}

impl AsInterned<str> for Box<str> {
    fn as_interned(&self) -> &str {
        self
    }
}

impl<T> AsInterned<[T]> for Box<[T]> {
    fn as_interned(&self) -> &[T] {
        self
    }
}
