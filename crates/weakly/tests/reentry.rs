//! User code that comes back to the container that called it. None of it may deadlock, and each
//! container must be whole afterwards.

mod common;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use common::hooked::{Hooked, with_hook};
use common::{OnDrop, must_end, on_death};
use weakly::{Strong, WeakKeyMap, WeakKeyValueMap, WeakRef, WeakSet, WeakValueMap};

/// Runs `body` while each trait of [`Hooked`] runs `action`, which does not run inside itself.
/// Returns which traits did.
fn with_action(action: impl Fn() + 'static, body: impl FnOnce()) -> Vec<&'static str> {
    let seen = Rc::new(RefCell::new(BTreeSet::new()));
    let (writer, is_inside) = (seen.clone(), Cell::new(false));
    let hook = move |how| {
        if !is_inside.replace(true) {
            writer.borrow_mut().insert(how);
            action();
            is_inside.set(false);
        }
    };
    with_hook(hook, body);
    seen.take().into_iter().collect()
}

type Set = WeakSet<Hooked>;
type KeyMap = WeakKeyMap<Hooked, Hooked>;
type ValueMap = WeakValueMap<Hooked, Hooked>;
type PairMap = WeakKeyValueMap<Hooked, Hooked>;

fn objects() -> Vec<Strong<Hooked>> {
    (0..6).map(|n| Strong::new(Hooked(n))).collect()
}

/// Checks that what `set` holds is in order: that each member is found.
fn check_set(set: &Set) {
    let members: Vec<_> = set.iter().collect();
    assert_eq!(members.len(), set.len());
    assert!(members.iter().all(|member| set.contains(&**member)));
}

#[test]
fn a_set_may_be_used_from_hash_eq_and_drop() {
    must_end(|| {
        let owners = objects();
        let set: Set = owners.iter().take(4).collect();
        let (inside, extra) = (set.clone(), owners[5].clone());
        let use_it = move || {
            inside.insert(&extra);
            inside.contains(&*extra);
            inside.iter().count();
            inside.retain(|_| true);
            inside.remove(&*extra);
            inside.len();
            inside.reserve(10);
        };
        let seen = with_action(use_it, || {
            set.insert(&owners[4]);
            set.insert(&owners[4]);
            set.contains(&Hooked(3));
            set.get(&Hooked(3));
            set.remove(&Hooked(3));
            set.take(&Hooked(2));
            set.get_or_insert_with(&Hooked(9), |_| Strong::new(Hooked(9)));
            set.retain(|member| member.0 != 1);
            drop(set.drain());
            set.extend_from(&owners);
            assert_eq!(&set | &set, set);
        });
        check_set(&set);
        assert_eq!(seen, ["drop", "eq", "hash"]);
    });
}

trait ExtendFrom {
    fn extend_from(&self, owners: &[Strong<Hooked>]);
}

impl ExtendFrom for Set {
    fn extend_from(&self, owners: &[Strong<Hooked>]) {
        self.clone().extend(owners);
    }
}

#[test]
fn a_map_by_keys_may_be_used_from_hash_eq_clone_and_drop() {
    must_end(|| {
        let owners = objects();
        let map: KeyMap = owners
            .iter()
            .take(4)
            .map(|key| (key, Hooked(key.0)))
            .collect();
        let (inside, extra) = (map.clone(), owners[5].clone());
        let use_it = move || {
            inside.insert(&extra, Hooked(50));
            inside.get(&*extra);
            inside.iter().count();
            inside.values().count();
            inside.remove(&*extra);
            inside.len();
        };
        let seen = with_action(use_it, || {
            map.insert(&owners[4], Hooked(40));
            map.insert(&owners[4], Hooked(41));
            map.get(&Hooked(3));
            map.get_key_value(&Hooked(3));
            map.contains_key(&Hooked(3));
            map.remove(&Hooked(3));
            map.remove_entry(&Hooked(2));
            map.get_or_insert_with(&owners[3], || Hooked(30));
            map.entry(&owners[3])
                .and_modify(|value| value.0 += 1)
                .or_insert(Hooked(0));
            map.retain(|_, value| value.0 != 1);
            let _ = map.iter().map(|(_, value)| value.0).sum::<u32>();
            drop(map.pop_last());
            drop(format!("{map:?}"));
            map.clear();
            drop(map.drain());
        });
        assert_eq!(map.keys().count(), map.len());
        assert_eq!(seen, ["clone", "drop", "eq", "hash"]);
    });
}

#[test]
fn a_map_by_values_may_be_used_from_hash_eq_clone_and_drop() {
    must_end(|| {
        let owners = objects();
        let map: ValueMap = owners.iter().take(4).map(|it| (Hooked(it.0), it)).collect();
        let (inside, extra) = (map.clone(), owners[5].clone());
        let use_it = move || {
            inside.insert(Hooked(50), &extra);
            inside.get(&Hooked(50));
            inside.iter().count();
            inside.keys().count();
            inside.remove(&Hooked(50));
            inside.len();
        };
        let seen = with_action(use_it, || {
            map.insert(Hooked(4), &owners[4]);
            map.insert(Hooked(4), &owners[5]);
            map.get(&Hooked(3));
            map.contains_key(&Hooked(3));
            map.remove(&Hooked(3));
            map.remove_entry(&Hooked(2));
            map.get_or_insert_with(Hooked(7), || owners[3].clone());
            map.entry(Hooked(8)).or_insert(&owners[3]);
            map.retain(|key, _| key.0 != 1);
            let _ = map.iter().map(|(key, _)| key.0).sum::<u32>();
            drop(map.pop_last());
            drop(format!("{map:?}"));
            map.clear();
            drop(map.drain());
        });
        assert_eq!(map.values().count(), map.len());
        assert_eq!(seen, ["clone", "drop", "eq", "hash"]);
    });
}

#[test]
fn a_map_weak_at_both_ends_may_be_used_from_hash_eq_and_drop() {
    must_end(|| {
        let owners = objects();
        let map: PairMap = owners.iter().zip(&owners[1..]).take(4).collect();
        let (inside, extra) = (map.clone(), owners[5].clone());
        let use_it = move || {
            inside.insert(&extra, &extra);
            inside.get(&*extra);
            inside.iter().count();
            inside.retain(|_, _| true);
            inside.remove(&*extra);
            inside.len();
        };
        let seen = with_action(use_it, || {
            map.insert(&owners[4], &owners[0]);
            map.insert(&owners[4], &owners[5]);
            map.get(&Hooked(3));
            map.get_key_value(&Hooked(3));
            map.contains_key(&Hooked(3));
            map.remove(&Hooked(3));
            map.remove_entry(&Hooked(2));
            map.get_or_insert_with(&owners[3], || Strong::new(Hooked(30)));
            map.entry(&owners[3]).or_insert(&owners[2]);
            map.retain(|key, _| key.0 != 1);
            let _ = map.iter().map(|(_, value)| value.0).sum::<u32>();
            drop(map.pop_last());
            drop(format!("{map:?}"));
            map.clear();
            drop(map.drain());
        });
        assert_eq!(map.keys().count(), map.len());
        assert_eq!(seen, ["drop", "eq", "hash"]);
    });
}

#[test]
fn closures_may_use_the_container_that_calls_them() {
    must_end(|| {
        let owners = objects();
        let set: Set = owners.iter().collect();
        set.retain(|member| {
            set.remove(&**member);
            set.insert(member);
            true
        });
        assert_eq!(set.len(), owners.len());
        set.get_or_insert_with(&Hooked(77), |_| {
            set.clear();
            owners[0].clone()
        });
        let map: KeyMap = WeakKeyMap::new();
        let value = map.get_or_insert_with(&owners[0], || {
            map.insert(&owners[0], Hooked(1));
            Hooked(2)
        });
        assert_eq!(value.0, 1, "what came first stays");
        let names: ValueMap = WeakValueMap::new();
        let value = names.get_or_insert_with(Hooked(0), || {
            names.insert(Hooked(0), &owners[1]);
            owners[2].clone()
        });
        assert!(Strong::ptr_eq(&value, &owners[1]), "what came first stays");
        let pairs: PairMap = WeakKeyValueMap::new();
        let value = pairs.get_or_insert_with(&owners[0], || {
            pairs.insert(&owners[0], &owners[1]);
            owners[2].clone()
        });
        assert!(Strong::ptr_eq(&value, &owners[1]), "what came first stays");
    });
}

#[test]
fn callbacks_may_use_the_containers_that_the_dead_was_in() {
    must_end(|| {
        let owner = Strong::new(1);
        let other = Strong::new(2);
        let set = WeakSet::from([&owner]);
        let map = WeakKeyMap::from([(&owner, 1)]);
        let pairs = WeakKeyValueMap::from([(&owner, &other), (&other, &owner)]);
        let in_callback = (set.clone(), map.clone(), pairs.clone(), other.clone());
        on_death(&owner, move || {
            let (set, map, pairs, other) = &in_callback;
            assert!(set.is_empty() && map.is_empty() && pairs.is_empty());
            set.insert(other);
            map.insert(other, 2);
            pairs.insert(other, other);
            set.iter().count();
        });
        drop(owner);
        assert!(set.contains(&2));
        assert_eq!(map.get(&2), Some(2));
        assert_eq!(pairs.get(&2), Some(other));
    });
}

#[test]
fn a_value_that_is_dropped_by_a_death_may_use_its_map() {
    must_end(|| {
        let (owner, other) = (Strong::new(1), Strong::new(2));
        let map: WeakKeyMap<i32, Strong<dyn Send + Sync>> = WeakKeyMap::new();
        let (inside, kept) = (map.clone(), other.clone());
        let value = Strong::new(OnDrop(move || {
            assert!(inside.is_empty());
            inside.insert(
                &kept,
                Strong::coerce::<dyn Send + Sync>(Strong::new(3), |o| o),
            );
        }));
        map.insert(&owner, Strong::coerce::<dyn Send + Sync>(value, |o| o));
        drop(owner);
        assert_eq!(map.len(), 1);
        map.clear();
    });
}

#[test]
fn the_last_owner_may_be_one_that_the_container_made() {
    // `eq` lets the owner go while the lookup is the only one that still holds the object.
    must_end(|| {
        let owners = objects();
        let set: Set = owners.iter().collect();
        let last = RefCell::new(owners);
        let inside = set.clone();
        let let_go = move || {
            last.borrow_mut().clear();
            inside.len();
        };
        with_action(let_go, || {
            set.contains(&Hooked(0));
            set.remove(&Hooked(1));
        });
        assert!(set.is_empty());
    });
}

#[test]
fn a_candidate_of_a_lookup_may_die_while_it_is_compared() {
    // `eq` lets the owner of an object go that only the lookup holds then. It is not the one that
    // is looked for, and it must not die under the lock.
    must_end(|| {
        let map: WeakValueMap<Hooked, u32> = WeakValueMap::new();
        let lookups: [fn(&WeakValueMap<Hooked, u32>); 5] = [
            |map| assert!(map.get(&Hooked(2)).is_none()),
            |map| assert!(!map.contains_key(&Hooked(2))),
            |map| assert!(map.remove(&Hooked(2)).is_none()),
            |map| assert_eq!(*map.get_or_insert_with(Hooked(2), || Strong::new(2)), 2),
            |map| assert!(map.insert(Hooked(2), &Strong::new(2)).is_none()),
        ];
        for lookup in lookups {
            let owner = Strong::new(0);
            map.insert(Hooked(0), &owner); // 0 and 2 collide
            let last = RefCell::new(Some(owner));
            with_action(move || drop(last.take()), || lookup(&map));
            assert!(map.is_empty());
        }
    });
}

#[test]
fn a_candidate_that_owns_a_key_may_leave_while_it_is_compared() {
    // The value that the lookup took out is the last owner of another key of the same map.
    must_end(|| {
        type Owning = WeakKeyMap<Hooked, Strong<Hooked>>;
        let map: Owning = WeakKeyMap::new();
        let lookups: [fn(&Owning); 5] = [
            |map| assert!(map.get(&Hooked(4)).is_none()),
            |map| assert!(map.get_key_value(&Hooked(4)).is_none()),
            |map| assert!(map.remove(&Hooked(4)).is_none()),
            |map| {
                let key = Strong::new(Hooked(4));
                map.get_or_insert_with(&key, || Strong::new(Hooked(5)));
            },
            |map| {
                let key = Strong::new(Hooked(4));
                map.entry(&key).and_modify(|_| unreachable!());
            },
        ];
        for lookup in lookups {
            let (first, owned) = (Strong::new(Hooked(0)), Strong::new(Hooked(1)));
            map.insert(&first, owned.clone());
            map.insert(&owned, Strong::new(Hooked(3)));
            drop(owned);
            let inside = map.clone();
            with_action(move || drop(inside.remove(&Hooked(0))), || lookup(&map));
            assert!(map.is_empty());
        }
    });
}

#[test]
fn an_entry_that_eq_removes_is_not_found() {
    must_end(|| {
        let owners = objects();
        let set: Set = owners.iter().collect();
        let inside = set.clone();
        with_action(
            move || inside.clear(),
            || {
                set.remove(&Hooked(1));
                assert!(set.insert(&owners[1]));
            },
        );
        check_set(&set);
        assert_eq!(set.len(), 1);
    });
}

#[test]
fn a_key_that_eq_inserts_meanwhile_is_not_inserted_twice() {
    must_end(|| {
        let owners = objects();
        let set = WeakSet::from([&owners[0]]); // 0 and 2 collide
        let (inside, same) = (set.clone(), Strong::new(Hooked(2)));
        let kept = same.clone();
        let insert = move || {
            inside.insert(&same);
        };
        with_action(insert, || assert!(!set.insert(&owners[2])));
        assert_eq!(set.len(), 2);
        assert!(Strong::ptr_eq(&set.get(&Hooked(2)).unwrap(), &kept));
    });
}

#[test]
fn locks_of_two_containers_never_wait_for_each_other() {
    must_end(|| {
        let shared: Arc<OnceLock<[WeakSet<i32>; 2]>> = Arc::new(OnceLock::new());
        let _ = shared.set([WeakSet::new(), WeakSet::new()]);
        let threads = [(0, 1), (1, 0)].map(|(a, b)| {
            let shared = shared.clone();
            std::thread::spawn(move || {
                let sets = shared.get().unwrap();
                for n in 0..20_000 {
                    let owner = Strong::new(n);
                    sets[a].insert(&owner);
                    sets[b].insert(&owner);
                    let weak = WeakRef::new(&owner);
                    drop(owner);
                    assert!(weak.upgrade().is_none_or(|it| *it == n));
                }
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        let sets = shared.get().unwrap();
        assert!(sets[0].is_empty() && sets[1].is_empty());
    });
}
