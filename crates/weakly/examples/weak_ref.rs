//! A weak reference finds its object without keeping it alive.
//!
//! ```text
//! Employee Details (Normal)  : 123 : William : 30
//!
//! Weak Reference : <weakref at 0x...; to 'Employee' at 0x...>
//!
//! Employee Details (Owner got from the reference) : 123 : William : 30
//!
//! Do both own the same? : true
//!
//! Weak Reference after both owners are gone : <weakref at 0x...; dead>
//!
//! Employee Details (Weak Reference) : None
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use employee::Employee;
use weakly::{Strong, WeakRef};

fn main() {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    println!("Employee Details (Normal)  : {employee1:?}");

    let e1_weak = WeakRef::new(&employee1);
    println!("\nWeak Reference : {e1_weak:?}");

    let empl1 = e1_weak.upgrade().expect("employee1 owns it");
    println!("\nEmployee Details (Owner got from the reference) : {empl1:?}");
    println!(
        "\nDo both own the same? : {}",
        Strong::ptr_eq(&empl1, &employee1)
    );

    drop((employee1, empl1));
    println!("\nWeak Reference after both owners are gone : {e1_weak:?}");
    println!(
        "\nEmployee Details (Weak Reference) : {:?}",
        e1_weak.upgrade()
    );
}
