//! A weak method does not keep its object alive.
//!
//! ```text
//! Weak Ref to Method : <weakref at 0x...; to 'Employee' at 0x...>
//!
//! Method : Some(<bound method Employee.pretty_print of 123 : William : 30>)
//!
//! Employee Details (ID : 123, Name : William, Age : 30)
//!
//! Weak Ref to Method : <weakref at 0x...; dead>
//!
//! Calling it gives : None
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use employee::Employee;
use weakly::{Strong, WeakMethod};

fn main() {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    let weak_method = WeakMethod::new(&employee1, Employee::pretty_print);
    println!("Weak Ref to Method : {weak_method:?}");
    println!("\nMethod : {:?}\n", weak_method.upgrade());
    weak_method.call(());

    drop(employee1);
    println!("\nWeak Ref to Method : {weak_method:?}");
    println!("\nCalling it gives : {:?}", weak_method.call(()));
}
