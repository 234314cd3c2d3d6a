//! The handle of a container of owners that this crate does not know.

use alloc::boxed::Box;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

use super::claims::Claims;
use super::held::{Held, Open};
use super::mailbox::Mailbox;
use super::map::Map;
use super::sharing::{AcrossThreads, OneThread, Sharing};
use super::side::{Side, Watch};
use crate::locked::Mark;
use crate::sync::OnceLock;
use crate::table::{Fingerprint, Slot, Table, TryReserveError};

/// With each insertion and removal so many buckets are looked at. If each object that is inserted is one
/// that dies later, at most a quarter of the buckets are of dead ones.
const STEP: usize = 4;

/// What the handles of a container share.
pub(super) struct Shell<L: Sharing, K, V> {
    content: L::Lock<Content<K, V>>,
    listener: L::Listener,
    /// Made with the first value that is created once.
    claims: OnceLock<Box<[Claims<K>; 1]>>,
}

struct Content<K, V> {
    table: Table<K, V>,
    /// The bucket that is looked at next.
    hand: usize,
}

impl<L: Sharing, K, V> Shell<L, K, V> {
    pub(super) fn new(table: Table<K, V>, listener: L::Listener) -> Self {
        Self {
            content: L::new_lock(Content { table, hand: 0 }),
            listener,
            claims: OnceLock::new(),
        }
    }

    #[inline]
    fn lock(&self) -> Opened<'_, L, K, V> {
        Opened {
            content: L::lock(&self.content),
            _mark: Mark::new(),
        }
    }
}

impl<L: Sharing, K: Watch<L::Entry>, V: Watch<L::Entry>> Shell<L, K, V> {
    /// Removes an entry of this fingerprint whose object was at `address` and is dead, if there is one.
    pub(super) fn take_dead(&self, fingerprint: Fingerprint, address: usize) -> Option<(K, V)> {
        let table = self.lock();
        // If the object was moved out of its owner, a living one may be at its address by now.
        let died = |key: &K, value: &V| key.died_at(address) || value.died_at(address);
        let slot = table.find_by_fingerprint(fingerprint, died)?;
        Some(self.remove(table, slot))
    }

    fn remove(&self, mut table: Opened<'_, L, K, V>, slot: Slot) -> (K, V) {
        let fingerprint = table.fingerprint(slot);
        let (key, value) = table.remove(slot);
        table.tidy();
        let entry = || L::entry(&self.listener, fingerprint);
        key.leave(entry);
        value.leave(entry);
        (key, value)
    }

    /// Removes the entries of those that have died since it was done last.
    #[cold]
    #[inline(never)]
    fn read(&self, mailbox: &Mailbox) {
        while let Some((fingerprint, address)) = mailbox.next() {
            drop(self.take_dead(fingerprint, address));
        }
    }
}

/// A handle of a container. When the last one goes, the entries go.
///
/// Nobody tells the container that an object has died, so it looks for the dead itself: in a few
/// buckets with each insertion and removal.
pub struct PlainHandle<L: Sharing, K, V> {
    shell: L::Pointer<Shell<L, K, V>>,
    _sharing: PhantomData<L>,
}

impl<L: Sharing, K, V> PlainHandle<L, K, V> {
    pub(super) fn of(shell: L::Pointer<Shell<L, K, V>>) -> Self {
        Self {
            shell,
            _sharing: PhantomData,
        }
    }

    #[inline]
    fn entry(&self, fingerprint: Fingerprint) -> L::Entry {
        L::entry(&self.shell.listener, fingerprint)
    }
}

impl<L: Sharing, K, V> Clone for PlainHandle<L, K, V> {
    fn clone(&self) -> Self {
        Self {
            shell: self.shell.clone(),
            _sharing: PhantomData,
        }
    }
}

/// The table of a container, until this is dropped.
pub struct Opened<'a, L: Sharing, K: 'a, V: 'a> {
    content: L::Guard<'a, Content<K, V>>,
    _mark: Mark,
}

impl<L: Sharing, K, V> Deref for Opened<'_, L, K, V> {
    type Target = Table<K, V>;

    #[inline]
    fn deref(&self) -> &Table<K, V> {
        &self.content.table
    }
}

impl<L: Sharing, K, V> DerefMut for Opened<'_, L, K, V> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Table<K, V> {
        &mut self.content.table
    }
}

impl<L: Sharing, K: Side, V: Side> Opened<'_, L, K, V> {
    /// Looks at some buckets, removes the dead that are there, and unlocks the table.
    fn tidy(mut self) {
        if K::IS_UNTOLD || V::IS_UNTOLD {
            let Content { table, hand } = &mut *self.content;
            let is_dead = |key: &K, value: &V| key.is_dead() || value.is_dead();
            let dead: [Option<(K, V)>; STEP] =
                core::array::from_fn(|_| table.remove_next_if(hand, is_dead));
            drop(self);
            drop(dead);
        }
    }
}

impl<L, K, V> Held<K, V> for PlainHandle<L, K, V>
where
    L: Sharing,
    K: Watch<L::Entry>,
    V: Watch<L::Entry>,
{
    type Locked<'a>
        = Opened<'a, L, K, V>
    where
        Self: 'a;

    #[inline]
    fn lock(&self) -> Opened<'_, L, K, V> {
        if let Some(mailbox) = L::mailbox(&self.shell.listener) {
            self.shell.read(mailbox);
        }
        self.shell.lock()
    }

    fn claims(&self) -> &Claims<K> {
        &self.shell.claims.get_or_init(Claims::boxed)[0]
    }

    fn ptr_eq(&self, other: &Self) -> bool {
        core::ptr::eq(&raw const *self.shell, &raw const *other.shell)
    }

    #[inline]
    fn try_watch(
        &self,
        fingerprint: Fingerprint,
        key: K::Owner<'_>,
        value: V::Owner<'_>,
    ) -> Result<(), TryReserveError> {
        let entry = || self.entry(fingerprint);
        K::try_watch(key, entry)?;
        V::try_watch(value, entry).inspect_err(|_| K::unwatch(key, &entry()))
    }

    #[inline]
    fn try_watch_value(
        &self,
        fingerprint: Fingerprint,
        value: V::Owner<'_>,
    ) -> Result<(), TryReserveError> {
        V::try_watch(value, || self.entry(fingerprint))
    }

    fn try_watch_key(
        &self,
        fingerprint: Fingerprint,
        key: K::Owner<'_>,
    ) -> Result<(), TryReserveError> {
        K::try_watch(key, || self.entry(fingerprint))
    }

    fn leave_value(&self, fingerprint: Fingerprint, value: &V) {
        value.leave(|| self.entry(fingerprint));
    }

    fn leave_key(&self, fingerprint: Fingerprint, key: &K) {
        key.leave(|| self.entry(fingerprint));
    }

    #[inline]
    fn added<'a>(&'a self, table: Opened<'a, L, K, V>) {
        table.tidy();
    }

    fn remove<'a>(&'a self, table: Opened<'a, L, K, V>, slot: Slot) -> (K, V) {
        self.shell.remove(table, slot)
    }

    fn take_all(&self) -> Table<K, V> {
        let taken = self.with(|table| {
            let room = table.capacity();
            table.try_take(room).unwrap_or_else(|_| table.take())
        });
        for (fingerprint, key, value) in taken.iter_unordered() {
            let entry = || self.entry(fingerprint);
            key.leave(entry);
            value.leave(entry);
        }
        taken
    }
}

impl<L, K, V, F> Map<K, V, F, PlainHandle<L, K, V>>
where
    L: Sharing,
    K: Watch<L::Entry>,
    V: Watch<L::Entry>,
{
    /// The number of living entries.
    pub(crate) fn len_alive(&self) -> usize {
        let is_alive = |(_, key, value): &(Fingerprint, &K, &V)| !key.is_dead() && !value.is_dead();
        let table = self.handle().lock();
        table.iter_unordered().filter(is_alive).count()
    }

    /// Removes all that are dead.
    pub(crate) fn remove_dead(&self) {
        loop {
            let len = self.len();
            let buckets = self.handle().with(|table| table.buckets());
            for _ in 0..buckets.div_ceil(STEP) {
                self.handle().lock().tidy();
            }
            // A removal may have moved an entry from a bucket that was to come to one that was passed.
            if self.len() >= len {
                return;
            }
        }
    }
}

/// How containers that are shared so are made.
pub trait Opens<K, V>: Sharing {
    #[doc(hidden)]
    fn open(table: Table<K, V>) -> PlainHandle<Self, K, V>;
}

impl<K, V> Opens<K, V> for AcrossThreads {
    fn open(table: Table<K, V>) -> PlainHandle<Self, K, V> {
        PlainHandle::of(Self::share(Shell::new(table, ())))
    }
}

impl<K, V> Opens<K, V> for OneThread {
    fn open(table: Table<K, V>) -> PlainHandle<Self, K, V> {
        PlainHandle::of(Self::share(Shell::new(table, ())))
    }
}

impl<L, K, V> Open<K, V> for PlainHandle<L, K, V>
where
    L: Opens<K, V>,
    K: Watch<L::Entry>,
    V: Watch<L::Entry>,
{
    fn open(table: Table<K, V>) -> Self {
        L::open(table)
    }
}
