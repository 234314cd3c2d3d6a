//! Room that is made, or is said not to be there, before anything has changed.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::table::TryReserveError;

/// Makes room for one more item.
pub(crate) fn reserve_one<T>(items: &mut Vec<T>) -> Result<(), TryReserveError> {
    items.try_reserve(1).map_err(|_| TryReserveError)
}

/// A box that may fail to be made; the value comes back then. (`Box::try_new` is not stable. A vector with room for one is made
/// a box without moving.)
pub(crate) fn boxed<T>(value: T) -> Result<Box<[T; 1]>, T> {
    let mut one = Vec::new();
    if one.try_reserve_exact(1).is_err() {
        return Err(value);
    }
    one.push(value);
    match one.into_boxed_slice().try_into() {
        Ok(boxed) => Ok(boxed),
        Err(_) => unreachable!("it is a slice of one"),
    }
}

/// Says that there is no room for one more entry, iteration or reference. Without any lock.
#[cold]
#[track_caller]
pub(crate) fn no_room() -> ! {
    panic!("there is no memory for one more entry, iteration or reference");
}
