//! Hands on to the linker what `weakly-pyo3` asks of it.

use std::env;

fn main() {
    let arguments = env::var("DEP_WEAKLY_PYO3_LINK_ARGS").unwrap_or_default();
    for argument in arguments.split_whitespace() {
        println!("cargo::rustc-cdylib-link-arg={argument}");
    }
}
