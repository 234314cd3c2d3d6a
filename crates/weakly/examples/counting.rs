//! References without callback are one and the same, and can be counted and listed.
//!
//! ```text
//! WeakRef 1 : <weakref at 0x...; to 'Employee' at 0x...>
//! WeakRef 2 : <weakref at 0x...; to 'Employee' at 0x...>
//! WeakRef 3 : <weakref at 0x...; to 'Employee' at 0x...>
//!
//! Are they the same reference? : true
//!
//! Is e1_weak1 a weak reference? : true
//!
//! Number of Weak References to employee1 : 1
//!
//! Weak References to Object : [<weakref at 0x...; to 'Employee' at 0x...>]
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use employee::Employee;
use weakly::{Reference, ReferenceKind, Strong, WeakRef};

fn main() {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    let [e1_weak1, e1_weak2, e1_weak3] = std::array::from_fn(|_| WeakRef::new(&employee1));
    println!("WeakRef 1 : {e1_weak1:?}");
    println!("WeakRef 2 : {e1_weak2:?}");
    println!("WeakRef 3 : {e1_weak3:?}");

    let same = WeakRef::ptr_eq(&e1_weak1, &e1_weak2) && WeakRef::ptr_eq(&e1_weak1, &e1_weak3);
    println!("\nAre they the same reference? : {same}");
    println!(
        "\nIs e1_weak1 a weak reference? : {}",
        e1_weak1.kind() == ReferenceKind::Ref
    );
    println!(
        "\nNumber of Weak References to employee1 : {}",
        Strong::weak_ref_count(&employee1)
    );
    println!(
        "\nWeak References to Object : {:?}",
        Strong::weak_refs(&employee1)
    );
}
