//! A process for each contender.
//!
//! Objects that are made where others were freed lie scattered in memory: in large containers that
//! takes up to three times as long, and whoever comes later would pay for what came before.

use std::env;
use std::process::Command;

const TURN: &str = "WEAKLY_BENCH_CONTENDER";

/// In a process that was started for a contender, its number. Otherwise starts a process for each
/// of so many contenders, one after another, and then there is nothing left to do.
pub(crate) fn turn(contenders: usize) -> Option<usize> {
    if let Ok(number) = env::var(TURN) {
        return Some(number.parse().expect("a number"));
    }
    for number in 0..contenders {
        let this = env::current_exe().expect("the path of this program");
        let status = Command::new(this)
            .args(env::args_os().skip(1))
            .env(TURN, number.to_string())
            .status();
        assert!(status.expect("a process").success());
    }
    None
}
