//! A proxy is used like its object, and says so when that is gone.
//!
//! ```text
//! Employee Details (Normal)  : 123 : William : 30
//!
//! Proxy : <weakproxy at 0x...; to 'Employee' at 0x...>
//!
//! Is e1_weak proxy ? : true
//!
//! Employee Details (Proxy) : 123 : William : 30
//!
//! Error : weakly-referenced object no longer exists : Access to weak referenced object failed.
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use employee::Employee;
use weakly::{Proxy, Reference, ReferenceError, Strong};

fn details(employee: &Proxy<Employee>) -> Result<String, ReferenceError> {
    employee.with(|employee| format!("{employee:?}"))
}

fn main() {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    println!("Employee Details (Normal)  : {employee1:?}");

    let e1_weak = Proxy::new(&employee1);
    println!("\nProxy : {e1_weak:?}");
    println!("\nIs e1_weak proxy ? : {}", e1_weak.is_proxy());
    match details(&e1_weak) {
        Ok(details) => println!("\nEmployee Details (Proxy) : {details}"),
        Err(error) => println!("\nError : {error}"),
    }

    drop(employee1);
    match details(&e1_weak) {
        Ok(details) => println!("\nEmployee Details (Proxy) : {details}"),
        Err(error) => println!("\nError : {error} : Access to weak referenced object failed."),
    }
}
