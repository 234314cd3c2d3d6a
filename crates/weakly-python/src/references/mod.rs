//! The interpreter's own weak references, and the two subtypes with fields of their own.

pub(crate) mod keyed_ref;
pub(crate) mod ref_subtype;
pub(crate) mod weak_method;
pub(crate) mod weak_ref;
