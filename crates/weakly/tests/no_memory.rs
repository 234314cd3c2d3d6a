//! No memory, at every allocation of every operation: nothing is half done, no lock stays taken,
//! and nothing is lost.
//!
//! The allocator of this test fails the n-th allocation of a thread that asks for it. Each operation
//! runs for n = 0, 1, 2 and so on, until it asks for no more memory. It either does all of its work,
//! or panics and does none.
//!
//! What aborts in Rust wherever it is done, as to make an `Arc`, is done before: owners are made, and
//! values were lent once.
#![allow(unsafe_code)]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use common::must_end;
use weakly::table::Table;
use weakly::{ByIdentity, Strong, WeakKeyMap, WeakKeyValueMap, WeakRef, WeakSet, WeakValueMap};

struct FailsOnDemand;

#[global_allocator]
static ALLOCATOR: FailsOnDemand = FailsOnDemand;

thread_local! {
    /// How many allocations still succeed before one fails.
    static FAILS_AFTER: Cell<Option<usize>> = const { Cell::new(None) };
    /// Whether a panic is to be expected.
    static MAY_PANIC: Cell<bool> = const { Cell::new(false) };
}

/// Whether this allocation is the one that fails.
fn fails() -> bool {
    let left = FAILS_AFTER.try_with(Cell::take).ok().flatten();
    match left {
        None => false,
        Some(0) => true,
        Some(n) => {
            FAILS_AFTER.set(Some(n - 1));
            false
        }
    }
}

// SAFETY: memory is the system's, or there is none.
unsafe impl GlobalAlloc for FailsOnDemand {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if fails() {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps to the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if fails() {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps to the contract of `realloc`.
        unsafe { System.realloc(memory, layout, size) }
    }
}

/// Runs `operation` with the n-th allocation failing. Says whether it ended, and whether there was
/// such an allocation.
fn with_failure(n: usize, operation: impl FnOnce()) -> (bool, bool) {
    MAY_PANIC.set(true);
    FAILS_AFTER.set(Some(n));
    let ended = catch_unwind(AssertUnwindSafe(operation)).is_ok();
    let failed = FAILS_AFTER.take().is_none();
    MAY_PANIC.set(false);
    (ended, failed)
}

fn silence_expected_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !MAY_PANIC.get() {
                hook(panic);
            }
        }));
    });
}

/// An operation on a world, and its name.
type Operation<W> = (&'static str, fn(&mut W));

/// Runs each operation on a fresh world with each of its allocations failing. The state of the world
/// is then the one before, or after it has run without failures.
fn exhaust<W: 'static, S: PartialEq + Debug>(
    make: fn() -> W,
    state: fn(&mut W) -> S,
    operations: &'static [Operation<W>],
) {
    silence_expected_panics();
    for (name, operation) in operations {
        let mut expected = make();
        let before = state(&mut expected);
        operation(&mut expected);
        let after = state(&mut expected);
        for n in 0.. {
            let mut world = make();
            let (ended, failed) = with_failure(n, || operation(&mut world));
            let now = state(&mut world);
            if ended {
                assert_eq!(now, after, "{name}, allocation {n}");
            } else {
                assert!(failed, "{name} panics without a failure");
                assert_eq!(now, before, "{name}, allocation {n}");
                operation(&mut world);
                assert_eq!(state(&mut world), after, "{name}, once more after {n}");
            }
            if !failed {
                break;
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key(u32);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0 % 2).hash(state); // many collisions
    }
}

/// How many entries fill a table: one more makes it grow.
const FULL: u32 = 28;

#[test]
fn a_table_fails_without_harm() {
    type World = Table<u32, u32>;
    let make = || {
        let mut table = Table::new();
        for n in 0..FULL {
            table.insert(u64::from(n % 3), n, n);
        }
        for n in 0..6 {
            let slot = table.find(u64::from(n % 3), |key, _| *key == n * 3);
            slot.map(|slot| table.remove(slot));
        }
        table.shrink_to_fit();
        while table.capacity() > table.len() {
            let n = table.len() as u32 + 100;
            table.insert(u64::from(n % 3), n, n);
        }
        table
    };
    let state = |table: &mut World| {
        let entries: Vec<_> = table.iter().map(|(_, k, v)| (*k, *v)).collect();
        assert_eq!(entries.len(), table.len());
        for &(key, value) in &entries {
            let found = table.find(u64::from(key % 3), |other, _| *other == key);
            assert_eq!(found.map(|slot| *table.value(slot)), Some(value));
        }
        entries
    };
    exhaust(
        make,
        state,
        &[
            ("insert", |table| {
                table.insert(1, 1000, 1);
            }),
            ("insert in order", |table| {
                assert!(table.last().is_some());
                table.insert(1, 1000, 1);
            }),
            ("reserve", |table| table.reserve(1000)),
            ("advance", |table| {
                let mut cursor = table.cursor();
                let mut seen = 0;
                while table.advance(&mut cursor).is_some() {
                    seen += 1;
                }
                assert_eq!(seen, table.len());
            }),
            ("probe", |table| {
                let mut probe = table.probe(1);
                let (mut found, mut count) = ([0; 100], 0);
                while let Some(slot) = table.resume(&mut probe, |_, _| unreachable!()) {
                    found[count] = *table.key(slot);
                    count += 1;
                }
                let expected = table.iter_unordered().filter(|(_, key, _)| **key % 3 == 1);
                assert_eq!(count, expected.count());
                found[..count].sort_unstable();
                let is_twice = |two: &[u32]| two[0] == two[1];
                assert!(!found[..count].windows(2).any(is_twice));
            }),
            ("into_iter", |table| {
                let (len, taken) = (table.len(), table.take());
                assert_eq!(taken.into_iter().count(), len);
            }),
            ("try_take", |table| {
                let taken = table.try_take(1000);
                assert!(taken.expect("there is memory").len() > 20);
            }),
        ],
    );
}

/// A large table grows a little at a time.
#[test]
fn a_large_table_fails_without_harm() {
    for n in 0..4 {
        let mut table = Table::new();
        let mut len = 0;
        while table.len() < 5000 || table.capacity() > table.len() {
            table.insert(len, len, ());
            len += 1;
        }
        silence_expected_panics();
        let (ended, failed) = with_failure(n, || {
            table.insert(len, len, ());
        });
        assert_ne!(ended, failed);
        len += u64::from(ended);
        let mut cursor = table.cursor();
        let (_, failed) = with_failure(n, || {
            table.advance(&mut cursor);
        });
        assert!(failed || n > 1);
        table.insert(len, len, ());
        assert!(table.iter().map(|(_, key, ())| *key).eq(0..=len));
    }
}

#[test]
fn shrinking_a_table_never_fails() {
    for n in 0..20 {
        let mut table = Table::new();
        for n in 0..1000 {
            table.insert(n, n, ());
        }
        for n in 500..1000 {
            let slot = table.find(n, |key, ()| *key == n);
            slot.map(|slot| table.remove(slot));
        }
        let (ended, _) = with_failure(n, || table.shrink_to_fit());
        assert!(ended);
        assert!((0..500).all(|n| table.find(n, |key, ()| *key == n).is_some()));
        assert_eq!(table.len(), 500);
        for n in 500..2000 {
            table.insert(n, n, ());
        }
        assert!(table.iter().map(|(_, key, ())| *key).eq(0..2000));
    }
}

fn owners() -> Vec<Strong<Key>> {
    (0..=FULL + 1).map(|n| Strong::new(Key(n))).collect()
}

#[test]
fn a_set_fails_without_harm() {
    type World = (WeakSet<Key>, Vec<Strong<Key>>, Vec<WeakSet<Key>>);
    let make = || {
        let owners = owners();
        let set: WeakSet<Key> = owners.iter().take(FULL as usize).collect();
        // Lists of watchers of one, of two and of many.
        let others: Vec<WeakSet<Key>> = (0..4).map(|n| owners.iter().skip(n).collect()).collect();
        (set, owners, others)
    };
    let state = |(set, owners, _): &mut World| {
        let set: Vec<u32> = set.iter().map(|key| key.0).collect();
        (set, owners.len())
    };
    must_end(move || {
        exhaust(
            make,
            state,
            &[
                ("insert", |(set, owners, _)| {
                    assert!(set.insert(&owners[FULL as usize]));
                }),
                ("insert an equal one", |(set, owners, _)| {
                    assert!(!set.insert(&owners[5]));
                }),
                ("insert one that nobody watches", |(set, _, _)| {
                    // Its memory is asked for in advance.
                    thread_local!(static KEPT: Strong<Key> = Strong::new(Key(1000)));
                    KEPT.with(|kept| set.insert(kept));
                }),
                ("contains", |(set, _, _)| assert!(!set.contains(&Key(999)))),
                ("get", |(set, _, _)| assert!(set.get(&Key(4)).is_some())),
                ("take", |(set, _, _)| assert!(set.take(&Key(5)).is_some())),
                ("remove", |(set, _, _)| assert!(set.remove(&Key(4)))),
                ("pop_last", |(set, _, _)| assert!(set.pop_last().is_some())),
                ("iter", |(set, _, _)| {
                    assert_eq!(set.iter().count(), set.len());
                }),
                ("retain", |(set, _, _)| set.retain(|key| key.0 % 3 != 0)),
                ("reserve", |(set, _, _)| set.reserve(1000)),
                ("shrink_to_fit", |(set, _, _)| set.shrink_to_fit()),
                ("clear", |(set, _, _)| set.clear()),
                ("drain", |(set, _, _)| assert!(set.drain().count() > 0)),
                ("death", |(_, owners, _)| drop(owners.swap_remove(7))),
                ("all die", |(_, owners, _)| owners.clear()),
            ],
        );
    });
}

#[test]
fn a_map_by_keys_fails_without_harm() {
    type World = (WeakKeyMap<Key, u32>, Vec<Strong<Key>>);
    let make = || {
        let owners = owners();
        let map: WeakKeyMap<Key, u32> = owners
            .iter()
            .take(FULL as usize)
            .map(|k| (k, k.0))
            .collect();
        map.retain(|_, _| true); // lends all values
        (map, owners)
    };
    let state = |(map, _): &mut World| {
        let entries: Vec<(u32, u32)> = map.iter().map(|(key, value)| (key.0, value)).collect();
        entries
    };
    must_end(move || {
        exhaust(
            make,
            state,
            &[
                ("insert", |(map, owners)| {
                    assert_eq!(map.insert(&owners[FULL as usize], 1), None);
                }),
                ("replace", |(map, owners)| {
                    assert_eq!(map.insert(&owners[3], 1), Some(3));
                }),
                ("get", |(map, _)| assert_eq!(map.get(&Key(4)), Some(4))),
                ("get_key_value", |(map, _)| {
                    assert!(map.get_key_value(&Key(5)).is_some());
                }),
                ("remove", |(map, _)| assert!(map.remove(&Key(5)).is_some())),
                ("and_modify", |(map, owners)| {
                    map.entry(&owners[6]).and_modify(|n| *n += 1);
                }),
                ("retain", |(map, _)| map.retain(|_, value| *value % 3 != 0)),
                ("clear", |(map, _)| map.clear()),
                ("drain", |(map, _)| assert!(map.drain().count() > 0)),
                ("pop_last", |(map, _)| assert!(map.pop_last().is_some())),
                ("all die", |(_, owners)| owners.clear()),
            ],
        );
    });
}

#[test]
fn a_map_that_is_weak_at_both_ends_fails_without_harm() {
    type World = (WeakKeyValueMap<Key, Key>, Vec<Strong<Key>>);
    let make = || {
        let owners = owners();
        let map: WeakKeyValueMap<Key, Key> = (0..FULL as usize)
            .map(|n| (&owners[n], &owners[n + 1]))
            .collect();
        (map, owners)
    };
    let state = |(map, owners): &mut World| {
        let entries: Vec<(u32, u32)> = map.iter().map(|(key, value)| (key.0, value.0)).collect();
        assert_eq!(entries.len(), map.len());
        (entries, owners.len())
    };
    must_end(move || {
        exhaust(
            make,
            state,
            &[
                ("insert", |(map, owners)| {
                    let [key, value] = [FULL, FULL + 1].map(|n| &owners[n as usize]);
                    assert_eq!(map.insert(key, value), None);
                }),
                ("insert one object as both", |(map, owners)| {
                    let both = &owners[FULL as usize];
                    assert_eq!(map.insert(both, both), None);
                }),
                ("replace", |(map, owners)| {
                    assert!(map.insert(&owners[3], &owners[20]).is_some());
                }),
                ("get", |(map, _)| assert!(map.get(&Key(4)).is_some())),
                ("remove", |(map, _)| assert!(map.remove(&Key(5)).is_some())),
                ("retain", |(map, _)| map.retain(|key, _| key.0 % 3 != 0)),
                ("clear", |(map, _)| map.clear()),
                ("drain", |(map, _)| assert!(map.drain().count() > 0)),
                ("pop_last", |(map, _)| assert!(map.pop_last().is_some())),
                ("death", |(_, owners)| drop(owners.swap_remove(7))),
                ("all die", |(_, owners)| owners.clear()),
            ],
        );
    });
}

#[test]
fn a_map_by_values_fails_without_harm() {
    type World = (WeakValueMap<Key, Key>, Vec<Strong<Key>>);
    let make = || {
        let owners = owners();
        let map: WeakValueMap<Key, Key> = owners
            .iter()
            .take(FULL as usize)
            .map(|value| (Key(value.0), value))
            .collect();
        map.retain(|_, _| true); // lends all keys
        (map, owners)
    };
    let state = |(map, _): &mut World| {
        let entries: Vec<(u32, u32)> = map.iter().map(|(key, value)| (key.0, value.0)).collect();
        entries
    };
    must_end(move || {
        exhaust(
            make,
            state,
            &[
                ("insert", |(map, owners)| {
                    let value = &owners[FULL as usize];
                    assert_eq!(map.insert(Key(FULL), value), None);
                }),
                ("replace", |(map, owners)| {
                    assert!(map.insert(Key(3), &owners[4]).is_some());
                }),
                ("get", |(map, _)| assert!(map.get(&Key(4)).is_some())),
                ("remove", |(map, _)| assert!(map.remove(&Key(5)).is_some())),
                ("retain", |(map, _)| map.retain(|key, _| key.0 % 3 != 0)),
                ("clear", |(map, _)| map.clear()),
                ("drain", |(map, _)| assert!(map.drain().count() > 0)),
                ("all die", |(_, owners)| owners.clear()),
            ],
        );
    });
}

/// Makers that ask for other values, one more each time: so each run needs a turn that no other has left.
#[test]
fn what_makes_values_once_fails_without_harm() {
    fn make(map: &WeakKeyValueMap<usize, usize>, owners: &[Strong<usize>]) {
        let Some((own, others)) = owners.split_last() else {
            return;
        };
        let made = map.get_or_insert_with(own, || {
            make(map, others);
            own.clone()
        });
        assert!(Strong::ptr_eq(&made, own));
    }
    silence_expected_panics();
    for n in 0..60 {
        let owners: Vec<_> = (0..=n).map(Strong::new).collect();
        let map = WeakKeyValueMap::new();
        let (ended, failed) = with_failure(n, || make(&map, &owners));
        assert_ne!(ended, failed, "allocation {n}");
        assert!(map.iter().all(|(key, value)| Strong::ptr_eq(&key, &value)));
        let len = must_end(move || {
            make(&map, &owners);
            map.len()
        });
        assert_eq!(len, n + 1);
    }
}

#[test]
fn what_finds_by_identity_fails_without_harm() {
    type World = (
        WeakSet<Key, ByIdentity>,
        WeakKeyMap<Key, u32, ByIdentity>,
        Vec<Strong<Key>>,
    );
    let make = || {
        let owners = owners();
        let set: WeakSet<Key, ByIdentity> = owners.iter().take(FULL as usize).collect();
        let map: WeakKeyMap<Key, u32, ByIdentity> = owners
            .iter()
            .take(FULL as usize)
            .map(|k| (k, k.0))
            .collect();
        (set, map, owners)
    };
    let state = |(set, map, _): &mut World| {
        let members: Vec<u32> = set.iter().map(|key| key.0).collect();
        let entries: Vec<(u32, u32)> = map.iter().map(|(key, value)| (key.0, value)).collect();
        (members, entries)
    };
    must_end(move || {
        exhaust(
            make,
            state,
            &[
                ("insert into a set", |(set, _, owners)| {
                    assert!(set.insert(&owners[FULL as usize]));
                }),
                ("insert into a map", |(_, map, owners)| {
                    assert_eq!(map.insert(&owners[FULL as usize], 1), None);
                }),
                ("remove", |(set, map, owners)| {
                    assert!(set.remove(&owners[0]) && map.remove(&owners[0]).is_some());
                }),
            ],
        );
    });
}

#[test]
fn a_death_without_memory_does_all_that_is_due() {
    for n in 0..10 {
        let owner = Strong::new(Key(1));
        let log = common::Log::new();
        let values = [1, 2].map(|n| {
            let log = log.clone();
            std::sync::Arc::new(common::OnDrop(move || log.write(n)))
        });
        let maps = values.map(|value| WeakKeyMap::from([(&owner, value)]));
        let in_callback = log.clone();
        let weak = WeakRef::with_callback(&owner, move |_| in_callback.write(3));
        let mut owner = Some(owner);
        // Room for the log.
        (0..5).for_each(|_| log.write(0));
        let (ended, _) = with_failure(n, || drop(owner.take()));
        assert!(ended);
        let mut seen = log.take();
        seen.sort_unstable();
        assert_eq!(seen[5..], [1, 2, 3]);
        assert!(maps.iter().all(WeakKeyMap::is_empty) && !weak.is_alive());
    }
}
