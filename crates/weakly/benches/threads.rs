//! Throughput of one thread, of two on one container, and of two on containers of their own.
//!
//! The contenders of a kind take turns. Prints a line for each figure, a JSON object: million
//! operations per second, all threads together, in the best run.
//!
//! `threads --rounds 9`
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod contenders;

use std::hint::black_box;
use std::sync::Barrier;
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use contenders::{Churn, Locked, Registry, arguments, by_hand, interners, quiet, shuffled};
use contenders::{weak_table, weakly};

/// Owners of each thread.
const SIZE: usize = 10_000;
const STEPS: usize = 500_000;

type Run = fn(Setting) -> f64;
const CONTENDERS: &[(&str, &str, [Run; 2])] = &[
    ("values", "weakly", runs::<weakly::threads::Values>()),
    (
        "values",
        "weak-table in a Mutex",
        runs::<Locked<weak_table::arc::Values>>(),
    ),
    (
        "values",
        "HashMap by hand in a Mutex",
        runs::<Locked<by_hand::Hashed>>(),
    ),
    ("keys", "weakly", runs::<weakly::threads::Keys>()),
    (
        "keys",
        "weak-table in a Mutex",
        runs::<Locked<weak_table::arc::Keys>>(),
    ),
    ("set", "weakly", runs::<weakly::threads::Items>()),
    (
        "set",
        "weak-table in a Mutex",
        runs::<Locked<weak_table::arc::Items>>(),
    ),
    ("interner", "weakly", runs::<interners::Weakly>()),
    ("interner", "internment", runs::<interners::Internment>()),
    ("interner", "arc-interner", runs::<interners::ArcInterner>()),
    ("interner", "hashconsing", runs::<interners::HashConsing>()),
];
const OPERATIONS: [&str; 2] = ["get", "churn"];

/// How many threads there are, and whether each has a container of its own.
#[derive(Clone, Copy)]
struct Setting {
    threads: usize,
    containers: usize,
}

const SETTINGS: [Setting; 3] = [
    Setting {
        threads: 1,
        containers: 1,
    },
    Setting {
        threads: 2,
        containers: 1,
    },
    Setting {
        threads: 2,
        containers: 2,
    },
];

const fn runs<R: Registry + Clone + Send + 'static>() -> [Run; 2] {
    [
        |setting| rate::<R>(setting, lookups),
        |setting| rate::<R>(setting, churn),
    ]
}

fn main() {
    quiet::calibrate();
    let rounds: usize = arguments::one("rounds", "9");
    for (number, operation) in OPERATIONS.iter().enumerate() {
        let mut best = vec![[0.0; SETTINGS.len()]; CONTENDERS.len()];
        for _ in 0..rounds {
            for ((.., runs), best) in CONTENDERS.iter().zip(&mut best) {
                for (setting, best) in SETTINGS.iter().zip(best) {
                    *best = f64::max(*best, runs[number](*setting));
                }
            }
        }
        for ((kind, name, _), best) in CONTENDERS.iter().zip(best) {
            println!(
                "{{\"kind\": \"{kind}\", \"operation\": \"{operation}\", \"contender\": \"{name}\", \
                 \"one\": {:.1}, \"two_on_one\": {:.1}, \"two_on_two\": {:.1}}}",
                best[0], best[1], best[2]
            );
        }
    }
}

/// When a thread began its steps, and when it ended them.
type Span = (Instant, Instant);

/// Million operations per second of threads that do `work`.
fn rate<R: Registry + Clone + Send + 'static>(
    setting: Setting,
    work: fn(R, u64, &Barrier) -> Span,
) -> f64 {
    let registries: Vec<R> = (0..setting.containers).map(|_| R::default()).collect();
    let barrier = Barrier::new(setting.threads + 1);
    let spans: Vec<Span> = thread::scope(|scope| {
        let workers: Vec<_> = (0..setting.threads)
            .map(|number| {
                let registry = registries[number % setting.containers].clone();
                let barrier = &barrier;
                scope.spawn(move || work(registry, (number as u64) << 32, barrier))
            })
            .collect();
        quiet::wait();
        barrier.wait();
        let joined = |worker: ScopedJoinHandle<'_, Span>| worker.join().expect("no panic");
        workers.into_iter().map(joined).collect()
    });
    let first = spans.iter().map(|span| span.0).min().expect("a thread");
    let last = spans.iter().map(|span| span.1).max().expect("a thread");
    (setting.threads * STEPS) as f64 / (last - first).as_secs_f64() / 1e6
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
