//! A contender at one size, and how its operations are timed.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::{Churn, Registry, filled, shuffled, waiting};

/// What is timed, in this order: what changes the objects' places in memory comes last.
pub(crate) const OPERATIONS: [&str; 6] =
    ["get", "miss", "iterate", "build", "churn", "random deaths"];

/// So many lookups are a slice: some slices are free of what else the machine does.
const LOOKUPS: usize = 1_000;
/// So many slices of short work are timed in a round.
const SLICES: usize = 40;
/// Short work is repeated until a slice has so many operations.
const SHORT: usize = 1_000;
/// A churn is timed over so many times its size, so that every contender does all its housekeeping,
/// and over no less than this many steps.
const TURNS: usize = 4;
const STEPS: usize = 100_000;
/// Work that takes longer has no slices without a wait, on a busy machine.
const LONG: Duration = Duration::from_millis(2);

/// A contender at one size.
pub(crate) trait Case {
    /// Times slices of an operation: adds the nanoseconds per operation of each.
    fn time(&mut self, operation: &str, slices: &mut Vec<f64>);
}

/// Makes a case.
pub(crate) type Make = fn(size: usize) -> Box<dyn Case>;

/// The case of a registry.
pub(crate) fn case<R: Registry + 'static>(size: usize) -> Box<dyn Case> {
    let (registry, owners) = filled::<R>(size);
    Box::new(Filled {
        registry,
        owners,
        order: shuffled(size),
        visited: 0,
        churn: None,
    })
}

struct Filled<R: Registry> {
    registry: R,
    owners: Vec<R::Owner>,
    order: Vec<usize>,
    visited: usize,
    /// Takes the place of the rest when it begins.
    churn: Option<Churn<R>>,
}

impl<R: Registry> Filled<R> {
    fn size(&self) -> usize {
        self.order.len()
    }

    #[inline(never)]
    fn get(&mut self, count: usize) {
        for _ in 0..count {
            let at = self.order[self.visited];
            self.visited += 1;
            if self.visited == self.order.len() {
                self.visited = 0;
            }
            black_box(
                self.registry
                    .contains(black_box(at as u64), &self.owners[at]),
            );
        }
    }

    #[inline(never)]
    fn miss(&self, absent: &[R::Owner]) {
        for (id, owner) in (self.size() as u64..).zip(absent) {
            black_box(self.registry.contains(black_box(id), owner));
        }
    }

    #[inline(never)]
    fn iterate(&self, times: usize) {
        for _ in 0..times {
            black_box(self.registry.sum());
        }
    }

    /// The churn, which begins with the first.
    fn churn(&mut self) -> &mut Churn<R> {
        let size = self.size();
        self.owners = Vec::new();
        self.registry = R::default();
        self.churn.get_or_insert_with(|| Churn::new(size))
    }
}

impl<R: Registry> Case for Filled<R> {
    fn time(&mut self, operation: &str, slices: &mut Vec<f64>) {
        let size = self.size();
        let steps = (TURNS * size).max(STEPS);
        match operation {
            "get" => {
                // Others had the caches.
                self.get(size.min(100 * LOOKUPS));
                slices.extend((0..SLICES).map(|_| per_operation(LOOKUPS, || self.get(LOOKUPS))));
            }
            "miss" => {
                let ids = (size..size + LOOKUPS).map(|id| id as u64);
                let absent: Vec<_> = ids.map(R::own).collect();
                self.miss(&absent);
                slices.extend((0..SLICES).map(|_| per_operation(LOOKUPS, || self.miss(&absent))));
            }
            "iterate" => {
                let times = SHORT.div_ceil(size);
                self.iterate(1);
                slices.push(per_operation(times * size, || self.iterate(times)));
            }
            "build" => {
                for _ in 0..(SLICES * SHORT).div_ceil(size) {
                    slices.push(build::<R>(size));
                }
            }
            "churn" | "random deaths" => {
                let churn = self.churn();
                slices.push(match operation {
                    "churn" => turn(churn, steps, Churn::step),
                    _ => turn(churn, steps, Churn::random_step),
                });
            }
            _ => panic!("no operation is called {operation:?}"),
        }
    }
}

/// Times the insertion of objects that are in no container yet.
fn build<R: Registry>(size: usize) -> f64 {
    let owners: Vec<_> = (0..size as u64).map(R::own).collect();
    let mut registry = R::default();
    per_operation(size, || {
        for (id, owner) in owners.iter().enumerate() {
            registry.insert(id as u64, owner);
        }
    })
}

/// Times steps of a churn, after some that are not timed.
fn turn<R: Registry>(churn: &mut Churn<R>, steps: usize, step: impl Fn(&mut Churn<R>)) -> f64 {
    (0..steps / 10).for_each(|_| step(churn));
    per_operation(steps, || (0..steps).for_each(|_| step(churn)))
}

/// Times work of so many operations, without the time in which the thread waited for a processor.
///
/// Short work is timed as it is: of many slices some had to wait for nothing.
pub(crate) fn per_operation(operations: usize, work: impl FnOnce()) -> f64 {
    // Asking for the waits may have to wait, too: that must be within the time that they are taken from.
    let outer = Instant::now();
    let waited = waiting::so_far();
    let begin = Instant::now();
    work();
    let mut elapsed = begin.elapsed();
    if elapsed > LONG {
        let waited = Duration::from_nanos(waiting::so_far() - waited);
        elapsed = outer.elapsed().saturating_sub(waited);
    }
    elapsed.as_nanos() as f64 / operations as f64
}
