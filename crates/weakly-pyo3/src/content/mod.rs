//! The content of a weak container: a locked table, and the callback that removes the dead from it.

pub mod by_key;
pub mod by_rust_key;
pub mod by_value;
pub mod cached;
pub(crate) mod callback;
pub mod comparison;
pub mod create_once;
pub mod deaths;
mod intern;
pub mod key;
pub mod payload;
pub mod put;
pub mod rust_value;
pub mod source;
pub mod uses;

use std::mem;

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::{Cursor, IntoIter, Slot, Table, TryReserveError};

use crate::content::callback::Forget;
use crate::content::key::Key;
use crate::ephemerons::collector::{self, take_back};
use crate::ephemerons::enrollment::Enrollment;
use crate::ephemerons::registry::{self, Registered};
use crate::interpreter::alloc::{NewList, NoMemory};
use crate::interpreter::interrupt;
use crate::interpreter::lock::Lock;
use crate::interpreter::lock::held::Held;
use crate::interpreter::prefetch::AHEAD;
use crate::interpreter::reentrant_once::ReentrantOnce;
use crate::interpreter::shared::Shared;
use crate::interpreter::stored::Stored;
use crate::interpreter::vector;
use crate::interpreter::zeroed::assert_zeroed;
use crate::lookup::{locate, look_up};
use crate::references::weak_ref::WeakRef;

/// Which sides of an entry are weak: its key ([`ByKey`](crate::content::by_key::ByKey)), its value
/// ([`ByValue`](crate::content::by_value::ByValue)), or both. The entry lives as long as all referents
/// of those do.
pub trait Kind: Send + Sync + Sized + 'static {
    type Key: Stored;
    type Value: Stored;

    /// A weak side.
    fn weak<'a>(key: &'a Self::Key, value: &'a Self::Value) -> &'a WeakRef;

    /// Whether the entry is alive.
    fn is_alive(key: &Self::Key, value: &Self::Value) -> bool;

    /// The table as one whose entries are ephemerons, if they are to be.
    fn as_ephemerons(_entries: &Shared<Entries<Self>>) -> Option<Registered> {
        None
    }

    /// The entry of a dead reference, found without running Python code.
    fn find_dead(table: &TableOf<Self>, weak: &Bound<'_, PyAny>) -> Option<Slot>;
}

/// The content of a container of Python: both keys and values are objects to it.
pub trait PyKind: Kind<Key: Key> {
    /// The hash of a key that is looked up. Errors: whatever its `__hash__` raises; TypeError for a
    /// key that would have to be weakly referenced and cannot be.
    fn hash(key: &Bound<'_, PyAny>) -> PyResult<Py_hash_t>;

    /// The key as Python sees it, if the entry is alive.
    fn key<'py>(py: Python<'py>, key: &Self::Key, value: &Self::Value) -> Option<Held<'py>>;

    /// The value as Python sees it, if the entry is alive.
    fn value<'py>(py: Python<'py>, key: &Self::Key, value: &Self::Value) -> Option<Held<'py>>;

    /// The key and the value, if the entry is alive.
    #[inline]
    fn item<'py>(py: Python<'py>, key: &Self::Key, value: &Self::Value) -> Option<HeldItem<'py>> {
        Self::key(py, key, value).map(|held| (held, Self::value(py, key, value)))
    }
}

/// The key and the value of an entry as Python sees them. Where both sides are weak, the value may
/// die right after the key was taken: what was taken leaves the lock before it is dropped.
pub type HeldItem<'py> = (Held<'py>, Option<Held<'py>>);

/// The key and the value, if both live, once the lock is gone.
fn released<'py>((key, value): HeldItem<'py>) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    Some((key.release(), value?.release()))
}

pub(crate) type TableOf<K> = Table<<K as Kind>::Key, <K as Kind>::Value>;

/// The locked table, which the container shares with its callback and its iterators.
pub struct Entries<K: Kind> {
    pub table: Lock<TableOf<K>>,
    pub(crate) enrollment: Enrollment,
}

impl<K: Kind> Forget for Entries<K> {
    fn forget(&self, weak: &Bound<'_, PyAny>) {
        let py = weak.py();
        take_back(py);
        let dead = self.table.with(py, |table| {
            let slot = K::find_dead(table, weak)?;
            Some(table.remove(slot))
        });
        // Not under the lock: it runs Python code.
        drop(dead);
    }
}

/// The content of a weak container.
///
/// All zeroes are a valid content, `None`: what a new instance has before it is written.
pub struct Content<K: Kind>(Option<Parts<K>>);

struct Parts<K: Kind> {
    entries: Shared<Entries<K>>,
    /// Made with the first entry: many containers stay empty.
    callback: ReentrantOnce<Py<PyAny>>,
}

impl<K: Kind> Content<K> {
    /// An empty one. Errors: MemoryError.
    pub fn new() -> PyResult<Self> {
        assert_zeroed!(Self, |content| content.0.is_none());
        Ok(Self(Some(Parts {
            entries: Shared::new(Entries {
                table: Lock::new(Table::new()),
                enrollment: Enrollment::default(),
            })?,
            callback: ReentrantOnce::new(),
        })))
    }

    #[inline]
    fn parts(&self) -> &Parts<K> {
        self.0.as_ref().expect("an instance in use has its parts")
    }

    #[inline]
    pub fn entries(&self) -> &Shared<Entries<K>> {
        &self.parts().entries
    }

    #[inline]
    pub(crate) fn table(&self) -> &Lock<TableOf<K>> {
        &self.entries().table
    }

    /// What the references of this container call when their referents die.
    pub fn callback<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyAny>> {
        let new = || {
            self.enroll(py)?;
            callback::new(
                py,
                Shared::unsize(self.entries().clone(), |entries| entries),
            )
        };
        Ok(self.parts().callback.get_or_try_make(py, new)?.bind(py))
    }

    /// Whether the entries are to be ephemerons. See [`Content::choose_ephemerons`].
    pub fn enrollment(&self) -> &Enrollment {
        &self.entries().enrollment
    }

    /// Says whether the entries are to be ephemerons from now on. Errors: MemoryError.
    pub fn choose_ephemerons(&self, py: Python<'_>, are_ephemerons: bool) -> PyResult<()> {
        self.enrollment().choose(are_ephemerons);
        // The first entry enrolls the table, when it makes the callback.
        match self.parts().callback.get(py) {
            Some(_) => self.enroll(py),
            None => Ok(()),
        }
    }

    /// Adds the table to those whose entries are ephemerons, if they are to be.
    #[cold]
    fn enroll(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(table) = K::as_ephemerons(self.entries()) {
            registry::add(py, table)?;
            collector::watch(py)?;
        }
        Ok(())
    }

    /// Looks after the collection of ephemerons when an entry is added. Errors: MemoryError.
    #[inline]
    pub(crate) fn watch(&self, py: Python<'_>) -> PyResult<()> {
        match self.enrollment().place() {
            Some(_) => collector::watch(py),
            None => Ok(()),
        }
    }

    pub fn len(&self, py: Python<'_>) -> usize {
        self.table().read(py, Table::len)
    }

    /// The stored keys and values, in order, dead ones too.
    ///
    /// Errors: as [`Content::read`].
    pub fn stored(&self, py: Python<'_>) -> PyResult<Vec<(K::Key, K::Value)>> {
        take_back(py);
        self.read(py, |key, value| {
            Some((key.clone_ref(py), value.clone_ref(py)))
        })
    }

    /// A list of the weak references that `of` chooses, in order, dead ones too.
    ///
    /// Errors: MemoryError.
    pub(crate) fn refs<'py>(
        &self,
        py: Python<'py>,
        of: impl for<'a> Fn(&'a K::Key, &'a K::Value) -> &'a WeakRef,
    ) -> PyResult<Bound<'py, PyList>> {
        loop {
            let list = NewList::with_len(py, self.len(py))?;
            // Making the list may have run code that changed the table. Nearly always it has not.
            let is_filled = self.table().with(py, |table| {
                let entries = table.try_iter()?;
                let mut later = (entries.len() > NEAR).then(|| entries.clone());
                if let Some(later) = &mut later {
                    later.nth(AHEAD - 1);
                }
                let refs = entries.map(|(_, key, value)| {
                    if let Some((_, key, value)) = later.as_mut().and_then(Iterator::next) {
                        of(key, value).prefetch();
                    }
                    of(key, value).bind(py).clone()
                });
                Ok::<_, NoMemory>(list.fill(refs))
            });
            if is_filled? {
                return Ok(list.into_list());
            }
        }
    }

    /// What `of` makes of the entries, in order; it runs under the lock. Between the parts of a large
    /// content there are pauses, in which it may change.
    ///
    /// Errors: MemoryError, and as [`interrupt::pause`].
    pub fn read<R>(
        &self,
        py: Python<'_>,
        of: impl Fn(&K::Key, &K::Value) -> Option<R>,
    ) -> PyResult<Vec<R>> {
        let (mut cursor, len) = self.table().with(py, |table| (table.cursor(), table.len()));
        let mut read = vector::with_room(len)?;
        while self.read_part(py, &mut cursor, &mut read, &of)? {
            interrupt::pause(py)?;
        }
        Ok(read)
    }

    /// Adds what `of` makes of the next entries; says whether there are more.
    ///
    /// Errors: MemoryError.
    fn read_part<R>(
        &self,
        py: Python<'_>,
        cursor: &mut Cursor,
        read: &mut Vec<R>,
        of: impl Fn(&K::Key, &K::Value) -> Option<R>,
    ) -> PyResult<bool> {
        let are_more = self.table().with(py, |table| {
            for _ in 0..PART {
                look_ahead::<K>(table, cursor);
                let Some((_, key, value)) = table.try_advance(cursor)? else {
                    return Ok(false);
                };
                // First: what `of` makes must not be dropped here.
                vector::reserve_one(read)?;
                read.extend(of(key, value));
            }
            Ok::<_, NoMemory>(true)
        });
        Ok(are_more?)
    }

    /// Removes all entries; the newest is dropped first.
    ///
    /// Errors: as [`interrupt::drop_in_turn`]; all are removed then, too.
    pub fn clear(&self, py: Python<'_>) -> PyResult<()> {
        interrupt::drop_in_turn(py, self.parts().take_all(py).rev())
    }

    /// As [`Content::clear`], until there are none: also those that are stored while others are
    /// dropped. So a `MutableMapping` is cleared.
    pub fn clear_all(&self, py: Python<'_>) -> PyResult<()> {
        loop {
            self.clear(py)?;
            if self.len(py) == 0 {
                return Ok(());
            }
            interrupt::pause(py)?;
        }
    }

    /// As [`Content::clear`], for `tp_clear`: at once, without pauses.
    pub fn give_up(&self, py: Python<'_>) {
        self.parts().take_all(py).rev().for_each(drop);
    }

    /// Removes everything, oldest first, as what is assigned to `data` replaces what was there.
    ///
    /// Errors: as [`Content::clear`].
    pub fn begin_again(&self, py: Python<'_>) -> PyResult<()> {
        interrupt::drop_in_turn(py, self.parts().take_all(py))
    }

    /// Makes room for as many entries as `expected` says there will be in all.
    ///
    /// Errors: MemoryError; nothing is changed then.
    pub fn expect_len(&self, py: Python<'_>, expected: usize) -> PyResult<()> {
        let reserved = self.table().with(py, |table| {
            let additional = expected.saturating_sub(table.len());
            table.try_reserve(additional)
        });
        reserved.map_err(out_of_memory)
    }

    /// Exchanges the whole content for that of a table, whose keys differ.
    ///
    /// Errors: as [`Content::clear`], when all is changed.
    pub(crate) fn replace(&self, py: Python<'_>, mut table: TableOf<K>) -> PyResult<()> {
        self.table().with(py, |own| own.exchange(&mut table));
        interrupt::drop_in_turn(py, table)
    }

    /// Makes the entries of a table, whose keys differ and whose references are new, the content, if
    /// that is still empty. Else gives the table back: to make its references may have run code that
    /// stored something here.
    pub(crate) fn fill(&self, py: Python<'_>, mut table: TableOf<K>) -> Option<TableOf<K>> {
        let is_filled = self.table().with(py, |own| {
            let is_empty = own.is_empty();
            if is_empty {
                own.exchange(&mut table);
            }
            is_empty
        });
        (!is_filled).then_some(table)
    }

    /// For `tp_traverse`: everything that the content owns.
    pub fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.visit_with(visit, |_, value| value.visit(visit))
    }

    /// As [`Content::visit`], with what `beside` visits beside the key of an entry. It runs under the lock.
    pub(crate) fn visit_with(
        &self,
        visit: &PyVisit<'_>,
        beside: impl Fn(&K::Key, &K::Value) -> Result<(), PyTraverseError>,
    ) -> Result<(), PyTraverseError> {
        let Some(Parts { entries, .. }) = &self.0 else {
            return Ok(());
        };
        let is_counted = entries.enrollment.is_counted();
        entries.table.visit(visit, |table| {
            table.iter_unordered().try_for_each(|(_, key, value)| {
                key.visit(visit)?;
                if is_counted {
                    Ok(())
                } else {
                    beside(key, value)
                }
            })
        })
    }
}

impl<K: PyKind> Content<K> {
    /// The hash of a key of this content. Errors: as [`PyKind::hash`].
    pub fn hash(key: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
        K::hash(key)
    }

    /// Looks `key` up and hands its slot to `then`, under the lock. See [`locate`].
    #[inline]
    pub(crate) fn locate<R>(
        &self,
        key: &Bound<'_, PyAny>,
        then: impl FnOnce(&mut TableOf<K>, Option<Slot>) -> R,
    ) -> PyResult<R> {
        locate(self.table(), key, K::hash(key)?, then)
    }

    /// As [`Content::locate`], where `then` only reads: several threads may do so at once.
    #[inline]
    pub(crate) fn look_up<R>(
        &self,
        key: &Bound<'_, PyAny>,
        then: impl FnOnce(Option<(&K::Key, &K::Value)>) -> R,
    ) -> PyResult<R> {
        look_up(self.table(), key, K::hash(key)?, then)
    }

    /// Removes the entry of `key` and returns what it held.
    pub(crate) fn remove(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<(K::Key, K::Value)>> {
        self.locate(key, |table, slot| slot.map(|slot| table.remove(slot)))
    }

    /// As [`Content::remove`], for `pop`: a `dict` that is empty does not hash the key.
    pub fn take(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<(K::Key, K::Value)>> {
        if K::Key::can_be(key) && self.len(key.py()) == 0 {
            return Ok(None);
        }
        self.remove(key)
    }

    /// Removes the entry of `key`; says whether there was one.
    pub fn delete(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.delete_hashed(key, K::hash(key)?)
    }

    /// As [`Content::delete`], for a key whose hash is known.
    pub fn delete_hashed(&self, key: &Bound<'_, PyAny>, hash: Py_hash_t) -> PyResult<bool> {
        // Not through what `remove` calls: shared, the search is compiled out of line, and `pop` takes
        // a sixth more instructions.
        let removed = locate(self.table(), key, hash, |table, slot| {
            slot.map(|slot| table.remove(slot))
        })?;
        Ok(removed.is_some())
    }

    /// The live keys with their values, in order. Errors: as [`Content::read`].
    pub fn live_items<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let items = self.read(py, |key, value| K::item(py, key, value))?;
        // In the same memory.
        Ok(items.into_iter().filter_map(released).collect())
    }

    /// Removes the entry inserted last and returns its key and value. Errors: MemoryError.
    pub fn pop<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        loop {
            let removed = self.table().with(py, |table| {
                let last = table.try_last()?;
                Ok::<_, NoMemory>(last.map(|last| table.remove(last)))
            });
            let Some((key, value)) = removed? else {
                return Ok(None);
            };
            let item = K::item(py, &key, &value);
            drop((key, value));
            if let Some(item) = item.and_then(released) {
                return Ok(Some(item));
            }
        }
    }
}

impl<K: Kind> Drop for Parts<K> {
    fn drop(&mut self) {
        let emptied = Python::try_attach(|py| {
            registry::remove(py, &self.entries.enrollment);
            self.take_all(py).for_each(drop);
        });
        if emptied.is_none() {
            // The interpreter has gone, or is going: its objects can no longer be given up.
            mem::forget(self.entries.clone());
        }
    }
}

impl<K: Kind> Parts<K> {
    /// Takes all entries out. A chain of containers dies in nested frames, which must be small: so the
    /// table is in another frame, which is gone when they are dropped.
    #[inline(never)]
    fn take_all(&self, py: Python<'_>) -> IntoIter<K::Key, K::Value> {
        self.entries.table.with(py, Table::take).into_iter()
    }
}

/// How many entries are read under one lock.
const PART: usize = 1024;

/// Lets the processor fetch what the next steps need: the next referent, and the reference behind.
///
/// An entry leads to its reference and that to the referent, each in a place of its own. To wait for
/// them one after another takes longer than all the rest of a step.
#[inline]
pub fn look_ahead<K: Kind>(table: &TableOf<K>, cursor: &Cursor) {
    if table.len() <= NEAR {
        return;
    }
    if let Some((key, value)) = table.ahead(cursor, 1) {
        K::weak(key, value).prefetch_referent();
    }
    if let Some((key, value)) = table.ahead(cursor, 2) {
        K::weak(key, value).prefetch();
    }
}

/// How many entries, with their references and referents, fit into the second-level cache.
const NEAR: usize = 4096;

/// A table with room for so many entries, for [`Content::replace`] or [`Content::fill`].
pub(crate) fn new_table<K: Kind>(room: usize) -> PyResult<TableOf<K>> {
    let mut table = Table::new();
    table.try_reserve(room).map_err(out_of_memory)?;
    Ok(table)
}

/// The error of a table that cannot grow.
#[cold]
pub fn out_of_memory(_: TryReserveError) -> PyErr {
    NoMemory.into()
}
