//! The locks and the words that deaths, lookups and insertions race for.
//!
//! The crate's own tests swap them for those of a model checker that tries the schedules of
//! threads (`races.rs`); everyone else gets the standard library's. Without `std` there are only the
//! containers of one thread, for which a cell will do.

#[cfg(feature = "std")]
mod among_threads;
#[cfg(not(feature = "std"))]
mod one_thread;

#[cfg(feature = "std")]
pub(crate) use among_threads::*;
#[cfg(not(feature = "std"))]
pub(crate) use one_thread::*;
