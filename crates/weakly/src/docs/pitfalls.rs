//! [recipes]: crate::docs::recipes
//!
#![doc = include_str!("../../docs/pitfalls.md")]
