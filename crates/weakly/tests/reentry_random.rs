//! Random scripts on containers whose keys and values run operations on the same containers in `Hash`,
//! `Eq`, `Clone` and `Drop`.
//!
//! No model says what an operation returns, because that depends on what ran inside it. But between
//! operations each container must be whole, and it must be empty once all objects are gone.

mod common;

use std::cell::RefCell;
use std::collections::VecDeque;

use common::hooked::{Hooked, with_hook};
use common::must_end;
use proptest::prelude::*;
use weakly::{Strong, WeakKeyMap, WeakKeyValueMap, WeakRef, WeakSet, WeakValueMap};

const OWNERS: usize = 6;

#[derive(Clone, Debug)]
enum Op {
    Make(usize, u32),
    Die(usize),
    Insert(usize),
    GetOrInsert(usize),
    Find(u32),
    Remove(u32),
    PopLast,
    Retain(u32),
    Iterate,
    Clear,
    Drain,
    Shrink,
    Watch(usize, Box<Op>),
}

fn op() -> impl Strategy<Value = Op> {
    let class = 0_u32..4;
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

thread_local! {
    static WORLD: World = World::default();
    /// What the next calls of user code do. Most do nothing.
    static INSIDE: RefCell<VecDeque<Option<Op>>> = const { RefCell::new(VecDeque::new()) };
}

#[derive(Default)]
struct World {
    owners: [RefCell<Option<Strong<Hooked>>>; OWNERS],
    watchers: RefCell<Vec<WeakRef<Hooked>>>,
    set: WeakSet<Hooked>,
    map: WeakKeyMap<Hooked, Hooked>,
    names: WeakValueMap<Hooked, Hooked>,
    pairs: WeakKeyValueMap<Hooked, Hooked>,
}

/// Runs the next operation that is to run inside another.
fn run_inside(_: &'static str) {
    let next = INSIDE.with_borrow_mut(VecDeque::pop_front);
    if let Some(Some(op)) = next {
        WORLD.with(|world| world.run(&op));
    }
}

impl World {
    fn run(&self, op: &Op) {
        let Self {
            set,
            map,
            names,
            pairs,
            ..
        } = self;
        match op {
            Op::Make(place, class) => {
                let new = Some(Strong::new(Hooked(*class)));
                let old = self.owners[*place].replace(new);
                drop(old);
            }
            Op::Die(place) => drop(self.owners[*place].take()),
            Op::Insert(place) => {
                if let Some(owner) = self.owner(*place) {
                    set.insert(&owner);
                    map.insert(&owner, Hooked(owner.0));
                    names.insert(Hooked(owner.0), &owner);
                    pairs.insert(&owner, &owner);
                }
            }
            Op::GetOrInsert(place) => {
                if let Some(owner) = self.owner(*place) {
                    set.get_or_insert_with(&*owner, |_| owner.clone());
                    let value = map.get_or_insert_with(&owner, || Hooked(owner.0));
                    assert_eq!(value.0, owner.0);
                    let make = || owner.clone();
                    assert_eq!(names.get_or_insert_with(Hooked(owner.0), make).0, owner.0);
                    assert_eq!(pairs.get_or_insert_with(&owner, make).0, owner.0);
                }
            }
            Op::Find(class) => {
                let wanted = Hooked(*class);
                assert!(set.get(&wanted).is_none_or(|found| found.0 == *class));
                assert!(map.get(&wanted).is_none_or(|found| found.0 == *class));
                assert!(names.get(&wanted).is_none_or(|found| found.0 == *class));
                assert!(pairs.get(&wanted).is_none_or(|found| found.0 == *class));
            }
            Op::Remove(class) => {
                let wanted = Hooked(*class);
                assert!(set.take(&wanted).is_none_or(|found| found.0 == *class));
                assert!(map.remove(&wanted).is_none_or(|found| found.0 == *class));
                assert!(names.remove(&wanted).is_none_or(|found| found.0 == *class));
                assert!(pairs.remove(&wanted).is_none_or(|found| found.0 == *class));
            }
            Op::PopLast => {
                drop(set.pop_last());
                drop(map.pop_last());
                drop(names.pop_last());
                drop(pairs.pop_last());
            }
            Op::Retain(class) => {
                set.retain(|member| member.0 != *class);
                map.retain(|_, value| value.0 != *class);
                names.retain(|name, _| name.0 != *class);
                pairs.retain(|_, value| value.0 != *class);
            }
            Op::Iterate => {
                assert!(map.iter().all(|(key, value)| key.0 == value.0));
                assert!(names.iter().all(|(name, object)| name.0 == object.0));
                assert!(pairs.iter().all(|(key, value)| key.0 == value.0));
                drop(set.iter().collect::<Vec<_>>());
            }
            Op::Clear => {
                set.clear();
                map.clear();
                names.clear();
                pairs.clear();
            }
            Op::Drain => {
                drop(set.drain());
                assert!(map.drain().all(|(key, value)| key.0 == value.0));
                drop(names.drain());
                assert!(pairs.drain().all(|(key, value)| key.0 == value.0));
            }
            Op::Shrink => {
                set.shrink_to_fit();
                map.shrink_to_fit();
                names.shrink_to_fit();
                pairs.shrink_to_fit();
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

    fn owner(&self, place: usize) -> Option<Strong<Hooked>> {
        self.owners[place].borrow().clone()
    }

    /// Lets all objects die.
    fn end(&self) {
        self.watchers.take();
        (0..OWNERS).for_each(|place| self.run(&Op::Die(place)));
        assert!(self.set.is_empty() && self.map.is_empty());
        assert!(self.names.is_empty() && self.pairs.is_empty());
    }

    /// Checks that each container is whole. Nothing runs inside now.
    fn check(&self) {
        let Self {
            set,
            map,
            names,
            pairs,
            ..
        } = self;
        let mut members: Vec<u32> = set.iter().map(|member| member.0).collect();
        assert_eq!(members.len(), set.len());
        assert!(members.iter().all(|class| set.contains(&Hooked(*class))));
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
        assert_eq!(pairs.values().count(), pairs.len());
        assert!(
            pairs
                .keys()
                .all(|key| pairs.get(&*key).is_some_and(|value| value.0 == key.0))
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn containers_stay_whole_whatever_user_code_does(
        script in prop::collection::vec(op(), 1..40),
        inside in prop::collection::vec(prop::option::weighted(0.3, op()), 0..120),
    ) {
        // A thread of its own has a world of its own, and a deadlock there does not last forever.
        must_end(move || with_hook(run_inside, || {
            INSIDE.set(inside.into());
            for op in &script {
                WORLD.with(|world| world.run(op));
                let inside = INSIDE.take();
                WORLD.with(World::check);
                INSIDE.set(inside);
            }
            INSIDE.take();
            WORLD.with(World::end);
        }));
    }
}
