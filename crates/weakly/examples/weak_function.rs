//! A function can be referred to weakly, like any other object.
//!
//! ```text
//! Function Weak Ref : <weakref at 0x...; to 'dyn Fn(f64, f64) -> f64' at 0x...>
//!
//! Addition of 10 & 20 is Some(30.0)
//!
//! Addition of 20 & 20 is None
//! ```
#![allow(clippy::print_stdout)]

use weakly::{Strong, WeakRef};

fn main() {
    let addition = Strong::new(|a: f64, b: f64| a + b);
    let addition = Strong::coerce::<dyn Fn(f64, f64) -> f64>(addition, |object| object);
    let weak_function = WeakRef::new(&addition);
    println!("Function Weak Ref : {weak_function:?}");
    println!(
        "\nAddition of 10 & 20 is {:?}",
        weak_function.upgrade().map(|add| add(10.0, 20.0))
    );

    drop(addition);
    println!(
        "\nAddition of 20 & 20 is {:?}",
        weak_function.upgrade().map(|add| add(20.0, 20.0))
    );
}
