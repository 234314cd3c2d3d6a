//! Subtypes of the interpreter's `ref` with fields of their own.
//!
//! PyO3's classes cannot extend `ref`: they create their base with no arguments, and `ref` wants
//! one. So the two that must, `KeyedRef` and `WeakMethod`, are built from the C API's type
//! specifications. This module holds what they share.

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::ptr;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};

use crate::interpreter;
use crate::interpreter::alloc::{self, Shown};

/// The fields that a subtype adds to `ref`. All zeroes must be a valid value.
pub(crate) trait Fields: Sized {
    /// Calls `visit` on each object that the fields own, and stops at the first that is not zero.
    fn visit(&self, visit: &mut dyn FnMut(&Py<PyAny>) -> c_int) -> c_int;

    /// Takes the objects out of the fields, to be dropped: that may run any code.
    fn release<'py>(&mut self, py: Python<'py>) -> [Option<Bound<'py, PyAny>>; 3];

    /// For the garbage collector: gives up what could make a cycle that nothing else breaks.
    ///
    /// Without the GIL other threads may still find the instance on its referent's list.
    ///
    /// # Safety
    ///
    /// `object` is an instance.
    #[cfg(Py_GIL_DISABLED)]
    unsafe fn break_cycle(object: &Bound<'_, PyAny>);

    /// Whether `before_release` does anything.
    const HAS_WEAK_LIST: bool = false;

    /// What must happen before anything of a dying instance is taken apart. It may run any code.
    ///
    /// # Safety
    ///
    /// `object` is an instance whose reference count has become zero.
    unsafe fn before_release(_object: *mut ffi::PyObject) {}
}

/// The type `weakref.ref`.
pub(crate) fn ref_type() -> *mut ffi::PyTypeObject {
    &raw mut ffi::_PyWeakref_RefType
}

/// How many bytes `ref` takes; the fields of a subtype lie behind them.
pub(crate) fn base_size() -> usize {
    // SAFETY: (20) the static type is ready before any module is imported.
    unsafe { (*ref_type()).tp_basicsize as usize }
}

/// Where the fields of an instance lie.
///
/// # Safety
///
/// `object` is an instance of the type that [`new_type`] made with these fields, or of a subclass.
pub(crate) unsafe fn fields<F: Fields>(object: *mut ffi::PyObject) -> *mut F {
    // SAFETY: (7, 17) an instance has the bytes of its base and then its fields, aligned as
    // pointers are.
    unsafe { object.cast::<u8>().add(base_size()).cast() }
}

/// Makes a subtype of `ref` with fields `F` and the given slots, beside those of memory management.
///
/// # Safety
///
/// `name` and whatever the slots refer to are as the C API wants them.
pub(crate) unsafe fn new_type<'py, F: Fields>(
    py: Python<'py>,
    name: &'static CStr,
    slots: &[(c_int, *mut c_void)],
) -> PyResult<Bound<'py, PyType>> {
    let memory = [
        (ffi::Py_tp_dealloc, dealloc::<F> as *mut c_void),
        (ffi::Py_tp_traverse, traverse::<F> as *mut c_void),
        (ffi::Py_tp_clear, clear::<F> as *mut c_void),
        (0, ptr::null_mut()),
    ];
    let all = slots.iter().chain(&memory);
    let mut all: Vec<_> = all
        .map(|&(slot, pfunc)| ffi::PyType_Slot { slot, pfunc })
        .collect();
    let flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE | ffi::Py_TPFLAGS_HAVE_GC;
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: (base_size() + size_of::<F>()) as c_int,
        itemsize: 0,
        flags: flags as c_uint,
        slots: all.as_mut_ptr(),
    };
    // SAFETY: (17, 20) the specification is complete, and the caller vouches for the slots.
    unsafe {
        let bases = PyTuple::new(py, [Bound::from_borrowed_ptr(py, ref_type().cast())])?;
        let made = ffi::PyType_FromSpecWithBases(&raw mut spec, bases.as_ptr());
        let class: Bound<'py, PyType> =
            Bound::from_owned_ptr_or_err(py, made)?.cast_into_unchecked();
        #[cfg(not(Py_3_10))]
        restore_signature(class.as_type_ptr(), &all);
        Ok(class)
    }
}

/// Gives a class its full docstring again: CPython 3.9 leaves out the signature, its first line.
///
/// # Safety
///
/// The class was made from these slots, and the text is a string that ends with a null.
#[cfg(not(Py_3_10))]
unsafe fn restore_signature(class: *mut ffi::PyTypeObject, slots: &[ffi::PyType_Slot]) {
    let texts = slots.iter().filter(|slot| slot.slot == ffi::Py_tp_doc);
    for text in texts.map(|slot| slot.pfunc.cast::<std::ffi::c_char>()) {
        // SAFETY: (17, 18) a class owns its text, which lies in the interpreter's memory; the copy
        // has room for the string and its null. Without memory the class keeps what it has.
        unsafe {
            let size = std::ffi::CStr::from_ptr(text).to_bytes_with_nul().len();
            let copy = ffi::PyObject_Malloc(size).cast::<std::ffi::c_char>();
            if !copy.is_null() {
                copy.copy_from_nonoverlapping(text, size);
                ffi::PyObject_Free((*class).tp_doc.cast_mut().cast());
                (*class).tp_doc = copy;
            }
        }
    }
}

/// The arguments of a call by their names, as of a Python function
/// `def function(names[0], names[1], ...)` of which the first `required` have no default.
pub(crate) fn parse<'py, const N: usize>(
    function: &str,
    names: [&CStr; N],
    required: usize,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<[Option<Bound<'py, PyAny>>; N]> {
    if args.len() > N {
        return Err(alloc::error::<PyTypeError>(
            args.py(),
            format_args!(
                "{function}() takes {N} positional arguments but {} were given",
                args.len()
            ),
        ));
    }
    let mut values = [const { None }; N];
    for (value, argument) in values.iter_mut().zip(args) {
        *value = Some(argument);
    }
    for (name, argument) in kwargs.into_iter().flatten() {
        let name = name.cast_into::<PyString>().map_err(|_| {
            alloc::error::<PyTypeError>(args.py(), format_args!("keywords must be strings"))
        })?;
        let name = Shown(&name);
        let at = names.iter().position(|known| name.is(known));
        let problem = match at {
            Some(at) if values[at].is_none() => {
                values[at] = Some(argument);
                continue;
            }
            Some(_) => "multiple values for argument",
            None => "an unexpected keyword argument",
        };
        return Err(alloc::error::<PyTypeError>(
            args.py(),
            format_args!("{function}() got {problem} '{name}'"),
        ));
    }
    match values[..required].iter().position(Option::is_none) {
        None => Ok(values),
        Some(at) => Err(alloc::error::<PyTypeError>(
            args.py(),
            format_args!(
                "{function}() missing required argument: '{}'",
                names[at].to_string_lossy()
            ),
        )),
    }
}

unsafe extern "C" fn dealloc<F: Fields>(object: *mut ffi::PyObject) {
    // SAFETY: (1, 2, 8) the interpreter calls this once, when the last reference to an instance is
    // gone. The base type's deallocator frees it; the instance owned a reference to its type.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        let type_object = ffi::Py_TYPE(object);
        if cfg!(not(Py_GIL_DISABLED)) || F::HAS_WEAK_LIST {
            leave_referent(object);
        }
        F::before_release(object);
        let owned = (*fields::<F>(object)).release(Python::assume_attached());
        dealloc_base(object);
        drop(owned);
        ffi::Py_DECREF(type_object.cast());
    }
}

/// Leaves the referent's list of references and frees the object.
///
/// # Safety
///
/// As for `tp_dealloc` of `ref`.
unsafe fn dealloc_base(object: *mut ffi::PyObject) {
    // SAFETY: (8, 17, 20) the caller's promise.
    unsafe {
        let dealloc = (*ref_type()).tp_dealloc.expect("`ref` has a deallocator");
        interpreter::slot_of_one(dealloc, object);
    }
}

/// Takes a dying reference off the list of its referent.
///
/// It must not be there any more when code runs, as in `before_release` or when the fields are
/// dropped: that may be a garbage collection, which moves each reference to a dead object to a list
/// of its own, also one that is untracked already. (CPython's own subclasses of `ref` crash so.)
///
/// Without the GIL only the deallocator of `ref` takes the lock of that list; `tp_clear` believes
/// that the world stands still. So the deallocator is called here too, for an object of another
/// type, whose memory is not to be freed.
///
/// # Safety
///
/// `object` is an instance of a subtype of `ref` whose reference count has become zero.
#[cfg(Py_GIL_DISABLED)]
unsafe fn leave_referent(object: *mut ffi::PyObject) {
    // SAFETY: (8, 17) the caller's promise. The deallocator untracks the object, takes it off the
    // list, all in one with its callback, and asks the type how to free it. Nobody else reads the
    // type: they cannot count a dying object, and of those on a list only such without a callback
    // are asked.
    unsafe {
        let own_type = (*object).ob_type;
        (*object).ob_type = (&raw const UNFREED.0).cast_mut();
        dealloc_base(object);
        (*object).ob_type = own_type;
    }
}

/// A type for objects that are not to be freed, of which nothing else is ever asked.
#[cfg(Py_GIL_DISABLED)]
struct Unfreed(ffi::PyTypeObject);

// SAFETY: (10) it is never written.
#[cfg(Py_GIL_DISABLED)]
unsafe impl Sync for Unfreed {}

#[cfg(Py_GIL_DISABLED)]
static UNFREED: Unfreed = {
    unsafe extern "C" fn keep(_object: *mut c_void) {}

    // SAFETY: (19) all fields are numbers, pointers and functions that may be none.
    let mut unfreed: ffi::PyTypeObject = unsafe { std::mem::zeroed() };
    unfreed.tp_free = Some(keep);
    Unfreed(unfreed)
};

/// Takes a reference off the list of its referent.
///
/// A dying one must not be there any more when code runs, as in `before_release` or when the fields
/// are dropped: that may be a garbage collection, which moves each reference to a dead object to a
/// list of its own, also one that is untracked already. (CPython's own subclasses of `ref` crash
/// so.)
///
/// # Safety
///
/// `object` is an instance of a subtype of `ref`.
#[cfg(not(Py_GIL_DISABLED))]
unsafe fn leave_referent(object: *mut ffi::PyObject) -> c_int {
    // SAFETY: (17, 20) the caller's promise.
    unsafe {
        let clear_base = (*ref_type()).tp_clear.expect("`ref` can be cleared");
        interpreter::slot_of_one(clear_base, object)
    }
}

unsafe extern "C" fn traverse<F: Fields>(
    object: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: (1, 2, 7) the interpreter calls this with a live instance. Nothing is allocated or
    // counted.
    unsafe {
        let stop = visit(ffi::Py_TYPE(object).cast(), arg);
        if stop != 0 {
            return stop;
        }
        let stop = (*fields::<F>(object)).visit(&mut |owned| visit(owned.as_ptr(), arg));
        if stop != 0 {
            return stop;
        }
        let traverse_base = (*ref_type()).tp_traverse.expect("`ref` can be traversed");
        traverse_base(object, visit, arg)
    }
}

/// Without the GIL the world goes on while the collector clears, and the instance stays on the list
/// of its referent until it dies: `tp_clear` of `ref` would change that without its lock.
#[cfg(Py_GIL_DISABLED)]
unsafe extern "C" fn clear<F: Fields>(object: *mut ffi::PyObject) -> c_int {
    // SAFETY: (1, 2, 7) the interpreter calls this with a live instance, the thread attached.
    unsafe {
        let py = Python::assume_attached();
        F::break_cycle(&Borrowed::from_ptr(py, object));
    }
    0
}

#[cfg(not(Py_GIL_DISABLED))]
unsafe extern "C" fn clear<F: Fields>(object: *mut ffi::PyObject) -> c_int {
    // SAFETY: (1, 2, 7, 8) the interpreter calls this with a live instance.
    unsafe {
        let result = leave_referent(object);
        drop((*fields::<F>(object)).release(Python::assume_attached()));
        result
    }
}
