//! Random scripts on containers whose keys and values run other scripts on the same containers in
//! `Hash`, `Eq`, `Clone` and `Drop`.
//!
//! What comes out of each single operation depends on what came between, so no model says it. But
//! between operations each container must be whole, and empty once all objects are gone.

mod common;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

use common::must_end;
use proptest::prelude::*;
use weakly::{Strong, WeakKeyMap, WeakRef, WeakSet, WeakValueMap};

const OWNERS: usize = 6;

#[derive(Clone, Debug)]
enum Op {
    Make(usize, u8),
    Die(usize),
    Insert(usize),
    GetOrInsert(usize),
    Find(u8),
    Remove(u8),
    PopLast,
    Retain(u8),
    Iterate,
    Clear,
    Drain,
    Shrink,
    Watch(usize, Box<Op>),
}

fn op() -> impl Strategy<Value = Op> {
    let class = 0u8..4;
    let simple = prop_oneof![
        4 => (0..OWNERS, class.clone()).prop_map(|(place, class)| Op::Make(place, class)),
        3 => (0..OWNERS).prop_map(Op::Die),
        6 => (0..OWNERS).prop_map(Op::Insert),
        3 => (0..OWNERS).prop_map(Op::GetOrInsert),
        3 => class.clone().prop_map(Op::Find),
        3 => class.clone().prop_map(Op::Remove),
        1 => Just(Op::PopLast),
        1 => class.prop_map(Op::Retain),
        2 => Just(Op::Iterate),
        1 => Just(Op::Clear),
        1 => Just(Op::Drain),
        1 => Just(Op::Shrink),
    ];
    simple.prop_recursive(1, 2, 1, |inner| {
        (0..OWNERS, inner).prop_map(|(place, op)| Op::Watch(place, Box::new(op)))
    })
}

/// A key or a value whose every trait may meddle.
#[derive(Debug)]
struct Meddler(u8);

impl Hash for Meddler {
    fn hash<H: Hasher>(&self, state: &mut H) {
        meddle();
        (self.0 % 2).hash(state); // many collisions
    }
}

impl PartialEq for Meddler {
    fn eq(&self, other: &Self) -> bool {
        meddle();
        self.0 == other.0
    }
}

impl Eq for Meddler {}

impl Clone for Meddler {
    fn clone(&self) -> Self {
        meddle();
        Self(self.0)
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        meddle();
    }
}

thread_local! {
    static WORLD: World = World::default();
    /// What the next calls of user code are to do: most do nothing.
    static MEDDLING: RefCell<VecDeque<Option<Op>>> = const { RefCell::new(VecDeque::new()) };
}

#[derive(Default)]
struct World {
    owners: [RefCell<Option<Strong<Meddler>>>; OWNERS],
    watchers: RefCell<Vec<WeakRef<Meddler>>>,
    set: WeakSet<Meddler>,
    map: WeakKeyMap<Meddler, Meddler>,
    names: WeakValueMap<Meddler, Meddler>,
}

fn meddle() {
    let next = MEDDLING.with_borrow_mut(VecDeque::pop_front);
    if let Some(Some(op)) = next {
        WORLD.with(|world| world.run(&op));
    }
}

impl World {
    fn run(&self, op: &Op) {
        let Self {
            set, map, names, ..
        } = self;
        match op {
            Op::Make(place, class) => {
                let new = Some(Strong::new(Meddler(*class)));
                let old = self.owners[*place].replace(new);
                drop(old);
            }
            Op::Die(place) => drop(self.owners[*place].take()),
            Op::Insert(place) => {
                if let Some(owner) = self.owner(*place) {
                    set.insert(&owner);
                    map.insert(&owner, Meddler(owner.0));
                    names.insert(Meddler(owner.0), &owner);
                }
            }
            Op::GetOrInsert(place) => {
                if let Some(owner) = self.owner(*place) {
                    set.get_or_insert_with(&*owner, |_| owner.clone());
                    let value = map.get_or_insert_with(&owner, || Meddler(owner.0));
                    assert_eq!(value.0, owner.0);
                    let make = || owner.clone();
                    assert_eq!(names.get_or_insert_with(Meddler(owner.0), make).0, owner.0);
                }
            }
            Op::Find(class) => {
                let wanted = Meddler(*class);
                assert!(set.get(&wanted).is_none_or(|found| found.0 == *class));
                assert!(map.get(&wanted).is_none_or(|found| found.0 == *class));
                assert!(names.get(&wanted).is_none_or(|found| found.0 == *class));
            }
            Op::Remove(class) => {
                let wanted = Meddler(*class);
                assert!(set.take(&wanted).is_none_or(|found| found.0 == *class));
                assert!(map.remove(&wanted).is_none_or(|found| found.0 == *class));
                assert!(names.remove(&wanted).is_none_or(|found| found.0 == *class));
            }
            Op::PopLast => {
                drop(set.pop_last());
                drop(map.pop_last());
                drop(names.pop_last());
            }
            Op::Retain(class) => {
                set.retain(|member| member.0 != *class);
                map.retain(|_, value| value.0 != *class);
                names.retain(|name, _| name.0 != *class);
            }
            Op::Iterate => {
                assert!(map.iter().all(|(key, value)| key.0 == value.0));
                assert!(names.iter().all(|(name, object)| name.0 == object.0));
                drop(set.iter().collect::<Vec<_>>());
            }
            Op::Clear => {
                set.clear();
                map.clear();
                names.clear();
            }
            Op::Drain => {
                drop(set.drain());
                assert!(map.drain().all(|(key, value)| key.0 == value.0));
                drop(names.drain());
            }
            Op::Shrink => {
                set.shrink_to_fit();
                map.shrink_to_fit();
                names.shrink_to_fit();
            }
            Op::Watch(place, op) => {
                if let Some(owner) = self.owner(*place) {
                    let op = op.clone();
                    let run = move |_: &WeakRef<_>| WORLD.with(|world| world.run(&op));
                    let weak = WeakRef::with_callback(&owner, run);
                    self.watchers.borrow_mut().push(weak);
                }
            }
        }
    }

    fn owner(&self, place: usize) -> Option<Strong<Meddler>> {
        self.owners[place].borrow().clone()
    }

    /// Checks that each container is whole. Nobody meddles now.
    fn check(&self) {
        let Self {
            set, map, names, ..
        } = self;
        let mut members: Vec<u8> = set.iter().map(|member| member.0).collect();
        assert_eq!(members.len(), set.len());
        assert!(members.iter().all(|class| set.contains(&Meddler(*class))));
        members.sort_unstable();
        members.dedup();
        assert_eq!(members.len(), set.len(), "no two members are equal");
        assert_eq!(map.keys().count(), map.len());
        assert!(
            map.keys()
                .all(|key| map.get(&*key).is_some_and(|value| value.0 == key.0))
        );
        assert_eq!(names.values().count(), names.len());
        assert!(
            names
                .keys()
                .all(|name| names.get(&name).is_some_and(|it| it.0 == name.0))
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn containers_stay_whole_whatever_user_code_does(
        script in prop::collection::vec(op(), 1..40),
        meddling in prop::collection::vec(prop::option::weighted(0.3, op()), 0..120),
    ) {
        // On a thread of its own: with a world of its own, and a deadlock does not last for ever.
        must_end(move || {
            MEDDLING.set(meddling.into());
            for op in &script {
                WORLD.with(|world| world.run(op));
                let meddling = MEDDLING.take();
                WORLD.with(World::check);
                MEDDLING.set(meddling);
            }
            MEDDLING.take();
            WORLD.with(|world| {
                world.watchers.take();
                (0..OWNERS).for_each(|place| world.run(&Op::Die(place)));
                assert!(world.set.is_empty() && world.map.is_empty() && world.names.is_empty());
            });
        });
    }
}
