//! What a benchmark is asked for on its command line: `--sizes 1000,100000 --rounds 3`.

use std::fmt::Debug;
use std::str::FromStr;

/// The values behind `--name`, separated by commas, or those of `default`.
///
/// # Panics
///
/// If one of them cannot be read.
pub(crate) fn list<T: FromStr<Err: Debug>>(name: &str, default: &str) -> Vec<T> {
    let mut given = std::env::args().skip_while(|each| each.strip_prefix("--") != Some(name));
    let text = given.nth(1).unwrap_or_else(|| default.to_owned());
    let values = text.split(',').filter(|each| !each.is_empty());
    values
        .map(|each| each.parse().expect("values that the benchmark knows"))
        .collect()
}

/// The one value behind `--name`, or `default`.
///
/// # Panics
///
/// As [`list`].
pub(crate) fn one<T: FromStr<Err: Debug>>(name: &str, default: &str) -> T {
    list(name, default).pop().expect("a value")
}
