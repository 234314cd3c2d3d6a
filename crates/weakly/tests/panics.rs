//! User code that panics inside a container leaves it whole.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::OnDrop;
use common::hooked::{Hooked, call_hook, with_hook};
use weakly::{Strong, WeakKeyMap, WeakKeyValueMap, WeakSet, WeakValueMap};

/// Checks that each of `uses` panics if the hook panics at `what`.
fn all_panic(what: &'static str, uses: &[&dyn Fn()]) {
    let explode = move |how| {
        if how == what {
            panic!("{what}");
        }
    };
    for (n, use_it) in uses.iter().enumerate() {
        let result = with_hook(explode, || catch_unwind(AssertUnwindSafe(use_it)));
        let panic = result.expect_err(&format!("use {n} does not run {what}"));
        let text = panic.downcast_ref::<String>();
        assert_eq!(text.map(String::as_str), Some(what));
    }
}

/// Drops a result that no panic has prevented.
fn ignore<T>(_: T) {}

fn objects() -> Vec<Strong<Hooked>> {
    (0..6).map(|n| Strong::new(Hooked(n))).collect()
}

#[test]
fn sets_survive_hash_and_eq() {
    let owners = objects();
    let set: WeakSet<Hooked> = owners.iter().take(4).collect();
    for what in ["hash", "eq"] {
        all_panic(
            what,
            &[
                &|| ignore(set.insert(&owners[4])),
                &|| ignore(set.contains(&Hooked(1))),
                &|| ignore(set.get(&Hooked(1))),
                &|| ignore(set.remove(&Hooked(1))),
                &|| ignore(set.take(&Hooked(1))),
                &|| ignore(set.get_or_insert_with(&Hooked(1), |_| unreachable!())),
                &|| ignore(&set | &set),
            ],
        );
    }
    assert_eq!(set.len(), 4);
    assert!((0..4).all(|n| set.contains(&Hooked(n))));
    drop(owners);
    assert!(set.is_empty());
}

#[test]
fn maps_survive_hash_eq_and_clone() {
    let owners = objects();
    let map: WeakKeyMap<Hooked, Hooked> = owners.iter().map(|key| (key, Hooked(key.0))).collect();
    for what in ["hash", "eq"] {
        all_panic(
            what,
            &[
                &|| ignore(map.insert(&owners[4], Hooked(0))),
                &|| ignore(map.get(&Hooked(1))),
                &|| ignore(map.remove(&Hooked(1))),
                &|| ignore(map.entry(&owners[1]).or_insert(Hooked(0))),
            ],
        );
    }
    all_panic(
        "clone",
        &[
            &|| ignore(map.get(&Hooked(1))),
            &|| ignore(map.iter().count()),
            &|| ignore(map.values().count()),
            &|| ignore(map.get_or_insert_with(&owners[1], || unreachable!())),
        ],
    );
    assert_eq!(map.len(), 6);
    assert!((0..6).all(|n| map.get(&Hooked(n)).is_some_and(|value| value.0 == n)));
    let names: WeakValueMap<Hooked, Hooked> = owners.iter().map(|it| (Hooked(it.0), it)).collect();
    for what in ["hash", "eq"] {
        all_panic(
            what,
            &[
                &|| ignore(names.insert(Hooked(1), &owners[4])),
                &|| ignore(names.get(&Hooked(1))),
                &|| ignore(names.remove(&Hooked(1))),
                &|| ignore(names.entry(Hooked(1)).or_insert(&owners[4])),
            ],
        );
    }
    all_panic("clone", &[&|| ignore(names.keys().count())]);
    drop(owners);
    assert!(map.is_empty() && names.is_empty());
}

#[test]
fn maps_weak_at_both_ends_survive_hash_and_eq() {
    let (keys, values) = (objects(), objects());
    let map: WeakKeyValueMap<Hooked, Hooked> = keys.iter().zip(&values).collect();
    for what in ["hash", "eq"] {
        all_panic(
            what,
            &[
                &|| ignore(map.insert(&keys[4], &values[0])),
                &|| ignore(map.get(&Hooked(1))),
                &|| ignore(map.remove(&Hooked(1))),
                &|| ignore(map.entry(&keys[1]).or_insert(&values[0])),
            ],
        );
    }
    assert_eq!(map.len(), 6);
    assert!((0..6).all(|n| map.get(&Hooked(n)).is_some_and(|value| value.0 == n)));
    drop(values);
    assert!(map.is_empty());
}

#[test]
fn containers_survive_closures() {
    let owners = objects();
    let set: WeakSet<Hooked> = owners.iter().collect();
    let map: WeakKeyMap<Hooked, u32> = owners.iter().take(3).map(|key| (key, 1)).collect();
    let names: WeakValueMap<u32, Hooked> = owners.iter().take(3).map(|it| (it.0, it)).collect();
    let pairs: WeakKeyValueMap<Hooked, Hooked> = owners.iter().zip(&owners).take(3).collect();
    let remove_three = |member: &Strong<Hooked>| {
        if member.0 == 3 {
            call_hook("closure");
        }
        false
    };
    fn never<T>() -> T {
        call_hook("closure");
        unreachable!()
    }
    all_panic(
        "closure",
        &[
            &|| set.retain(remove_three),
            &|| ignore(set.get_or_insert_with(&Hooked(99), |_| never())),
            &|| ignore(map.get_or_insert_with(&owners[5], never)),
            &|| ignore(names.get_or_insert_with(9, never)),
            &|| ignore(pairs.get_or_insert_with(&owners[5], never)),
            &|| pairs.retain(|_, _| never()),
        ],
    );
    assert_eq!(set.len(), 3, "those that the closure had not seen stay");
    assert_eq!((map.len(), names.len(), pairs.len()), (3, 3, 3));
}

#[test]
fn a_map_survives_the_drop_of_its_values() {
    type Value = Strong<OnDrop<fn()>>;
    let owners = objects();
    let map: WeakKeyMap<Hooked, Value> = WeakKeyMap::new();
    for key in &owners {
        map.insert(key, Strong::new(OnDrop(|| call_hook("value"))));
    }
    all_panic(
        "value",
        &[
            &|| ignore(map.remove(&Hooked(0))),
            &|| ignore(map.insert(&owners[1], Strong::new(OnDrop(|| ())))),
            &|| map.retain(|key, _| key.0 != 2),
            &|| ignore(map.pop_last()),
        ],
    );
    assert!(map.keys().map(|key| key.0).eq([1, 3, 4]));
    map.clear();
    assert!(map.is_empty());
}
