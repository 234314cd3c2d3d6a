//! The order in which a container dies.

use std::sync::OnceLock;

use pyo3::PyClass;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::interpreter::trashcan;

/// A container that can be weakly referenced itself.
pub trait Referent: PyClass {
    /// Where the deallocator that PyO3 made is remembered.
    fn dealloc() -> &'static OnceLock<ffi::destructor>;
}

/// Lets the weak references to an instance die, and their callbacks run, before its content is
/// dropped. So does the interpreter with instances of Python classes; PyO3 does it last of all.
pub fn clear_first<T: Referent>(py: Python<'_>) {
    // SAFETY: (14) the type is live, and has neither instances nor subclasses yet.
    unsafe {
        let class = py.get_type::<T>().as_type_ptr();
        if let Some(dealloc) = (*class).tp_dealloc.replace(dealloc::<T>) {
            T::dealloc().get_or_init(|| dealloc);
        }
    }
}

unsafe extern "C" fn dealloc<T: Referent>(object: *mut ffi::PyObject) {
    // SAFETY: (1, 2, 16) the interpreter calls this with an instance whose last reference is gone:
    // once, and once more if the instance went to the trashcan. What PyO3 does after it finds the
    // instance untracked and its list of references empty.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        trashcan::take_apart(object, dealloc::<T>, || {
            ffi::PyObject_ClearWeakRefs(object);
            let rest = T::dealloc()
                .get()
                .expect("it is remembered with the first call of `clear_first`");
            rest(object);
        });
    }
}

/// Implements [`Referent`].
#[doc(hidden)]
#[macro_export]
macro_rules! referent {
    ($class:ident) => {
        impl $crate::interpreter::weak_list::Referent for $class {
            fn dealloc() -> &'static std::sync::OnceLock<pyo3::ffi::destructor> {
                static DEALLOC: std::sync::OnceLock<pyo3::ffi::destructor> =
                    std::sync::OnceLock::new();
                &DEALLOC
            }
        }
    };
}
pub use referent;
