//! Weak references with death callbacks, and maps and sets that forget dead objects at once.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod container;
mod death;
mod exit;
mod finalizer;
mod function;
mod identity;
pub mod map;
mod names;
mod primitive;
mod proxy;
mod reference;
mod report;
pub mod set;
mod strong;
pub mod table;
mod watchers;
mod weak_method;
mod weak_ref;

pub use finalizer::Finalizer;
pub use function::{Function, Method};
pub use map::{WeakKeyMap, WeakValueMap};
pub use proxy::{CallableProxy, Proxy, ReferenceError};
pub use reference::{Reference, ReferenceKind};
pub use report::{Unraisable, reset_unraisable_hook, set_unraisable_hook};
pub use set::WeakSet;
pub use strong::{Object, Strong};
pub use weak_method::{BoundMethod, WeakMethod};
pub use weak_ref::WeakRef;

/// The README's example, which runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
