//! Deaths, lookups and removals that race, under a checker that tries many schedules.
//!
//! In these tests the crate's locks are those of `shuttle`, which decides at every lock and at
//! every [`schedule_point`](crate::sync::schedule_point) which thread goes on, and finds
//! deadlocks. A failure prints the schedule, which `shuttle::replay` runs again.

use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use shuttle::thread;

use crate::cache::WeakCache;
use crate::death::Entry;
use crate::interner::Interner;
use crate::map::{WeakKeyMap, WeakKeyValueMap, WeakValueMap};
use crate::queue::DeathQueue;
use crate::reference::WeakRef;
use crate::set::WeakSet;
use crate::strong::Strong;
use crate::sync::schedule_point;

const SCHEDULES: usize = 1000;

/// Runs `body` under random schedules, and under those that change threads at few points only,
/// which find other faults.
fn explore(body: impl Fn() + Send + Sync + Copy + 'static) {
    shuttle::check_random(body, SCHEDULES);
    shuttle::check_pct(body, SCHEDULES, 3);
}

/// Runs all of `bodies` at once.
fn at_once<const N: usize>(bodies: [Box<dyn FnOnce() + Send>; N]) {
    let threads = bodies.map(thread::spawn);
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_death_races_with_a_lookup() {
    explore(|| {
        let owner = Strong::new(UserKey(1));
        let set = WeakSet::from([&owner]);
        let reader = set.clone();
        at_once([
            Box::new(move || {
                schedule_point();
                drop(owner);
            }),
            Box::new(move || {
                if let Some(found) = reader.get(&UserKey(1)) {
                    schedule_point();
                    assert_eq!(found.0, 1);
                    assert_eq!(reader.len(), 1, "it is alive, so it is a member");
                }
            }),
        ]);
        assert!(set.is_empty());
    });
}

#[test]
fn makers_of_one_key_race() {
    explore(|| {
        let map: WeakValueMap<u32, UserKey> = WeakValueMap::new();
        let made = Arc::new(AtomicUsize::new(0));
        let threads = [(); 3].map(|()| {
            let (map, made) = (map.clone(), Arc::clone(&made));
            thread::spawn(move || {
                map.get_or_insert_with(1, || {
                    schedule_point();
                    made.fetch_add(1, Ordering::Relaxed);
                    Strong::new(UserKey(1))
                })
            })
        });
        let objects = threads.map(|thread| thread.join().unwrap());
        assert!(objects.iter().all(|it| Strong::ptr_eq(it, &objects[0])));
        assert_eq!(made.load(Ordering::Relaxed), 1, "all of them are kept");
    });
}

#[test]
fn makers_race_with_a_failure_and_with_the_death_of_what_was_made() {
    explore(|| {
        let map: WeakValueMap<u32, UserKey> = WeakValueMap::new();
        let (fails, drops, keeps) = (map.clone(), map.clone(), map.clone());
        at_once([
            Box::new(move || {
                let _ = fails.get_or_try_insert_with(1, || {
                    schedule_point();
                    Err(())
                });
            }),
            Box::new(move || drop(drops.get_or_insert_with(1, || Strong::new(UserKey(1))))),
            Box::new(move || {
                let kept = keeps.get_or_insert_with(1, || Strong::new(UserKey(1)));
                schedule_point();
                let found = keeps.get(&1).expect("it is kept");
                assert!(Strong::ptr_eq(&found, &kept));
            }),
        ]);
        assert!(map.is_empty());
    });
}

#[test]
fn makers_that_ask_for_each_others_keys_race() {
    explore(|| {
        let map: WeakKeyMap<UserKey, u32> = WeakKeyMap::new();
        let keys = [1, 2].map(|it| Strong::new(UserKey(it)));
        let told = Arc::new(AtomicUsize::new(0));
        let threads = [0, 1].map(|mine| {
            let (map, keys, told) = (map.clone(), keys.clone(), Arc::clone(&told));
            thread::spawn(move || {
                map.get_or_insert_with(&keys[mine], || {
                    schedule_point();
                    let ask = || map.get_or_insert_with(&keys[1 - mine], || 1);
                    let asked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(ask));
                    asked.unwrap_or_else(|_| {
                        told.fetch_add(1, Ordering::Relaxed);
                        2
                    })
                });
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(map.len(), 2);
        assert!(
            told.load(Ordering::Relaxed) <= 1,
            "one yields, the other goes on"
        );
    });
}

#[test]
fn a_death_races_with_a_removal_whose_slot_is_used_again() {
    explore(|| {
        let (old, new) = (Strong::new(UserKey(1)), Strong::new(UserKey(2)));
        let map = WeakKeyMap::from([(&old, 1)]);
        let (one, two, kept) = (map.clone(), map.clone(), new.clone());
        at_once([
            Box::new(move || {
                schedule_point();
                drop(old);
            }),
            Box::new(move || {
                one.clear();
                one.insert(&kept, 2);
            }),
            Box::new(move || {
                two.contains_key(&UserKey(2));
            }),
        ]);
        assert_eq!(
            map.get(&UserKey(2)),
            Some(2),
            "the death took nothing else along"
        );
        assert_eq!(map.len(), 1);
        drop(new);
        assert!(map.is_empty());
    });
}

#[test]
fn the_deaths_of_a_key_and_its_value_race_with_a_reader_and_a_writer() {
    explore(|| {
        let (key, value) = (Strong::new(UserKey(1)), Strong::new(UserKey(2)));
        let (other, kept) = (Strong::new(UserKey(3)), Strong::new(UserKey(4)));
        let map = WeakKeyValueMap::from([(&key, &value)]);
        let (reader, writer) = (map.clone(), map.clone());
        let (other_key, other_value) = (other.clone(), kept.clone());
        at_once([
            Box::new(move || {
                schedule_point();
                drop(key);
            }),
            Box::new(move || {
                schedule_point();
                drop(value);
            }),
            Box::new(move || {
                let found = reader.get_key_value(&UserKey(1));
                schedule_point();
                drop(found);
                for (key, value) in &reader {
                    assert_eq!(key.0 + 1, value.0);
                }
            }),
            Box::new(move || {
                writer.insert(&other_key, &other_value);
            }),
        ]);
        assert_eq!(map.len(), 1, "the deaths took nothing else along");
        assert_eq!(map.get(&UserKey(3)).as_ref(), Some(&kept));
        drop(kept);
        assert!(map.is_empty());
        drop(other);
    });
}

#[test]
fn the_death_of_a_replaced_object_spares_its_successor() {
    explore(|| {
        let (old, new) = (Strong::new(1), Strong::new(2));
        let map = WeakValueMap::from([(UserKey(1), &old)]);
        let (writer, kept) = (map.clone(), new.clone());
        at_once([
            Box::new(move || {
                schedule_point();
                drop(old);
            }),
            Box::new(move || {
                let replaced = writer.insert(UserKey(1), &kept);
                schedule_point();
                drop(replaced);
            }),
        ]);
        assert_eq!(map.get(&UserKey(1)).as_deref(), Some(&2));
        assert_eq!(map.len(), 1);
        drop(new);
        assert!(map.is_empty());
    });
}

#[test]
fn equal_keys_that_are_inserted_at_once_make_one_entry() {
    explore(|| {
        let keys = [Strong::new(UserKey(1)), Strong::new(UserKey(1))];
        let set: WeakSet<UserKey> = WeakSet::new();
        let won = Arc::new(AtomicUsize::new(0));
        at_once(keys.each_ref().map(|key| -> Box<dyn FnOnce() + Send> {
            let (set, key, won) = (set.clone(), key.clone(), won.clone());
            Box::new(move || {
                won.fetch_add(usize::from(set.insert(&key)), Ordering::SeqCst);
            })
        }));
        assert_eq!(won.load(Ordering::SeqCst), 1);
        assert_eq!(set.len(), 1);
        drop(keys);
        assert!(set.is_empty());
    });
}

#[test]
fn a_key_that_is_taken_out_and_put_back_meanwhile_is_one_entry() {
    explore(|| {
        let (key, other) = (Strong::new(UserKey(1)), Strong::new(UserKey(2)));
        let set = WeakSet::from([&key]);
        let (one, two) = ((set.clone(), key.clone()), (set.clone(), key.clone()));
        let in_its_slot = other.clone();
        at_once([
            Box::new(move || {
                one.0.insert(&one.1);
            }),
            Box::new(move || {
                two.0.remove(&UserKey(1));
                two.0.insert(&in_its_slot);
                two.0.insert(&two.1);
            }),
        ]);
        assert_eq!(set.len(), 2);
        drop((key, other));
        assert!(set.is_empty());
    });
}

#[test]
fn all_who_get_or_insert_get_the_same() {
    explore(|| {
        let map: WeakValueMap<UserKey, usize> = WeakValueMap::new();
        let made = Arc::new(std::sync::Mutex::new(Vec::new()));
        at_once([1, 2, 3].map(|n| -> Box<dyn FnOnce() + Send> {
            let (map, made) = (map.clone(), made.clone());
            Box::new(move || {
                let got = map.get_or_insert_with(UserKey(1), || Strong::new(n));
                made.lock().unwrap().push(got);
            })
        }));
        let made = std::mem::take(&mut *made.lock().unwrap());
        assert!(made.iter().all(|got| Strong::ptr_eq(got, &made[0])));
        assert_eq!(map.len(), 1);
        drop(made);
        assert!(map.is_empty());
    });
}

#[test]
fn a_callback_runs_once_whoever_is_the_last_owner() {
    explore(|| {
        let owner = Strong::new(1);
        let runs = Arc::new(AtomicUsize::new(0));
        let counter = runs.clone();
        let weak = WeakRef::with_callback(&owner, move |dead| {
            assert!(dead.upgrade().is_none());
            counter.fetch_add(1, Ordering::SeqCst);
        });
        let reader = weak.clone();
        at_once([
            Box::new(move || {
                schedule_point();
                drop(owner);
            }),
            Box::new(move || {
                let got = reader.upgrade();
                schedule_point();
                drop(got);
            }),
        ]);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn the_canonical_reference_is_one_for_all_threads() {
    explore(|| {
        let owner = Strong::new(1);
        let made = Arc::new(std::sync::Mutex::new(Vec::new()));
        at_once([(); 3].map(|()| -> Box<dyn FnOnce() + Send> {
            let (owner, made) = (owner.clone(), made.clone());
            Box::new(move || {
                let weak = WeakRef::new(&owner);
                schedule_point();
                made.lock().unwrap().push(weak);
            })
        }));
        let made = std::mem::take(&mut *made.lock().unwrap());
        assert!(made.iter().all(|weak| WeakRef::ptr_eq(weak, &made[0])));
        assert_eq!(Strong::weak_ref_count(&owner), 1);
    });
}

#[test]
fn the_last_handle_races_with_the_death_of_a_member() {
    explore(|| {
        let owner = Strong::new(1);
        let value = Arc::new(());
        let map = WeakKeyMap::from([(&owner, value.clone())]);
        at_once([
            Box::new(move || {
                schedule_point();
                drop(owner);
            }),
            Box::new(move || {
                schedule_point();
                drop(map);
            }),
        ]);
        assert_eq!(Arc::strong_count(&value), 1, "nobody keeps the map");
    });
}

#[test]
fn an_iteration_races_with_deaths_and_insertions() {
    explore(|| {
        let (first, second, third) = (Strong::new(1), Strong::new(2), Strong::new(3));
        let set = WeakSet::from([&first, &second]);
        let (walked, filled, kept) = (set.clone(), set.clone(), third.clone());
        at_once([
            Box::new(move || {
                let seen: Vec<i32> = walked.iter().map(|member| *member).collect();
                let expected: [&[i32]; 4] = [&[1, 2], &[2], &[1, 2, 3], &[2, 3]];
                assert!(expected.contains(&&*seen), "{seen:?}");
            }),
            Box::new(move || {
                schedule_point();
                drop(first);
            }),
            Box::new(move || {
                filled.insert(&kept);
            }),
        ]);
        assert_eq!(set.len(), 2);
        drop((second, third));
        assert!(set.is_empty());
    });
}

#[test]
fn containers_that_share_objects_do_not_wait_for_each_other() {
    explore(|| {
        let owners = [Strong::new(1), Strong::new(2)];
        let sets: [WeakSet<i32>; 2] = [owners.iter().collect(), owners.iter().collect()];
        let [a, b] = owners;
        let moves = [(sets.clone(), a.clone()), (sets.clone(), b.clone())];
        let moves = moves.map(|(sets, it)| -> Box<dyn FnOnce() + Send> {
            Box::new(move || {
                sets[0].remove(&*it);
                sets[1].remove(&*it);
                sets[0].insert(&it);
            })
        });
        drop((a, b));
        at_once(moves);
        assert!(sets[0].is_empty() && sets[1].is_empty());
    });
}

#[test]
fn a_colliding_value_dies_while_its_key_is_compared() {
    explore(|| {
        let (dying, kept) = (Strong::new(1), Strong::new(2));
        let map = WeakValueMap::from([(PartKey(1), &dying), (PartKey(2), &kept)]);
        let reader = map.clone();
        at_once([
            Box::new(move || {
                schedule_point();
                drop(dying);
            }),
            Box::new(move || {
                assert_eq!(reader.get(&PartKey(2)).as_deref(), Some(&2));
                assert!(reader.get(&PartKey(3)).is_none());
                let made = reader.get_or_insert_with(PartKey(3), || Strong::new(3));
                assert_eq!(*made, 3);
                reader.remove(&PartKey(3));
            }),
        ]);
        assert_eq!(map.len(), 1);
        drop(kept);
        assert!(map.is_empty());
    });
}

#[test]
fn a_colliding_value_that_owns_a_key_leaves_while_its_own_is_compared() {
    explore(|| {
        let (first, owned) = (Strong::new(PartKey(1)), Strong::new(PartKey(2)));
        let map: WeakKeyMap<PartKey, Option<Strong<PartKey>>> = WeakKeyMap::new();
        map.insert(&first, Some(owned.clone()));
        map.insert(&owned, None);
        drop(owned);
        let (reader, writer) = (map.clone(), map.clone());
        at_once([
            Box::new(move || {
                drop(writer.remove(&PartKey(1)));
            }),
            Box::new(move || {
                assert!(reader.get(&PartKey(3)).is_none());
                drop(reader.get_key_value(&PartKey(2)));
                let key = Strong::new(PartKey(3));
                reader.entry(&key).and_modify(|_| unreachable!());
            }),
        ]);
        assert!(map.is_empty());
    });
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "dropped without the lock")]
fn to_drop_an_owner_under_a_lock_is_a_panic() {
    let body = || {
        let table = crate::sync::Mutex::new(());
        let [owner, other] = [1, 1].map(Strong::new);
        let kept = owner.clone();
        drop(owner); // no table is locked
        let locked = crate::locked::Locked::new(&table);
        drop((kept, other, locked));
    };
    shuttle::check_random(body, 1);
}

#[test]
fn colliding_members_die_while_others_are_compared() {
    explore(|| {
        let owners = [1, 2, 3].map(|n| Strong::new(PartKey(n)));
        let set: WeakSet<PartKey> = owners.iter().collect();
        let [one, two, three] = owners;
        let (reader, kept) = (set.clone(), three.clone());
        at_once([
            Box::new(move || drop(one)),
            Box::new(move || drop(two)),
            Box::new(move || {
                assert!(reader.contains(&PartKey(3)));
                assert!(!reader.insert(&kept));
                assert!(reader.get(&PartKey(4)).is_none());
            }),
        ]);
        assert_eq!(set.len(), 1);
        drop(three);
        assert!(set.is_empty());
    });
}

#[test]
fn a_value_that_replaces_another_while_it_is_judged_stays() {
    explore(|| {
        let key = Strong::new(UserKey(1));
        let map = WeakKeyMap::from([(&key, "old")]);
        let (judge, writer, kept) = (map.clone(), map.clone(), key.clone());
        at_once([
            Box::new(move || {
                judge.retain(|_, value| {
                    schedule_point();
                    *value == "new"
                });
            }),
            Box::new(move || {
                writer.insert(&kept, "new");
            }),
        ]);
        assert_eq!(map.get(&UserKey(1)), Some("new"));
    });
}

/// Sets whose hashes do not differ from one to the next.
type EqualHashSet = WeakSet<i32, BuildHasherDefault<DefaultHasher>>;

/// The entries that the object of `owner` knows.
fn entries(owner: &Strong<i32>) -> Vec<Entry> {
    owner.object.watchers.entries()
}

#[test]
fn every_container_that_takes_an_object_at_once_is_told_of_its_death() {
    explore(|| {
        let owner = Strong::new(1);
        let sets = [(); 3].map(|()| WeakSet::<i32>::new());
        at_once(sets.each_ref().map(|set| -> Box<dyn FnOnce() + Send> {
            let (set, owner) = (set.clone(), owner.clone());
            Box::new(move || {
                assert!(set.insert(&owner));
            })
        }));
        assert_eq!(entries(&owner).len(), 3);
        drop(owner);
        assert!(sets.iter().all(WeakSet::is_empty));
    });
}

#[test]
fn an_object_that_is_put_in_and_taken_out_at_once_knows_the_containers_it_is_in() {
    explore(|| {
        let owner = Strong::new(1);
        let sets = [(); 2].map(|()| WeakSet::<i32>::new());
        sets[0].insert(&owner);
        let turns = [[0, 1], [1, 0]].map(|turn| -> Box<dyn FnOnce() + Send> {
            let (sets, owner) = (sets.clone(), owner.clone());
            Box::new(move || {
                for set in turn.map(|n| &sets[n]) {
                    if !set.insert(&owner) {
                        set.remove(&1);
                        set.insert(&owner);
                        set.remove(&1);
                    }
                }
            })
        });
        at_once(turns);
        let is_in = sets.iter().filter(|set| !set.is_empty()).count();
        assert_eq!(entries(&owner).len(), is_in);
        drop(owner);
        assert!(sets.iter().all(WeakSet::is_empty));
    });
}

#[test]
fn a_watched_object_that_gets_a_record_while_it_is_taken_out_knows_no_container() {
    explore(|| {
        let owner = Strong::new(1);
        let set = WeakSet::from([&owner]);
        let (referred, removed) = (owner.clone(), set.clone());
        at_once([
            Box::new(move || {
                let weak = WeakRef::new(&referred);
                assert_eq!(Strong::weak_refs(&referred), [weak]);
            }),
            Box::new(move || {
                assert!(removed.remove(&1));
            }),
        ]);
        assert!(entries(&owner).is_empty());
        assert_eq!(Strong::weak_ref_count(&owner), 0);
    });
}

#[test]
fn a_reference_is_made_while_a_container_takes_the_object() {
    explore(|| {
        let owner = Strong::new(1);
        let set = WeakSet::new();
        let told = Arc::new(AtomicUsize::new(0));
        let (referred, taken, inserted) = (owner.clone(), owner.clone(), set.clone());
        let (counter, kept) = (told.clone(), Arc::new(std::sync::Mutex::new(None)));
        let keeper = kept.clone();
        at_once([
            Box::new(move || {
                let weak = WeakRef::with_callback(&referred, move |_| {
                    counter.fetch_add(1, Ordering::SeqCst);
                });
                *keeper.lock().unwrap() = Some(weak);
            }),
            Box::new(move || {
                inserted.insert(&taken);
            }),
        ]);
        drop(owner);
        assert!(set.is_empty());
        assert_eq!(told.load(Ordering::SeqCst), 1);
        drop(kept);
    });
}

#[test]
fn a_removal_races_with_the_death() {
    explore(|| {
        let owner = Strong::new(1);
        let value = Arc::new(());
        let map = WeakKeyMap::from([(&owner, value.clone())]);
        let remover = map.clone();
        at_once([
            Box::new(move || {
                schedule_point();
                drop(owner);
            }),
            Box::new(move || {
                drop(remover.remove(&1));
            }),
        ]);
        assert!(map.is_empty());
        assert_eq!(Arc::strong_count(&value), 1, "nobody keeps the value");
    });
}

#[test]
fn a_late_death_spares_the_container_that_has_the_place_of_its_own() {
    explore(|| {
        let (old, new) = (Strong::new(1), Strong::new(1));
        let set = EqualHashSet::from_iter([&old]);
        let of_old = entries(&old);
        let (next, kept) = (Arc::new(std::sync::Mutex::new(None)), new.clone());
        let made = next.clone();
        at_once([
            Box::new(move || {
                schedule_point();
                drop(old);
            }),
            Box::new(move || {
                drop(set);
                let set = EqualHashSet::from_iter([&kept]);
                assert_eq!(entries(&kept), of_old, "the old container is used again");
                *made.lock().unwrap() = Some(set);
            }),
        ]);
        let set = next.lock().unwrap().take().unwrap();
        assert!(set.contains(&1));
        drop(new);
        assert!(set.is_empty());
    });
}

#[test]
fn an_object_that_moves_out_dies_at_the_address_where_it_was() {
    for take in [|owner| Strong::try_unwrap(owner).ok(), Strong::into_inner] {
        explore(move || {
            let owner = Strong::new(1);
            let set = EqualHashSet::from_iter([&owner]);
            let address = owner.address();
            let (clearer, others) = (set.clone(), Arc::new(std::sync::Mutex::new(Vec::new())));
            let kept = others.clone();
            at_once([
                Box::new(move || {
                    schedule_point();
                    // The clearing owns it for a moment.
                    assert!(matches!(take(owner), None | Some(1)));
                }),
                Box::new(move || {
                    clearer.clear();
                    // One of these gets the address, if that is free.
                    let mut kept = kept.lock().unwrap();
                    kept.extend([1; 8].map(Strong::new));
                    let successor = kept.iter().find(|it| it.address() == address);
                    clearer.insert(successor.unwrap_or(&kept[0]));
                }),
            ]);
            assert!(set.contains(&1), "the death took nothing else along");
            others.lock().unwrap().clear();
            assert!(set.is_empty());
        });
    }
}

#[test]
fn records_of_objects_that_die_while_others_are_made_are_not_mixed_up() {
    explore(|| {
        let sets = [(); 2].map(|()| WeakSet::<i32>::new());
        let told = Arc::new(AtomicUsize::new(0));
        let watch_and_die = [1, 20, 300].map(|n| -> Box<dyn FnOnce() + Send> {
            let (sets, told) = (sets.clone(), told.clone());
            Box::new(move || {
                let owner = Strong::new(n);
                let _weak = WeakRef::with_callback(&owner, move |dead| {
                    assert!(!dead.is_alive());
                    told.fetch_add(n as usize, Ordering::SeqCst);
                });
                assert!(sets.iter().all(|set| set.insert(&owner)));
                assert_eq!(Strong::weak_refs(&owner).len(), 1);
                drop(owner);
                assert!(sets.iter().all(|set| !set.contains(&n)));
            })
        });
        at_once(watch_and_die);
        assert_eq!(told.load(Ordering::SeqCst), 321);
        assert!(sets.iter().all(WeakSet::is_empty));
    });
}

#[test]
fn interning_races_with_the_death_of_the_equal_object() {
    explore(|| {
        let numbers: Interner<u32, BuildHasherDefault<DefaultHasher>> = Interner::default();
        let first = numbers.intern(1_u32);
        let threads = [(); 2].map(|()| {
            let numbers = numbers.clone();
            thread::spawn(move || numbers.intern(1_u32))
        });
        schedule_point();
        drop(first);
        let [one, two] = threads.map(|thread| thread.join().unwrap());
        assert_eq!(
            (&one, *one, numbers.len()),
            (&two, 1, 1),
            "all have the same object"
        );
        drop((one, two));
        assert!(numbers.is_empty());
    });
}

#[test]
fn a_cache_holds_nothing_that_was_removed_while_it_was_used() {
    explore(|| {
        let cache = WeakCache::new(4);
        cache.insert(1, &Strong::new(1));
        cache.insert(2, &Strong::new(2));
        let users = [cache.clone(), cache.clone(), cache.clone()];
        let [finder, remover, writer] = users;
        at_once([
            Box::new(move || drop(finder.get(&1))),
            Box::new(move || {
                remover.remove(&1);
            }),
            Box::new(move || {
                writer.insert(2, &Strong::new(3));
                drop(writer.get_or_insert_with(3, || Strong::new(4)));
            }),
        ]);
        let info = cache.cache_info();
        assert_eq!((info.alive, info.held), (2, 2));
    });
}

#[test]
fn each_death_comes_out_of_a_queue_once() {
    explore(|| {
        let queue = DeathQueue::new();
        let [one, two] = [1, 2].map(Strong::new);
        queue.watch(&one, 1);
        let token = queue.watch(&two, 2);
        let reader = queue.clone();
        let first = thread::spawn(move || reader.recv());
        let cancelled = thread::spawn(move || token.cancel());
        let death = thread::spawn(move || drop(two));
        schedule_point();
        drop(one);
        death.join().unwrap();
        let mut all = vec![first.join().unwrap()];
        all.extend(cancelled.join().unwrap());
        all.extend(queue.drain());
        all.sort_unstable();
        assert_eq!(all, [1, 2]);
        assert_eq!((queue.len(), queue.watched()), (0, 0));
    });
}

#[test]
fn a_queue_that_goes_races_with_the_death_of_what_it_watches() {
    explore(|| {
        let queue = DeathQueue::new();
        let (object, held) = (Strong::new(1), Arc::new(()));
        let token = queue.watch(&object, Arc::clone(&held));
        at_once([
            Box::new(move || drop(queue)),
            Box::new(move || drop(object)),
            Box::new(move || drop(token.cancel())),
        ]);
        assert_eq!(Arc::strong_count(&held), 1, "nobody keeps it");
    });
}

/// Keys that all collide: `Hash` looks at nothing.
#[derive(Debug, Eq)]
struct PartKey(u32);

impl Hash for PartKey {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl PartialEq for PartKey {
    fn eq(&self, other: &Self) -> bool {
        schedule_point();
        self.0 == other.0
    }
}

/// A key of a user's type, whose `Eq` runs without the lock and may be interrupted.
#[derive(Debug, Eq)]
struct UserKey(u32);

impl Hash for UserKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq for UserKey {
    fn eq(&self, other: &Self) -> bool {
        schedule_point();
        self.0 == other.0
    }
}
