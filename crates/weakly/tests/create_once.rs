//! The value of a key is made once, whoever asks for it meanwhile.

use std::convert::Infallible;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};
use std::thread;

use weakly::{Strong, WeakKeyMap, WeakKeyValueMap, WeakRef, WeakValueMap};

/// What the panic of `run` says.
fn panic_of<R>(run: impl FnOnce() -> R) -> String {
    let payload = catch_unwind(AssertUnwindSafe(run)).map(drop).unwrap_err();
    let text = payload.downcast_ref::<&str>().map(|it| (*it).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap()
}

const RECURSION: &str = "a maker asks for the very value that it is making";
const RING: &str = "makers of values wait for each other in a ring";

#[test]
fn threads_that_come_at_the_same_time_get_the_object_of_one_maker() {
    let map: WeakValueMap<String, AtomicUsize> = WeakValueMap::new();
    for round in 0..50 {
        let made = AtomicUsize::new(0);
        let at_once = Barrier::new(4);
        let objects = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        at_once.wait();
                        map.get_or_insert_with(format!("key {round}"), || {
                            thread::yield_now();
                            made.fetch_add(1, Ordering::Relaxed);
                            Strong::new(AtomicUsize::new(0))
                        })
                    })
                })
                .collect();
            let objects = threads.into_iter().map(|thread| thread.join().unwrap());
            objects.collect::<Vec<_>>()
        });
        assert!(objects.iter().all(|it| Strong::ptr_eq(it, &objects[0])));
        assert_eq!(made.into_inner(), 1, "all of them hold it");
    }
    assert!(map.is_empty());
}

#[test]
fn others_wait_for_the_maker_and_not_for_other_keys() {
    let keys = [1, 2].map(Strong::new);
    let map = WeakKeyMap::new();
    let (may_go_on, begun) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let maker = scope.spawn(|| {
            map.get_or_insert_with(&keys[0], || {
                begun.wait();
                may_go_on.wait();
                "made"
            })
        });
        begun.wait();
        assert_eq!(map.get_or_insert_with(&keys[1], || "other"), "other");
        assert_eq!(map.get(&1), None, "it is not there before it is made");
        let waiter = scope.spawn(|| map.get_or_insert_with(&keys[0], || unreachable!()));
        may_go_on.wait();
        assert_eq!(
            (maker.join().unwrap(), waiter.join().unwrap()),
            ("made", "made")
        );
    });
}

#[test]
fn a_maker_that_fails_or_panics_lets_the_next_one_try() {
    let key = Strong::new(Clashing(1));
    let map: WeakKeyMap<Clashing, u32> = WeakKeyMap::new();
    assert_eq!(map.get_or_try_insert_with(&key, || Err("no")), Err("no"));
    assert_eq!(
        panic_of(|| map.get_or_insert_with(&key, || panic!("never"))),
        "never"
    );
    assert!(map.is_empty());
    assert_eq!(
        map.get_or_try_insert_with(&key, || Ok::<_, Infallible>(3)),
        Ok(3)
    );
}

#[test]
fn a_waiting_thread_tries_when_the_maker_has_panicked() {
    let map: WeakValueMap<u32, u32> = WeakValueMap::new();
    let (may_go_on, begun) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let maker = scope.spawn(|| {
            map.get_or_insert_with(1, || {
                begun.wait();
                may_go_on.wait();
                panic!("no")
            })
        });
        begun.wait();
        let waiter = scope.spawn(|| map.get_or_insert_with(1, || Strong::new(7)));
        may_go_on.wait();
        assert!(maker.join().is_err());
        assert_eq!(*waiter.join().unwrap(), 7);
    });
}

#[test]
fn an_object_that_nobody_keeps_is_made_again() {
    let map: WeakValueMap<u32, u32> = WeakValueMap::new();
    drop(map.get_or_insert_with(1, || Strong::new(1)));
    assert_eq!(*map.get_or_insert_with(1, || Strong::new(2)), 2);
}

#[test]
fn a_maker_that_asks_for_its_own_key_panics() {
    let key = Strong::new(1);
    let map: WeakKeyMap<i32, u32> = WeakKeyMap::new();
    let ask = || map.get_or_insert_with(&key, || map.get_or_insert_with(&key, || 1));
    assert_eq!(panic_of(ask), RECURSION);
    assert_eq!(
        map.get_or_insert_with(&key, || 2),
        2,
        "nothing is left of it"
    );
    assert_eq!(map.len(), 1);
}

#[test]
fn a_callback_below_the_maker_that_asks_for_its_key_is_told_so() {
    let map: WeakValueMap<u32, u32> = WeakValueMap::new();
    let (says, said) = mpsc::channel();
    let inner = map.clone();
    let made = map.get_or_insert_with(1, || {
        let dies = Strong::new(());
        let _weak = WeakRef::with_callback(&dies, move |_| {
            let ask = || inner.get_or_insert_with(1, || Strong::new(2));
            says.send(panic_of(ask)).unwrap();
        });
        drop(dies);
        Strong::new(1)
    });
    assert_eq!(said.recv().unwrap(), RECURSION);
    assert_eq!(*made, 1);
}

#[test]
fn a_maker_may_make_other_keys_also_with_the_same_hash() {
    let keys = [1, 2, 3].map(|it| Strong::new(Clashing(it)));
    let map = WeakKeyMap::new();
    let sum = map.get_or_insert_with(&keys[0], || {
        1 + map.get_or_insert_with(&keys[1], || 2 + map.get_or_insert_with(&keys[2], || 3))
    });
    assert_eq!((sum, map.len()), (6, 3));
}

#[test]
fn makers_of_two_threads_that_wait_for_each_other_are_found_out() {
    let map: WeakValueMap<&str, u32> = WeakValueMap::new();
    let both_began = Barrier::new(2);
    let make = |mine: &'static str, theirs: &'static str| {
        map.get_or_insert_with(mine, || {
            both_began.wait();
            let ask = || map.get_or_insert_with(theirs, || unreachable!("it is being made"));
            match catch_unwind(AssertUnwindSafe(ask)) {
                Ok(other) => Strong::new(*other + 1),
                Err(_) => Strong::new(1),
            }
        })
    };
    let (one, other) = thread::scope(|scope| {
        let one = scope.spawn(|| make("a", "b"));
        let other = scope.spawn(|| make("b", "a"));
        (one.join().unwrap(), other.join().unwrap())
    });
    let mut made = [*one, *other];
    made.sort_unstable();
    assert_eq!(
        made,
        [1, 2],
        "one of the two was told, the other got its object"
    );
}

#[test]
fn a_ring_through_two_maps_is_found_out() {
    let key = Strong::new(1);
    let (one, two) = (
        WeakKeyMap::<i32, u32>::new(),
        WeakValueMap::<i32, u32>::new(),
    );
    let ask = || {
        one.get_or_insert_with(&key, || {
            *two.get_or_insert_with(1, || Strong::new(one.get_or_insert_with(&key, || 1)))
        })
    };
    assert_eq!(panic_of(ask), RECURSION);
    assert!(one.is_empty() && two.is_empty());
    assert_ne!(RING, RECURSION);
}

#[test]
fn a_value_that_was_inserted_meanwhile_stays() {
    let [key, value, other] = [1, 2, 3].map(Strong::new);
    let map = WeakKeyValueMap::new();
    let found = map.get_or_insert_with(&key, || {
        map.insert(&key, &value);
        other.clone()
    });
    assert!(Strong::ptr_eq(&found, &value));
}

/// Keys that all have one hash.
#[derive(PartialEq, Eq, Debug)]
struct Clashing(u32);

impl Hash for Clashing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        0.hash(state);
    }
}

#[cfg(feature = "async")]
mod futures {
    use std::future::{Future, poll_fn};
    use std::pin::{Pin, pin};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Wake, Waker};

    use super::{RECURSION, RING, panic_of};
    use weakly::{Strong, WeakKeyMap, WeakValueMap};

    /// Counts how often it wakes.
    #[derive(Default)]
    struct Alarm(AtomicUsize);

    impl Wake for Alarm {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn poll<F: Future + ?Sized>(future: &mut Pin<&mut F>) -> Poll<F::Output> {
        future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
    }

    /// A future that is ready when it is polled the second time.
    fn later<T>(value: impl FnOnce() -> T) -> impl Future<Output = T> {
        let mut value = Some(value);
        let mut is_second = false;
        poll_fn(move |_| match std::mem::replace(&mut is_second, true) {
            true => Poll::Ready(value.take().unwrap()()),
            false => Poll::Pending,
        })
    }

    #[test]
    fn tasks_wait_for_the_one_that_makes_and_are_woken() {
        let map: WeakValueMap<u32, u32> = WeakValueMap::new();
        let mut maker = pin!(map.get_or_insert_with_async(1, || later(|| Strong::new(1))));
        let mut waiter = pin!(map.get_or_insert_with_async(1, || async { unreachable!() }));
        assert!(poll(&mut maker).is_pending());
        let alarm = Arc::new(Alarm::default());
        let waker = Waker::from(Arc::clone(&alarm));
        let mut context = Context::from_waker(&waker);
        assert!(waiter.as_mut().poll(&mut context).is_pending());
        assert!(waiter.as_mut().poll(&mut context).is_pending());
        let Poll::Ready(made) = poll(&mut maker) else {
            unreachable!()
        };
        assert_eq!(alarm.0.load(Ordering::Relaxed), 1);
        assert_eq!(waiter.as_mut().poll(&mut context), Poll::Ready(made));
    }

    #[test]
    fn a_maker_that_is_dropped_or_fails_lets_the_next_one_try() {
        let map: WeakKeyMap<u32, u32> = WeakKeyMap::new();
        let key = Strong::new(1);
        let mut maker = Box::pin(map.get_or_insert_with_async(&key, || later(|| 1)));
        let fails = || later(|| Err("no"));
        let mut next = pin!(map.get_or_try_insert_with_async(&key, fails));
        assert!(poll(&mut maker.as_mut()).is_pending());
        assert!(poll(&mut next).is_pending());
        drop(maker);
        assert!(
            poll(&mut next).is_pending(),
            "it makes the value itself now"
        );
        assert_eq!(poll(&mut next), Poll::Ready(Err("no")));
        let mut last = pin!(map.get_or_insert_with_async(&key, || async { 3 }));
        assert_eq!(poll(&mut last), Poll::Ready(3));
    }

    #[test]
    fn a_future_that_asks_for_its_own_key_panics() {
        let map: WeakKeyMap<u32, u32> = WeakKeyMap::new();
        let key = Strong::new(1);
        let mut asks = pin!(map.get_or_insert_with_async(&key, || async {
            map.get_or_insert_with_async(&key, || async { 1 }).await
        }));
        assert_eq!(panic_of(|| poll(&mut asks)), RECURSION);
        let mut blocks = pin!(
            map.get_or_insert_with_async(&key, || async { map.get_or_insert_with(&key, || 1) })
        );
        assert_eq!(panic_of(|| poll(&mut blocks)), RECURSION);
        assert!(map.is_empty());
    }

    #[test]
    fn futures_that_wait_for_each_other_are_found_out() {
        let map: WeakValueMap<&str, u32> = WeakValueMap::new();
        let ask = |mine, theirs| {
            let map = &map;
            map.get_or_insert_with_async(mine, move || async move {
                later(|| ()).await;
                let other = map.get_or_insert_with_async(theirs, || async { unreachable!() });
                Strong::new(*other.await + 1)
            })
        };
        let mut one = pin!(ask("a", "b"));
        let mut other = pin!(ask("b", "a"));
        assert!(poll(&mut one).is_pending() && poll(&mut other).is_pending());
        assert!(poll(&mut one).is_pending(), "it waits for the other");
        assert_eq!(panic_of(|| poll(&mut other)), RING);
    }

    #[test]
    fn such_a_future_can_be_sent() {
        fn is_send<T: Send>(_: &T) {}
        let map: WeakValueMap<u32, u32> = WeakValueMap::new();
        is_send(&map.get_or_insert_with_async(1, || async { Strong::new(1) }));
    }
}
