//! Finalizers at the end of the process, in every way in which it can end by itself.
//!
//! This test has no harness: it runs itself once for each way, as a process with a real `main`.
#![allow(clippy::print_stdout)]

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use weakly::{DeathQueue, Finalizer, Strong};

/// The ways to end: what the process is told, its exit status, and what it prints.
const WAYS: [(&str, i32, &str); 8] = [
    ("return from main", 0, "newest oldest"),
    ("panic in main", 101, "newest oldest"),
    ("std::process::exit", 7, "newest oldest"),
    ("exit from another thread", 8, "newest oldest"),
    ("a finalizer panics", 0, "newest oldest"),
    ("a finalizer makes another", 0, "newest made oldest"),
    ("a finalizer waits in a queue", 0, "newest queued oldest"),
    ("other threads make more and more", 0, "newest oldest"),
];

fn main() {
    let way = std::env::args().nth(1).unwrap_or_default();
    if WAYS.iter().any(|(known, ..)| *known == way) {
        return end(&way);
    }
    for (way, status, printed) in WAYS {
        let myself = std::env::current_exe().unwrap();
        let output = Command::new(myself).arg(way).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let words: Vec<_> = text.split_whitespace().collect();
        assert_eq!(words.join(" "), printed, "{way}");
        assert_eq!(output.status.code(), Some(status), "{way}");
        let errors = String::from_utf8(output.stderr).unwrap();
        let is_reported = errors.contains("weakly: a panic in a finalizer was ignored: no");
        assert_eq!(is_reported, way == "a finalizer panics", "{way}: {errors}");
    }
    println!("{} passed, 0 failed", WAYS.len());
}

/// Leaves an object with finalizers alive, and ends the process in the given way.
fn end(way: &str) {
    let owner = Strong::new(1);
    Finalizer::new(&owner, || println!("oldest"));
    match way {
        "a finalizer panics" => drop(Finalizer::new(&owner, || panic!("no"))),
        "a finalizer makes another" => {
            let kept = Strong::new(2);
            Finalizer::new(&owner, move || {
                Finalizer::new(&kept, || println!("made"));
                std::mem::forget(kept);
            });
        }
        "a finalizer waits in a queue" => {
            let queue = DeathQueue::new();
            queue.finalize(&Strong::new(2), || println!("queued"));
            std::mem::forget(queue);
        }
        "other threads make more and more" => {
            // At exit they make them faster than they could be run.
            static EXITS: AtomicBool = AtomicBool::new(false);
            // It runs after the next one, whose threads are at work then.
            Finalizer::new(&owner, || std::thread::sleep(Duration::from_millis(50)));
            Finalizer::new(&owner, || EXITS.store(true, Ordering::SeqCst));
            for n in 0..2 {
                std::thread::spawn(move || {
                    while !EXITS.load(Ordering::SeqCst) {
                        std::thread::yield_now();
                    }
                    loop {
                        let kept = Strong::new(n);
                        Finalizer::new(&kept, std::thread::yield_now);
                        std::mem::forget(kept);
                    }
                });
            }
        }
        _ => {}
    }
    Finalizer::new(&owner, || println!("not at exit")).set_at_exit(false);
    Finalizer::new(&owner, || println!("newest"));
    Finalizer::new(&owner, || println!("detached")).detach();
    std::mem::forget(owner);
    match way {
        "panic in main" => panic!("the end"),
        "std::process::exit" => std::process::exit(7),
        "exit from another thread" => {
            let _ = std::thread::spawn(|| std::process::exit(8)).join();
        }
        _ => {}
    }
}
