//! Where the iteration that moved last stands.

use super::slot::NIL;

/// The iteration that moved last, and where it stands.
#[derive(Debug)]
pub(super) struct Moving {
    /// The handle of the iteration.
    pub(super) handle: u32,
    /// The entry yielded last, or, when that has gone, what came before it.
    pub(super) behind: u32,
    /// The marker in the order that stands for its end.
    pub(super) end: u32,
}

impl Moving {
    pub(super) const NONE: Self = Self {
        handle: NIL,
        behind: NIL,
        end: NIL,
    };
}
