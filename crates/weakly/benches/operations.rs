//! The weak containers, operation by operation, beside their alternatives.
//!
//! All contenders of a kind are in one process and take turns, slice by slice, so that what else the
//! machine does meets all of them. Prints a line for each figure, a JSON object: the nanoseconds of
//! an operation in one of the fastest slices, of which one in twenty is faster.
//!
//! `operations --kinds values,owner --operations get,churn --sizes 1000,100000 --rounds 3`
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod contenders;

use std::hint::black_box;
use std::sync::{Arc, Mutex};

use ::weakly::{Strong, WeakRef};
use contenders::case::{Make, OPERATIONS, case, per_operation};
use contenders::list::contenders;
use contenders::{arguments, quiet};

const CONTENDERS: &[(&str, &str, Make)] = &contenders!(case);
const SIZES: &str = "1000,5000,10000,20000,50000,100000,300000,1000000";
const KINDS: &str = "owner,values,keys,set,set by identity,\
    values of one thread,keys of one thread,set of one thread,set by identity of one thread,interner";

fn main() {
    quiet::calibrate();
    let rounds = arguments::one("rounds", "3");
    let sizes: Vec<usize> = arguments::list("sizes", SIZES);
    for kind in arguments::list::<String>("kinds", KINDS) {
        if kind == "owner" {
            owners(rounds);
            continue;
        }
        for &size in &sizes {
            compare(&kind, size, rounds);
        }
    }
}

/// Measures every contender of a kind at one size.
fn compare(kind: &str, size: usize, rounds: usize) {
    let contenders = CONTENDERS.iter().filter(|each| each.0 == kind);
    let mut cases: Vec<_> = contenders
        .map(|(_, name, make)| (*name, make(size)))
        .collect();
    // The objects of an interner are in it already, and show what they hold in no common way.
    let is_possible =
        |name: &&&str| kind != "interner" || matches!(**name, "get" | "churn" | "random deaths");
    let wanted: Vec<String> = arguments::list("operations", &OPERATIONS.join(","));
    for operation in OPERATIONS.iter().filter(is_possible) {
        if !wanted.iter().any(|each| each == operation) {
            continue;
        }
        let mut slices = vec![Vec::new(); cases.len()];
        for _ in 0..rounds {
            for ((_, case), slices) in cases.iter_mut().zip(&mut slices) {
                quiet::wait();
                case.time(operation, slices);
            }
        }
        for ((name, _), slices) in cases.iter().zip(slices) {
            print(kind, operation, name, size, slices);
        }
    }
}

/// Prints the figure of some slices.
fn print(kind: &str, operation: &str, contender: &str, size: usize, mut slices: Vec<f64>) {
    slices.sort_by(f64::total_cmp);
    println!(
        "{{\"kind\": \"{kind}\", \"operation\": \"{operation}\", \"contender\": \"{contender}\", \
         \"size\": {size}, \"ns\": {:.2}}}",
        slices[slices.len() / 20]
    );
}

/// Owners and references without any container.
fn owners(rounds: usize) {
    let arc = Arc::new(1_u64);
    let weak = Arc::downgrade(&arc);
    let strong = Strong::new(1_u64);
    let weak_ref = WeakRef::new(&strong);
    let mutex = Mutex::new(1_u64);
    let works: [(&str, &str, &dyn Fn()); 9] = [
        ("new and drop", "Arc", &|| {
            drop(black_box(Arc::new(black_box(1_u64))));
        }),
        ("new and drop", "Strong", &|| {
            drop(black_box(Strong::new(black_box(1_u64))));
        }),
        ("clone and drop", "Arc", &|| {
            drop(black_box(Arc::clone(black_box(&arc))));
        }),
        ("clone and drop", "Strong", &|| {
            drop(black_box(Strong::clone(black_box(&strong))));
        }),
        ("upgrade and drop", "std Weak", &|| {
            drop(black_box(black_box(&weak).upgrade()));
        }),
        ("upgrade and drop", "WeakRef", &|| {
            drop(black_box(black_box(&weak_ref).upgrade()));
        }),
        ("weak reference", "std Weak", &|| {
            drop(black_box(Arc::downgrade(black_box(&arc))));
        }),
        ("weak reference", "WeakRef", &|| {
            drop(black_box(WeakRef::new(black_box(&strong))));
        }),
        ("lock and unlock", "std Mutex", &|| {
            drop(black_box(black_box(&mutex).lock()));
        }),
    ];
    const COUNT: usize = 1_000;
    let mut slices = vec![Vec::new(); works.len()];
    for _ in 0..100 * rounds {
        for ((.., work), slices) in works.iter().zip(&mut slices) {
            slices.push(per_operation(COUNT, || (0..COUNT).for_each(|_| work())));
        }
    }
    for ((operation, contender, _), slices) in works.into_iter().zip(slices) {
        print("owner", operation, contender, 1, slices);
    }
}
