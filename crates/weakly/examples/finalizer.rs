//! Finalizers run once: when called, when the object dies, or when the process exits.
//!
//! ```text
//! Finalizer : <finalize object at 0x...; for 'Employee' at 0x...> for object : 123 : William : 30
//!
//! Is finalizer1 alive? : true
//! Will finalizer1 be executed at exit? : true
//!
//! Is finalizer2 alive? : true
//! Will finalizer2 be executed at exit? : true
//!
//! Is finalizer3 alive? : false
//! Will finalizer3 be executed at exit? : false
//!
//! Releasing all resources that the object used.
//! Releasing : db
//! Releasing : files
//! The object died in its first minute : true
//!
//! Is finalizer1 alive? : false
//! Is finalizer2 alive? : false
//! Is finalizer3 alive? : false
//!
//! Dalton lives to the end.
//! Goodbye, Dalton.
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use std::time::{Duration, Instant};

use employee::Employee;
use weakly::{Finalizer, Strong};

fn main() {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    let born = Instant::now();
    let finalizer1 = Finalizer::new(&employee1, move || {
        let in_time = born.elapsed() < Duration::from_secs(60);
        println!("The object died in its first minute : {in_time}");
    });
    let resources = ["db", "files"];
    let finalizer2 = Finalizer::new(&employee1, move || {
        println!("\nReleasing all resources that the object used.");
        for resource in resources {
            println!("Releasing : {resource}");
        }
    });
    let finalizer3 = Finalizer::new(&employee1, || println!("This is never printed."));
    finalizer3.detach();

    println!("Finalizer : {finalizer1:?} for object : {employee1:?}");
    let finalizers = [&finalizer1, &finalizer2, &finalizer3];
    for (n, finalizer) in (1..).zip(finalizers) {
        println!("\nIs finalizer{n} alive? : {}", finalizer.is_alive());
        println!(
            "Will finalizer{n} be executed at exit? : {}",
            finalizer.at_exit()
        );
    }

    drop(employee1);
    println!();
    for (n, finalizer) in (1..).zip(finalizers) {
        println!("Is finalizer{n} alive? : {}", finalizer.is_alive());
    }

    // An object that is never dropped: its finalizer runs when the process exits.
    let employee2 = Strong::new(Employee::new(456, "Dalton", 35));
    let name = employee2.name;
    Finalizer::new(&employee2, move || println!("Goodbye, {name}."));
    std::mem::forget(employee2);
    println!("\n{name} lives to the end.");
}
