//! Calm: timing while the machine works at full speed.
//!
//! A processor that is shared with others takes up to twice as long, for milliseconds or for half
//! a minute at a time. A fixed piece of work that takes microseconds tells: in a calm it is as fast
//! as it ever was.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How much longer than ever before the fixed work may take in a calm, in percent.
const TOLERANCE: u64 = 125;
const ACQUAINTANCE: Duration = Duration::from_secs(1);

/// The least nanoseconds that the fixed work has taken.
static FASTEST: AtomicU64 = AtomicU64::new(u64::MAX);
/// The nanoseconds that this process may still wait.
static PATIENCE: AtomicU64 = AtomicU64::new(60_000_000_000);

/// Finds out how long the fixed work takes in a calm, if there is one in the first second.
pub(crate) fn acquaint() {
    let begin = Instant::now();
    while begin.elapsed() < ACQUAINTANCE {
        spin();
    }
}

/// Returns when the machine is at full speed, or patience is over.
pub(crate) fn wait() {
    let begin = Instant::now();
    let patience = Duration::from_nanos(PATIENCE.load(Ordering::Relaxed));
    while !is_here() && begin.elapsed() < patience {}
    let left = patience.saturating_sub(begin.elapsed());
    PATIENCE.store(left.as_nanos() as u64, Ordering::Relaxed);
}

/// Whether the machine is at full speed now.
fn is_here() -> bool {
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
