//! [guide]: crate::docs::guide
//!
#![doc = include_str!("../../docs/migrating.md")]
