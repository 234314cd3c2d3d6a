//! Iterators over a table that is borrowed or given up.

use alloc::vec;
use core::iter::FusedIterator;
use core::ops::Range;

use hashbrown::hash_table;

use super::entries::{Entries, Entry};
use super::order::{Order, try_vec};
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
    rest: Rest<K, V>,
    left: usize,
}

#[derive(Debug)]
enum Rest<K, V> {
    InOrder(vec::IntoIter<Option<Entry<K, V>>>),
    InAnyOrder(hash_table::IntoIter<Entry<K, V>>),
}

impl<K, V> IntoIter<K, V> {
    /// Of entries whose numbers are below `next`.
    pub(super) fn new(entries: Entries<K, V>, next: u32) -> Self {
        let left = entries.len();
        let numbers = entries.iter().map(|entry| entry.number);
        let oldest = numbers.min().unwrap_or(next);
        let span = (next - oldest) as usize;
        let is_dense = span / 2 <= left;
        let room = if is_dense { span } else { left };
        let rest = match try_vec(room) {
            Err(_) => Rest::InAnyOrder(entries.into_unordered()),
            Ok(mut sorted) if is_dense => {
                // No comparisons: each entry has its place.
                sorted.resize_with(span, || None);
                for entry in entries.into_unordered() {
                    let place = (entry.number - oldest) as usize;
                    sorted[place] = Some(entry);
                }
                Rest::InOrder(sorted.into_iter())
            }
            Ok(mut sorted) => {
                sorted.extend(entries.into_unordered().map(Some));
                sorted.sort_unstable_by_key(|entry| entry.as_ref().map(|entry| entry.number));
                Rest::InOrder(sorted.into_iter())
            }
        };
        Self { rest, left }
    }
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        let entry = match &mut self.rest {
            Rest::InOrder(entries) => entries.flatten().next()?,
            Rest::InAnyOrder(entries) => entries.next()?,
        };
        self.left -= 1;
        Some(entry.pair)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> DoubleEndedIterator for IntoIter<K, V> {
    fn next_back(&mut self) -> Option<(K, V)> {
        let entry = match &mut self.rest {
            Rest::InOrder(entries) => entries.rev().flatten().next()?,
            Rest::InAnyOrder(entries) => entries.next()?,
        };
        self.left -= 1;
        Some(entry.pair)
    }
}

impl<K, V> ExactSizeIterator for IntoIter<K, V> {}
impl<K, V> FusedIterator for IntoIter<K, V> {}
