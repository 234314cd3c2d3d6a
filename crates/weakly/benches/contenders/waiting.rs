//! How long a thread waited for a processor, so that a pause of the machine is not taken for one of
//! the code.

use std::fs;

/// The nanoseconds that this thread has waited for a processor, as Linux counts them; elsewhere 0.
pub(crate) fn so_far() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let waited = text.split_whitespace().nth(1);
    waited.and_then(|each| each.parse().ok()).unwrap_or(0)
}
