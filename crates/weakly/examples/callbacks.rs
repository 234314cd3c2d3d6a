//! Callbacks run when the object dies, the newest first.
//!
//! ```text
//! Employee Details (e1_weak1) : Some(123 : William : 30)
//! Employee Details (e1_weak2) : Some(123 : William : 30)
//! Employee Details (e1_weak3) : Some(123 : William : 30)
//!
//! Second Callback Executed. Weak Reference : <weakref at 0x...; dead>
//!
//! Third Callback Executed. Weak Reference : <weakref at 0x...; dead>
//!
//! First Callback Executed. Weak Reference : <weakref at 0x...; dead>
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use employee::Employee;
use weakly::{Strong, WeakRef};

fn main() {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    let tell = |which: &'static str| {
        move |dead: &WeakRef<Employee>| {
            println!("\n{which} Callback Executed. Weak Reference : {dead:?}");
        }
    };
    let e1_weak1 = WeakRef::with_callback(&employee1, tell("First"));
    let e1_weak3 = WeakRef::with_callback(&employee1, tell("Third"));
    let e1_weak2 = WeakRef::with_callback(&employee1, tell("Second"));

    println!("Employee Details (e1_weak1) : {:?}", e1_weak1.upgrade());
    println!("Employee Details (e1_weak2) : {:?}", e1_weak2.upgrade());
    println!("Employee Details (e1_weak3) : {:?}", e1_weak3.upgrade());

    drop(employee1);
}
