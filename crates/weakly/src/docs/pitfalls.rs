//! [ephemerons]: crate::docs::ephemerons
//! [recipes]: crate::docs::recipes
//!
#![doc = include_str!("../../docs/pitfalls.md")]
