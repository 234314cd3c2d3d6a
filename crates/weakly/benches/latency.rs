//! How long single steps of a steady churn take, up to the slowest one.
//!
//! Prints one JSON object: for each contender a histogram of the steps (an owner made and inserted,
//! the oldest dead and gone) and the slowest of them. Of three runs the one with the fastest
//! slowest step counts, because the machine has pauses of its own.
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod contenders;

use std::time::Instant;

use contenders::{Churn, Locked, Registry, hashbrown, weak_table};

const SIZE: usize = 1_000_000;
/// Enough for weak-table's table to fill up with dead entries at least twice.
const STEPS: usize = 4 * SIZE;

/// Steps by duration: bucket `n` counts those of less than `2 ** n` nanoseconds.
struct Histogram {
    buckets: [u64; 40],
    slowest: u64,
}

fn main() {
    let results = [
        json(
            "weak-table in a Mutex",
            &best::<Locked<weak_table::Identities>>(),
        ),
        json("hashbrown by hand", &best::<hashbrown::Identities>()),
    ];
    println!(
        "{{\"size\": {SIZE}, \"steps\": {STEPS}, \"contenders\": {{{}}}}}",
        results.join(", ")
    );
}

fn best<R: Registry>() -> Histogram {
    let runs = (0..3).map(|_| run::<R>());
    runs.min_by_key(|histogram| histogram.slowest)
        .expect("there are three runs")
}

fn run<R: Registry>() -> Histogram {
    let mut churn = Churn::<R>::new(SIZE);
    let mut histogram = Histogram {
        buckets: [0; 40],
        slowest: 0,
    };
    for _ in 0..SIZE {
        churn.step();
    }
    for _ in 0..STEPS {
        let begin = Instant::now();
        churn.step();
        let nanoseconds = begin.elapsed().as_nanos() as u64;
        let bucket = (u64::BITS - nanoseconds.leading_zeros()) as usize;
        histogram.buckets[bucket.min(39)] += 1;
        histogram.slowest = histogram.slowest.max(nanoseconds);
    }
    histogram
}

fn json(name: &str, histogram: &Histogram) -> String {
    format!(
        "\"{name}\": {{\"slowest_ns\": {}, \"below_two_to_the\": {:?}}}",
        histogram.slowest, histogram.buckets
    )
}
