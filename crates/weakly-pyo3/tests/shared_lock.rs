//! The lock of the builds without the GIL, under a checker that tries many schedules of threads.
//!
//! The checker takes the atomics for sequentially consistent: that the orders which the lock asks for
//! are enough is for its documentation to show.

use std::sync::Arc;

use shared_lock::{Lock, Place};
use shuttle::thread;

#[path = "../src/interpreter/lock/shared_lock.rs"]
mod shared_lock;

mod sync {
    pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32};
    pub(crate) use shuttle::sync::{Mutex, MutexGuard};
    pub(crate) use shuttle::thread::yield_now;

    /// Few enough that each schedule shares the lock and ends that several times.
    pub(crate) const MEETINGS: u32 = 1;
}

const SCHEDULES: usize = 200;

/// Turns of a reader.
const READS: usize = 20;

/// Two numbers that are equal whenever nobody writes.
type Pair = (usize, usize);

struct World {
    locks: [Lock<Pair>; 2],
    places: Vec<Place>,
}

/// Runs readers, which have the given places, and a writer that writes so often, in both locks.
fn race(readers: &'static [usize], writes: usize) {
    let body = move || {
        let world = Arc::new(World {
            locks: [Lock::new((0, 0)), Lock::new((0, 0))],
            places: (0..2).map(|_| Place::new()).collect(),
        });
        let mut threads = Vec::new();
        for &place in readers {
            let world = world.clone();
            threads.push(thread::spawn(move || read(&world, place)));
        }
        let writing = world.clone();
        threads.push(thread::spawn(move || write(&writing, writes)));
        for thread in threads {
            thread.join().unwrap();
        }
        for lock in &world.locks {
            lock.with(&world.places, |pair| assert_eq!(*pair, (writes, writes)));
        }
    };
    shuttle::check_random(body, SCHEDULES);
    shuttle::check_pct(body, SCHEDULES, 3);
}

fn read(world: &World, place: usize) {
    let mut last = [0, 0];
    for turn in 0..READS {
        let number = usize::from(turn % 7 == 0);
        let seen = world.locks[number].read(
            || &world.places[place],
            |pair| {
                let first = pair.0;
                thread::yield_now();
                assert_eq!(first, pair.1, "a writer is inside");
                first
            },
        );
        assert!(seen >= last[number], "what was written is seen");
        last[number] = seen;
    }
}

fn write(world: &World, writes: usize) {
    for _ in 0..writes {
        for lock in &world.locks {
            lock.with(&world.places, |pair| {
                pair.0 += 1;
                thread::yield_now();
                pair.1 += 1;
            });
        }
        (0..5).for_each(|_| thread::yield_now()); // Readers meet.
    }
}

#[test]
fn readers_and_a_writer_keep_each_other_out() {
    race(&[0, 1], 8);
}

#[test]
fn two_threads_may_have_one_place() {
    race(&[0, 0, 1], 4);
}

#[test]
fn readers_meet_and_then_pass_by_the_mutex_at_once() {
    let most = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let seen = most.clone();
    let body = move || {
        use std::sync::atomic::Ordering::Relaxed;
        let world = Arc::new((Lock::new(()), [Place::new(), Place::new()]));
        let inside = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let threads = [0, 1].map(|place| {
            let (world, inside, most) = (world.clone(), inside.clone(), most.clone());
            thread::spawn(move || {
                for _ in 0..READS {
                    world.0.read(
                        || &world.1[place],
                        |()| {
                            most.fetch_max(inside.fetch_add(1, Relaxed) + 1, Relaxed);
                            thread::yield_now();
                            inside.fetch_sub(1, Relaxed);
                        },
                    );
                }
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
    };
    shuttle::check_random(body, 100);
    assert_eq!(seen.load(std::sync::atomic::Ordering::Relaxed), 2);
}

#[test]
fn a_reader_that_panics_is_outside_again() {
    let body = || {
        let (lock, places) = (Lock::new(0), [Place::new()]);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            lock.read(|| &places[0], |_| std::panic::resume_unwind(Box::new(())))
        }));
        assert!(panicked.is_err());
        lock.with(&places, |number| *number += 1);
        assert_eq!(lock.read(|| &places[0], |number| *number), 1);
    };
    shuttle::check_random(body, 1);
}
