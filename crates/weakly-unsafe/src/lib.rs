//! The unsafe code of the crate `weakly`, which has none itself: what owners point to, and the end of
//! the process.
//!
//! It is no interface for others.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod at_exit;
mod object;

pub use at_exit::at_exit;
pub use object::{Object, downcast_arc, downcast_rc, unbox};
