//! A process for each contender.
//!
//! Where an object is made depends on what was freed before, and how long a lookup in a large
//! container takes depends on where the objects are: nobody shall come after another.

use std::env;
use std::process::Command;

use super::calm;

const TURN: &str = "WEAKLY_BENCH_CONTENDER";

/// In a process that was started for a contender, its number. Otherwise starts a process for each
/// of so many contenders, one after another, and then there is nothing left to do.
pub(crate) fn turn(contenders: usize) -> Option<usize> {
    if let Ok(number) = env::var(TURN) {
        return Some(number.parse().expect("a number"));
    }
    let calm = calm::acquaint().to_string();
    for number in 0..contenders {
        let this = env::current_exe().expect("the path of this program");
        let status = Command::new(this)
            .args(env::args_os().skip(1))
            .env(TURN, number.to_string())
            .env(calm::KNOWN, &calm)
            .status();
        assert!(status.expect("a process").success());
    }
    None
}
