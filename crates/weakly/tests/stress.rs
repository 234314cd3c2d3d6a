//! Threads that use the same containers and objects without sparing them.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use common::must_end;
use weakly::{Strong, WeakKeyMap, WeakRef, WeakSet, WeakValueMap};

const THREADS: usize = 4;
const ROUNDS: u32 = 20_000;

/// A number that is the same in each run, and different for each `n`.
fn scatter(n: u32) -> u32 {
    n.wrapping_mul(2_654_435_761).rotate_left(13)
}

fn on_all_threads(body: impl Fn(u32) + Send + Sync + 'static) {
    must_end(move || {
        thread::scope(|scope| {
            for n in 0..THREADS as u32 {
                let body = &body;
                scope.spawn(move || body(n));
            }
        });
    });
}

#[test]
fn entries_of_owned_objects_stay_and_others_go() {
    let set: WeakSet<u32> = WeakSet::new();
    let shared = set.clone();
    on_all_threads(move |thread| {
        let mut owned = Vec::new();
        for round in 0..ROUNDS {
            let owner = Strong::new(round * THREADS as u32 + thread);
            assert!(shared.insert(&owner));
            assert!(shared.contains(&*owner));
            if scatter(round) % 4 == 0 {
                owned.push(owner);
            }
            if owned.len() > 50 {
                owned.swap_remove(scatter(round) as usize % owned.len());
            }
        }
        for owner in &owned {
            assert!(Strong::ptr_eq(&shared.get(&**owner).unwrap(), owner));
        }
    });
    assert!(set.is_empty());
}

#[test]
fn one_object_for_a_key_whoever_asks() {
    let cache: WeakValueMap<u32, AtomicBool> = WeakValueMap::new();
    let shared = cache.clone();
    on_all_threads(move |thread| {
        for round in 0..ROUNDS {
            let key = scatter(round ^ thread) % 5;
            let object = shared.get_or_insert_with(key, || Strong::new(AtomicBool::new(true)));
            let again = shared.get(&key).expect("it is owned here");
            assert!(Strong::ptr_eq(&object, &again));
        }
    });
    assert!(cache.is_empty());
}

#[test]
fn every_death_is_told_once() {
    let told = Arc::new(AtomicUsize::new(0));
    let counter = told.clone();
    on_all_threads(move |_| {
        for _ in 0..ROUNDS / 20 {
            let owner = Strong::new(AtomicUsize::new(0));
            let counter = counter.clone();
            let weak = WeakRef::with_callback(&owner, move |_| {
                counter.fetch_add(1, Ordering::Relaxed);
            });
            let other = thread::spawn({
                let owner = owner.clone();
                move || drop(owner)
            });
            drop(owner);
            let still = weak.upgrade();
            other.join().unwrap();
            drop(still);
            assert!(!weak.is_alive());
        }
    });
    assert_eq!(
        told.load(Ordering::Relaxed),
        THREADS * (ROUNDS / 20) as usize
    );
}

#[test]
fn iterations_go_on_while_everything_changes() {
    let map: WeakKeyMap<u32, u32> = WeakKeyMap::new();
    let kept: Vec<_> = (0..100).map(|n| Strong::new(u32::MAX - n)).collect();
    for key in &kept {
        map.insert(key, **key);
    }
    let shared = map.clone();
    on_all_threads(move |thread| {
        if thread < 2 {
            for round in 0..ROUNDS {
                let key = Strong::new(round * 2 + thread);
                shared.insert(&key, *key);
                if round % 2 == 0 {
                    shared.remove(&*key);
                }
            }
        } else {
            for _ in 0..ROUNDS / 200 {
                let mut seen = 0;
                for (key, value) in &shared {
                    assert_eq!(*key, value);
                    seen += usize::from(value > u32::MAX - 100);
                }
                assert_eq!(seen, 100, "each entry that stays is seen once");
            }
        }
    });
    assert_eq!(map.len(), 100);
    drop(kept);
    assert!(map.is_empty());
}

#[test]
fn objects_and_containers_go_in_any_order() {
    on_all_threads(|thread| {
        for round in 0..ROUNDS / 10 {
            let owners: Vec<_> = (0..8).map(|n| Strong::new(n + thread)).collect();
            let sets: [WeakSet<u32>; 3] = [(); 3].map(|()| owners.iter().collect());
            let other = thread::spawn({
                let sets = sets.clone();
                move || drop(sets)
            });
            if scatter(round) % 2 == 0 {
                drop(sets);
                drop(owners);
            } else {
                drop(owners);
                drop(sets);
            }
            other.join().unwrap();
        }
    });
}
