//! Deaths that wait until a container deals with them.

use alloc::vec::Vec;
use core::cell::RefCell;

use crate::death::{Aftermath, Container};
use crate::room::reserve_one;
use crate::table::Fingerprint;

/// The deaths that a container has not dealt with.
///
/// An object does not know the types of the containers it is in, so it can tell only those that borrow
/// nothing. Others read of the death before they do anything else.
#[derive(Default)]
pub struct Mailbox(RefCell<Vec<(Fingerprint, usize)>>);

impl Mailbox {
    pub(super) fn next(&self) -> Option<(Fingerprint, usize)> {
        self.0.borrow_mut().pop()
    }
}

impl Container for Mailbox {
    fn forget(&self, fingerprint: Fingerprint, address: usize, _: &mut Aftermath) {
        let mut dead = self.0.borrow_mut();
        // Where there is no memory, the entry stays: it is never found.
        if reserve_one(&mut dead).is_ok() {
            dead.push((fingerprint, address));
        }
    }
}
