//! New instances of subtypes of `ref`, by its own constructor.
//!
//! It takes a tuple, which is used again and again here. With a new tuple each time, an entry of a
//! `WeakValueDictionary` that comes and goes takes 1,502 instructions instead of 1,323, and
//! `WeakMethod(o.m)` 2,646 instead of 2,277.

use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::interpreter;
use crate::interpreter::alloc;
use crate::interpreter::lock::Lock;
use crate::interpreter::owned_object::OwnedObject;
use crate::references::ref_subtype::ref_type;
use crate::references::weak_ref::none_ptr;

/// Creates an instance of a `subtype` as a reference to `referent`; its fields are zeroes.
pub(crate) fn new_instance<'py>(
    subtype: &Bound<'py, PyType>,
    referent: &Bound<'py, PyAny>,
    callback: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = subtype.py();
    let arguments = match ARGUMENTS.with(py, Option::take) {
        Some(arguments) => arguments,
        None => new_arguments(py)?,
    };
    let lend = |at, item: *mut ffi::PyObject| {
        // SAFETY: (18) the tuple has two items, and nobody else has it.
        unsafe { ffi::PyTuple_SET_ITEM(arguments.as_ptr(), at, item) }
    };
    lend(0, referent.as_ptr());
    lend(1, callback.as_ptr());
    // SAFETY: (18, 20) `ref`'s own constructor is called with a subtype of `ref` and a tuple, whose
    // items live as long as the call. It keeps neither the tuple nor, counted by the tuple, an
    // item.
    let made = unsafe {
        let new = (*ref_type()).tp_new.expect("`ref` has a constructor");
        let arguments = (subtype.as_type_ptr(), arguments.as_ptr(), ptr::null_mut());
        let made = interpreter::slot_of_three(new, arguments);
        Bound::from_owned_ptr_or_err(py, made)
    };
    // The `None` that the tuple has owned all the time.
    lend(0, none_ptr());
    lend(1, none_ptr());
    let other = ARGUMENTS.with(py, |kept| kept.replace(arguments));
    drop(other);
    made
}

/// The tuple. It owns `None` twice. During a call it holds two other objects, which it only borrows;
/// nobody sees that, since the garbage collector does not know the tuple.
static ARGUMENTS: Lock<Option<OwnedObject>> = Lock::new(None);

fn new_arguments(py: Python<'_>) -> PyResult<OwnedObject> {
    let none = || py.None().into_bound(py);
    let arguments = alloc::tuple(py, [none(), none()])?;
    // SAFETY: (18) the tuple is new, so the collector knows it.
    unsafe { ffi::PyObject_GC_UnTrack(arguments.as_ptr().cast()) };
    Ok((&arguments).into())
}
