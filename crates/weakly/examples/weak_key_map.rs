//! A map with weak keys keeps something about objects for as long as they live.
//!
//! ```text
//! Weak Key Map : {123 : William : 30: "William", 456 : Dalton : 35: "Dalton", 789 : Russell : 40: "Russell"}
//!
//! References to Keys : [<weakref at 0x...; to 'Employee' at 0x...>, <weakref at 0x...; to 'Employee' at 0x...>, <weakref at 0x...; to 'Employee' at 0x...>]
//!
//! Map Keys : ["William", "Dalton", "Russell"]
//!
//! Map Keys : ["Dalton", "Russell"]
//!
//! Map Keys : ["Dalton", "Russell", "Peter"]
//! ```
#![allow(clippy::print_stdout)]

mod employee;

use employee::Employee;
use weakly::{Strong, WeakKeyMap};

fn names(map: &WeakKeyMap<Employee, &'static str>) -> Vec<&'static str> {
    map.keys().map(|employee| employee.name).collect()
}

fn main() {
    let employee1 = Strong::new(Employee::new(123, "William", 30));
    let employee2 = Strong::new(Employee::new(456, "Dalton", 35));
    let employee3 = Strong::new(Employee::new(789, "Russell", 40));
    let mut weak_key_map = WeakKeyMap::from([
        (&employee1, employee1.name),
        (&employee2, employee2.name),
        (&employee3, employee3.name),
    ]);
    println!("Weak Key Map : {weak_key_map:?}\n");
    println!("References to Keys : {:?}\n", weak_key_map.key_refs());
    println!("Map Keys : {:?}\n", names(&weak_key_map));

    drop(employee1);
    println!("Map Keys : {:?}\n", names(&weak_key_map));

    let employee4 = Strong::new(Employee::new(135, "Peter", 32));
    weak_key_map.extend([(&employee4, employee4.name)]);
    println!("Map Keys : {:?}", names(&weak_key_map));
}
