//! Calls into the interpreter, during which it may end the thread.
//!
//! Up to CPython 3.13 a daemon thread that asks for the GIL while the interpreter ends is ended with
//! `pthread_exit`. With glibc that unwinds the stack, frame by frame. Frames of Rust do not allow that:
//! what they own would be dropped without the GIL, and at a frame that must not unwind, or that
//! catches what does, the process aborts. From 3.14 on the interpreter lets such a thread wait for
//! ever instead. This module does the same for the older ones, at the first frame of Rust that the
//! unwinding comes to: that of the call into the interpreter.

pub mod alloc;
pub mod builtins;
pub mod class;
pub mod collection;
#[cfg(not(Py_GIL_DISABLED))]
pub(crate) mod dict;
pub(crate) mod exact;
#[cfg(feature = "failing-allocator")]
pub(crate) mod failing_allocator;
pub(crate) mod graph;
pub mod handled;
pub mod interrupt;
pub(crate) mod known_hash;
pub mod last_pair;
pub mod lock;
pub(crate) mod main_interpreter;
pub mod names;
pub mod owned_object;
mod places;
pub(crate) mod prefetch;
pub mod recursion;
pub mod reentrant_once;
pub mod shared;
pub mod signal;
pub mod stored;
pub mod thread_lock;
pub(crate) mod trashcan;
pub mod type_slots;
pub mod vector;
pub mod weak_list;
pub mod zeroed;

mod call;
#[cfg(all(ends_threads_by_unwinding, feature = "guarded"))]
mod guarded;
#[cfg(ends_threads_by_unwinding)]
mod hang;
#[cfg(all(target_os = "linux", feature = "guarded"))]
mod panic_class;

pub use call::call;
pub(crate) use call::{slot_of_one, slot_of_three, slot_of_two};
