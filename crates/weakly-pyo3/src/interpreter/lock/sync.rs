//! What `shared_lock.rs` stands on. Its test puts a model checker's in the place of these, which tries
//! the schedules of threads.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32};
pub(crate) use std::sync::{Mutex, MutexGuard};
pub(crate) use std::thread::yield_now;

/// How often readers meet, with no writer in between, before they pass by the mutex.
pub(crate) const MEETINGS: u32 = 16;
