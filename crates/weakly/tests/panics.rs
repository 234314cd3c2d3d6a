//! User code that panics inside a container leaves it whole.

mod common;

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use common::OnDrop;
use weakly::{Strong, WeakKeyMap, WeakSet, WeakValueMap};

thread_local! {
    /// Which of the traits of `Bomb` explodes on this thread.
    static ARMED: Cell<&'static str> = const { Cell::new("") };
}

fn explode_if(what: &str) {
    if ARMED.get() == what {
        panic!("{what}");
    }
}

#[derive(Debug)]
struct Bomb(u32);

impl Hash for Bomb {
    fn hash<H: Hasher>(&self, state: &mut H) {
        explode_if("hash");
        (self.0 % 2).hash(state); // many collisions
    }
}

impl PartialEq for Bomb {
    fn eq(&self, other: &Self) -> bool {
        explode_if("eq");
        self.0 == other.0
    }
}

impl Eq for Bomb {}

impl Clone for Bomb {
    fn clone(&self) -> Self {
        explode_if("clone");
        Self(self.0)
    }
}

/// Runs each of `uses` with `what` armed, and checks that each panics.
fn all_panic(what: &'static str, uses: &[&dyn Fn()]) {
    for (n, use_it) in uses.iter().enumerate() {
        ARMED.set(what);
        let result = catch_unwind(AssertUnwindSafe(use_it));
        ARMED.set("");
        let panic = result.expect_err(&format!("use {n} does not run {what}"));
        assert_eq!(
            panic.downcast_ref::<String>().map(String::as_str),
            Some(what)
        );
    }
}

/// What is not wanted but the panic on the way to it.
fn ignore<T>(_: T) {}

fn bombs() -> Vec<Strong<Bomb>> {
    (0..6).map(|n| Strong::new(Bomb(n))).collect()
}

#[test]
fn sets_survive_hash_and_eq() {
    let owners = bombs();
    let set: WeakSet<Bomb> = owners.iter().take(4).collect();
    for what in ["hash", "eq"] {
        all_panic(
            what,
            &[
                &|| ignore(set.insert(&owners[4])),
                &|| ignore(set.contains(&Bomb(1))),
                &|| ignore(set.get(&Bomb(1))),
                &|| ignore(set.remove(&Bomb(1))),
                &|| ignore(set.take(&Bomb(1))),
                &|| ignore(set.get_or_insert_with(&Bomb(1), |_| unreachable!())),
                &|| ignore(&set | &set),
            ],
        );
    }
    assert_eq!(set.len(), 4);
    assert!((0..4).all(|n| set.contains(&Bomb(n))));
    drop(owners);
    assert!(set.is_empty());
}

#[test]
fn maps_survive_hash_eq_and_clone() {
    let owners = bombs();
    let map: WeakKeyMap<Bomb, Bomb> = owners.iter().map(|key| (key, Bomb(key.0))).collect();
    for what in ["hash", "eq"] {
        all_panic(
            what,
            &[
                &|| ignore(map.insert(&owners[4], Bomb(0))),
                &|| ignore(map.get(&Bomb(1))),
                &|| ignore(map.remove(&Bomb(1))),
                &|| ignore(map.entry(&owners[1]).or_insert(Bomb(0))),
            ],
        );
    }
    all_panic(
        "clone",
        &[
            &|| ignore(map.get(&Bomb(1))),
            &|| ignore(map.iter().count()),
            &|| ignore(map.values().count()),
            &|| ignore(map.get_or_insert_with(&owners[1], || unreachable!())),
        ],
    );
    assert_eq!(map.len(), 6);
    assert!((0..6).all(|n| map.get(&Bomb(n)).is_some_and(|value| value.0 == n)));
    let names: WeakValueMap<Bomb, Bomb> = owners.iter().map(|it| (Bomb(it.0), it)).collect();
    for what in ["hash", "eq"] {
        all_panic(
            what,
            &[
                &|| ignore(names.insert(Bomb(1), &owners[4])),
                &|| ignore(names.get(&Bomb(1))),
                &|| ignore(names.remove(&Bomb(1))),
                &|| ignore(names.entry(Bomb(1)).or_insert(&owners[4])),
            ],
        );
    }
    all_panic("clone", &[&|| ignore(names.keys().count())]);
    drop(owners);
    assert!(map.is_empty() && names.is_empty());
}

#[test]
fn containers_survive_closures() {
    let owners = bombs();
    let set: WeakSet<Bomb> = owners.iter().collect();
    let map: WeakKeyMap<Bomb, u32> = owners.iter().take(3).map(|key| (key, 1)).collect();
    let names: WeakValueMap<u32, Bomb> = owners.iter().take(3).map(|it| (it.0, it)).collect();
    let remove_three = |member: &Strong<Bomb>| {
        if member.0 == 3 {
            explode_if("closure");
        }
        false
    };
    fn never<T>() -> T {
        explode_if("closure");
        unreachable!()
    }
    all_panic(
        "closure",
        &[
            &|| set.retain(remove_three),
            &|| ignore(set.get_or_insert_with(&Bomb(99), |_| never())),
            &|| ignore(map.get_or_insert_with(&owners[5], never)),
            &|| ignore(names.get_or_insert_with(9, never)),
        ],
    );
    assert_eq!(set.len(), 3, "those that the closure had not seen stay");
    assert_eq!((map.len(), names.len()), (3, 3));
}

#[test]
fn a_map_survives_the_drop_of_its_values() {
    type Value = Strong<OnDrop<fn()>>;
    let owners = bombs();
    let map: WeakKeyMap<Bomb, Value> = WeakKeyMap::new();
    for key in &owners {
        map.insert(key, Strong::new(OnDrop(|| explode_if("drop"))));
    }
    all_panic(
        "drop",
        &[
            &|| ignore(map.remove(&Bomb(0))),
            &|| ignore(map.insert(&owners[1], Strong::new(OnDrop(|| ())))),
            &|| map.retain(|key, _| key.0 != 2),
            &|| ignore(map.pop_last()),
        ],
    );
    assert!(map.keys().map(|key| key.0).eq([1, 3, 4]));
    map.clear();
    assert!(map.is_empty());
}
