//! Weak maps for extensions: of Python objects on one side, and of Rust values on the other.

mod weak_key_map;
mod weak_value_map;

pub use weak_key_map::{PyWeakIdKeyMap, PyWeakKeyMap};
pub use weak_value_map::{PyWeakIdValueMap, PyWeakValueMap};
