//! Memory of tables live, dead and in churn, counted by the allocator.
//!
//! Prints one JSON object: bytes per entry beyond what the owners themselves take.
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod contenders;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

use contenders::{Churn, Registry, by_hand, filled, weak_table, weakly};

struct Counting;

static IN_USE: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

fn count(change: isize) {
    let now = IN_USE.fetch_add(change, Relaxed) + change;
    PEAK.fetch_max(now, Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];

fn main() {
    let results = [
        contender::<weakly::Values>("weak values", "weakly"),
        contender::<weak_table::Values>("weak values", "weak-table"),
        contender::<by_hand::Hashed>("weak values", "hashbrown by hand"),
        contender::<weakly::Keys>("weak keys", "weakly"),
        contender::<weak_table::Keys>("weak keys", "weak-table"),
        contender::<weakly::Items>("weak set", "weakly"),
        contender::<weak_table::Items>("weak set", "weak-table"),
    ];
    println!("[{}]", results.join(",\n "));
}

fn contender<R: Registry>(kind: &str, name: &str) -> String {
    let sizes: Vec<String> = SIZES.map(measure::<R>).into();
    format!(
        "{{\"kind\": \"{kind}\", \"contender\": \"{name}\", \"sizes\": [{}]}}",
        sizes.join(", ")
    )
}

fn measure<R: Registry>(size: usize) -> String {
    let start = IN_USE.load(Relaxed);
    let owners: Vec<R::Owner> = (0..size as u64).map(R::own).collect();
    let owned = IN_USE.load(Relaxed) - start;
    drop(owners);

    let (registry, owners) = filled::<R>(size);
    let live = IN_USE.load(Relaxed) - start - owned;
    drop(owners);
    let dead = IN_USE.load(Relaxed) - start;
    drop(registry);

    let mut churn = Churn::<R>::new(size);
    PEAK.store(IN_USE.load(Relaxed), Relaxed);
    for _ in 0..4 * size {
        churn.step();
    }
    let peak = PEAK.load(Relaxed) - start;
    drop(churn);

    let each = |bytes: isize| bytes as f64 / size as f64;
    format!(
        "{{\"size\": {size}, \"owners\": {:.1}, \"live\": {:.1}, \"all_dead\": {:.1}, \"churn_peak\": {:.1}}}",
        each(owned),
        each(live),
        each(dead),
        each(peak)
    )
}
