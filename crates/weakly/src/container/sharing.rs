//! How a container is shared: among threads, or within one.

use alloc::rc::Rc;
use alloc::sync::Arc;
use core::cell::{RefCell, RefMut};
use core::ops::{Deref, DerefMut};

use super::keep::KeepOwner;
use super::mailbox::Mailbox;
use crate::sync::{Mutex, MutexGuard, lock};
use crate::table::{Fingerprint, Guards};

/// How the parts of a container are shared: among threads ([`AcrossThreads`]) or within one
/// ([`OneThread`]).
///
/// There are no other implementations.
pub trait Sharing: Sized {
    /// What shares a value.
    #[doc(hidden)]
    type Pointer<T>: Clone + Deref<Target = T>;

    #[doc(hidden)]
    type Lock<T>;

    #[doc(hidden)]
    type Guard<'a, T: 'a>: DerefMut<Target = T>;

    /// What owners are kept in that were obtained under the lock and may be the last ones by now.
    #[doc(hidden)]
    type Kept<O>: KeepOwner<O>;

    /// How the objects in a container know their entries.
    #[doc(hidden)]
    type Entry;

    /// What a container has to tell objects, to make entries of it.
    #[doc(hidden)]
    type Listener;

    #[doc(hidden)]
    fn entry(listener: &Self::Listener, fingerprint: Fingerprint) -> Self::Entry;

    /// Where the deaths are that a container has not dealt with, if it has such a place.
    #[doc(hidden)]
    #[inline]
    fn mailbox(_listener: &Self::Listener) -> Option<&Mailbox> {
        None
    }

    #[doc(hidden)]
    fn share<T>(value: T) -> Self::Pointer<T>;

    #[doc(hidden)]
    fn try_unwrap<T>(pointer: Self::Pointer<T>) -> Result<T, Self::Pointer<T>>;

    #[doc(hidden)]
    fn unwrap_or_clone<T: Clone>(pointer: Self::Pointer<T>) -> T;

    #[doc(hidden)]
    fn new_lock<T>(value: T) -> Self::Lock<T>;

    #[doc(hidden)]
    fn lock<T>(lock: &Self::Lock<T>) -> Self::Guard<'_, T>;
}

/// For containers that threads may share: they have a lock.
#[derive(Clone, Copy, Debug)]
pub enum AcrossThreads {}

impl Sharing for AcrossThreads {
    type Pointer<T> = Arc<T>;
    type Lock<T> = Mutex<T>;
    type Guard<'a, T: 'a> = MutexGuard<'a, T>;
    type Kept<O> = Guards<O>;
    type Entry = ();
    type Listener = ();

    #[inline]
    fn entry((): &(), _: Fingerprint) {}

    #[inline]
    fn share<T>(value: T) -> Arc<T> {
        Arc::new(value)
    }

    fn try_unwrap<T>(pointer: Arc<T>) -> Result<T, Arc<T>> {
        Arc::try_unwrap(pointer)
    }

    fn unwrap_or_clone<T: Clone>(pointer: Arc<T>) -> T {
        Arc::unwrap_or_clone(pointer)
    }

    fn new_lock<T>(value: T) -> Mutex<T> {
        Mutex::new(value)
    }

    #[inline]
    fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        lock(mutex)
    }
}

/// For containers of one thread: they have neither a lock nor atomic counts.
#[derive(Clone, Copy, Debug)]
pub enum OneThread {}

impl Sharing for OneThread {
    type Pointer<T> = Rc<T>;
    type Lock<T> = RefCell<T>;
    type Guard<'a, T: 'a> = RefMut<'a, T>;
    type Kept<O> = ();
    type Entry = ();
    type Listener = ();

    #[inline]
    fn entry((): &(), _: Fingerprint) {}

    #[inline]
    fn share<T>(value: T) -> Rc<T> {
        Rc::new(value)
    }

    fn try_unwrap<T>(pointer: Rc<T>) -> Result<T, Rc<T>> {
        Rc::try_unwrap(pointer)
    }

    fn unwrap_or_clone<T: Clone>(pointer: Rc<T>) -> T {
        Rc::unwrap_or_clone(pointer)
    }

    fn new_lock<T>(value: T) -> RefCell<T> {
        RefCell::new(value)
    }

    #[inline]
    fn lock<T>(cell: &RefCell<T>) -> RefMut<'_, T> {
        cell.borrow_mut()
    }
}
