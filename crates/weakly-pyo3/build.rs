//! Passes on what the interpreter is: `Py_GIL_DISABLED` chooses the lock. And tells the crates that
//! depend on this one how the linker puts the functions of `src/interpreter/guarded.rs` and
//! `panic_class.rs` in front of those of the interpreter.

use std::env;

use pyo3_build_config::{PythonImplementation, PythonVersion};

const GUARDED: &str = include_str!("src/interpreter/guarded.rs");

/// The first that lets the thread wait forever instead.
const FIRST_TO_WAIT: PythonVersion = PythonVersion {
    major: 3,
    minor: 14,
};

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    let implementation = pyo3_build_config::get().implementation();
    if implementation != PythonImplementation::CPython {
        println!(
            "cargo::error=weakly works on CPython only, for it uses CPython's own weak references; \
             this is {implementation:?}"
        );
    }
    println!("cargo::rustc-check-cfg=cfg(ends_threads_by_unwinding)");
    if ends_threads_by_unwinding() {
        println!("cargo::rustc-cfg=ends_threads_by_unwinding");
    }
    if !is_target("OS", "linux") || env::var_os("CARGO_FEATURE_GUARDED").is_none() {
        return;
    }
    let mut functions = vec!["PyErr_NewExceptionWithDoc"]; // `panic_class.rs`
    if ends_threads_by_unwinding() {
        functions.extend(guarded_functions());
    }
    // `-u`, as linkers wrap only what somebody has mentioned.
    let wrap = |name| format!("-Wl,--wrap={name},-u,{name}");
    let mut arguments = functions.into_iter().map(wrap).collect::<Vec<_>>();
    // The calls of the extension reach its own functions, whatever another library calls so.
    arguments.push("-Wl,-Bsymbolic-functions".to_owned());
    println!("cargo::metadata=link_args={}", arguments.join(" "));
}

/// Up to CPython 3.13 a daemon thread ends with `pthread_exit`, which unwinds where the C library is
/// glibc.
fn ends_threads_by_unwinding() -> bool {
    is_target("OS", "linux")
        && is_target("ENV", "gnu")
        && pyo3_build_config::get().version() < FIRST_TO_WAIT
}

fn is_target(what: &str, value: &str) -> bool {
    env::var(format!("CARGO_CFG_TARGET_{what}")).is_ok_and(|found| found == value)
}

fn guarded_functions() -> impl Iterator<Item = &'static str> {
    let (_, list) = GUARDED
        .split_once("guarded! {")
        .expect("the list of guarded functions");
    let functions = list
        .lines()
        .filter_map(|line| line.trim().strip_prefix("fn "));
    functions.filter_map(|function| Some(function.split_once('(')?.0))
}
