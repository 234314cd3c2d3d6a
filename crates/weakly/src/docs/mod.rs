//! The guide: which type to use when, what goes wrong, recipes, and how to migrate.
//!
//! Its examples are in Python and in Rust, since the Python package `weakly` has the same types.
//!
//! * [`guide`]: which type to use when
//! * [`pitfalls`]: what goes wrong with weak references
//! * [`ephemerons`]: values that lead to their own keys
//! * [`recipes`]: caches, registries, observers, cleaning up
//! * [`migrating`]: from std's `Arc` and `Weak`, the crate weak-table, and Python's `weakref`

// Each page is a file of the repository's `docs/guide`. The links at its end lead to other files
// there; of two definitions of a link the first counts, so those here lead to modules instead.

pub mod ephemerons;
pub mod guide;
pub mod migrating;
pub mod pitfalls;
pub mod recipes;
