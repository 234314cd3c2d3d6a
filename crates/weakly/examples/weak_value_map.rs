//! A map with weak values finds objects by name for as long as they live.
//!
//! ```text
//! Weak Value Map : {"William": 123 : William : 30, "Dalton": 456 : Dalton : 35, "Russell": 789 : Russell : 40}
//!
//! References to Values : [<weakref at 0x...; to 'Employee' at 0x...>, <weakref at 0x...; to 'Employee' at 0x...>, <weakref at 0x...; to 'Employee' at 0x...>]
//!
//! Map Values : ["William", "Dalton", "Russell"]
//!
//! Map Values : ["Dalton", "Russell"]
//!
//! Map Values : ["Dalton", "Russell", "Peter"]
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use employee::Employee;
use weakly::{Strong, WeakValueMap};

fn names(map: &WeakValueMap<&'static str, Employee>) -> Vec<&'static str> {
    map.values().map(|employee| employee.name).collect()
}

fn main() {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    let employee2 = Strong::new(Employee::new(456, "Dalton", 35));
    let employee3 = Strong::new(Employee::new(789, "Russell", 40));
    let mut weak_value_map = WeakValueMap::from([
        (employee1.name, &employee1),
        (employee2.name, &employee2),
        (employee3.name, &employee3),
    ]);
    println!("Weak Value Map : {weak_value_map:?}\n");
    println!("References to Values : {:?}\n", weak_value_map.value_refs());
    println!("Map Values : {:?}\n", names(&weak_value_map));

    drop(employee1);
    println!("Map Values : {:?}\n", names(&weak_value_map));

    let employee4 = Strong::new(Employee::new(135, "Peter", 32));
    weak_value_map.extend([(employee4.name, &employee4)]);
    println!("Map Values : {:?}", names(&weak_value_map));
}
