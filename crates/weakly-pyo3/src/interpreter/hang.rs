//! What happens to a thread that the interpreter ends.

use std::mem;
use std::thread;

/// Lets the thread wait forever when it is dropped, which happens only where a call into the
/// interpreter does not return.
///
/// A call of C code unwinds for no other reason: panics do not leave the functions that the
/// interpreter calls. The thread does not hold the GIL, for which it was asking. PyO3 does the same
/// for the two functions with which a thread attaches.
struct HangThread;

impl Drop for HangThread {
    fn drop(&mut self) {
        loop {
            thread::park();
        }
    }
}

/// Calls C code that may end the thread.
///
/// It must be in a function of its own, which may unwind and is not inlined: where a function that
/// must not unwind is made one with it, the landing pad becomes a filter, and an end of the thread goes
/// past a filter.
#[inline(always)]
pub(super) fn or_hang<R>(call: impl FnOnce() -> R) -> R {
    let hang = HangThread;
    let result = call();
    mem::forget(hang);
    result
}
