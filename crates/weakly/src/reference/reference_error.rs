//! What the use of a dead proxy gives.

use core::error::Error;
use core::fmt;

/// The error of using a proxy whose referent is dead.
///
/// ```
/// let error = weakly::ReferenceError;
/// assert_eq!(error.to_string(), "weakly-referenced object no longer exists");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReferenceError;

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("weakly-referenced object no longer exists")
    }
}

impl Error for ReferenceError {}
