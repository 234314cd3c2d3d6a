//! Weak references with death callbacks, and maps and sets that forget dead objects at once.
#![forbid(unsafe_code)]

pub mod table;
