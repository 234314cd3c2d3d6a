//! [pitfalls]: crate::docs::pitfalls
//! [ephemerons]: crate::docs::ephemerons
//! [recipes]: crate::docs::recipes
//! [relations]: crate::docs::recipes#relations-between-objects-that-others-own
//! [migrating]: crate::docs::migrating
//!
#![doc = include_str!("../../docs/guide.md")]
