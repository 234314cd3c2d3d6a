//! [pitfalls]: crate::docs::pitfalls
//! [recipes]: crate::docs::recipes
//! [migrating]: crate::docs::migrating
//!
#![doc = include_str!("../../docs/guide.md")]
