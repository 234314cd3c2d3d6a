//! What happens at a death, and in which order.

mod common;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Log, OnDrop, on_death};
use weakly::{
    Strong, WeakKeyMap, WeakRef, WeakSet, WeakValueMap, reset_caught_panic_hook,
    set_caught_panic_hook,
};

#[test]
fn callbacks_run_newest_first_and_once() {
    let log = Log::new();
    let owner = Strong::new(1);
    let weaks = ["first", "second", "third"].map(|name| {
        let log = log.clone();
        WeakRef::with_callback(&owner, move |_| log.write(name))
    });
    drop(owner);
    assert_eq!(log.take(), ["third", "second", "first"]);
    drop(weaks);
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn a_callback_gets_its_own_reference() {
    let log = Log::new();
    let owner = Strong::new(1);
    let writer = log.clone();
    let weak = WeakRef::with_callback(&owner, move |dead| writer.write(dead.clone()));
    drop(owner);
    assert!(WeakRef::ptr_eq(&log.take()[0], &weak));
}

#[test]
fn every_reference_reads_dead_before_the_first_callback() {
    let log = Log::new();
    let owner = Strong::new(1);
    let others = [WeakRef::new(&owner), WeakRef::with_callback(&owner, |_| ())];
    let seen = others.clone();
    let writer = log.clone();
    let _newest = WeakRef::with_callback(&owner, move |dead| {
        writer.write(dead.is_alive() || seen.iter().any(WeakRef::is_alive));
    });
    drop(owner);
    assert_eq!(log.take(), [false]);
}

#[test]
fn containers_have_forgotten_the_object_before_the_first_callback() {
    let log = Log::new();
    let owner = Strong::new(1);
    let set = WeakSet::from([&owner]);
    let map = WeakKeyMap::from([(&owner, ())]);
    let names = WeakValueMap::from([("one", &owner)]);
    let writer = log.clone();
    let handles = (set.clone(), map.clone(), names.clone());
    on_death(&owner, move || {
        writer.write((handles.0.len(), handles.1.len(), handles.2.len()));
    });
    drop(owner);
    assert_eq!(log.take(), [(0, 0, 0)]);
}

#[test]
fn every_container_has_forgotten_the_object_before_a_value_is_dropped() {
    let log = Log::new();
    let owner = Strong::new(1);
    let set: WeakSet<i32> = WeakSet::new();
    let map = WeakKeyMap::new();
    let (writer, seen) = (log.clone(), set.clone());
    let value = OnDrop(move || writer.write(seen.len()));
    map.insert(&owner, std::sync::Arc::new(Mutex::new(value)));
    set.insert(&owner);
    drop(owner);
    assert_eq!(log.take(), [0]);
}

#[test]
fn the_value_is_dropped_after_the_callbacks() {
    let log = Log::new();
    let writer = log.clone();
    let owner = Strong::new(Mutex::new(OnDrop(move || writer.write("value"))));
    let writer = log.clone();
    on_death(&owner, move || writer.write("callback"));
    drop(owner);
    assert_eq!(log.take(), ["callback", "value"]);
}

#[test]
fn a_reference_dropped_by_a_callback_is_not_called() {
    let log = Log::new();
    let owner = Strong::new(1);
    let writer = log.clone();
    let victim = WeakRef::with_callback(&owner, move |_| writer.write("victim"));
    let victim = Mutex::new(Some(victim));
    let writer = log.clone();
    let _killer = WeakRef::with_callback(&owner, move |_| {
        drop(victim.lock().unwrap().take());
        writer.write("killer");
    });
    drop(owner);
    assert_eq!(log.take(), ["killer"]);
}

#[test]
fn references_made_in_a_callback_work() {
    let log = Log::new();
    let owner = Strong::new(1);
    let other = Strong::new(2);
    let writer = log.clone();
    let target = other.clone();
    on_death(&owner, move || {
        let writer = writer.clone();
        on_death(&target, move || writer.write("other"));
    });
    drop(owner);
    drop(other);
    assert_eq!(log.take(), ["other"]);
}

#[test]
fn an_object_that_unwraps_dies_for_all_who_watch_it() {
    let log = Log::new();
    let owner = Strong::new(String::from("a"));
    let set = WeakSet::from([&owner]);
    let writer = log.clone();
    on_death(&owner, move || writer.write(()));
    assert_eq!(Strong::into_inner(owner).as_deref(), Some("a"));
    assert_eq!(log.take(), [()]);
    assert!(set.is_empty());
}

#[test]
fn a_callback_may_let_other_objects_die() {
    let log = Log::new();
    let [one, two] = [1, 2].map(Strong::new);
    let writer = log.clone();
    on_death(&two, move || writer.write("two"));
    let writer = log.clone();
    on_death(&one, move || {
        drop(two);
        writer.write("one");
    });
    drop(one);
    assert_eq!(
        log.take(),
        ["two", "one"],
        "a death inside a callback is complete at once"
    );
}

#[test]
fn chains_of_deaths_in_callbacks_need_a_fixed_amount_of_stack() {
    static DIED: AtomicUsize = AtomicUsize::new(0);
    const LENGTH: usize = 200_000;
    let mut head = Strong::new(0);
    for n in 1..LENGTH {
        let next = head;
        head = Strong::new(n);
        on_death(&head, move || {
            drop(next);
            DIED.fetch_add(1, Ordering::Relaxed);
        });
    }
    drop(head);
    assert_eq!(DIED.load(Ordering::Relaxed), LENGTH - 1);
}

#[test]
fn chains_of_deaths_through_values_need_a_fixed_amount_of_stack() {
    let map: WeakKeyMap<usize, Strong<usize>> = WeakKeyMap::new();
    let mut head = Strong::new(0);
    for n in 1..200_000 {
        let next = head;
        head = Strong::new(n);
        map.insert(&head, next);
    }
    assert_eq!(map.len(), 199_999);
    drop(head);
    assert!(map.is_empty());
}

#[test]
fn chains_of_containers_need_a_fixed_amount_of_stack() {
    #[derive(Clone)]
    struct Link {
        _next: Option<WeakKeyMap<i32, Link>>,
        _last: Option<Strong<i32>>,
    }
    let key = Strong::new(1);
    let last = Strong::new(2);
    let weak = WeakRef::new(&last);
    let mut link = Link {
        _next: None,
        _last: Some(last),
    };
    for _ in 0..100_000 {
        let map = WeakKeyMap::new();
        map.insert(&key, link);
        link = Link {
            _next: Some(map),
            _last: None,
        };
    }
    drop(link);
    assert!(!weak.is_alive());
}

#[test]
fn all_that_a_death_causes_is_done_when_the_owner_is_dropped() {
    let log = Log::new();
    let mut head = Strong::new(0);
    for n in 1..1000 {
        let next = head;
        head = Strong::new(n);
        let writer = log.clone();
        on_death(&head, move || {
            drop(next);
            writer.write(n);
        });
    }
    let writer = log.clone();
    on_death(&head, move || writer.write(0));
    drop(head);
    let mut all = log.take();
    all.sort_unstable();
    assert_eq!(all, (0..1000).collect::<Vec<_>>());
}

#[test]
fn an_object_in_many_containers_leaves_each_of_them() {
    let owner = Strong::new(1);
    let sets: Vec<WeakSet<i32>> = (0..100).map(|_| WeakSet::from([&owner])).collect();
    for set in sets.iter().step_by(3).chain(sets.iter().rev().step_by(7)) {
        set.remove(&1);
    }
    for set in sets.iter().step_by(5) {
        set.insert(&owner);
    }
    drop(owner);
    assert!(sets.iter().all(WeakSet::is_empty));
}

#[test]
fn what_is_beside_an_object_is_dropped_from_the_oldest_container_to_the_newest() {
    for count in [2, 10, 40] {
        let log = Log::new();
        let owner = Strong::new(1);
        let maps: Vec<_> = (0..count)
            .map(|n| {
                let writer = log.clone();
                let value = std::sync::Arc::new(OnDrop(move || writer.write(n)));
                WeakKeyMap::from([(&owner, value)])
            })
            .collect();
        drop(owner);
        assert!(log.take().into_iter().eq(0..count));
        assert!(maps.iter().all(WeakKeyMap::is_empty));
    }
}

/// The hook belongs to the process: tests that set it take turns.
static HOOK: Mutex<()> = Mutex::new(());

fn with_hook(log: &Log<String>, body: impl FnOnce()) {
    let _turn = HOOK
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let writer = log.clone();
    set_caught_panic_hook(move |panic| {
        writer.write(format!(
            "{}: {}",
            panic.during(),
            panic.message().unwrap_or("?")
        ));
    });
    body();
    reset_caught_panic_hook();
}

#[test]
fn a_panic_in_a_callback_is_reported_and_stops_no_other() {
    let log = Log::new();
    let (before, after) = (log.clone(), log.clone());
    with_hook(&log, || {
        let owner = Strong::new(1);
        on_death(&owner, move || after.write(String::from("oldest")));
        on_death(&owner, || panic!("middle {}", 1));
        on_death(&owner, move || before.write(String::from("newest")));
        drop(owner);
    });
    assert_eq!(
        log.take(),
        ["newest", "a death callback: middle 1", "oldest"]
    );
}

#[test]
fn a_panic_in_the_drop_of_a_maps_value_is_reported_and_stops_nothing() {
    let log = Log::new();
    let writer = log.clone();
    with_hook(&log, || {
        let map = WeakKeyMap::new();
        let explosive = || Strong::new(OnDrop(|| panic!("value")));
        let owner = Strong::new(1);
        map.insert(&owner, explosive());
        drop(owner);
        assert!(map.is_empty());
        let owner = Strong::new(1);
        map.insert(&owner, explosive());
        on_death(&owner, move || writer.write(String::from("callback")));
        drop(owner);
        assert!(map.is_empty());
    });
    let report = "the drop of a map's value: value";
    assert_eq!(log.take(), [report, report, "callback"]);
}

#[test]
fn an_object_may_die_while_its_thread_panics() {
    let log = Log::new();
    let writer = log.clone();
    with_hook(&log, || {
        let owner = Strong::new(1);
        on_death(&owner, move || writer.write(String::from("oldest")));
        on_death(&owner, || panic!("in the callback"));
        let result = std::thread::spawn(move || {
            let _owner = owner;
            panic!("in the thread");
        })
        .join();
        assert!(result.is_err());
    });
    assert_eq!(log.take(), ["a death callback: in the callback", "oldest"]);
}

#[test]
fn a_panic_in_the_hook_itself_is_lost() {
    let log = Log::new();
    let writer = log.clone();
    with_hook(&Log::new(), || {
        set_caught_panic_hook(|_| panic!("the hook"));
        let owner = Strong::new(1);
        on_death(&owner, move || writer.write("oldest"));
        on_death(&owner, || panic!("the callback"));
        drop(owner);
    });
    assert_eq!(log.take(), ["oldest"]);
}

#[test]
fn a_payload_that_panics_when_dropped_is_no_harm() {
    let log = Log::new();
    let writer = log.clone();
    with_hook(&log, || {
        let owner = Strong::new(1);
        on_death(&owner, move || writer.write(String::from("oldest")));
        on_death(&owner, || {
            std::panic::panic_any(OnDrop(|| panic!("the payload")))
        });
        drop(owner);
    });
    assert_eq!(log.take(), ["a death callback: ?", "oldest"]);
}

#[test]
fn objects_die_in_thread_locals_that_end_with_their_thread() {
    thread_local! {
        static KEPT: std::cell::RefCell<Vec<Strong<usize>>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    let log = Log::new();
    let writer = log.clone();
    std::thread::spawn(move || {
        let mut head = Strong::new(0);
        for n in 1..100 {
            let next = head;
            head = Strong::new(n);
            let writer = writer.clone();
            on_death(&head, move || {
                writer.write(n);
                drop(next);
            });
        }
        KEPT.with_borrow_mut(|kept| kept.push(head));
    })
    .join()
    .unwrap();
    assert_eq!(log.take().len(), 99);
}
