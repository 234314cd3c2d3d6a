//! Weak references and weak containers of Python objects, for extensions made with PyO3.
//!
//! The Python package `weakly` is made of this crate: its own classes are a thin layer above it. So
//! far only that layer uses it, and only [`prepare`] and what this page says is public. The modules
//! are there for that layer, and change with it.
//!
//! # Layers
//!
//! A module may use those that stand below it.
//!
//! | module | |
//! |---|---|
//! | `content` | what a container holds, which side is weak, what is called at a death |
//! | `ephemerons` | entries whose values may lead to their own keys |
//! | `lookup` | hashing and comparing Python objects, which may run any code and change the table |
//! | `references` | the interpreter's weak reference and its two subtypes |
//! | `interpreter` | CPython beneath PyO3 |
//!
//! All `unsafe` code is in the last two. The file `SAFETY.md` of this crate says what it relies on.
//!
//! # The end of a daemon thread
//!
//! Up to 3.13, CPython ends a daemon thread that asks for the GIL at exit by `pthread_exit`, which
//! must not unwind frames of Rust. With the feature `guarded` all calls of the extension into the
//! interpreter, PyO3's too, go through functions that let such a thread wait forever instead, as
//! CPython 3.14 does. The linker puts them in front of the interpreter's. So the build script of an
//! extension with this feature must hand on what the linker needs:
//!
//! ```no_run
//! let arguments = std::env::var("DEP_WEAKLY_PYO3_LINK_ARGS").unwrap_or_default();
//! for argument in arguments.split_whitespace() {
//!     println!("cargo::rustc-cdylib-link-arg={argument}");
//! }
//! ```

#[doc(hidden)]
pub mod content;
#[doc(hidden)]
pub mod ephemerons;
#[doc(hidden)]
pub mod interpreter;
#[doc(hidden)]
pub mod lookup;
#[doc(hidden)]
pub mod references;

use pyo3::panic::PanicException;
use pyo3::prelude::*;

use crate::content::{callback, create_once};
use crate::ephemerons::collector;
use crate::interpreter::{interrupt, main_interpreter, names};
use crate::lookup::hash;
use crate::references::weak_ref;

/// Makes what the crate needs of the interpreter. An extension calls it when its module is imported,
/// before anything else of this crate.
///
/// Objects are made here that would else be made at the first use, when there may be no memory for
/// them, or when the collector runs code that is another first use.
///
/// # Errors
///
/// ImportError in a subinterpreter, and on an interpreter whose weak references or hashes are not as
/// this crate expects them. MemoryError.
pub fn prepare(py: Python<'_>) -> PyResult<()> {
    py.get_type::<PanicException>(); // PyO3 asks for it whenever it looks at an error.
    main_interpreter::require(py)?;
    names::make_all(py);
    interrupt::prepare(py)?;
    let object = py.get_type::<callback::Remove>();
    weak_ref::check_layout(object.as_any())?;
    hash::check(object.as_any())?;
    create_once::prepare(py)?;
    callback::complete(py)?;
    collector::complete(py)
}
