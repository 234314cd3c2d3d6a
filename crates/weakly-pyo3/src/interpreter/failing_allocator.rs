//! For tests: an allocator that fails when it is told to.
//!
//! Only with the cargo feature `failing-allocator`, which no released build has. What fails is what
//! Rust asks for; the memory of Python objects is the interpreter's.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

use pyo3::prelude::*;

struct FailsOnDemand;

#[global_allocator]
static ALLOCATOR: FailsOnDemand = FailsOnDemand;

/// What the allocations of a thread come to.
#[derive(Clone, Copy)]
enum Plan {
    Succeed,
    /// How many succeed before one fails; all after it fail too if it is forever.
    FailAfter {
        left: usize,
        for_ever: bool,
    },
}

/// How many allocations were not given back yet.
static LIVE: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    static PLAN: Cell<Plan> = const { Cell::new(Plan::Succeed) };
    static FAILED: Cell<usize> = const { Cell::new(0) };
}

/// Whether this allocation fails.
fn fails() -> bool {
    let Plan::FailAfter { left, for_ever } = PLAN.get() else {
        return false;
    };
    if let Some(left) = left.checked_sub(1) {
        PLAN.set(Plan::FailAfter { left, for_ever });
        return false;
    }
    if !for_ever {
        PLAN.set(Plan::Succeed);
    }
    FAILED.set(FAILED.get() + 1);
    true
}

// SAFETY: (19) memory is the system's, or there is none.
unsafe impl GlobalAlloc for FailsOnDemand {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if fails() {
            return ptr::null_mut();
        }
        LIVE.fetch_add(1, Relaxed);
        // SAFETY: (17, 19) the caller keeps to the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(1, Relaxed);
        // SAFETY: (17, 19) the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if fails() {
            return ptr::null_mut();
        }
        // SAFETY: (17, 19) the caller keeps to the contract of `realloc`.
        unsafe { System.realloc(memory, layout, size) }
    }
}

/// From now on `after` allocations of this thread succeed and the next fails, or all from it on.
#[pyfunction]
#[pyo3(signature = (after, for_ever=false, /))]
pub(crate) fn _fail_allocation_after(after: usize, for_ever: bool) {
    FAILED.set(0);
    PLAN.set(Plan::FailAfter {
        left: after,
        for_ever,
    });
}

/// From now on allocations succeed. Returns how many have failed.
#[pyfunction]
pub(crate) fn _fail_no_allocation() -> usize {
    PLAN.set(Plan::Succeed);
    FAILED.get()
}

/// How many allocations were not given back yet.
#[pyfunction]
pub(crate) fn _live_allocations() -> isize {
    LIVE.load(Relaxed)
}
