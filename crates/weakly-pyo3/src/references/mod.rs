//! The interpreter's own weak references, and its subtypes.

pub mod keyed_ref;
pub(crate) mod ref_new;
pub(crate) mod ref_subtype;
pub mod weak_id_ref;
pub mod weak_method;
pub mod weak_ref;
