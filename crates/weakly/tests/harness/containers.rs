//! Operations on the three containers, beside naive models of them.

use std::hash::{Hash, Hasher};

use weakly::{Strong, WeakKeyMap, WeakSet, WeakValueMap, set};

/// An object: there are others that are equal to it, and still others with the same hash.
#[derive(Clone, Debug, Eq)]
struct Thing {
    key: u8,
    number: u8,
}

impl Thing {
    fn new(number: u8) -> Self {
        let key = number % 8;
        Self { key, number }
    }
}

impl PartialEq for Thing {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Hash for Thing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.key % 2).hash(state);
    }
}

const THINGS: u8 = 16;

/// An entry as the models know it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    key: u8,
    /// The number of the object with which it goes.
    object: u8,
    value: u8,
    /// No other entry has this.
    made: u32,
}

type Model = Vec<Entry>;

#[derive(Default)]
struct World {
    owners: [Option<Strong<Thing>>; THINGS as usize],
    made: u32,
    set: WeakSet<Thing>,
    set_model: Model,
    by_key: WeakKeyMap<Thing, u8>,
    by_key_model: Model,
    by_value: WeakValueMap<Thing, Thing>,
    by_value_model: Model,
    /// Iterations of the set, and what they have still to find, the next one last.
    iterations: Vec<(set::Iter<Thing>, Model)>,
}

/// Runs the script that the bytes stand for.
pub fn run(bytes: &[u8]) {
    let mut world = World::default();
    for two in bytes.chunks_exact(2) {
        world.step(two[0] % 16, two[1]);
        world.check();
    }
}

/// Removes the entry of a key from a model and returns it.
fn take(model: &mut Model, key: u8) -> Option<Entry> {
    let at = model.iter().position(|entry| entry.key == key)?;
    Some(model.remove(at))
}

impl World {
    fn step(&mut self, what: u8, which: u8) {
        let number = which % THINGS;
        let thing = Thing::new(number);
        let key = thing.key;
        match what {
            0 | 1 => {
                let place = &mut self.owners[usize::from(number)];
                place.get_or_insert_with(|| Strong::new(thing));
            }
            2 => {
                self.owners[usize::from(number)] = None;
                for model in [
                    &mut self.set_model,
                    &mut self.by_key_model,
                    &mut self.by_value_model,
                ] {
                    model.retain(|entry| entry.object != number);
                }
            }
            3..=7 => self.insert(what, number, which),
            8 => {
                let taken = take(&mut self.set_model, key);
                let found = self.set.take(&thing).map(|thing| thing.number);
                assert_eq!(found, taken.map(|entry| entry.object));
            }
            9 => {
                let taken = take(&mut self.by_key_model, key);
                assert_eq!(self.by_key.remove(&thing), taken.map(|entry| entry.value));
            }
            10 => {
                let taken = take(&mut self.by_value_model, key);
                let found = self.by_value.remove(&thing).map(|thing| thing.number);
                assert_eq!(found, taken.map(|entry| entry.object));
            }
            11 if self.iterations.len() < 4 => {
                let rest = self.set_model.iter().rev().copied().collect();
                self.iterations.push((self.set.iter(), rest));
            }
            12 | 13 => {
                if let Some((iteration, rest)) = self.iterations.get_mut(usize::from(which % 4)) {
                    let is_there = |entry: &Entry| self.set_model.contains(entry);
                    let next = std::iter::from_fn(|| rest.pop()).find(is_there);
                    let found = iteration.next().map(|thing| thing.number);
                    assert_eq!(found, next.map(|entry| entry.object));
                }
            }
            14 if !self.iterations.is_empty() => {
                let n = usize::from(which) % self.iterations.len();
                self.iterations.swap_remove(n);
            }
            15 => self.all(which),
            _ => {}
        }
    }

    fn insert(&mut self, what: u8, number: u8, value: u8) {
        let Some(owner) = &self.owners[usize::from(number)] else {
            return;
        };
        self.made += 1;
        let entry = |key| Entry {
            key,
            object: number,
            value,
            made: self.made,
        };
        match what {
            3 | 4 => {
                let is_new = self.set_model.iter().all(|entry| entry.key != owner.key);
                assert_eq!(self.set.insert(owner), is_new);
                if is_new {
                    self.set_model.push(entry(owner.key));
                }
            }
            5 => {
                let mut model = self.by_key_model.iter_mut();
                let old = model.find(|entry| entry.key == owner.key);
                let replaced = self.by_key.insert(owner, value);
                assert_eq!(replaced, old.as_ref().map(|entry| entry.value));
                match old {
                    Some(old) => old.value = value,
                    None => self.by_key_model.push(entry(owner.key)),
                }
            }
            _ => {
                let key = Thing::new(value / 16);
                let mut model = self.by_value_model.iter_mut();
                let old = model.find(|entry| entry.key == key.key);
                let new = entry(key.key);
                let replaced = self.by_value.insert(key, owner);
                let replaced = replaced.map(|thing| thing.number);
                assert_eq!(replaced, old.as_ref().map(|entry| entry.object));
                match old {
                    Some(old) => old.object = number,
                    None => self.by_value_model.push(new),
                }
            }
        }
    }

    /// What is done to whole containers.
    fn all(&mut self, which: u8) {
        match which % 8 {
            0 => {
                self.set.clear();
                self.set_model.clear();
            }
            1 => {
                let last = self.by_key_model.pop();
                let found = self.by_key.pop_last().map(|(_, value)| value);
                assert_eq!(found, last.map(|entry| entry.value));
            }
            2 => {
                self.set.shrink_to_fit();
                self.by_key.shrink_to_fit();
                self.by_value.shrink_to_fit();
            }
            3 => {
                self.set.reserve(usize::from(which));
                self.by_value.reserve(usize::from(which));
            }
            4 => {
                self.set.retain(|thing| thing.number % 3 != 0);
                self.set_model.retain(|entry| entry.object % 3 != 0);
                self.by_key.retain(|_, value| value % 3 != 0);
                self.by_key_model.retain(|entry| entry.value % 3 != 0);
                self.by_value.retain(|key, _| key.key % 3 != 0);
                self.by_value_model.retain(|entry| entry.key % 3 != 0);
            }
            5 => {
                let drained = self.by_key.drain().map(|(_, value)| value);
                let expected = self.by_key_model.drain(..).map(|entry| entry.value);
                assert!(drained.eq(expected));
            }
            6 => {
                self.by_value.clear();
                self.by_value_model.clear();
            }
            _ => std::mem::forget(self.set.iter()),
        }
    }

    fn check(&self) {
        assert_eq!(self.set.len(), self.set_model.len());
        assert_eq!(self.by_key.len(), self.by_key_model.len());
        assert_eq!(self.by_value.len(), self.by_value_model.len());
        let members = self.set.iter().map(|thing| thing.number);
        assert!(members.eq(self.set_model.iter().map(|entry| entry.object)));
        let entries = self.by_key.iter().map(|(key, value)| (key.number, value));
        let expected = self.by_key_model.iter();
        assert!(entries.eq(expected.map(|entry| (entry.object, entry.value))));
        let entries = self.by_value.iter();
        let entries = entries.map(|(key, value)| (key.key, value.number));
        let expected = self.by_value_model.iter();
        assert!(entries.eq(expected.map(|entry| (entry.key, entry.object))));
        for number in 0..THINGS / 2 {
            let thing = Thing::new(number);
            let is_it = |entry: &&Entry| entry.key == thing.key;
            let expected = self.set_model.iter().find(is_it).map(|entry| entry.object);
            let found = self.set.get(&thing).map(|thing| thing.number);
            assert_eq!(found, expected);
            let expected = self.by_key_model.iter().find(is_it);
            let found = self.by_key.get(&thing);
            assert_eq!(found, expected.map(|entry| entry.value));
            let expected = self.by_value_model.iter().find(is_it);
            let found = self.by_value.get(&thing).map(|thing| thing.number);
            assert_eq!(found, expected.map(|entry| entry.object));
        }
    }
}
