//! An interner: one copy of each text, for as long as somebody uses it.
//!
//! Interned texts compare by address. Unlike an interner that only grows, this one lets a text go
//! with its last user; threads may share it.
//!
//! ```text
//! three words, two texts: 2
//! the same text is the same object: true
//! texts that are left when one is done: ["grape"]
//! texts interned by 4 threads: 10
//! ```
#![allow(clippy::print_stdout)]

use std::thread;

use weakly::{Strong, WeakSet};

#[derive(Clone, Default)]
struct Interner {
    texts: WeakSet<String>,
}

impl Interner {
    fn intern(&self, text: &str) -> Strong<String> {
        let make = |text: &str| Strong::new(text.to_owned());
        self.texts.get_or_insert_with(text, make)
    }
}

fn main() {
    let interner = Interner::default();
    let [apple, grape, again] = ["apple", "grape", "apple"].map(|text| interner.intern(text));
    println!("three words, two texts: {}", interner.texts.len());
    println!(
        "the same text is the same object: {}",
        Strong::ptr_eq(&apple, &again)
    );

    drop((apple, again));
    let left: Vec<_> = interner.texts.iter().collect();
    println!("texts that are left when one is done: {left:?}");
    drop((grape, left));

    let threads: Vec<_> = (0..4)
        .map(|_| {
            let interner = interner.clone();
            thread::spawn(move || -> Vec<Strong<String>> {
                (0..1000)
                    .map(|n| interner.intern(&format!("text {}", n % 10)))
                    .collect()
            })
        })
        .collect();
    let kept: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    println!("texts interned by 4 threads: {}", interner.texts.len());
    drop(kept);
    assert!(interner.texts.is_empty());
}
