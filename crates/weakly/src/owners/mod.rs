//! Weak maps and sets of owners that this crate does not make: `Arc`, `Rc`, and newtypes of them.
//!
//! They are for programs whose objects have owners already. [`arc`](crate::arc) and
//! [`rc`](crate::rc) have shorter names for those of the standard library; here they are for any weak
//! pointer `W` that is a [`WeakElement`]. Methods have the names and shapes of those of the crate
//! weak-table, but take `&self`; owners are given by reference or by value.
//!
//! # When dead entries leave
//!
//! Such owners cannot tell anyone of a death. A dead entry is never found, yielded or counted by
//! `len_alive`; but it, and what was stored beside it, stays in memory and is counted by `len` until the
//! container comes across it. With each insertion and each removal the container looks at four of
//! its buckets. So at most about a quarter of the buckets are of dead entries in steady use, no
//! step grows with the container, and one that is not changed any more keeps what it has: call
//! `remove_expired` there. (Containers of a [`Strong`](crate::Strong) forget an object the moment it
//! dies.)
//!
//! # Locking
//!
//! As with the containers of a `Strong`, no code of yours runs while a container is locked: hashing,
//! comparing, cloning, dropping and closures may use the same container. Containers of an
//! [`Arc`](std::sync::Arc) have a lock and may be shared among threads by reference; containers of an
//! [`Rc`](std::rc::Rc) belong to one thread, and have neither a lock nor atomic counts. Objects, keys and
//! values may borrow data.
//!
//! A clone is another container with the same entries, as in weak-table and the standard library.

mod basics;
mod maps;
mod set;

#[cfg(feature = "std")]
pub use crate::container::AcrossThreads;
pub use crate::container::{
    ByIdentity, FindElement, FindOwner, OneThread, Sharing, WeakElement, WeakKey,
};
pub use maps::{Iter, WeakKeyMap, WeakKeyValueMap, WeakValueMap};
pub use set::{Members, WeakSet};
