//! The allocation of instances, which up to CPython 3.11 may collect garbage and so run any code.
//!
//! `object.__new__`, through which PyO3 makes an instance, calls it by the pointer in its class, which
//! the linker does not see. So the pointer becomes that of the guarded function, in our classes and
//! in the classes that inherit from them.

use std::sync::OnceLock;

use pyo3::PyClass;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::callback::Remove;
use crate::finalize::finalize;
use crate::iterator::WeakIterator;
use crate::weak_key_dictionary::WeakKeyDictionary;
use crate::weak_set::WeakSet;
use crate::weak_value_dictionary::WeakValueDictionary;

/// Guards the allocation of all classes that PyO3 makes.
pub(crate) fn guard(py: Python<'_>) {
    guard_class::<WeakIterator>(py);
    guard_class::<Remove>(py);
    guard_with_subclasses::<WeakKeyDictionary>(py);
    guard_with_subclasses::<WeakValueDictionary>(py);
    guard_with_subclasses::<WeakSet>(py);
    guard_with_subclasses::<finalize>(py);
}

/// A class that can be inherited from.
trait Subclassable: PyClass {
    /// Where the constructor that PyO3 made is remembered.
    fn constructor() -> &'static OnceLock<ffi::newfunc>;
}

macro_rules! subclassable {
    ($($class:ident),*) => {$(
        impl Subclassable for $class {
            fn constructor() -> &'static OnceLock<ffi::newfunc> {
                static NEW: OnceLock<ffi::newfunc> = OnceLock::new();
                &NEW
            }
        }
    )*};
}

subclassable!(WeakKeyDictionary, WeakValueDictionary, WeakSet, finalize);

fn guard_class<T: PyClass>(py: Python<'_>) {
    // SAFETY: the type is live.
    unsafe { guard_allocation(py.get_type::<T>().as_type_ptr()) };
}

fn guard_with_subclasses<T: Subclassable>(py: Python<'_>) {
    guard_class::<T>(py);
    // SAFETY: the type is live, and has neither instances nor subclasses yet.
    unsafe {
        let class = py.get_type::<T>().as_type_ptr();
        if let Some(new) = (*class).tp_new.replace(new::<T>) {
            T::constructor().get_or_init(|| new);
        }
    }
}

/// # Safety
///
/// The class is live.
unsafe fn guard_allocation(class: *mut ffi::PyTypeObject) {
    // SAFETY: the caller's promise. What is replaced is the same function without its guard, as
    // `object` has it.
    unsafe {
        let address = |class: *const ffi::PyTypeObject| (*class).tp_alloc.map(|slot| slot as usize);
        if address(class) == address(&raw const ffi::PyBaseObject_Type) {
            (*class).tp_alloc = Some(ffi::PyType_GenericAlloc);
        }
    }
}

/// Each class has a pointer of its own, which is the unguarded one in a new class.
unsafe extern "C" fn new<T: Subclassable>(
    class: *mut ffi::PyTypeObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls a constructor with a class, a tuple and a dict or null, which go
    // on as they came.
    unsafe {
        guard_allocation(class);
        let new = T::constructor().get().expect("it was remembered before");
        new(class, args, kwargs)
    }
}
