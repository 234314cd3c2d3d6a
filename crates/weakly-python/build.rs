//! Passes on what the interpreter is, and to the linker what `weakly-pyo3` asks of it.

use std::env;

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    let arguments = env::var("DEP_WEAKLY_PYO3_LINK_ARGS").unwrap_or_default();
    for argument in arguments.split_whitespace() {
        println!("cargo::rustc-cdylib-link-arg={argument}");
    }
}
