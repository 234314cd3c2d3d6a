//! Memory of containers at rest, of dead objects and in churn, counted by the allocator.
//!
//! Prints a line for each contender and size, a JSON object: bytes per entry with its object, as
//! asked for and as the allocator really gave.
//!
//! `memory --sizes 1000,100000`
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod contenders;

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::c_void;
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

use contenders::list::contenders;
use contenders::{Churn, Registry, arguments, filled};

struct Counting;

/// Bytes in use, and the most that were.
struct Bytes {
    now: AtomicIsize,
    peak: AtomicIsize,
}

static ASKED: Bytes = Bytes::none();
static GIVEN: Bytes = Bytes::none();

impl Bytes {
    const fn none() -> Self {
        Self {
            now: AtomicIsize::new(0),
            peak: AtomicIsize::new(0),
        }
    }

    fn add(&self, change: isize) {
        let now = self.now.fetch_add(change, Relaxed) + change;
        self.peak.fetch_max(now, Relaxed);
    }
}

unsafe extern "C" {
    fn malloc_usable_size(pointer: *mut c_void) -> usize;
}

/// What the allocator gave at `pointer`, with the word that glibc keeps before it.
fn given(pointer: *mut u8) -> isize {
    // SAFETY: the system's allocator, which is that of the C library, has given the pointer.
    let usable = unsafe { malloc_usable_size(pointer.cast()) };
    (usable + size_of::<usize>()) as isize
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        let pointer = unsafe { System.alloc(layout) };
        ASKED.add(layout.size() as isize);
        GIVEN.add(given(pointer));
        pointer
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ASKED.add(-(layout.size() as isize));
        GIVEN.add(-given(pointer));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let before = given(pointer);
        // SAFETY: as above.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        ASKED.add(size as isize - layout.size() as isize);
        GIVEN.add(given(moved) - before);
        moved
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SIZES: &str = "1000,5000,10000,20000,50000,100000,300000,1000000";
type Bench = fn(usize) -> String;

const CONTENDERS: &[(&str, &str, Bench)] = &contenders!(measure);

fn main() {
    let sizes: Vec<usize> = arguments::list("sizes", SIZES);
    for (kind, name, measure) in CONTENDERS {
        // A lock takes nothing per entry, and what interners shared with others is not theirs.
        if *kind == "interner" || name.ends_with(" in a Mutex") && !name.starts_with("indexmap") {
            continue;
        }
        for &size in &sizes {
            println!(
                "{{\"kind\": \"{kind}\", \"contender\": \"{name}\", \"size\": {size}, {}}}",
                measure(size)
            );
        }
    }
}

fn measure<R: Registry>(size: usize) -> String {
    let ring = (size * size_of::<R::Owner>()) as isize;
    let per_entry = |[asked, given]: [isize; 2]| {
        let [asked, given] = [asked, given].map(|bytes| bytes as f64 / size as f64);
        format!("[{asked:.1}, {given:.1}]")
    };
    let start = now();
    let since = |bytes: [isize; 2]| [bytes[0] - start[0], bytes[1] - start[1]];
    let beside = |bytes: [isize; 2]| since(bytes).map(|each| each - ring);

    let owners: Vec<_> = (0..size as u64).map(R::own).collect();
    let objects = per_entry(beside(now()));
    drop(owners);

    let (registry, owners) = filled::<R>(size);
    let live = per_entry(beside(now()));
    drop(owners);
    let all_dead = per_entry(since(now()));
    drop(registry);

    let mut churn = Churn::<R>::new(size);
    for bytes in [&ASKED, &GIVEN] {
        bytes.peak.store(bytes.now.load(Relaxed), Relaxed);
    }
    (0..4 * size).for_each(|_| churn.step());
    let peaks = [&ASKED, &GIVEN].map(|bytes| bytes.peak.load(Relaxed));
    let churn_peak = per_entry(beside(peaks));
    format!(
        "\"objects\": {objects}, \"live\": {live}, \"all_dead\": {all_dead}, \
         \"churn_peak\": {churn_peak}"
    )
}

fn now() -> [isize; 2] {
    [&ASKED, &GIVEN].map(|bytes| bytes.now.load(Relaxed))
}
