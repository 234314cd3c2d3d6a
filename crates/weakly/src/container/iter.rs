//! The iterators of containers.

use super::Handle;
use super::held::Held;
use super::side::{CopyOut, Side};
use super::walk::Walk;
use crate::table::{IntoIter, Table};

/// The living entries of a container.
pub struct Entries<K, V, H = Handle<K, V>> {
    walk: Walk<K, V, H>,
}

/// The living keys of a container.
pub struct Keys<K, V, H = Handle<K, V>> {
    walk: Walk<K, V, H>,
}

/// The living values of a container.
pub(crate) struct Values<K, V, H = Handle<K, V>> {
    walk: Walk<K, V, H>,
}

/// The entries that were taken out of a container and live still.
pub struct Drain<K, V> {
    entries: IntoIter<K, V>,
}

impl<K: Side, V: Side, H: Held<K, V>> Entries<K, V, H> {
    pub(super) fn new(handle: &H) -> Self {
        let walk = Walk::new(handle);
        Self { walk }
    }
}

impl<K: CopyOut, V: CopyOut, H: Held<K, V>> Iterator for Entries<K, V, H> {
    type Item = (K::Out, V::Out);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // Both leave the lock, even if one is dead: only there may the other be dropped.
            let both = |_, key: &mut K, value: &mut V| Some((key.snapshot(), value.snapshot()));
            if let (Some(key), Some(value)) = self.walk.next(both)? {
                return Some((K::finish(key), V::finish(value)));
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.walk.size_hint()
    }
}

impl<K: Side, V: Side, H: Held<K, V>> Keys<K, V, H> {
    pub(super) fn new(handle: &H) -> Self {
        let walk = Walk::new(handle);
        Self { walk }
    }
}

impl<K: CopyOut, V: Side, H: Held<K, V>> Iterator for Keys<K, V, H> {
    type Item = K::Out;

    fn next(&mut self) -> Option<K::Out> {
        let living = |_, key: &mut K, value: &mut V| match value.is_dead() {
            false => key.snapshot(),
            true => None,
        };
        self.walk.next(living).map(K::finish)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.walk.size_hint()
    }
}

impl<K: Side, V: Side, H: Held<K, V>> Values<K, V, H> {
    pub(super) fn new(handle: &H) -> Self {
        let walk = Walk::new(handle);
        Self { walk }
    }
}

impl<K: Side, V: CopyOut, H: Held<K, V>> Iterator for Values<K, V, H> {
    type Item = V::Out;

    fn next(&mut self) -> Option<V::Out> {
        let living = |_, key: &mut K, value: &mut V| match key.is_dead() {
            false => value.snapshot(),
            true => None,
        };
        self.walk.next(living).map(V::finish)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.walk.size_hint()
    }
}

impl<K, V> Drain<K, V> {
    pub(super) fn new(entries: Table<K, V>) -> Self {
        let entries = entries.into_iter();
        Self { entries }
    }
}

impl<K: CopyOut, V: CopyOut> Iterator for Drain<K, V> {
    type Item = (K::Out, V::Out);

    fn next(&mut self) -> Option<Self::Item> {
        self.entries.find_map(|(key, value)| {
            if key.is_dead() || value.is_dead() {
                return None;
            }
            Some((key.into_out()?, value.into_out()?))
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.entries.len()))
    }
}
