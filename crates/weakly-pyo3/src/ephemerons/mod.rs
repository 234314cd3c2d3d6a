//! Ephemerons: entries whose value may lead to its own key, and that still go when nobody else refers
//! to the key.
//!
//! To the collector a dictionary refers to its values, whether their keys live or not. So at the start of a
//! full collection the `collector` finds out itself which keys only such values lead to (`analysis`),
//! and lends these values to an object that nobody refers to (`limbo`). Then the collector finds values
//! and keys unreachable, and does the rest as it does for any weak key.

mod analysis;
pub mod collector;
pub mod enrollment;
mod limbo;
pub mod registry;
