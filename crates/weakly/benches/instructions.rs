//! One operation of one contender, so often as told: what a counter of instructions is run on.
//!
//! `instructions CONTENDER OPERATION SIZE COUNT` prepares, does the operation COUNT times and ends
//! without tidying up; two runs whose counts differ tell what the operation costs.

mod contenders;

use std::hint::black_box;

use contenders::list::contenders;
use contenders::{Churn, Registry, filled, shuffled};

type Bench = fn(operation: &str, size: usize, count: usize);

const CONTENDERS: &[(&str, &str, Bench)] = &contenders!(run);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [contender, operation, size, count] = &arguments[..] else {
        return; // as `cargo test --benches` runs it
    };
    let found = CONTENDERS
        .iter()
        .find(|(kind, name, _)| format!("{kind}, {name}") == *contender);
    let (.., run) = found.unwrap_or_else(|| panic!("no contender is called {contender:?}"));
    run(operation, size.parse().unwrap(), count.parse().unwrap());
}

fn run<R: Registry>(operation: &str, size: usize, count: usize) {
    match operation {
        "churn" => {
            let mut churn = Churn::<R>::new(size);
            for _ in 0..2 * size + count {
                churn.step();
            }
        }
        "get" => {
            let (registry, owners) = filled::<R>(size);
            let order = shuffled(size);
            for &at in order.iter().cycle().take(count) {
                black_box(registry.contains(black_box(at as u64), &owners[at]));
            }
        }
        _ => panic!("no operation is called {operation:?}"),
    }
    // What lives is not what was asked for.
    std::process::exit(0);
}
