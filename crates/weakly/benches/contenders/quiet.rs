//! Timing while the machine is quiet, so that it works at full speed.
//!
//! A processor that is shared with others takes up to twice as long, for milliseconds or for half
//! a minute at a time. A fixed piece of work that takes microseconds shows it: on a quiet machine that
//! is as fast as it ever was.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How much longer than ever before the fixed work may take on a quiet machine, in percent.
const TOLERANCE: u64 = 125;
/// How long the fixed work is timed at first.
const CALIBRATION: Duration = Duration::from_secs(1);

/// The least nanoseconds that the fixed work has taken.
static FASTEST: AtomicU64 = AtomicU64::new(u64::MAX);
/// The nanoseconds that this process may still wait.
static WAIT_BUDGET: AtomicU64 = AtomicU64::new(60_000_000_000);

/// Finds out how long the fixed work takes on a quiet machine, if it is quiet for a moment in the first second.
pub(crate) fn calibrate() {
    let begin = Instant::now();
    while begin.elapsed() < CALIBRATION {
        spin();
    }
}

/// Returns when the machine is at full speed, or the wait budget is used up.
pub(crate) fn wait() {
    let begin = Instant::now();
    let budget = Duration::from_nanos(WAIT_BUDGET.load(Ordering::Relaxed));
    while !is_quiet() && begin.elapsed() < budget {}
    let left = budget.saturating_sub(begin.elapsed());
    WAIT_BUDGET.store(left.as_nanos() as u64, Ordering::Relaxed);
}

/// Whether the machine is at full speed now.
fn is_quiet() -> bool {
    // The first may have to fetch what other work has driven out of the caches.
    spin().min(spin()) * 100 <= FASTEST.load(Ordering::Relaxed) * TOLERANCE
}

/// Does the fixed work, which keeps all of a core busy; returns its nanoseconds.
fn spin() -> u64 {
    let begin = Instant::now();
    let mut lanes = black_box([1_u64, 2, 3, 4, 5, 6]);
    for step in 0..1_000 {
        for lane in &mut lanes {
            *lane = (*lane ^ step).rotate_left(5).wrapping_add(*lane >> 3);
        }
    }
    black_box(lanes);
    let elapsed = begin.elapsed().as_nanos() as u64;
    FASTEST.fetch_min(elapsed, Ordering::Relaxed);
    elapsed
}
