//! Random scripts for what the coverage-guided fuzzer in `fuzz/` runs, too.
//!
//! Each run has scripts of its own. A failure prints the seed of its script, which
//! `WEAKLY_SEED=... cargo test --test random` runs again.
#![allow(clippy::print_stdout)]

#[path = "harness/containers.rs"]
#[allow(unreachable_pub)]
mod containers;
#[path = "harness/table.rs"]
#[allow(unreachable_pub)]
mod table;

use std::hash::{BuildHasher, RandomState};

const SCRIPTS: u64 = 50;

/// Runs scripts of a thousand bytes.
fn run_scripts(run: fn(&[u8])) {
    let given = std::env::var("WEAKLY_SEED").ok();
    let given = given.map(|seed| seed.parse::<u64>().expect("a seed is a number"));
    let first = given.unwrap_or_else(|| RandomState::new().hash_one(0));
    let count = if given.is_some() { 1 } else { SCRIPTS };
    for seed in (0..count).map(|n| first.wrapping_add(n)) {
        println!("WEAKLY_SEED={seed}"); // shown of a test that fails; the last one counts
        run(&script(seed));
    }
}

/// Splitmix64.
fn script(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ mixed >> 31).to_le_bytes()
    };
    std::iter::repeat_with(next).take(125).flatten().collect()
}

#[test]
fn the_table_does_what_its_model_does() {
    run_scripts(table::run);
}

#[test]
fn the_containers_do_what_their_models_do() {
    run_scripts(containers::run);
}
