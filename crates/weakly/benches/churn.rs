//! Steady churn: a step makes an owner, inserts it, and lets the oldest die.
//!
//! Prints a line for each contender, a JSON object: the mean of the steps at each size, over
//! so many that every contender pays for all its housekeeping, and at the largest size how long
//! single steps take, up to the slowest. Of several runs the best counts, because the machine has
//! pauses of its own.
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod contenders;

use std::time::Instant;

use contenders::list::contenders;
use contenders::{Churn, Registry, alone, calm};

const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
const LARGEST: usize = SIZES[2];
/// The kind whose single steps are timed.
const TIMED_SINGLY: &str = "weak values";
const RUNS: usize = 3;
/// So many times its size a churn runs: a table that is swept when its dead have filled it is swept.
const ROUNDS: usize = 4;

/// Steps by duration (none where they were not timed singly): bucket `n` counts those of less than
/// `2 ** n` nanoseconds.
#[derive(Default)]
struct Histogram {
    buckets: Vec<u64>,
    slowest: u64,
}

type Bench = fn(kind: &str, name: &str) -> String;

const CONTENDERS: [(&str, &str, Bench); 15] = contenders!(contender);

fn main() {
    // By identity churn is the same, and a plain map that keeps its order loses it here.
    let churning = |(kind, name, _): &&(&str, &str, Bench)| {
        *kind != "weak set by identity" && !name.starts_with("indexmap")
    };
    let contenders: Vec<_> = CONTENDERS.iter().filter(churning).collect();
    if let Some(turn) = alone::turn(contenders.len()) {
        let (kind, name, contender) = contenders[turn];
        println!("{}", contender(kind, name));
    }
}

fn contender<R: Registry>(kind: &str, name: &str) -> String {
    let means = SIZES.map(|size| format!("\"{size}\": {:.1}", mean::<R>(size)));
    let histogram = if kind == TIMED_SINGLY {
        let runs = (0..RUNS).map(|_| histogram::<R>());
        runs.min_by_key(|histogram| histogram.slowest)
            .expect("there are runs")
    } else {
        Histogram::default()
    };
    format!(
        "{{\"kind\": \"{kind}\", \"contender\": \"{name}\", \"mean_ns\": {{{}}}, \
         \"slowest_ns\": {}, \"below_two_to_the\": {:?}}}",
        means.join(", "),
        histogram.slowest,
        histogram.buckets
    )
}

/// Nanoseconds a step, in the best run.
fn mean<R: Registry>(size: usize) -> f64 {
    let mut churn = steady::<R>(size);
    let steps = (ROUNDS * size).max(300_000);
    let runs = (0..RUNS).map(|_| {
        calm::wait();
        let begin = Instant::now();
        for _ in 0..steps {
            churn.step();
        }
        begin.elapsed().as_nanos() as f64 / steps as f64
    });
    runs.fold(f64::INFINITY, f64::min)
}

fn histogram<R: Registry>() -> Histogram {
    let mut churn = steady::<R>(LARGEST);
    let mut histogram = Histogram {
        buckets: vec![0; 40],
        slowest: 0,
    };
    calm::wait();
    for _ in 0..ROUNDS * LARGEST {
        let begin = Instant::now();
        churn.step();
        let nanoseconds = begin.elapsed().as_nanos() as u64;
        let bucket = (u64::BITS - nanoseconds.leading_zeros()) as usize;
        histogram.buckets[bucket.min(39)] += 1;
        histogram.slowest = histogram.slowest.max(nanoseconds);
    }
    histogram
}

/// A churn that has turned over once: tables that grow with their dead have grown by then.
fn steady<R: Registry>(size: usize) -> Churn<R> {
    let mut churn = Churn::new(size);
    for _ in 0..size {
        churn.step();
    }
    churn
}
