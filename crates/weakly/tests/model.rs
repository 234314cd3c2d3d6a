//! Random scripts of operations, deaths and iterations, on the containers and on naive models of
//! them at once. Some of the operations run in death callbacks. proptest prints the script that
//! failed, made as short as it can be, and remembers its seed in a file beside this one.

use proptest::prelude::*;

const OWNERS: usize = 8;
/// Objects of the same class are equal.
const CLASSES: u8 = 3;

#[derive(Clone, Debug)]
enum Op {
    /// Makes a new object in a place; the one that was there dies.
    Make(usize),
    Die(usize),
    /// Lets the object's death run a script.
    Watch(usize, Vec<Op>),
    Insert(usize, u8),
    GetOrInsert(usize, u8),
    Remove(u8),
    PopLast,
    Retain(u8),
    Clear,
    Drain,
    Shrink,
    StartIter,
    Step(usize),
    EndIter(usize),
}

fn simple_op() -> impl Strategy<Value = Op> {
    let owner = 0..OWNERS;
    let class = 0..CLASSES;
    prop_oneof![
        6 => owner.clone().prop_map(Op::Make),
        4 => owner.clone().prop_map(Op::Die),
        8 => (owner.clone(), any::<u8>()).prop_map(|(owner, value)| Op::Insert(owner, value)),
        2 => (owner, any::<u8>()).prop_map(|(owner, value)| Op::GetOrInsert(owner, value)),
        3 => class.clone().prop_map(Op::Remove),
        1 => Just(Op::PopLast),
        1 => class.prop_map(Op::Retain),
        1 => Just(Op::Clear),
        1 => Just(Op::Drain),
        1 => Just(Op::Shrink),
        2 => Just(Op::StartIter),
        6 => (0usize..4).prop_map(Op::Step),
        1 => (0usize..4).prop_map(Op::EndIter),
    ]
}

fn script() -> impl Strategy<Value = Vec<Op>> {
    let watch = (0..OWNERS, prop::collection::vec(simple_op(), 1..4));
    let op = prop_oneof![
        12 => simple_op(),
        2 => watch.prop_map(|(owner, ops)| Op::Watch(owner, ops)),
    ];
    prop::collection::vec(op, 1..80)
}

/// Makes a module that runs scripts on containers of `$key`, which `$make` makes of a class.
macro_rules! world {
    ($name:ident, $key:ty, $make:expr) => {
        mod $name {
            use std::cell::RefCell;

            use proptest::prelude::*;
            use weakly::{Strong, WeakKeyMap, WeakRef, WeakSet, WeakValueMap, map, set};

            use super::{OWNERS, Op};

            type Key = $key;

            /// An entry of a model: a number of its own, and the number of its object.
            #[derive(Clone, Copy, Debug, PartialEq)]
            struct Entry {
                number: u32,
                object: usize,
                class: u8,
                value: u8,
            }

            struct Iteration {
                set: set::Iter<Key>,
                map: map::weak_key::Iter<Key, u8>,
                names: map::weak_value::Iter<Key, Key>,
                /// What the model has still to yield: of the set and the map, and of the names.
                rest: Vec<u32>,
                rest_of_names: Vec<u32>,
            }

            #[derive(Default)]
            struct World {
                owners: [Option<(Strong<Key>, u8)>; OWNERS],
                set: WeakSet<Key>,
                map: WeakKeyMap<Key, u8>,
                names: WeakValueMap<Key, Key>,
                /// Models the set and the map, which do the same.
                model: Vec<Entry>,
                model_of_names: Vec<Entry>,
                iterations: Vec<Iteration>,
                watchers: Vec<WeakRef<Key>>,
                made: u32,
            }

            thread_local! {
                static WORLD: RefCell<World> = RefCell::default();
            }

            /// Looks at the world for a moment, in which no object dies.
            fn with<R>(look: impl FnOnce(&mut World) -> R) -> R {
                WORLD.with_borrow_mut(look)
            }

            fn address(owner: &Strong<Key>) -> usize {
                Strong::as_ptr(owner).addr()
            }

            fn run(op: &Op) {
                match op {
                    Op::Make(place) => {
                        run(&Op::Die(*place));
                        with(|world| {
                            if world.owners[*place].is_some() {
                                return; // The death has run a script that made one.
                            }
                            let class = (world.made % u32::from(super::CLASSES)) as u8;
                            world.made += 1;
                            world.owners[*place] = Some((Strong::new($make(class)), class));
                        });
                    }
                    Op::Die(place) => {
                        let dead = with(|world| {
                            let (dead, _) = world.owners[*place].take()?;
                            let object = address(&dead);
                            world.model.retain(|entry| entry.object != object);
                            world.model_of_names.retain(|entry| entry.object != object);
                            Some(dead)
                        });
                        drop(dead); // runs callbacks, which look at the world
                    }
                    Op::Watch(place, ops) => with(|world| {
                        if let Some((owner, _)) = &world.owners[*place] {
                            let ops = ops.clone();
                            let weak = WeakRef::with_callback(owner, move |_| {
                                ops.iter().for_each(run);
                            });
                            world.watchers.push(weak);
                        }
                    }),
                    Op::Insert(place, value) => with(|world| world.insert(*place, *value)),
                    Op::GetOrInsert(place, value) => {
                        with(|world| world.get_or_insert(*place, *value));
                    }
                    Op::Remove(class) => with(|world| world.remove(*class)),
                    Op::PopLast => with(World::pop_last),
                    Op::Retain(class) => with(|world| world.retain(*class)),
                    Op::Clear => with(World::clear),
                    Op::Drain => with(World::drain),
                    Op::Shrink => with(|world| {
                        world.set.shrink_to_fit();
                        world.map.shrink_to_fit();
                        world.names.shrink_to_fit();
                    }),
                    Op::StartIter => with(World::start),
                    Op::Step(n) => with(|world| world.step(*n)),
                    Op::EndIter(n) => with(|world| {
                        if *n < world.iterations.len() {
                            world.iterations.remove(*n);
                        }
                    }),
                }
                with(|world| world.check());
            }

            impl World {
                fn insert(&mut self, place: usize, value: u8) {
                    let Some((owner, class)) = self.owners[place].clone() else {
                        return;
                    };
                    let object = address(&owner);
                    let number = self.made;
                    self.made += 1;
                    let new = Entry {
                        number,
                        object,
                        class,
                        value,
                    };
                    let old = self.model.iter_mut().find(|entry| entry.class == class);
                    assert_eq!(self.set.insert(&owner), old.is_none());
                    let replaced = old.as_ref().map(|entry| entry.value);
                    assert_eq!(self.map.insert(&owner, value), replaced);
                    match old {
                        Some(entry) => entry.value = value,
                        None => self.model.push(new),
                    }
                    let old = self
                        .model_of_names
                        .iter_mut()
                        .find(|entry| entry.class == class);
                    let replaced = self.names.insert($make(class), &owner);
                    let expected = old.as_ref().map(|entry| entry.object);
                    assert_eq!(replaced.as_ref().map(address), expected);
                    match old {
                        Some(entry) => entry.object = object,
                        None => self.model_of_names.push(new),
                    }
                }

                fn get_or_insert(&mut self, place: usize, value: u8) {
                    let Some((owner, class)) = self.owners[place].clone() else {
                        return;
                    };
                    let object = address(&owner);
                    let number = self.made;
                    self.made += 1;
                    let new = Entry {
                        number,
                        object,
                        class,
                        value,
                    };
                    let entry = get_or_push(&mut self.model, new);
                    let got = self
                        .set
                        .get_or_insert_with(&$make(class), |_| owner.clone());
                    assert_eq!(address(&got), entry.object);
                    assert_eq!(self.map.get_or_insert_with(&owner, || value), entry.value);
                    let entry = get_or_push(&mut self.model_of_names, new);
                    let got = self
                        .names
                        .get_or_insert_with($make(class), || owner.clone());
                    assert_eq!(address(&got), entry.object);
                }

                fn remove(&mut self, class: u8) {
                    let found = self.model.iter().position(|entry| entry.class == class);
                    let entry = found.map(|at| self.model.remove(at));
                    assert_eq!(self.map.get(&$make(class)), entry.map(|entry| entry.value));
                    assert_eq!(
                        self.map.remove(&$make(class)),
                        entry.map(|entry| entry.value)
                    );
                    let taken = self.set.take(&$make(class));
                    assert_eq!(taken.as_ref().map(address), entry.map(|entry| entry.object));
                    let found = self
                        .model_of_names
                        .iter()
                        .position(|entry| entry.class == class);
                    let entry = found.map(|at| self.model_of_names.remove(at));
                    let got = self.names.get(&$make(class));
                    assert_eq!(got.as_ref().map(address), entry.map(|entry| entry.object));
                    assert_eq!(self.names.remove(&$make(class)), got);
                }

                fn pop_last(&mut self) {
                    let last = self.model.pop();
                    let popped = self.set.pop_last();
                    assert_eq!(popped.as_ref().map(address), last.map(|entry| entry.object));
                    let popped = self
                        .map
                        .pop_last()
                        .map(|(key, value)| (address(&key), value));
                    assert_eq!(popped, last.map(|entry| (entry.object, entry.value)));
                    let last = self.model_of_names.pop();
                    let popped = self.names.pop_last();
                    let popped = popped.map(|(name, object)| (name, address(&object)));
                    assert_eq!(popped, last.map(|entry| ($make(entry.class), entry.object)));
                }

                fn retain(&mut self, class: u8) {
                    let go = $make(class);
                    self.set.retain(|member| **member != go);
                    self.map.retain(|key, _| **key != go);
                    self.names.retain(|name, _| *name != go);
                    self.model.retain(|entry| entry.class != class);
                    self.model_of_names.retain(|entry| entry.class != class);
                }

                fn clear(&mut self) {
                    self.set.clear();
                    self.map.clear();
                    self.names.clear();
                    self.model.clear();
                    self.model_of_names.clear();
                }

                fn drain(&mut self) {
                    let objects: Vec<_> = self.model.iter().map(|entry| entry.object).collect();
                    let drained: Vec<_> = self.set.drain().map(|it| address(&it)).collect();
                    assert_eq!(drained, objects);
                    let drained: Vec<_> = self.map.drain().map(|it| address(&it.0)).collect();
                    assert_eq!(drained, objects);
                    let drained: Vec<_> = self.names.drain().map(|it| it.0).collect();
                    let names = self.model_of_names.iter().map(|entry| $make(entry.class));
                    assert!(names.eq(drained));
                    self.clear();
                }

                fn start(&mut self) {
                    if self.iterations.len() < 4 {
                        self.iterations.push(Iteration {
                            set: self.set.iter(),
                            map: self.map.iter(),
                            names: self.names.iter(),
                            rest: self.model.iter().rev().map(|it| it.number).collect(),
                            rest_of_names: (self.model_of_names.iter().rev())
                                .map(|it| it.number)
                                .collect(),
                        });
                    }
                }

                fn step(&mut self, n: usize) {
                    let Some(iteration) = self.iterations.get_mut(n) else {
                        return;
                    };
                    let next = next_of(&mut iteration.rest, &self.model);
                    let member = iteration.set.next();
                    assert_eq!(member.as_ref().map(address), next.map(|entry| entry.object));
                    let pair = iteration
                        .map
                        .next()
                        .map(|(key, value)| (address(&key), value));
                    assert_eq!(pair, next.map(|entry| (entry.object, entry.value)));
                    let next = next_of(&mut iteration.rest_of_names, &self.model_of_names);
                    let pair = iteration.names.next();
                    let pair = pair.map(|(name, object)| (name, address(&object)));
                    assert_eq!(pair, next.map(|entry| ($make(entry.class), entry.object)));
                }

                fn check(&self) {
                    let objects: Vec<_> = self.model.iter().map(|entry| entry.object).collect();
                    assert_eq!(self.set.len(), objects.len());
                    assert_eq!(self.map.len(), objects.len());
                    assert!(
                        self.set
                            .iter()
                            .map(|it| address(&it))
                            .eq(objects.iter().copied())
                    );
                    let pairs = self.map.iter().map(|(key, value)| (address(&key), value));
                    let expected = self.model.iter().map(|entry| (entry.object, entry.value));
                    assert!(pairs.eq(expected));
                    assert_eq!(self.names.len(), self.model_of_names.len());
                    let pairs = self.names.iter().map(|(name, it)| (name, address(&it)));
                    let expected = self.model_of_names.iter();
                    assert!(pairs.eq(expected.map(|entry| ($make(entry.class), entry.object))));
                    for class in 0..super::CLASSES {
                        let is_there = self.model.iter().any(|entry| entry.class == class);
                        assert_eq!(self.set.contains(&$make(class)), is_there);
                        assert_eq!(self.map.contains_key(&$make(class)), is_there);
                    }
                }
            }

            /// The entry of the class of `new`, which is added if there is none.
            fn get_or_push(model: &mut Vec<Entry>, new: Entry) -> Entry {
                let found = model.iter().find(|entry| entry.class == new.class).copied();
                found.unwrap_or_else(|| {
                    model.push(new);
                    new
                })
            }

            /// The next entry of an iteration that the model still has.
            fn next_of(rest: &mut Vec<u32>, model: &[Entry]) -> Option<Entry> {
                loop {
                    let number = rest.pop()?;
                    if let Some(entry) = model.iter().find(|entry| entry.number == number) {
                        return Some(*entry);
                    }
                }
            }

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(200))]
                #[test]
                fn containers_do_what_their_models_do(script in super::script()) {
                    WORLD.set(World::default());
                    script.iter().for_each(run);
                    for place in 0..OWNERS {
                        run(&Op::Die(place));
                    }
                    drop(WORLD.take());
                }
            }
        }
    };
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key(u8);

world!(with_users_keys, super::Key, super::Key);
world!(with_plain_keys, String, |class: u8| class.to_string());
