//! User code that comes back to the container that called it. None of it may deadlock, and each
//! container must be whole afterwards.

mod common;

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use common::{OnDrop, must_end, on_death};
use weakly::{Strong, WeakKeyMap, WeakRef, WeakSet, WeakValueMap};

type Meddling = Arc<dyn Fn(&'static str)>;

thread_local! {
    /// What `Hash`, `Eq`, `Clone` and `Drop` of a [`Meddler`] run on this thread.
    static MEDDLE: RefCell<Option<Meddling>> = const { RefCell::new(None) };
}

/// Runs the meddling, which does not meddle with itself.
fn meddle(how: &'static str) {
    let meddling = MEDDLE.with_borrow_mut(Option::take);
    if let Some(meddling) = meddling {
        meddling(how);
        MEDDLE.set(Some(meddling));
    }
}

/// Runs `body` while every `Hash`, `Eq`, `Clone` and `Drop` runs `meddling`; returns which did.
fn meddled(meddling: impl Fn() + 'static, body: impl FnOnce()) -> Vec<&'static str> {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let writer = seen.clone();
    MEDDLE.set(Some(Arc::new(move |how| {
        writer.lock().unwrap().push(how);
        meddling();
    })));
    body();
    MEDDLE.set(None);
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    seen.dedup();
    seen
}

#[derive(Debug)]
struct Meddler(u32);

impl Hash for Meddler {
    fn hash<H: Hasher>(&self, state: &mut H) {
        meddle("hash");
        (self.0 % 2).hash(state); // many collisions
    }
}

impl PartialEq for Meddler {
    fn eq(&self, other: &Self) -> bool {
        meddle("eq");
        self.0 == other.0
    }
}

impl Eq for Meddler {}

impl Clone for Meddler {
    fn clone(&self) -> Self {
        meddle("clone");
        Self(self.0)
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        meddle("drop");
    }
}

type Set = WeakSet<Meddler>;
type KeyMap = WeakKeyMap<Meddler, Meddler>;
type ValueMap = WeakValueMap<Meddler, Meddler>;

fn meddlers() -> Vec<Strong<Meddler>> {
    (0..6).map(|n| Strong::new(Meddler(n))).collect()
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
        let owners = meddlers();
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
        let seen = meddled(use_it, || {
            set.insert(&owners[4]);
            set.insert(&owners[4]);
            set.contains(&Meddler(3));
            set.get(&Meddler(3));
            set.remove(&Meddler(3));
            set.take(&Meddler(2));
            set.get_or_insert_with(&Meddler(9), |_| Strong::new(Meddler(9)));
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
    fn extend_from(&self, owners: &[Strong<Meddler>]);
}

impl ExtendFrom for Set {
    fn extend_from(&self, owners: &[Strong<Meddler>]) {
        self.clone().extend(owners);
    }
}

#[test]
fn a_map_by_keys_may_be_used_from_hash_eq_clone_and_drop() {
    must_end(|| {
        let owners = meddlers();
        let map: KeyMap = owners
            .iter()
            .take(4)
            .map(|key| (key, Meddler(key.0)))
            .collect();
        let (inside, extra) = (map.clone(), owners[5].clone());
        let use_it = move || {
            inside.insert(&extra, Meddler(50));
            inside.get(&*extra);
            inside.iter().count();
            inside.values().count();
            inside.remove(&*extra);
            inside.len();
        };
        let seen = meddled(use_it, || {
            map.insert(&owners[4], Meddler(40));
            map.insert(&owners[4], Meddler(41));
            map.get(&Meddler(3));
            map.get_key_value(&Meddler(3));
            map.contains_key(&Meddler(3));
            map.remove(&Meddler(3));
            map.remove_entry(&Meddler(2));
            map.get_or_insert_with(&owners[3], || Meddler(30));
            map.entry(&owners[3])
                .and_modify(|value| value.0 += 1)
                .or_insert(Meddler(0));
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
        let owners = meddlers();
        let map: ValueMap = owners
            .iter()
            .take(4)
            .map(|it| (Meddler(it.0), it))
            .collect();
        let (inside, extra) = (map.clone(), owners[5].clone());
        let use_it = move || {
            inside.insert(Meddler(50), &extra);
            inside.get(&Meddler(50));
            inside.iter().count();
            inside.keys().count();
            inside.remove(&Meddler(50));
            inside.len();
        };
        let seen = meddled(use_it, || {
            map.insert(Meddler(4), &owners[4]);
            map.insert(Meddler(4), &owners[5]);
            map.get(&Meddler(3));
            map.contains_key(&Meddler(3));
            map.remove(&Meddler(3));
            map.remove_entry(&Meddler(2));
            map.get_or_insert_with(Meddler(7), || owners[3].clone());
            map.entry(Meddler(8)).or_insert(&owners[3]);
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
fn closures_may_use_the_container_that_calls_them() {
    must_end(|| {
        let owners = meddlers();
        let set: Set = owners.iter().collect();
        set.retain(|member| {
            set.remove(&**member);
            set.insert(member);
            true
        });
        assert_eq!(set.len(), owners.len());
        set.get_or_insert_with(&Meddler(77), |_| {
            set.clear();
            owners[0].clone()
        });
        let map: KeyMap = WeakKeyMap::new();
        let value = map.get_or_insert_with(&owners[0], || {
            map.insert(&owners[0], Meddler(1));
            Meddler(2)
        });
        assert_eq!(value.0, 1, "what came first stays");
        let names: ValueMap = WeakValueMap::new();
        let value = names.get_or_insert_with(Meddler(0), || {
            names.insert(Meddler(0), &owners[1]);
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
        let (in_callback, kept) = ((set.clone(), map.clone()), other.clone());
        on_death(&owner, move || {
            let (set, map) = &in_callback;
            assert!(set.is_empty() && map.is_empty());
            set.insert(&kept);
            map.insert(&kept, 2);
            set.iter().count();
        });
        drop(owner);
        assert!(set.contains(&2));
        assert_eq!(map.get(&2), Some(2));
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
        let owners = meddlers();
        let set: Set = owners.iter().collect();
        let last = RefCell::new(owners);
        let inside = set.clone();
        let let_go = move || {
            last.borrow_mut().clear();
            inside.len();
        };
        meddled(let_go, || {
            set.contains(&Meddler(0));
            set.remove(&Meddler(1));
        });
        assert!(set.is_empty());
    });
}

#[test]
fn a_candidate_of_a_lookup_may_die_while_it_is_compared() {
    // `eq` lets the owner of an object go that only the lookup holds then. It is not the one that
    // is looked for, and it must not die under the lock.
    must_end(|| {
        let map: WeakValueMap<Meddler, u32> = WeakValueMap::new();
        let lookups: [fn(&WeakValueMap<Meddler, u32>); 5] = [
            |map| assert!(map.get(&Meddler(2)).is_none()),
            |map| assert!(!map.contains_key(&Meddler(2))),
            |map| assert!(map.remove(&Meddler(2)).is_none()),
            |map| assert_eq!(*map.get_or_insert_with(Meddler(2), || Strong::new(2)), 2),
            |map| assert!(map.insert(Meddler(2), &Strong::new(2)).is_none()),
        ];
        for lookup in lookups {
            let owner = Strong::new(0);
            map.insert(Meddler(0), &owner); // 0 and 2 collide
            let last = RefCell::new(Some(owner));
            meddled(move || drop(last.take()), || lookup(&map));
            assert!(map.is_empty());
        }
    });
}

#[test]
fn a_candidate_that_owns_a_key_may_leave_while_it_is_compared() {
    // The value that the lookup took out is the last owner of another key of the same map.
    must_end(|| {
        type Owning = WeakKeyMap<Meddler, Strong<Meddler>>;
        let map: Owning = WeakKeyMap::new();
        let lookups: [fn(&Owning); 5] = [
            |map| assert!(map.get(&Meddler(4)).is_none()),
            |map| assert!(map.get_key_value(&Meddler(4)).is_none()),
            |map| assert!(map.remove(&Meddler(4)).is_none()),
            |map| {
                let key = Strong::new(Meddler(4));
                map.get_or_insert_with(&key, || Strong::new(Meddler(5)));
            },
            |map| {
                let key = Strong::new(Meddler(4));
                map.entry(&key).and_modify(|_| unreachable!());
            },
        ];
        for lookup in lookups {
            let (first, owned) = (Strong::new(Meddler(0)), Strong::new(Meddler(1)));
            map.insert(&first, owned.clone());
            map.insert(&owned, Strong::new(Meddler(3)));
            drop(owned);
            let inside = map.clone();
            meddled(move || drop(inside.remove(&Meddler(0))), || lookup(&map));
            assert!(map.is_empty());
        }
    });
}

#[test]
fn an_entry_that_eq_removes_is_not_found() {
    must_end(|| {
        let owners = meddlers();
        let set: Set = owners.iter().collect();
        let inside = set.clone();
        meddled(
            move || inside.clear(),
            || {
                set.remove(&Meddler(1));
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
        let owners = meddlers();
        let set = WeakSet::from([&owners[0]]); // 0 and 2 collide
        let (inside, same) = (set.clone(), Strong::new(Meddler(2)));
        let kept = same.clone();
        let insert = move || {
            inside.insert(&same);
        };
        meddled(insert, || assert!(!set.insert(&owners[2])));
        assert_eq!(set.len(), 2);
        assert!(Strong::ptr_eq(&set.get(&Meddler(2)).unwrap(), &kept));
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
