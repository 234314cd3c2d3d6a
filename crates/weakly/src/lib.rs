//! Weak references with death callbacks, and maps and sets that forget dead objects at once.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod death;
mod identity;
mod names;
mod primitive;
mod reference;
mod report;
mod strong;
pub mod table;
mod watchers;
mod weak_ref;

pub use reference::{Reference, ReferenceKind};
pub use report::{Unraisable, reset_unraisable_hook, set_unraisable_hook};
pub use strong::{Object, Strong};
pub use weak_ref::WeakRef;
