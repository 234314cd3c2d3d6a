//! [pitfalls]: crate::docs::pitfalls
//!
#![doc = include_str!("../../docs/recipes.md")]
