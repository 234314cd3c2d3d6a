//! What must be ready before anything else of this crate is used.

use pyo3::panic::PanicException;
use pyo3::prelude::*;

use crate::content::{callback, create_once};
use crate::ephemerons::collector;
use crate::interpreter::reentrant_once::ReentrantOnce;
use crate::interpreter::{alloc, interrupt, main_interpreter, names};
use crate::lookup::hash;
use crate::references::weak_ref;

/// Makes what the crate needs of the interpreter. An extension calls it when its module is imported,
/// before anything else of this crate.
///
/// Objects are made here that would otherwise be made at the first use, when there may be no memory for
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

/// As [`prepare`], the first time.
pub(crate) fn prepare_once(py: Python<'_>) -> PyResult<()> {
    static PREPARED: ReentrantOnce<()> = ReentrantOnce::new();
    PREPARED.get_or_try_make(py, || alloc::caught(py, || prepare(py)))?;
    Ok(())
}
