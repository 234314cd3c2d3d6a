//! Proxies have callbacks, too.
//!
//! ```text
//! Employee (e1_weak1) : William
//! Employee (e1_weak2) : William
//! Employee (e1_weak3) : William
//!
//! Second Callback Executed.
//!
//! Third Callback Executed.
//!
//! First Callback Executed.
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use employee::Employee;
use weakly::{Proxy, ReferenceError, Strong};

fn main() -> Result<(), ReferenceError> {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    let tell = |which| move |_: &Proxy<Employee>| println!("\n{which} Callback Executed.");
    let e1_weak1 = Proxy::with_callback(&employee1, tell("First"));
    let e1_weak3 = Proxy::with_callback(&employee1, tell("Third"));
    let e1_weak2 = Proxy::with_callback(&employee1, tell("Second"));

    println!("Employee (e1_weak1) : {}", e1_weak1.upgrade()?.name);
    println!("Employee (e1_weak2) : {}", e1_weak2.upgrade()?.name);
    println!("Employee (e1_weak3) : {}", e1_weak3.upgrade()?.name);

    drop(employee1);
    Ok(())
}
