//! Passes on what the interpreter is: `Py_GIL_DISABLED` chooses the lock.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
}
