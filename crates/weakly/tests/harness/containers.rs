//! Operations, deaths and iterations on all containers at once, beside naive models of them. Some of
//! the operations run in death callbacks.
//!
//! Keys are of a type that the crate does not know, or strings, which are compared under the lock. The
//! containers are those of `super::family`.

use std::cell::RefCell;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::thread::LocalKey;

use super::family::{Strong, WeakKeyMap, WeakKeyValueMap, WeakRef, WeakSet, WeakValueMap};

const OWNERS: usize = 16;
/// Objects of the same class are equal.
const CLASSES: u8 = 8;
const ITERATIONS: usize = 4;

/// An operation. The first number is the place of an object.
#[derive(Clone, Debug)]
enum Op {
    /// Makes a new object; the one that was there dies.
    Make(usize),
    Die(usize),
    /// Lets the death of the object run a script.
    Watch(usize, Vec<Op>),
    Insert(usize, usize),
    GetOrInsert(usize, usize),
    Remove(u8),
    PopLast,
    Retain(u8),
    Clear,
    Drain,
    Reserve(usize),
    Shrink,
    Start,
    Step(usize),
    End(usize),
    /// Starts an iteration that never ends.
    Forget,
}

impl Op {
    /// The operation that the next bytes stand for.
    fn read(bytes: &mut impl Iterator<Item = u8>) -> Option<Self> {
        let (what, which) = (bytes.next()?, bytes.next()?);
        let (n, place) = (usize::from(which), usize::from(which) % OWNERS);
        let (value, class) = (n / OWNERS, which % CLASSES);
        Some(match what % 40 {
            0..=6 => Self::Make(place),
            7..=9 => Self::Die(place),
            10..=11 => {
                let ops = (0..=n / OWNERS % 3).map_while(|_| Self::read(bytes));
                Self::Watch(place, ops.collect())
            }
            12..=19 => Self::Insert(place, value),
            20..=21 => Self::GetOrInsert(place, value),
            22..=24 => Self::Remove(class),
            25 => Self::PopLast,
            26 => Self::Retain(class),
            27 => match which % 5 {
                0 => Self::Clear,
                1 => Self::Drain,
                2 => Self::Reserve(n),
                3 => Self::Shrink,
                _ => Self::Forget,
            },
            28..=30 => Self::Start,
            31 => Self::End(n % ITERATIONS),
            _ => Self::Step(n % ITERATIONS),
        })
    }
}

/// Runs the script that the bytes stand for.
pub fn run(bytes: &[u8]) {
    run_with::<Unknown>(bytes);
    run_with::<String>(bytes);
}

fn run_with<K: Key>(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    std::iter::from_fn(|| Op::read(&mut bytes)).for_each(|op| run_op::<K>(&op));
    (0..OWNERS).for_each(|place| run_op::<K>(&Op::Die(place)));
    drop(K::world().take());
}

/// What objects, keys and names are.
trait Key: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    fn new(class: u8) -> Self;

    /// The world of this thread, where callbacks find it, too.
    fn world() -> &'static LocalKey<RefCell<World<Self>>>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Unknown(u8);

impl Hash for Unknown {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0 % 2).hash(state); // many collisions
    }
}

impl Key for Unknown {
    fn new(class: u8) -> Self {
        Self(class)
    }

    fn world() -> &'static LocalKey<RefCell<World<Self>>> {
        thread_local!(static WORLD: RefCell<World<Unknown>> = RefCell::default());
        &WORLD
    }
}

impl Key for String {
    fn new(class: u8) -> Self {
        class.to_string()
    }

    fn world() -> &'static LocalKey<RefCell<World<Self>>> {
        thread_local!(static WORLD: RefCell<World<String>> = RefCell::default());
        &WORLD
    }
}

/// An entry as the models know it. Objects are known by their addresses.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    /// No other entry has it.
    number: u32,
    /// Of the key.
    class: u8,
    object: usize,
    /// A number, or another object.
    value: usize,
}

#[derive(Default)]
struct Model(Vec<Entry>);

impl Model {
    fn get(&self, class: u8) -> Option<Entry> {
        self.0.iter().find(|entry| entry.class == class).copied()
    }

    fn get_mut(&mut self, class: u8) -> Option<&mut Entry> {
        self.0.iter_mut().find(|entry| entry.class == class)
    }

    /// The entry of the class of `new`, which is added if there is none.
    fn get_or_push(&mut self, new: Entry) -> Entry {
        self.get(new.class).unwrap_or_else(|| {
            self.0.push(new);
            new
        })
    }

    fn take(&mut self, class: u8) -> Option<Entry> {
        let entry = self.get(class);
        self.0.retain(|entry| entry.class != class);
        entry
    }

    fn forget(&mut self, object: usize) {
        let has_it = |entry: &Entry| entry.object == object || entry.value == object;
        self.0.retain(|entry| !has_it(entry));
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.0.iter().map(|entry| (entry.object, entry.value))
    }
}

/// The numbers of the entries that an iteration has still to yield, the next one last.
struct Rest(Vec<u32>);

impl Rest {
    fn of(model: &Model) -> Self {
        Self(model.0.iter().rev().map(|entry| entry.number).collect())
    }

    fn next(&mut self, model: &Model) -> Option<Entry> {
        let mut numbers = std::iter::from_fn(|| self.0.pop());
        numbers.find_map(|number| model.0.iter().find(|it| it.number == number).copied())
    }
}

type IterOf<C> = <&'static C as IntoIterator>::IntoIter;

/// Iterations of all containers.
struct Iteration<K: Key> {
    set: IterOf<WeakSet<K>>,
    map: IterOf<WeakKeyMap<K, usize>>,
    rest: Rest,
    names: IterOf<WeakValueMap<K, K>>,
    rest_of_names: Rest,
    pairs: IterOf<WeakKeyValueMap<K, K>>,
    rest_of_pairs: Rest,
}

struct World<K: Key> {
    owners: [Option<Strong<K>>; OWNERS],
    set: WeakSet<K>,
    map: WeakKeyMap<K, usize>,
    /// Of the set and the map, with which the same is done.
    model: Model,
    names: WeakValueMap<K, K>,
    model_of_names: Model,
    pairs: WeakKeyValueMap<K, K>,
    model_of_pairs: Model,
    iterations: Vec<Iteration<K>>,
    watchers: Vec<WeakRef<K>>,
    made: u32,
}

impl<K: Key> Default for World<K> {
    fn default() -> Self {
        Self {
            owners: Default::default(),
            set: WeakSet::default(),
            map: WeakKeyMap::default(),
            model: Model::default(),
            names: WeakValueMap::default(),
            model_of_names: Model::default(),
            pairs: WeakKeyValueMap::default(),
            model_of_pairs: Model::default(),
            iterations: Vec::default(),
            watchers: Vec::default(),
            made: 0,
        }
    }
}

fn address<K>(owner: &Strong<K>) -> usize {
    Strong::as_ptr(owner).addr()
}

fn class_of(place: usize) -> u8 {
    place as u8 % CLASSES
}

/// Looks at the world for a moment in which no object dies.
fn with<K: Key, R>(look: impl FnOnce(&mut World<K>) -> R) -> R {
    K::world().with_borrow_mut(look)
}

fn run_op<K: Key>(op: &Op) {
    match op {
        Op::Make(place) => {
            run_op::<K>(&Op::Die(*place));
            with::<K, _>(|world| {
                // The death may have run a script that made one.
                let new = || Strong::new(K::new(class_of(*place)));
                world.owners[*place].get_or_insert_with(new);
            });
        }
        Op::Die(place) => {
            let dead = with::<K, _>(|world| world.take_owner(*place));
            drop(dead); // runs callbacks, which look at the world
        }
        Op::Watch(place, ops) => with::<K, _>(|world| {
            if let Some(owner) = &world.owners[*place] {
                let ops = ops.clone();
                let run = move |_: &WeakRef<K>| ops.iter().for_each(run_op::<K>);
                world.watchers.push(WeakRef::with_callback(owner, run));
            }
        }),
        _ => with::<K, _>(|world| world.run(op)),
    }
    with::<K, _>(|world| world.check());
}

impl<K: Key> World<K> {
    fn take_owner(&mut self, place: usize) -> Option<Strong<K>> {
        let dead = self.owners[place].take()?;
        for model in [
            &mut self.model,
            &mut self.model_of_names,
            &mut self.model_of_pairs,
        ] {
            model.forget(address(&dead));
        }
        Some(dead)
    }

    fn run(&mut self, op: &Op) {
        match *op {
            Op::Insert(place, value) => self.insert(place, value),
            Op::GetOrInsert(place, value) => self.get_or_insert(place, value),
            Op::Remove(class) => self.remove(class),
            Op::PopLast => self.pop_last(),
            Op::Retain(class) => self.retain(class),
            Op::Clear => self.clear(),
            Op::Drain => self.drain(),
            Op::Reserve(count) => {
                self.set.reserve(count);
                self.map.reserve(count);
                self.names.reserve(count);
                self.pairs.reserve(count);
            }
            Op::Shrink => {
                self.set.shrink_to_fit();
                self.map.shrink_to_fit();
                self.names.shrink_to_fit();
                self.pairs.shrink_to_fit();
            }
            Op::Start => self.start(),
            Op::Step(n) => self.step(n),
            Op::End(n) if n < self.iterations.len() => drop(self.iterations.remove(n)),
            Op::End(_) => {}
            Op::Forget => {
                std::mem::forget(self.set.iter());
                std::mem::forget(self.pairs.iter());
            }
            Op::Make(_) | Op::Die(_) | Op::Watch(..) => unreachable!("done without the world"),
        }
    }

    fn new_entry(&mut self, class: u8, object: usize, value: usize) -> Entry {
        self.made += 1;
        Entry {
            number: self.made,
            class,
            object,
            value,
        }
    }

    fn insert(&mut self, place: usize, value: usize) {
        let Some(owner) = self.owners[place].clone() else {
            return;
        };
        let (object, class) = (address(&owner), class_of(place));

        let new = self.new_entry(class, object, value);
        let old = self.model.get(class);
        self.model.get_or_push(new);
        self.model.get_mut(class).unwrap().value = value;
        assert_eq!(self.set.insert(&owner), old.is_none());
        assert_eq!(self.map.insert(&owner, value), old.map(|old| old.value));

        let new = self.new_entry(class_of(value), object, 0);
        let old = self.model_of_names.get(new.class);
        self.model_of_names.get_or_push(new);
        self.model_of_names.get_mut(new.class).unwrap().object = object;
        let replaced = self.names.insert(K::new(new.class), &owner);
        assert_eq!(replaced.as_ref().map(address), old.map(|old| old.object));

        let Some(other) = self.owners[value].clone() else {
            return;
        };
        let new = self.new_entry(class, object, address(&other));
        let old = self.model_of_pairs.get(class);
        self.model_of_pairs.get_or_push(new);
        self.model_of_pairs.get_mut(class).unwrap().value = new.value;
        let replaced = self.pairs.insert(&owner, &other);
        assert_eq!(replaced.as_ref().map(address), old.map(|old| old.value));
    }

    fn get_or_insert(&mut self, place: usize, value: usize) {
        let Some(owner) = self.owners[place].clone() else {
            return;
        };
        let (object, class) = (address(&owner), class_of(place));
        let make = || owner.clone();

        let new = self.new_entry(class, object, value);
        let entry = self.model.get_or_push(new);
        let got = self.set.get_or_insert_with(&K::new(class), |_| make());
        assert_eq!(address(&got), entry.object);
        assert_eq!(self.map.get_or_insert_with(&owner, || value), entry.value);

        let new = self.new_entry(class_of(value), object, 0);
        let entry = self.model_of_names.get_or_push(new);
        let got = self.names.get_or_insert_with(K::new(new.class), make);
        assert_eq!(address(&got), entry.object);

        let Some(other) = self.owners[value].clone() else {
            return;
        };
        let new = self.new_entry(class, object, address(&other));
        let entry = self.model_of_pairs.get_or_push(new);
        let got = self.pairs.get_or_insert_with(&owner, || other.clone());
        assert_eq!(address(&got), entry.value);
    }

    fn remove(&mut self, class: u8) {
        let key = K::new(class);
        let entry = self.model.take(class);
        assert_eq!(self.map.remove(&key), entry.map(|entry| entry.value));
        let taken = self.set.take(&key);
        assert_eq!(taken.as_ref().map(address), entry.map(|entry| entry.object));
        let entry = self.model_of_names.take(class);
        let removed = self.names.remove(&key);
        assert_eq!(removed.as_ref().map(address), entry.map(|it| it.object));
        let entry = self.model_of_pairs.take(class);
        let removed = self.pairs.remove_entry(&key).map(addresses);
        assert_eq!(removed, entry.map(|entry| (entry.object, entry.value)));
    }

    fn pop_last(&mut self) {
        let last = self.model.0.pop();
        let popped = self.set.pop_last();
        assert_eq!(popped.as_ref().map(address), last.map(|entry| entry.object));
        let popped = self.map.pop_last();
        let popped = popped.map(|(key, value)| (address(&key), value));
        assert_eq!(popped, last.map(|entry| (entry.object, entry.value)));
        let last = self.model_of_names.0.pop();
        let popped = self.names.pop_last();
        let popped = popped.map(|(name, object)| (name, address(&object)));
        assert_eq!(popped, last.map(named));
        let last = self.model_of_pairs.0.pop();
        let popped = self.pairs.pop_last().map(addresses);
        assert_eq!(popped, last.map(|entry| (entry.object, entry.value)));
    }

    fn retain(&mut self, class: u8) {
        let go = K::new(class);
        self.set.retain(|member| **member != go);
        self.map.retain(|key, _| **key != go);
        self.model.0.retain(|entry| entry.class != class);
        self.names.retain(|name, _| *name != go);
        self.model_of_names.0.retain(|entry| entry.class != class);
        // By the values this time.
        self.pairs.retain(|_, value| **value != go);
        let owners = self.owners.iter().flatten();
        let gone: Vec<usize> = owners.filter(|it| ***it == go).map(address).collect();
        self.model_of_pairs
            .0
            .retain(|entry| !gone.contains(&entry.value));
    }

    fn clear(&mut self) {
        self.set.clear();
        self.map.clear();
        self.names.clear();
        self.pairs.clear();
        self.clear_models();
    }

    fn drain(&mut self) {
        let objects = self.model.pairs().map(|(object, _)| object);
        assert!(self.set.drain().map(|it| address(&it)).eq(objects));
        let drained = self.map.drain().map(|(key, value)| (address(&key), value));
        assert!(drained.eq(self.model.pairs()));
        let drained = self.names.drain();
        let drained = drained.map(|(name, object)| (name, address(&object)));
        assert!(drained.eq(self.model_of_names.0.iter().copied().map(named)));
        let drained = self.pairs.drain().map(addresses);
        assert!(drained.eq(self.model_of_pairs.pairs()));
        self.clear_models();
    }

    fn clear_models(&mut self) {
        self.model.0.clear();
        self.model_of_names.0.clear();
        self.model_of_pairs.0.clear();
    }

    fn start(&mut self) {
        if self.iterations.len() < ITERATIONS {
            self.iterations.push(Iteration {
                set: self.set.iter(),
                map: self.map.iter(),
                rest: Rest::of(&self.model),
                names: self.names.iter(),
                rest_of_names: Rest::of(&self.model_of_names),
                pairs: self.pairs.iter(),
                rest_of_pairs: Rest::of(&self.model_of_pairs),
            });
        }
    }

    fn step(&mut self, n: usize) {
        let Some(iteration) = self.iterations.get_mut(n) else {
            return;
        };
        let next = iteration.rest.next(&self.model);
        let member = iteration.set.next();
        assert_eq!(member.as_ref().map(address), next.map(|entry| entry.object));
        let pair = iteration.map.next();
        let pair = pair.map(|(key, value)| (address(&key), value));
        assert_eq!(pair, next.map(|entry| (entry.object, entry.value)));
        let next = iteration.rest_of_names.next(&self.model_of_names);
        let pair = iteration.names.next();
        let pair = pair.map(|(name, object)| (name, address(&object)));
        assert_eq!(pair, next.map(named));
        let next = iteration.rest_of_pairs.next(&self.model_of_pairs);
        let pair = iteration.pairs.next().map(addresses);
        assert_eq!(pair, next.map(|entry| (entry.object, entry.value)));
    }

    /// Checks that all containers hold what their models hold, in this order, and find it.
    fn check(&self) {
        assert_eq!(self.set.len(), self.model.0.len());
        let objects = self.model.pairs().map(|(object, _)| object);
        assert!(self.set.iter().map(|it| address(&it)).eq(objects));
        assert_eq!(self.map.len(), self.model.0.len());
        let pairs = self.map.iter().map(|(key, value)| (address(&key), value));
        assert!(pairs.eq(self.model.pairs()));
        assert_eq!(self.names.len(), self.model_of_names.0.len());
        let pairs = self.names.iter();
        let pairs = pairs.map(|(name, object)| (name, address(&object)));
        assert!(pairs.eq(self.model_of_names.0.iter().copied().map(named)));
        assert_eq!(self.pairs.len(), self.model_of_pairs.0.len());
        let pairs = self.pairs.iter().map(addresses);
        assert!(pairs.eq(self.model_of_pairs.pairs()));
        for class in 0..CLASSES {
            let key = K::new(class);
            let entry = self.model.get(class);
            let found = self.set.get(&key);
            assert_eq!(found.as_ref().map(address), entry.map(|entry| entry.object));
            assert_eq!(self.map.get(&key), entry.map(|entry| entry.value));
            let entry = self.model_of_names.get(class);
            let found = self.names.get(&key);
            assert_eq!(found.as_ref().map(address), entry.map(|entry| entry.object));
            let entry = self.model_of_pairs.get(class);
            let found = self.pairs.get_key_value(&key).map(addresses);
            assert_eq!(found, entry.map(|entry| (entry.object, entry.value)));
        }
    }
}

fn addresses<K>((key, value): (Strong<K>, Strong<K>)) -> (usize, usize) {
    (address(&key), address(&value))
}

fn named<K: Key>(entry: Entry) -> (K, usize) {
    (K::new(entry.class), entry.object)
}
