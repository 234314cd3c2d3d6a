//! Finalizers: once, at a call, at death or at exit. (`exit.rs` has those at exit.)

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Log, on_death};
use weakly::{Finalizer, Strong, WeakRef};

#[test]
fn it_runs_once_at_death() {
    let log = Log::new();
    let owner = Strong::new(1);
    let writer = log.clone();
    let finalizer = Finalizer::new(&owner, move || writer.write(()));
    assert!(finalizer.is_alive() && finalizer.at_exit());
    drop(owner);
    assert_eq!(log.take(), [()]);
    assert!(!finalizer.is_alive() && !finalizer.at_exit());
    assert!(finalizer.call().is_none());
    assert_eq!(log.take(), []);
}

#[test]
fn it_needs_nobody_to_keep_it() {
    let log = Log::new();
    let owner = Strong::new(1);
    let writer = log.clone();
    drop(Finalizer::new(&owner, move || writer.write(())));
    drop(owner);
    assert_eq!(log.take(), [()]);
}

#[test]
fn it_runs_once_when_it_is_called() {
    let log = Log::new();
    let owner = Strong::new(1);
    let writer = log.clone();
    let finalizer = Finalizer::new(&owner, move || {
        writer.write(());
        42
    });
    assert_eq!(finalizer.clone().call(), Some(42));
    assert_eq!(finalizer.call(), None);
    drop(owner);
    assert_eq!(log.take(), [()]);
}

#[test]
fn detached_it_never_runs() {
    let log = Log::new();
    let owner = Strong::new(1);
    let writer = log.clone();
    let finalizer = Finalizer::new(&owner, move || writer.write(()));
    let (object, function) = finalizer.detach().unwrap();
    assert!(Strong::ptr_eq(&object, &owner));
    assert!(!finalizer.is_alive() && finalizer.detach().is_none());
    drop((object, owner));
    assert_eq!(log.take(), []);
    function();
    assert_eq!(log.take(), [()]);
}

#[test]
fn what_its_function_owns_goes_with_it() {
    let owner = Strong::new(1);
    let captured = std::sync::Arc::new(());
    let make = || {
        let inside = captured.clone();
        Finalizer::new(&owner, move || drop(inside))
    };
    drop(make().detach());
    assert_eq!(std::sync::Arc::strong_count(&captured), 1);
    make().call();
    assert_eq!(std::sync::Arc::strong_count(&captured), 1);
}

#[test]
fn it_shows_its_object_while_both_live() {
    let owner = Strong::new(1);
    let finalizer = Finalizer::new(&owner, || ());
    assert_eq!(finalizer.peek(), Some(owner.clone()));
    finalizer.call();
    assert_eq!(finalizer.peek(), None);
    let finalizer = Finalizer::new(&owner, || ());
    drop(owner);
    assert_eq!(finalizer.peek(), None);
}

#[test]
fn finalizers_and_callbacks_run_newest_first() {
    let log = Log::new();
    let owner = Strong::new(1);
    let write = |name| {
        let log = log.clone();
        move || log.write(name)
    };
    Finalizer::new(&owner, write("oldest"));
    on_death(&owner, write("middle"));
    Finalizer::new(&owner, write("newest"));
    drop(owner);
    assert_eq!(log.take(), ["newest", "middle", "oldest"]);
}

#[test]
fn a_panic_at_death_is_reported_and_stops_no_other() {
    let log = Log::new();
    let owner = Strong::new(1);
    let (writer, reporter) = (log.clone(), log.clone());
    weakly::set_caught_panic_hook(move |panic| reporter.write(panic.to_string()));
    Finalizer::new(&owner, move || writer.write(String::from("oldest")));
    Finalizer::new(&owner, || panic!("newest"));
    drop(owner);
    weakly::reset_caught_panic_hook();
    assert_eq!(
        log.take(),
        ["a panic in a finalizer was ignored: newest", "oldest"]
    );
}

#[test]
fn a_panic_in_a_call_goes_to_the_caller() {
    let owner = Strong::new(1);
    let finalizer = Finalizer::new(&owner, || panic!("called"));
    assert!(catch_unwind(AssertUnwindSafe(|| finalizer.call())).is_err());
    assert!(!finalizer.is_alive());
}

#[test]
fn it_may_end_itself_and_others_while_it_runs() {
    let log = Log::new();
    let owner = Strong::new(1);
    let writer = log.clone();
    let older = Finalizer::new(&owner, move || writer.write("older"));
    let writer = log.clone();
    Finalizer::new(&owner, move || {
        assert!(older.call().is_some());
        writer.write("newer");
    });
    drop(owner);
    assert_eq!(log.take(), ["older", "newer"]);
}

#[test]
fn it_has_a_reference_as_in_python() {
    let owner = Strong::new(1);
    let finalizer = Finalizer::new(&owner, || ());
    assert_eq!(Strong::weak_ref_count(&owner), 1);
    finalizer.detach();
    drop(finalizer);
    assert_eq!(Strong::weak_ref_count(&owner), 0);
    assert!(WeakRef::new(&owner).is_alive());
}

#[test]
fn it_prints_as_in_python() {
    let owner = Strong::new(1);
    let finalizer = Finalizer::new(&owner, || ());
    let text = format!("{finalizer:?}");
    assert!(text.starts_with("<finalize object at 0x"), "{text}");
    assert!(
        text.ends_with(&format!("; for 'i32' at {owner:p}>")),
        "{text}"
    );
    finalizer.detach();
    let text = format!("{finalizer:?}");
    assert!(text.ends_with("; dead>"), "{text}");
}

#[test]
fn of_all_threads_that_call_it_one_runs_it() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    for round in 1..=500 {
        let owner = Strong::new(1);
        let finalizer = Finalizer::new(&owner, || RUNS.fetch_add(1, Ordering::SeqCst));
        let there = finalizer.clone();
        let thread = std::thread::spawn(move || there.call());
        drop(owner);
        finalizer.call();
        thread.join().unwrap();
        assert_eq!(RUNS.load(Ordering::SeqCst), round);
    }
}
