//! How long single steps of steady churn take, up to the slowest.
//!
//! One of the contenders has no container: what its slowest step takes is the machine's noise. Ours
//! does not share a process with weak-table, which frees all dead objects at once: the next large
//! allocation, whosever it is, makes the allocator join these pieces, which takes 0.3 s.
//! The time in which a thread waited for a processor does not count.
//! Prints a line for each contender and size, a JSON object.
//!
//! `steps --contenders 'weakly,no container' --sizes 500000,1000000 --steps 20000000`
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod contenders;

use std::time::Instant;

use contenders::{Churn, Locked, Registry, arguments, quiet, waiting, weak_table, weakly};

const SIZES: &str = "500000,700000,900000,1000000";
const CONTENDERS: &str = "weakly,weak-table in a Mutex,no container";
const STEPS: &str = "20000000";
/// So many steps are a turn.
const TURN: usize = 1_000_000;
/// A step of more nanoseconds may have waited for a processor.
const SLOW: u64 = 20_000;

/// Steps by duration: bucket `n` counts those of less than `2 ** n` nanoseconds.
struct Histogram {
    buckets: [u64; 40],
    slowest: u64,
}

impl Histogram {
    fn new() -> Self {
        Self {
            buckets: [0; 40],
            slowest: 0,
        }
    }
}

/// Owners that nobody registers. A step writes to as many places of a large memory as it may with a
/// container, so that it takes about as long and meets as much noise.
struct Nothing {
    memory: Vec<u64>,
    random: u64,
}

impl Default for Nothing {
    fn default() -> Self {
        Self {
            memory: vec![1; 1 << 22],
            random: 1,
        }
    }
}

impl Registry for Nothing {
    type Owner = std::sync::Arc<u64>;

    fn own(id: u64) -> Self::Owner {
        std::sync::Arc::new(id)
    }

    fn insert(&mut self, id: u64, _owner: &Self::Owner) {
        for _ in 0..8 {
            self.random = self
                .random
                .wrapping_mul(0x5851_F42D_4C95_7F2D)
                .wrapping_add(1);
            let place = (self.random >> 42) as usize;
            self.memory[place] = self.memory[place].wrapping_add(id);
        }
    }

    fn contains(&self, _id: u64, _owner: &Self::Owner) -> bool {
        false
    }

    fn sum(&self) -> u64 {
        0
    }
}

/// A churn whose steps are timed.
trait Timed {
    fn steps(&mut self, count: usize, histogram: &mut Histogram);
}

impl<R: Registry> Timed for Churn<R> {
    fn steps(&mut self, count: usize, histogram: &mut Histogram) {
        let mut waited = waiting::so_far();
        for _ in 0..count {
            let begin = Instant::now();
            self.step();
            let mut taken = begin.elapsed().as_nanos() as u64;
            if taken > SLOW {
                taken = taken.saturating_sub(waiting::so_far() - waited);
                // Asking may have to wait, too, which is not a wait of the next slow step.
                waited = waiting::so_far();
            }
            let bucket = (u64::BITS - taken.leading_zeros()) as usize;
            histogram.buckets[bucket.min(39)] += 1;
            histogram.slowest = histogram.slowest.max(taken);
        }
    }
}

fn main() {
    quiet::calibrate();
    let steps: usize = arguments::one("steps", STEPS);
    let wanted: Vec<String> = arguments::list("contenders", CONTENDERS);
    for size in arguments::list("sizes", SIZES) {
        let mut contenders: Vec<(String, Box<dyn Timed>, Histogram)> = wanted
            .iter()
            .map(|name| (name.clone(), churn(name, size), Histogram::new()))
            .collect();
        for done in (0..steps).step_by(TURN) {
            for (_, churn, histogram) in &mut contenders {
                quiet::wait();
                churn.steps(TURN.min(steps - done), histogram);
            }
        }
        for (name, _, histogram) in contenders {
            println!(
                "{{\"contender\": \"{name}\", \"size\": {size}, \"steps\": {steps}, \
                 \"slowest_ns\": {}, \"below_two_to_the\": {:?}}}",
                histogram.slowest, histogram.buckets
            );
        }
    }
}

fn churn(contender: &str, size: usize) -> Box<dyn Timed> {
    match contender {
        "weakly" => Box::new(steady::<weakly::threads::Values>(size)),
        "weak-table in a Mutex" => Box::new(steady::<Locked<weak_table::arc::Values>>(size)),
        "no container" => Box::new(steady::<Nothing>(size)),
        _ => panic!("no contender is called {contender:?}"),
    }
}

/// A churn that has turned over once: tables that grow with their dead have grown by then.
fn steady<R: Registry>(size: usize) -> Churn<R> {
    let mut churn = Churn::new(size);
    (0..size).for_each(|_| churn.step());
    churn
}
