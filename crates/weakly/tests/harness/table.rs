//! Operations on the table, beside a naive model of it.

use weakly::table::{Cursor, Slot, Table};

/// An operation on the table.
#[derive(Clone, Debug)]
pub enum Op {
    /// The key is the hash, too: few hashes, many collisions.
    Insert(u8),
    /// Removes the n-th entry.
    Remove(usize),
    Find(u8),
    Replace(usize),
    Take(usize),
    /// For so many new entries.
    Exchange(u8),
    Reserve(usize),
    Shrink,
    Start,
    Step(usize),
    Forget(usize),
}

impl Op {
    /// The operation that two bytes stand for.
    fn of(what: u8, which: u8) -> Self {
        let n = usize::from(which);
        match what % 16 {
            0..=4 => Self::Insert(which % 20),
            5..=7 => Self::Remove(n),
            8 => Self::Find(which % 20),
            9 => Self::Replace(n),
            10 => match which % 4 {
                0 => Self::Take(n / 4),
                1 => Self::Exchange(which / 16),
                2 => Self::Reserve(n / 8),
                _ => Self::Shrink,
            },
            11 => Self::Start,
            12..=14 => Self::Step(n % 8),
            _ => Self::Forget(n % 8),
        }
    }
}

/// Runs the script that the bytes stand for.
pub fn run(bytes: &[u8]) {
    let mut world = World::default();
    for two in bytes.chunks_exact(2) {
        world.run(&Op::of(two[0], two[1]));
    }
}

/// An entry as the model knows it: its value is its own.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    key: u8,
    value: u32,
}

impl Entry {
    fn find(self, table: &Table<u8, u32>) -> Slot {
        let found = table.find(self.key.into(), |_, &value| value == self.value);
        found.expect("the entry is there")
    }
}

/// The table and what it should be.
#[derive(Default)]
pub struct World {
    table: Table<u8, u32>,
    model: Vec<Entry>,
    /// Cursors, and the numbers of the entries that they have still to find, the next one last.
    cursors: Vec<(Cursor, Vec<u32>)>,
    made: u32,
}

impl World {
    pub fn run(&mut self, op: &Op) {
        match *op {
            Op::Insert(key) => {
                let mut table = std::mem::take(&mut self.table);
                let entry = self.insert_into(&mut table, key);
                self.table = table;
                self.model.push(entry);
            }
            Op::Remove(n) if !self.model.is_empty() => {
                let entry = self.model.remove(n % self.model.len());
                let version = self.table.version();
                let slot = entry.find(&self.table);
                assert_eq!(self.table.remove(slot), (entry.key, entry.value));
                let is_it = |(_, &value): (&u8, &u32)| value == entry.value;
                assert!(!self.table.get(slot).is_some_and(is_it));
                assert_ne!(self.table.version(), version);
            }
            Op::Find(key) => self.find(key),
            Op::Replace(n) if !self.model.is_empty() => {
                let entry = self.model[n % self.model.len()];
                let slot = entry.find(&self.table);
                let fingerprint = self.table.fingerprint(slot);
                let found = |_: &u8, value: &u32| *value == entry.value;
                assert_eq!(
                    self.table.find_by_fingerprint(fingerprint, found),
                    Some(slot)
                );
                let found = |_: &u8, value: &u32| *value == entry.value;
                let found = self.table.find_entry(entry.key.into(), found);
                assert_eq!(found, Some((&entry.key, &entry.value)));
                let (key, value) = self.table.pair_mut(slot);
                assert_eq!((*key, *value), (entry.key, entry.value));
                assert_eq!(self.table.value_mut(slot), &entry.value);
            }
            Op::Remove(_) | Op::Replace(_) => {}
            Op::Take(room) => {
                let all: Vec<_> = self.model.drain(..).map(|it| (it.key, it.value)).collect();
                let taken = self.table.try_take(room).unwrap();
                assert_eq!(taken.len(), all.len());
                assert!(taken.into_iter().eq(all));
                assert!(self.table.capacity() >= room);
            }
            Op::Exchange(new) => {
                let mut other = Table::new();
                let model: Vec<_> = (0..new)
                    .map(|key| self.insert_into(&mut other, key))
                    .collect();
                let all = self.model.drain(..).map(|it| (it.key, it.value));
                let all: Vec<_> = all.collect();
                self.table.exchange(&mut other);
                assert!(other.into_iter().eq(all));
                self.model = model;
            }
            Op::Reserve(additional) => {
                self.table.reserve(additional);
                assert!(self.table.capacity() >= self.table.len() + additional);
            }
            Op::Shrink => self.table.shrink_to_fit(),
            Op::Start if self.cursors.len() < 8 => {
                let rest = self.model.iter().rev().map(|entry| entry.value).collect();
                self.cursors.push((self.table.cursor(), rest));
            }
            Op::Start => {}
            Op::Step(n) => self.step(n),
            Op::Forget(n) if n < self.cursors.len() => drop(self.cursors.remove(n)),
            Op::Forget(_) => {}
        }
        self.check();
    }

    fn insert_into(&mut self, table: &mut Table<u8, u32>, key: u8) -> Entry {
        let value = self.made;
        self.made += 1;
        let slot = table.insert(key.into(), key, value);
        assert_eq!(table.get(slot), Some((&key, &value)));
        Entry { key, value }
    }

    /// Finds all entries of a key: by a predicate, and by a probe that the table's changes
    /// interrupt.
    fn find(&mut self, key: u8) {
        let mut wanted: Vec<u32> = self
            .model
            .iter()
            .filter(|it| it.key == key)
            .map(|it| it.value)
            .collect();
        let mut found = Vec::new();
        self.table.find(key.into(), |candidate, value| {
            if *candidate == key {
                found.push(*value);
            }
            false
        });
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted);
        let mut probed = Vec::new();
        let mut probe = self.table.probe(key.into());
        let was_probed = |probed: &[u32], value: &u32| probed.contains(value);
        while let Some(slot) = self
            .table
            .resume(&mut probe, |_, value| was_probed(&probed, value))
        {
            probed.push(*self.table.value(slot));
            let passing = self.table.insert(key.into(), key, u32::MAX);
            self.table.remove(passing);
        }
        probed.sort_unstable();
        assert_eq!(probed, wanted);
    }

    fn step(&mut self, n: usize) {
        let Some((cursor, rest)) = self.cursors.get_mut(n) else {
            return;
        };
        let is_there = |value: u32| self.model.iter().find(|entry| entry.value == value);
        let expected = std::iter::from_fn(|| rest.pop()).find_map(is_there);
        let next = self.table.advance(cursor);
        let next = next.map(|(_, &key, &value)| Entry { key, value });
        assert_eq!(next, expected.copied());
    }

    fn check(&mut self) {
        assert_eq!(self.table.len(), self.model.len());
        assert_eq!(self.table.is_empty(), self.model.is_empty());
        assert!(self.table.capacity() >= self.table.len());
        // The order is not asked for each time: else it would always be there.
        if self.made % 3 != 0 {
            let mut values: Vec<_> = self.table.iter_unordered().map(|it| *it.2).collect();
            values.sort_unstable();
            assert!(values.into_iter().eq(self.model.iter().map(|it| it.value)));
            return;
        }
        let model = || self.model.iter().copied();
        let entries = |table: &mut Table<u8, u32>| {
            let entries = table.iter();
            let entries = entries.map(|(_, &key, &value)| Entry { key, value });
            (entries.clone().collect(), from_both_ends(entries).collect())
        };
        let (ordered, from_both): (Vec<_>, Vec<_>) = entries(&mut self.table);
        assert!(ordered.into_iter().eq(model()));
        assert!(from_both.into_iter().eq(from_both_ends(model())));
        let last = self.table.last().map(|slot| *self.table.value(slot));
        assert_eq!(last, self.model.last().map(|entry| entry.value));
    }
}

/// The items of an iterator, taken from its two ends in turn.
fn from_both_ends<T>(mut items: impl DoubleEndedIterator<Item = T>) -> impl Iterator<Item = T> {
    let mut from_the_end = true;
    std::iter::from_fn(move || {
        from_the_end = !from_the_end;
        if from_the_end {
            items.next_back()
        } else {
            items.next()
        }
    })
}
