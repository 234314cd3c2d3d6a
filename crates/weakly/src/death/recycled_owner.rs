//! An owner of a container, kept from a death for the next insertion.
//!
//! Every watched entry owns its container, which costs two atomic operations for an entry that
//! comes and goes. Where objects come and go steadily, the owner that a death sets free serves the
//! next insertion of the thread instead.

use std::cell::Cell;
use std::sync::Arc;

use super::aftermath::Container;

thread_local! {
    static SPARE: Cell<Option<Arc<dyn Container>>> = const { Cell::new(None) };
}

/// Keeps `container` for [`take`], in place of the one that was kept before. Called without locks.
///
/// A container whose handles are gone has given back what it held, so that what is kept is small.
pub(crate) fn keep(container: Arc<dyn Container>) {
    // A thread that is ending keeps nothing.
    let _ = SPARE.try_with(|spare| spare.replace(Some(container)));
}

/// The owner that was kept, if it is one of `container`.
pub(crate) fn take(container: &dyn Container) -> Option<Arc<dyn Container>> {
    let kept = SPARE.try_with(Cell::take).ok()??;
    if std::ptr::addr_eq(Arc::as_ptr(&kept), container) {
        return Some(kept);
    }
    keep(kept);
    None
}
