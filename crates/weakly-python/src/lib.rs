//! The extension module `weakly._weakly`.

use pyo3::prelude::*;

#[pymodule]
mod _weakly {}
