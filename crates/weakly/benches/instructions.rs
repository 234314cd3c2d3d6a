//! One operation of one contender, so often as told: what a counter of instructions is run on.
//!
//! `instructions CONTENDER OPERATION SIZE COUNT` prepares, does the operation COUNT times and ends
//! without tidying up; two runs whose counts differ tell what the operation costs.

mod contenders;

use std::hint::black_box;

use contenders::{Churn, Locked, Registry, filled, hashbrown, shuffled, weak_table, weakly};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [contender, operation, size, count] = &arguments[..] else {
        return; // as `cargo test --benches` runs it
    };
    let run = match contender.as_str() {
        "weak values, weakly" => run::<weakly::Values>,
        "weak values, weak-table" => run::<weak_table::Values>,
        "weak values, weak-table in a Mutex" => run::<Locked<weak_table::Values>>,
        "weak values, hashbrown by hand" => run::<hashbrown::Values>,
        "weak keys, weakly" => run::<weakly::Keys>,
        "weak keys, weak-table" => run::<weak_table::Keys>,
        "weak keys, weak-table in a Mutex" => run::<Locked<weak_table::Keys>>,
        "weak set, weakly" => run::<weakly::Items>,
        "weak set, weak-table" => run::<weak_table::Items>,
        "weak set, weak-table in a Mutex" => run::<Locked<weak_table::Items>>,
        _ => panic!("no contender is called {contender:?}"),
    };
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
