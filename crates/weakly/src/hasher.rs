//! The hasher of containers that name none.

#[cfg(feature = "std")]
pub(crate) use std::hash::RandomState;

/// Without `std` there are no random numbers, so its keys are always the same.
#[cfg(not(feature = "std"))]
#[allow(deprecated, reason = "what is to be used in its place is in `std`")]
pub(crate) type RandomState = core::hash::BuildHasherDefault<core::hash::SipHasher>;
