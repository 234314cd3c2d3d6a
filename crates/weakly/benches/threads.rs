//! Throughput of one and of two threads on one shared registry.
//!
//! Prints one JSON array: million operations a second, all threads together, the best of three
//! runs.
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod contenders;

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use contenders::{Churn, Locked, Registry, calm, shuffled, weak_table, weakly};

/// Owners of each thread.
const SIZE: usize = 10_000;
const STEPS: usize = 1_000_000;

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

/// Million operations a second of so many threads that do `work` with clones of one registry.
fn best<R: Registry + Clone + Send + 'static>(threads: usize, work: fn(R, u64, &Barrier)) -> f64 {
    let runs = (0..3).map(|_| {
        let registry = R::default();
        let barrier = Barrier::new(threads + 1);
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|number| {
                    let (registry, barrier) = (registry.clone(), &barrier);
                    scope.spawn(move || work(registry, (number as u64) << 32, barrier))
                })
                .collect();
            calm::wait();
            barrier.wait();
            let begin = Instant::now();
            for worker in workers {
                worker.join().expect("the worker does not panic");
            }
            (threads * STEPS) as f64 / begin.elapsed().as_secs_f64() / 1e6
        })
    });
    runs.fold(0.0, f64::max)
}

fn lookups<R: Registry>(mut registry: R, first: u64, barrier: &Barrier) {
    let owners: Vec<_> = (0..SIZE as u64).map(|id| R::own(first + id)).collect();
    for (id, owner) in owners.iter().enumerate() {
        registry.insert(first + id as u64, owner);
    }
    let order = shuffled(SIZE);
    barrier.wait();
    for &at in order.iter().cycle().take(STEPS) {
        black_box(registry.contains(first + at as u64, &owners[at]));
    }
}

fn churn<R: Registry>(registry: R, first: u64, barrier: &Barrier) {
    let mut churn = Churn::of(registry, SIZE, first);
    barrier.wait();
    for _ in 0..STEPS {
        churn.step();
    }
}
