//! Iterators over a table that is borrowed or given up.

use std::iter::FusedIterator;
use std::ops::Range;

use super::entries::Entries;
use super::order::Order;
use super::slot::Slot;

/// The entries of a borrowed table in insertion order; made by [`Table::iter`](super::Table::iter).
#[derive(Debug)]
pub struct Iter<'a, K, V> {
    entries: &'a Entries<K, V>,
    order: &'a Order,
    lines: Range<u32>,
    left: usize,
}

impl<'a, K, V> Iter<'a, K, V> {
    pub(super) fn new(entries: &'a Entries<K, V>, order: &'a Order) -> Self {
        Self {
            entries,
            order,
            lines: 0..order.len() as u32,
            left: entries.len(),
        }
    }

    fn at(&self, line: u32) -> Option<(Slot, &'a K, &'a V)> {
        let line = self.order.line(line)?;
        let (key, value) = self.entries.written(line)?;
        Some((line.slot, key, value))
    }
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self {
            lines: self.lines.clone(),
            ..*self
        }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (Slot, &'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(line) = self.lines.next() {
            if let Some(entry) = self.at(line) {
                self.left -= 1;
                return Some(entry);
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        while let Some(line) = self.lines.next_back() {
            if let Some(entry) = self.at(line) {
                self.left -= 1;
                return Some(entry);
            }
        }
        None
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}
impl<K, V> FusedIterator for Iter<'_, K, V> {}

/// The entries of a table that was given up, in insertion order; made by iterating over a
/// [`Table`](super::Table) itself. What is not asked for is dropped with it, in any order.
///
/// If there is no memory for the order, they come in any.
#[derive(Debug)]
pub struct IntoIter<K, V> {
    entries: Entries<K, V>,
    order: Option<Order>,
    /// Lines of the order, or buckets if there is none.
    rest: Range<u32>,
}

impl<K, V> IntoIter<K, V> {
    /// Of entries that are not being moved.
    pub(super) fn new(entries: Entries<K, V>, order: Option<Order>) -> Self {
        let end = order.as_ref().map_or(entries.buckets(), Order::len);
        Self {
            entries,
            order,
            rest: 0..end as u32,
        }
    }

    fn take(&mut self, at: u32) -> Option<(K, V)> {
        match &self.order {
            Some(order) => {
                let line = order.line(at)?;
                self.entries.written(line)?;
                self.entries.take(line.slot)
            }
            None => self.entries.take(Slot::new(at as usize)),
        }
    }
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        while let Some(at) = self.rest.next() {
            if let Some(pair) = self.take(at) {
                return Some(pair);
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.entries.len(), Some(self.entries.len()))
    }
}

impl<K, V> DoubleEndedIterator for IntoIter<K, V> {
    fn next_back(&mut self) -> Option<(K, V)> {
        while let Some(at) = self.rest.next_back() {
            if let Some(pair) = self.take(at) {
                return Some(pair);
            }
        }
        None
    }
}

impl<K, V> ExactSizeIterator for IntoIter<K, V> {}
impl<K, V> FusedIterator for IntoIter<K, V> {}
