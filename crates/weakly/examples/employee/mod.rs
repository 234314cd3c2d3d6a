//! The object that most examples watch.
#![allow(dead_code, clippy::print_stdout)] // Each example uses a part of it; examples print.

use std::fmt;

/// Printed as `123 : William : 30`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Employee {
    pub(crate) id: u32,
    pub(crate) name: &'static str,
    pub(crate) age: u32,
}

impl Employee {
    pub(crate) fn new(id: u32, name: &'static str, age: u32) -> Self {
        Self { id, name, age }
    }

    pub(crate) fn pretty_print(&self) {
        let Self { id, name, age } = self;
        println!("Employee Details (ID : {id}, Name : {name}, Age : {age})");
    }
}

impl fmt::Debug for Employee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} : {} : {}", self.id, self.name, self.age)
    }
}
