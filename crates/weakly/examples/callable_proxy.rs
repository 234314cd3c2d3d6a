//! A proxy of a function is called like the function.
//!
//! ```text
//! Function Proxy : <weakproxy at 0x...; to 'dyn Fn(f64, f64) -> f64' at 0x...>
//!
//! Is it a callable proxy? : true
//!
//! Is it a proxy? : true
//!
//! Addition of 10 & 20 is 30
//!
//! Error : weakly-referenced object no longer exists
//! ```
#![allow(clippy::print_stdout)]

use weakly::{CallableProxy, Reference, ReferenceError, Strong};

fn main() {
    if let Err(error) = add() {
        println!("\nError : {error}");
    }
}

fn add() -> Result<(), ReferenceError> {
    let addition = Strong::new(|a: f64, b: f64| a + b);
    let addition = Strong::coerce::<dyn Fn(f64, f64) -> f64>(addition, |object| object);
    let proxy = CallableProxy::new(&addition);
    println!("Function Proxy : {proxy:?}");
    println!("\nIs it a callable proxy? : {}", proxy.is_callable_proxy());
    println!("\nIs it a proxy? : {}", proxy.is_proxy());

    println!("\nAddition of 10 & 20 is {}", proxy.call((10.0, 20.0))?);
    drop(addition);
    println!("\nAddition of 20 & 20 is {}", proxy.call((20.0, 20.0))?);
    Ok(())
}
