//! Throughput of one and of two threads on one shared registry.
//!
//! Prints one JSON array: million operations a second, all threads together, the best of nine
//! runs.
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod contenders;

use std::hint::black_box;
use std::sync::Barrier;
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use contenders::{Churn, Locked, Registry, calm, shuffled, weak_table, weakly};

/// Owners of each thread.
const SIZE: usize = 10_000;
const STEPS: usize = 1_000_000;
const RUNS: usize = 9;

fn main() {
    calm::acquaint();
    let results = [
        contender::<weakly::Values>("weak values", "weakly"),
        contender::<Locked<weak_table::Values>>("weak values", "weak-table in a Mutex"),
        contender::<weakly::Keys>("weak keys", "weakly"),
        contender::<Locked<weak_table::Keys>>("weak keys", "weak-table in a Mutex"),
        contender::<weakly::Items>("weak set", "weakly"),
        contender::<Locked<weak_table::Items>>("weak set", "weak-table in a Mutex"),
    ];
    println!("[{}]", results.join(",\n "));
}

fn contender<R: Registry + Clone + Send + 'static>(kind: &str, name: &str) -> String {
    let rates = [1, 2].map(|threads| {
        format!(
            "{{\"threads\": {threads}, \"lookups\": {:.1}, \"churn\": {:.1}}}",
            best(threads, lookups::<R>),
            best(threads, churn::<R>)
        )
    });
    format!(
        "{{\"kind\": \"{kind}\", \"contender\": \"{name}\", \"rates\": [{}]}}",
        rates.join(", ")
    )
}

/// When a thread began its steps, and when it ended them.
type Span = (Instant, Instant);

/// Million operations a second of so many threads that do `work` with clones of one registry.
fn best<R: Registry + Clone + Send + 'static>(
    threads: usize,
    work: fn(R, u64, &Barrier) -> Span,
) -> f64 {
    let runs = (0..RUNS).map(|_| {
        let registry = R::default();
        let barrier = Barrier::new(threads + 1);
        let spans: Vec<Span> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|number| {
                    let (registry, barrier) = (registry.clone(), &barrier);
                    scope.spawn(move || work(registry, (number as u64) << 32, barrier))
                })
                .collect();
            calm::wait();
            barrier.wait();
            let joined = |worker: ScopedJoinHandle<'_, Span>| worker.join().expect("no panic");
            workers.into_iter().map(joined).collect()
        });
        let first = spans.iter().map(|span| span.0).min().expect("a thread");
        let last = spans.iter().map(|span| span.1).max().expect("a thread");
        (threads * STEPS) as f64 / (last - first).as_secs_f64() / 1e6
    });
    runs.fold(0.0, f64::max)
}

fn lookups<R: Registry>(mut registry: R, first: u64, barrier: &Barrier) -> Span {
    let owners: Vec<_> = (0..SIZE as u64).map(|id| R::own(first + id)).collect();
    for (id, owner) in owners.iter().enumerate() {
        registry.insert(first + id as u64, owner);
    }
    let order = shuffled(SIZE);
    let mut visits = order.iter().cycle();
    steps(barrier, || {
        let at = *visits.next().expect("a cycle has no end");
        black_box(registry.contains(first + at as u64, &owners[at]));
    })
}

fn churn<R: Registry>(registry: R, first: u64, barrier: &Barrier) -> Span {
    let mut churn = Churn::of(registry, SIZE, first);
    steps(barrier, || churn.step())
}

/// Waits until every thread has prepared, then does the steps.
fn steps(barrier: &Barrier, mut step: impl FnMut()) -> Span {
    barrier.wait();
    // The thread's own clock: whoever else would take the time may be woken late.
    let begin = Instant::now();
    for _ in 0..STEPS {
        step();
    }
    (begin, Instant::now())
}
