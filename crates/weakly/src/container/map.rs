//! The one implementation of all weak containers.

use core::fmt;
use core::marker::PhantomData;
use core::ops::DerefMut;

use super::Handle;
use super::claims::Claims;
use super::find::{Find, FindGiven};
use super::held::{Held, Open};
use super::iter::{Drain, Entries, Keys, Values};
use super::query::{ByQuery, Memory};
use super::side::{CopyOut, Side};
use super::walk::Walk;
use crate::room::no_room;
use crate::sync::schedule_point;
use crate::table::{Compare, Fingerprint, Search, Slot, Step, Table, TryReserveError, Verdict};

/// A map from one side to another; a set is a map to `()`.
///
/// `F` finds its keys: a hasher, or what stands in its place. What users see are newtypes of this,
/// whose methods tell what these do.
pub struct Map<K, V, F, H = Handle<K, V>> {
    handle: H,
    find: F,
    _entries: PhantomData<fn() -> (K, V)>,
}

impl<K, V, F: Clone, H: Clone> Clone for Map<K, V, F, H> {
    fn clone(&self) -> Self {
        Self {
            handle: self.handle.clone(),
            find: self.find.clone(),
            _entries: PhantomData,
        }
    }
}

impl<K: Side, V: Side, F, H: Held<K, V>> Map<K, V, F, H> {
    pub(super) fn handle(&self) -> &H {
        &self.handle
    }

    pub(crate) fn hasher(&self) -> &F {
        &self.find
    }

    /// The keys whose values are being made.
    pub(super) fn claims(&self) -> &Claims<K> {
        self.handle.claims()
    }

    pub(crate) fn len(&self) -> usize {
        self.handle.lock().len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.handle.lock().capacity()
    }

    #[track_caller]
    pub(crate) fn reserve(&self, additional: usize) {
        if let Err(error) = self.try_reserve(additional) {
            panic!("a weak container cannot hold {additional} more entries: {error}");
        }
    }

    pub(crate) fn try_reserve(&self, additional: usize) -> Result<(), TryReserveError> {
        self.handle.with(|table| table.try_reserve(additional))
    }

    pub(crate) fn shrink_to_fit(&self) {
        self.handle.lock().shrink_to_fit();
    }

    pub(crate) fn ptr_eq(&self, other: &Self) -> bool {
        self.handle.ptr_eq(&other.handle)
    }

    pub(crate) fn iter(&self) -> Entries<K, V, H> {
        Entries::new(&self.handle)
    }

    pub(crate) fn keys(&self) -> Keys<K, V, H> {
        Keys::new(&self.handle)
    }

    pub(crate) fn values(&self) -> Values<K, V, H> {
        Values::new(&self.handle)
    }

    pub(crate) fn of(handle: H, find: F) -> Self {
        Self {
            handle,
            find,
            _entries: PhantomData,
        }
    }

    pub(crate) fn clear(&self) {
        self.handle.take_all().into_iter().for_each(drop);
    }

    pub(crate) fn drain(&self) -> Drain<K, V> {
        Drain::new(self.handle.take_all())
    }
}

impl<K: Side, V: Side, F, H: Open<K, V>> Map<K, V, F, H> {
    pub(crate) fn new(find: F) -> Self {
        Self::of(H::open(Table::new()), find)
    }

    pub(crate) fn with_capacity(capacity: usize, find: F) -> Self {
        Self::of(H::open(Table::with_capacity(capacity)), find)
    }
}

/// What is done with keys that are asked for.
impl<K: Side, V: Side, F, H: Held<K, V>> Map<K, V, F, H> {
    /// Whether there is an entry of the key, and its value lives.
    pub(crate) fn contains<Q: ?Sized>(&self, query: &Q) -> bool
    where
        F: Find<K, Q>,
    {
        self.read(query, |_, value| !value.is_dead()) == Some(true)
    }

    pub(crate) fn get<Q: ?Sized>(&self, query: &Q) -> Option<V::Out>
    where
        V: CopyOut,
        F: Find<K, Q>,
    {
        self.get_hashed(self.find.hash(query), query)
    }

    #[inline]
    pub(super) fn get_hashed<Q: ?Sized>(&self, hash: u64, query: &Q) -> Option<V::Out>
    where
        V: CopyOut,
        F: Find<K, Q>,
    {
        let found = self.read_hashed(hash, query, |_, value| value.snapshot())?;
        found.map(V::finish)
    }

    pub(crate) fn get_key<Q: ?Sized>(&self, query: &Q) -> Option<K::Out>
    where
        K: CopyOut,
        F: Find<K, Q>,
    {
        self.get_key_hashed(self.find.hash(query), query)
    }

    #[inline]
    pub(crate) fn get_key_hashed<Q: ?Sized>(&self, hash: u64, query: &Q) -> Option<K::Out>
    where
        K: CopyOut,
        F: Find<K, Q>,
    {
        let found = self.read_hashed(hash, query, |key, _| key.snapshot())?;
        found.map(K::finish)
    }

    pub(crate) fn get_key_value<Q: ?Sized>(&self, query: &Q) -> Option<(K::Out, V::Out)>
    where
        K: CopyOut,
        V: CopyOut,
        F: Find<K, Q>,
    {
        let (key, value) = self.read(query, |key, value| (key.snapshot(), value.snapshot()))?;
        let (key, value) = (key?, value?);
        Some((K::finish(key), V::finish(value)))
    }

    pub(crate) fn remove<Q: ?Sized>(&self, query: &Q) -> Option<V::Out>
    where
        V: CopyOut,
        F: Find<K, Q>,
    {
        let (_key, value) = self.take(query)?;
        value.into_out()
    }

    pub(crate) fn remove_key<Q: ?Sized>(&self, query: &Q) -> Option<K::Out>
    where
        K: CopyOut,
        F: Find<K, Q>,
    {
        let (key, _value) = self.take(query)?;
        key.into_out()
    }

    pub(crate) fn remove_entry<Q: ?Sized>(&self, query: &Q) -> Option<(K::Out, V::Out)>
    where
        K: CopyOut,
        V: CopyOut,
        F: Find<K, Q>,
    {
        let (key, value) = self.take(query)?;
        Some((key.into_out()?, value.into_out()?))
    }

    pub(crate) fn take<Q: ?Sized>(&self, query: &Q) -> Option<(K, V)>
    where
        F: Find<K, Q>,
    {
        let mut memory = Memory::new();
        let (table, slot) = self.locate(self.find.hash(query), query, &mut memory);
        Some(self.handle.remove(table, slot?))
    }

    /// What `run` makes of the value of the key. It runs without the lock.
    pub(crate) fn with<Q: ?Sized, R>(
        &self,
        query: &Q,
        run: impl FnOnce(&V::Guard) -> R,
    ) -> Option<R>
    where
        F: Find<K, Q>,
    {
        let guard = self.read(query, |_, value| value.guard())??;
        Some(run(&guard))
    }

    /// Puts a changed copy in the place of the value of the key, if that is still the one that was
    /// copied. Otherwise it begins again. `change` runs without the lock.
    pub(crate) fn update<Q: ?Sized, R>(
        &self,
        query: &Q,
        mut change: impl FnMut(&mut V::Out) -> R,
    ) -> Option<R>
    where
        V: CopyOut,
        F: Find<K, Q>,
    {
        let hash = self.find.hash(query);
        loop {
            let guard = self.read_hashed(hash, query, |_, value| value.guard())??;
            let mut value = V::copy(&guard);
            let result = change(&mut value);
            let mut value = Some(value);
            let mut memory = Memory::new();
            let (table, slot) = self.locate(hash, query, &mut memory);
            if let Some(slot) = slot.filter(|slot| table.value(*slot).is_guarded_by(&guard)) {
                self.replace(table, slot, V::give_up(&mut value));
                return Some(result);
            }
        }
    }

    /// Finds the entry of the key, and returns what `peek` made of it under the lock. `peek` may be
    /// called for other entries, too; what it returns is dropped without the lock.
    fn read<Q: ?Sized, R>(&self, query: &Q, peek: impl FnMut(&mut K, &mut V) -> R) -> Option<R>
    where
        F: Find<K, Q>,
    {
        self.read_hashed(self.find.hash(query), query, peek)
    }

    fn read_hashed<Q: ?Sized, R>(
        &self,
        hash: u64,
        query: &Q,
        mut peek: impl FnMut(&mut K, &mut V) -> R,
    ) -> Option<R>
    where
        F: Find<K, Q>,
    {
        let mut kept = F::Kept::default();
        let mut compare = ByQuery::<K, F, Q>::new(query, &mut kept);
        let mut search;
        let mut table = self.handle.lock();
        if F::never_asks() {
            // Where it is need not be known, which saves every tenth instruction.
            let found = table.find_entry_mut(hash, |key, _| compare.verdict(key) == Verdict::Same);
            if let Some((key, value)) = found {
                return Some(peek(key, value));
            }
            if compare.has_failed() {
                drop(table);
                no_room();
            }
            return None;
        }
        match Search::look(&table, hash, &mut compare) {
            Ok(Step::Found(slot)) => {
                let (key, value) = table.pair_mut(slot);
                Some(peek(key, value))
            }
            Ok(Step::Ask(slot)) => {
                search = Search::new(hash);
                let step = search.ask(&mut table, &mut compare, slot);
                self.read_asking(compare, &mut search, table, step, peek)
            }
            Ok(Step::Absent | Step::Gone) => None,
            Err(_) => {
                drop(table);
                no_room();
            }
        }
    }

    /// As [`Map::read`], from where a key must be compared without the lock.
    fn read_asking<'a, Q: ?Sized, R>(
        &'a self,
        mut compare: ByQuery<'_, K, F, Q>,
        search: &mut Search<K::Guard>,
        mut table: H::Locked<'a>,
        mut step: Result<Step, TryReserveError>,
        mut peek: impl FnMut(&mut K, &mut V) -> R,
    ) -> Option<R>
    where
        F: Find<K, Q>,
    {
        loop {
            match step {
                Ok(Step::Found(slot)) => {
                    let (key, value) = table.pair_mut(slot);
                    return Some(peek(key, value));
                }
                Ok(Step::Ask(slot)) => {
                    // Taken now: so it need not be found again.
                    let (key, value) = table.pair_mut(slot);
                    let found = peek(key, value);
                    drop(table);
                    schedule_point();
                    if compare.is_equal(search.asked()) {
                        return Some(found);
                    }
                    drop(found);
                    table = self.handle.lock();
                    step = search.resume(&mut table, &mut compare, false);
                }
                Ok(Step::Absent | Step::Gone) => return None,
                Err(_) => {
                    drop(table);
                    no_room();
                }
            }
        }
    }

    /// Finds the entry of the key, if there is one, and keeps the table locked.
    ///
    /// `memory` must be declared before the table, to be dropped when the lock is gone.
    pub(super) fn locate<'a, Q: ?Sized>(
        &'a self,
        hash: u64,
        query: &Q,
        memory: &mut Memory<K, F::Kept>,
    ) -> (H::Locked<'a>, Option<Slot>)
    where
        F: Find<K, Q>,
    {
        let mut compare = ByQuery::<K, F, Q>::new(query, &mut memory.kept);
        let mut table = self.handle.lock();
        match Search::look(&table, hash, &mut compare) {
            Ok(Step::Found(slot)) => (table, Some(slot)),
            Ok(Step::Absent | Step::Gone) => (table, None),
            Ok(Step::Ask(slot)) => {
                let search = memory.search.insert(Search::new(hash));
                let step = search.ask(&mut table, &mut compare, slot);
                locate_asking(|| self.handle.lock(), hash, compare, search, table, step)
            }
            Err(_) => {
                drop(table);
                no_room();
            }
        }
    }
}

/// Finds the entry of a key, from a step on in which it may have to be compared without the lock.
pub(super) fn locate_asking<K: Side, V, F, Q: ?Sized, T>(
    lock: impl Fn() -> T,
    hash: u64,
    mut compare: ByQuery<'_, K, F, Q>,
    search: &mut Search<K::Guard>,
    mut table: T,
    mut step: Result<Step, TryReserveError>,
) -> (T, Option<Slot>)
where
    F: Find<K, Q>,
    T: DerefMut<Target = Table<K, V>>,
{
    loop {
        match step {
            Ok(Step::Found(slot)) => return (table, Some(slot)),
            Ok(Step::Absent) => return (table, None),
            Ok(Step::Ask(_)) => {
                drop(table);
                schedule_point();
                let is_equal = compare.is_equal(search.asked());
                table = lock();
                step = search.resume(&mut table, &mut compare, is_equal);
            }
            // Removed by others before it could be locked.
            Ok(Step::Gone) => {
                drop(table);
                *search = Search::new(hash);
                table = lock();
                step = search.begin(&mut table, &mut compare);
            }
            Err(_) => {
                drop(table);
                no_room();
            }
        }
    }
}

/// What is done with keys that are given.
impl<K: Side, V: Side, F: FindGiven<K>, H: Held<K, V>> Map<K, V, F, H> {
    /// Puts `value` beside `key` and returns the one that it replaces. If there is an equal key, it
    /// stays.
    pub(crate) fn insert(&self, key: K::Given<'_>, value: V::Given<'_>) -> Option<V::Out>
    where
        V: CopyOut,
    {
        let query = F::query(&key);
        let hash = self.find.hash(query);
        let mut memory = Memory::new();
        let (table, slot) = self.locate(hash, query, &mut memory);
        match slot {
            Some(slot) => self.replace(table, slot, value).into_out(),
            None => {
                self.add(table, hash, key, value);
                None
            }
        }
    }

    /// Puts `value` beside `key`, and drops the one that it replaces.
    pub(crate) fn set(&self, key: K::Given<'_>, value: V::Given<'_>) {
        let query = F::query(&key);
        let hash = self.find.hash(query);
        let mut memory = Memory::new();
        let (table, slot) = self.locate(hash, query, &mut memory);
        match slot {
            Some(slot) => drop(self.replace(table, slot, value)),
            None => self.add(table, hash, key, value),
        }
    }

    /// Puts `key` in the place of an equal one, whose value it takes over, and returns that one.
    pub(crate) fn replace_key(&self, key: K::Given<'_>) -> Option<K> {
        let query = F::query(&key);
        let hash = self.find.hash(query);
        let mut memory = Memory::new();
        let (table, slot) = self.locate(hash, query, &mut memory);
        let slot = slot?;
        Some(self.replace_key_at(table, slot, key))
    }

    /// Adds `key` with `value`, or puts it in the place of an equal one, which it returns.
    pub(crate) fn insert_or_replace_key(
        &self,
        key: K::Given<'_>,
        value: V::Given<'_>,
    ) -> Option<K> {
        let query = F::query(&key);
        let hash = self.find.hash(query);
        let mut memory = Memory::new();
        let (table, slot) = self.locate(hash, query, &mut memory);
        let Some(slot) = slot else {
            self.add(table, hash, key, value);
            return None;
        };
        Some(self.replace_key_at(table, slot, key))
    }

    /// The living key that equals `key`, whose hash is known; `key` itself, which is inserted, if
    /// there is none. For sets.
    pub(crate) fn get_or_insert_key(&self, hash: u64, key: K::Out) -> K::Out
    where
        K: CopyOut,
        V: Side,
        for<'a> V::Given<'a>: Default,
    {
        let mut memory = Memory::new();
        let (mut table, slot) = self.locate(hash, F::query_of(&key), &mut memory);
        let Some(slot) = slot else {
            self.add(table, hash, K::give(&key), Default::default());
            return key;
        };
        if let Some(found) = table.pair_mut(slot).0.snapshot() {
            drop(table);
            return K::finish(found);
        }
        // One that has died, and is about to be removed.
        drop(self.replace_key_at(table, slot, K::give(&key)));
        key
    }

    /// The key and the value of the entry of `key`, which is removed. `None` if there is none, or
    /// its value is dead.
    pub(crate) fn remove_given(&self, key: K::Given<'_>) -> Option<(K::Out, V::Out)>
    where
        V: CopyOut,
    {
        let (own_key, value) = self.take(F::query(&key))?;
        Some((own_key.into_out_or(key), value.into_out()?))
    }

    /// Whether each entry of `other` is one of this map, too.
    pub(crate) fn has_all(&self, other: &Self) -> bool
    where
        K: CopyOut,
        V: CopyOut,
        V::Out: PartialEq,
    {
        let mut entries = other.iter();
        entries.all(|(key, value)| {
            let found = self.get(F::query_of(&key));
            found.is_some_and(|found| found == value)
        })
    }

    /// The value of a key that left this map or another.
    pub(crate) fn get_out(&self, key: &K::Out) -> Option<V::Out>
    where
        V: CopyOut,
    {
        self.get(F::query_of(key))
    }

    pub(crate) fn get_key_out(&self, key: &K::Out) -> Option<K::Out>
    where
        K: CopyOut,
    {
        self.get_key(F::query_of(key))
    }

    /// Inserts all living entries into `other`.
    pub(crate) fn copy_into(&self, other: &Self)
    where
        K: CopyOut,
        V: CopyOut,
    {
        for (key, value) in self.iter() {
            let (mut key, mut value) = (Some(key), Some(value));
            other.insert(K::give_up(&mut key), V::give_up(&mut value));
        }
    }

    /// Whether there is an entry of a key that left this map or another.
    pub(crate) fn contains_out(&self, key: &K::Out) -> bool {
        self.contains(F::query_of(key))
    }

    pub(crate) fn remove_out(&self, key: &K::Out) -> bool {
        self.take(F::query_of(key)).is_some()
    }

    /// Adds an entry for a key that is absent, and unlocks the table.
    ///
    /// # Panics
    ///
    /// If there is no room for it. Nothing has changed then.
    fn add<'a>(&'a self, table: H::Locked<'a>, hash: u64, key: K::Given<'_>, value: V::Given<'_>) {
        let (key, key_owner) = K::new(key);
        self.add_side(table, hash, key, key_owner, value);
    }

    /// As [`Map::add`], for a key that was made a side of an entry before.
    pub(super) fn add_side<'a>(
        &'a self,
        mut table: H::Locked<'a>,
        hash: u64,
        key: K,
        key_owner: K::Owner<'_>,
        value: V::Given<'_>,
    ) {
        let (value, value_owner) = V::new(value);
        let mut make_room = || {
            table.try_reserve(1)?;
            let fingerprint = Fingerprint::of(hash);
            self.handle.try_watch(fingerprint, key_owner, value_owner)
        };
        if make_room().is_err() {
            drop(table);
            no_room();
        }
        table.insert(hash, key, value);
        self.handle.added(table);
    }
}

/// What is done with entries that were found.
impl<K: Side, V: Side, F, H: Held<K, V>> Map<K, V, F, H> {
    /// Puts another value in an entry, unlocks the table and returns the old one.
    pub(super) fn replace(&self, table: H::Locked<'_>, slot: Slot, value: V::Given<'_>) -> V {
        let (watch, leave) = (H::try_watch_value, H::leave_value);
        self.exchange(
            table,
            slot,
            value,
            |table| table.value_mut(slot),
            watch,
            leave,
        )
    }

    fn replace_key_at(&self, table: H::Locked<'_>, slot: Slot, key: K::Given<'_>) -> K {
        let (watch, leave) = (H::try_watch_key, H::leave_key);
        self.exchange(
            table,
            slot,
            key,
            |table| table.pair_mut(slot).0,
            watch,
            leave,
        )
    }

    /// Puts another side in the `place` of an entry, unlocks the table and returns the old one.
    fn exchange<'g, T: Side + 'g>(
        &self,
        mut table: H::Locked<'_>,
        slot: Slot,
        given: T::Given<'g>,
        place: impl FnOnce(&mut Table<K, V>) -> &mut T,
        try_watch: impl FnOnce(&H, Fingerprint, T::Owner<'g>) -> Result<(), TryReserveError>,
        leave: impl FnOnce(&H, Fingerprint, &T),
    ) -> T {
        let (mut side, owner) = T::new(given);
        let fingerprint = table.fingerprint(slot);
        let place = place(&mut table);
        if place.is_of(owner) {
            return side;
        }
        let watched = try_watch(&self.handle, fingerprint, owner);
        if watched.is_ok() {
            core::mem::swap(place, &mut side);
        }
        drop(table);
        if watched.is_err() {
            no_room();
        }
        leave(&self.handle, fingerprint, &side);
        side
    }
}

/// What is done with all entries.
impl<K: Side, V: Side, F, H: Held<K, V>> Map<K, V, F, H> {
    /// Removes the entry inserted last and returns it.
    pub(crate) fn pop_last(&self) -> Option<(K::Out, V::Out)>
    where
        K: CopyOut,
        V: CopyOut,
    {
        loop {
            let mut table = self.handle.lock();
            let Ok(last) = table.try_last() else {
                drop(table);
                no_room();
            };
            let (key, value) = self.handle.remove(table, last?);
            if key.is_dead() || value.is_dead() {
                continue;
            }
            if let (Some(key), Some(value)) = (key.into_out(), value.into_out()) {
                return Some((key, value));
            }
        }
    }

    /// Keeps the entries for which `keep` returns true. It runs without the lock, and sees the sides
    /// that it is to judge: an entry with another value by now stays.
    pub(crate) fn retain(&self, mut keep: impl FnMut(&K::Guard, &V::Guard) -> bool) {
        self.extract(|key, value| !keep(key, value)).for_each(drop);
    }

    /// Removes the entries for which `is_wanted` returns true, one with each step. It runs without
    /// the lock, and sees the sides that it is to judge: an entry with another value by now stays.
    pub(crate) fn extract(
        &self,
        mut is_wanted: impl FnMut(&K::Guard, &V::Guard) -> bool,
    ) -> impl Iterator<Item = (K, V)> {
        let mut walk = Walk::new(&self.handle);
        core::iter::from_fn(move || {
            let guards = |fingerprint, key: &mut K, value: &mut V| {
                Some((fingerprint, key.guard(), value.guard()))
            };
            loop {
                let (fingerprint, key, value) = walk.next(guards)?;
                let (Some(key), Some(value)) = (key, value) else {
                    continue;
                };
                if !is_wanted(&key, &value) {
                    continue;
                }
                let table = self.handle.lock();
                let is_it = |now_key: &K, now_value: &V| {
                    now_key.is_guarded_by(&key) && now_value.is_guarded_by(&value)
                };
                if let Some(slot) = table.find_by_fingerprint(fingerprint, is_it) {
                    return Some(self.handle.remove(table, slot));
                }
            }
        })
    }

    /// As [`Map::extract`], for what leaves the container.
    pub(crate) fn extract_if(
        &self,
        is_wanted: impl FnMut(&K::Guard, &V::Guard) -> bool,
    ) -> impl Iterator<Item = (K::Out, V::Out)>
    where
        K: CopyOut,
        V: CopyOut,
    {
        let extracted = self.extract(is_wanted);
        extracted.filter_map(|(key, value)| Some((key.into_out()?, value.into_out()?)))
    }

    pub(crate) fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result
    where
        K::Guard: fmt::Debug,
        V::Guard: fmt::Debug,
    {
        let mut walk = Walk::new(&self.handle);
        let mut shown = f.debug_map();
        let guards = |_, key: &mut K, value: &mut V| Some((key.guard(), value.guard()));
        while let Some((key, value)) = walk.next(guards) {
            if let (Some(key), Some(value)) = (key, value) {
                shown.entry(&key, &value);
            }
        }
        shown.finish()
    }
}
