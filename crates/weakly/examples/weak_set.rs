//! A weak set forgets its members when they die.
//!
//! ```text
//! Weak Set : {123 : William : 30, 456 : Dalton : 35, 789 : Russell : 40}
//!
//! 123 : William : 30
//! 456 : Dalton : 35
//! 789 : Russell : 40
//!
//! Weak Set Values : ["William", "Dalton", "Russell"]
//!
//! Weak Set Values : ["Dalton", "Russell"]
//!
//! Weak Set Values : ["Dalton", "Russell", "Peter"]
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use employee::Employee;
use weakly::{Strong, WeakSet};

fn names(set: &WeakSet<Employee>) -> Vec<&'static str> {
    set.iter().map(|employee| employee.name).collect()
}

fn main() {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    let employee2 = Strong::new(Employee::new(456, "Dalton", 35));
    let employee3 = Strong::new(Employee::new(789, "Russell", 40));
    let weak_set = WeakSet::from([&employee1, &employee2, &employee3]);
    println!("Weak Set : {weak_set:?}\n");
    for value in &weak_set {
        println!("{value:?}");
    }
    println!("\nWeak Set Values : {:?}\n", names(&weak_set));

    drop(employee1);
    println!("Weak Set Values : {:?}\n", names(&weak_set));

    let employee4 = Strong::new(Employee::new(135, "Peter", 32));
    weak_set.insert(&employee4);
    println!("Weak Set Values : {:?}", names(&weak_set));
}
