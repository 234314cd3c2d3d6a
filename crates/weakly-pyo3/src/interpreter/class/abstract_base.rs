//! Abstract base classes: the dictionaries are `MutableMapping`s, and their class is `ABCMeta`.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::interpreter::alloc;

/// Makes a new class what `class C(base)` would have made of it: a subclass of `base`, an abstract
/// base class, and of the same metaclass. So its own subclasses can have abstract methods, can be
/// registered with, and find the methods of `base` with `super`.
///
/// PyO3 makes classes without metaclass, and the interpreter none with `ABCMeta` from C.
pub fn derive(class: &Bound<'_, PyType>, base: &Bound<'_, PyType>) -> PyResult<()> {
    let py = class.py();
    // It also tells the `match` statement what the class is.
    base.call_method1("register", (class,))?;
    set_class(class, &base.get_type());
    set_bases(class, base)?;
    alloc::import(py, c"_abc")?.call_method1("_abc_init", (class,))?;
    Ok(())
}

/// `class.__class__ = metaclass`, which the interpreter refuses for a class of `type`.
fn set_class(class: &Bound<'_, PyType>, metaclass: &Bound<'_, PyType>) {
    // SAFETY: (12) a class of `ABCMeta` is laid out as one of `type`, and nobody has seen
    // this one yet. It owns its metaclass, as an instance owns its class.
    unsafe {
        let replaced = (*class.as_ptr()).ob_type;
        (*class.as_ptr()).ob_type = metaclass.clone().into_ptr().cast();
        ffi::Py_DECREF(replaced.cast());
    }
}

/// `class.__bases__ = (base,)`
///
/// The interpreter wants the bases before and after to free their instances in the same way, and
/// believes that an instance of ours is freed as `object` frees it. It is freed by PyO3, so it does
/// not matter: for the time of the assignment the class says that it extends `base` already. PyO3
/// in turn goes by what a class extends, so afterwards that is `object` again.
fn set_bases(class: &Bound<'_, PyType>, base: &Bound<'_, PyType>) -> PyResult<()> {
    let py = class.py();
    extend(class, base);
    let bases = alloc::tuple(py, [base.clone().into_any()])?;
    let done = class.setattr("__bases__", bases);
    extend(class, &py.get_type::<PyAny>());
    done
}

/// Says what a class extends in memory.
fn extend(class: &Bound<'_, PyType>, base: &Bound<'_, PyType>) {
    // SAFETY: (12) `base` adds nothing to `object`, and nobody has seen the class yet. It
    // owns what it extends.
    unsafe {
        let class = class.as_type_ptr();
        let replaced = (*class).tp_base;
        (*class).tp_base = base.clone().into_ptr().cast();
        ffi::Py_DECREF(replaced.cast());
    }
}
