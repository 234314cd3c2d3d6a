//! Containers of one thread whose objects tell them of their death.

use alloc::rc::{Rc, Weak};
use core::cell::{RefCell, RefMut};

use super::mailbox::Mailbox;
use super::plain_handle::{Opens, PlainHandle, Shell};
use super::sharing::{OneThread, Sharing};
use super::side::{Side, Watch};
use crate::death::{Aftermath, Container, LocalEntry};
use crate::table::{Fingerprint, Table};

/// For containers of one thread whose objects are owned by a [`local::Strong`](crate::local::Strong).
#[derive(Clone, Copy, Debug)]
pub enum Told {}

/// Whom objects tell of their death.
pub struct Listener {
    /// The container, or its mailbox.
    container: Weak<dyn Container>,
    mailbox: Option<Rc<Mailbox>>,
}

impl Sharing for Told {
    type Pointer<T> = Rc<T>;
    type Lock<T> = RefCell<T>;
    type Guard<'a, T: 'a> = RefMut<'a, T>;
    type Kept<O> = ();
    type Entry = LocalEntry;
    type Listener = Listener;

    #[inline]
    fn entry(listener: &Listener, fingerprint: Fingerprint) -> LocalEntry {
        LocalEntry::new(&listener.container, fingerprint)
    }

    #[inline]
    fn mailbox(listener: &Listener) -> Option<&Mailbox> {
        listener.mailbox.as_deref()
    }

    #[inline]
    fn share<T>(value: T) -> Rc<T> {
        OneThread::share(value)
    }

    fn try_unwrap<T>(pointer: Rc<T>) -> Result<T, Rc<T>> {
        OneThread::try_unwrap(pointer)
    }

    fn unwrap_or_clone<T: Clone>(pointer: Rc<T>) -> T {
        OneThread::unwrap_or_clone(pointer)
    }

    fn new_lock<T>(value: T) -> RefCell<T> {
        OneThread::new_lock(value)
    }

    #[inline]
    fn lock<T>(cell: &RefCell<T>) -> RefMut<'_, T> {
        OneThread::lock(cell)
    }
}

impl<K, V> Container for Shell<Told, K, V>
where
    K: Watch<LocalEntry> + 'static,
    V: Watch<LocalEntry> + 'static,
{
    fn forget(&self, fingerprint: Fingerprint, address: usize, aftermath: &mut Aftermath) {
        if let Some((key, value)) = self.take_dead(fingerprint, address) {
            hand_over(key, aftermath);
            hand_over(value, aftermath);
        }
    }
}

/// Hands over what must be dropped after the entry has gone with a dead object.
#[inline]
fn hand_over<S: Side + 'static>(side: S, aftermath: &mut Aftermath) {
    if S::RUNS_CODE {
        aftermath.drop_later(side);
    }
}

impl<K, V> Opens<K, V> for Told
where
    K: Watch<LocalEntry> + 'static,
    V: Watch<LocalEntry> + 'static,
{
    fn open(table: Table<K, V>) -> PlainHandle<Self, K, V> {
        PlainHandle::of(Rc::new_cyclic(|shell: &Weak<Shell<Self, K, V>>| {
            Shell::new(
                table,
                Listener {
                    container: shell.clone(),
                    mailbox: None,
                },
            )
        }))
    }
}

/// A container that may borrow, and so must have a mailbox.
pub(crate) fn open_borrowing<K, V>(table: Table<K, V>) -> PlainHandle<Told, K, V> {
    let mailbox = Rc::new(Mailbox::default());
    let container: Rc<dyn Container> = Rc::clone(&mailbox) as Rc<dyn Container>;
    PlainHandle::of(Rc::new(Shell::new(
        table,
        Listener {
            container: Rc::downgrade(&container),
            mailbox: Some(mailbox),
        },
    )))
}
