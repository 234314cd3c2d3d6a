//! The interpreter's own weak references, and the two subtypes with fields of their own.

pub mod keyed_ref;
pub(crate) mod ref_subtype;
pub mod weak_method;
pub mod weak_ref;
