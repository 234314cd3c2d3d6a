//! Turns where there is one thread only, without `std`: nobody else can end the turn that one would
//! wait for.

use alloc::rc::Rc;

use crate::table::TryReserveError;

/// One making of one thing. Clones are handles of the same turn.
#[derive(Clone)]
pub(super) struct Turn(Rc<()>);

impl PartialEq for Turn {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Turn {
    #[expect(clippy::unnecessary_wraps, reason = "a turn among threads may fail")]
    pub(super) fn new() -> Result<Self, TryReserveError> {
        Ok(Self(Rc::new(())))
    }

    #[expect(clippy::unused_self, reason = "a turn among threads notes who makes")]
    pub(super) fn make<R>(&self, make: impl FnOnce() -> R) -> R {
        make()
    }

    #[expect(clippy::unused_self, reason = "a turn among threads may end")]
    pub(super) fn wait(&self) {
        panic!("a maker asks for the very value that it is making")
    }

    #[expect(clippy::unused_self, reason = "a turn among threads wakes who waits")]
    pub(super) fn end(&self) {}
}
