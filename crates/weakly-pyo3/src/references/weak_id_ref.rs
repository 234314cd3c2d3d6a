//! `WeakIdRef`: a weak reference that is compared and hashed by the identity of its referent.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use pyo3::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi::{self, Py_hash_t};
use pyo3::prelude::*;
use pyo3::types::PyType;
use pyo3::{PyTraverseError, PyVisit};

use crate::interpreter::alloc;
use crate::interpreter::class::trampoline::trampoline;
use crate::interpreter::class::{arguments, instance};
use crate::interpreter::known_hash::address_hash;
use crate::interpreter::lock::held::Held;
use crate::interpreter::reentrant_once::ReentrantOnce;
use crate::interpreter::stored::Stored;
use crate::references::ref_new;
use crate::references::ref_subtype::{self, Fields};
use crate::references::weak_ref::{Liveness, WeakRef};

/// It has no fields of its own: the hash is where `ref` keeps that of the referent.
struct NoFields;

impl Fields for NoFields {
    fn visit(&self, _visit: &mut dyn FnMut(&Py<PyAny>) -> c_int) -> c_int {
        0
    }

    fn release<'py>(&mut self, _py: Python<'py>) -> [Option<Bound<'py, PyAny>>; 3] {
        [None, None, None]
    }

    #[cfg(Py_GIL_DISABLED)]
    unsafe fn break_cycle(_object: &Bound<'_, PyAny>) {}
}

/// An instance of `WeakIdRef`.
#[derive(Debug)]
#[repr(transparent)]
pub struct WeakIdRef(WeakRef);

impl WeakIdRef {
    /// `WeakIdRef(referent, callback)`.
    #[inline]
    pub(crate) fn new(referent: &Bound<'_, PyAny>, callback: &Bound<'_, PyAny>) -> PyResult<Self> {
        let made = new_hashed(type_object(referent.py())?, referent, callback)?;
        // SAFETY: (9, 16) `WeakIdRef` is a subtype of `ref`.
        Ok(Self(unsafe { WeakRef::from_object_unchecked(made) }))
    }

    /// The object as a `WeakIdRef`, if it is one.
    pub(crate) fn from_object<'a>(object: &'a Bound<'_, PyAny>) -> Option<&'a Self> {
        let class = type_object(object.py()).ok()?;
        // SAFETY: (9, 16) `WeakIdRef` is a transparent wrapper.
        instance::is_instance(object, class)
            .then(|| unsafe { &*ptr::from_ref(object.as_unbound()).cast::<Self>() })
    }

    /// Whether its type is `WeakIdRef` itself and no subclass, which might redefine anything.
    pub(crate) fn is_exact(&self, py: Python<'_>) -> bool {
        type_object(py).is_ok_and(|class| self.0.bind(py).get_type().is(class))
    }

    #[inline]
    pub(crate) fn weak(&self) -> &WeakRef {
        &self.0
    }

    pub fn into_bound(self, py: Python<'_>) -> Bound<'_, PyAny> {
        self.0.into_bound(py)
    }

    /// Whether two are equal: they refer to the same living object, or are the same.
    fn equals(&self, other: &Self, py: Python<'_>) -> bool {
        if self.0.as_ptr() == other.0.as_ptr() {
            return true;
        }
        let referent = self.0.upgrade(py).map(Held::release);
        referent.is_some_and(|referent| other.0.liveness(&referent) == Liveness::This)
    }
}

impl Stored for WeakIdRef {
    fn clone_ref(&self, py: Python<'_>) -> Self {
        Self(self.0.clone_ref(py))
    }

    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.visit(visit)
    }
}

fn new_hashed<'py>(
    type_object: &Bound<'py, PyType>,
    referent: &Bound<'py, PyAny>,
    callback: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let made = ref_new::new_instance(type_object, referent, callback)?;
    // SAFETY: (6, 9, 16) it is a new instance of a subtype of `ref`, and this is its hash.
    let weak = unsafe { &*ptr::from_ref(made.as_unbound()).cast::<WeakRef>() };
    weak.cache_hash(address_hash(referent.as_ptr()));
    Ok(made)
}

const NAMES: [&CStr; 2] = [c"ob", c"callback"];

unsafe extern "C" fn new(
    type_object: *mut ffi::PyTypeObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16, 17) the interpreter calls a constructor with a type, a tuple and a dict or
    // null.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let type_object = Bound::from_borrowed_ptr(py, type_object.cast());
            let (args, kwargs) = arguments::arguments(py, args, kwargs);
            let values = ref_subtype::parse("WeakIdRef.__new__", NAMES, 1, &args, kwargs.as_ref())?;
            let [ob, callback] = values;
            let ob = ob.expect("a required argument is there");
            let callback = callback.unwrap_or_else(|| py.None().into_bound(py));
            let type_object = type_object.cast_into_unchecked::<PyType>();
            Ok(new_hashed(&type_object, &ob, &callback)?.into_ptr())
        })
    }
}

/// The hash that was stored when it was made.
unsafe extern "C" fn hash(object: *mut ffi::PyObject) -> Py_hash_t {
    // SAFETY: (1, 2, 16) the interpreter calls a slot with an instance of its type.
    unsafe {
        trampoline(-1, |py| {
            let object = Bound::from_borrowed_ptr(py, object);
            let weak = WeakRef::from_object(object.as_unbound());
            weak.and_then(WeakRef::cached_hash).ok_or_else(|| {
                alloc::error::<PyTypeError>(py, format_args!("weak object has gone away"))
            })
        })
    }
}

unsafe extern "C" fn richcompare(
    object: *mut ffi::PyObject,
    other: *mut ffi::PyObject,
    op: c_int,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) as in `hash`; the other object is live.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let object = Bound::from_borrowed_ptr(py, object);
            let other = Bound::from_borrowed_ptr(py, other);
            let both = (
                WeakIdRef::from_object(&object),
                WeakIdRef::from_object(&other),
            );
            let result = match (both, CompareOp::from_raw(op)) {
                ((Some(own), Some(other)), Some(CompareOp::Eq)) => own.equals(other, py),
                ((Some(own), Some(other)), Some(CompareOp::Ne)) => !own.equals(other, py),
                _ => return Ok(py.NotImplemented().into_ptr()),
            };
            Ok(pyo3::types::PyBool::new(py, result).to_owned().into_ptr())
        })
    }
}

/// The class `WeakIdRef`.
pub fn type_object(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static TYPE: ReentrantOnce<Py<PyType>> = ReentrantOnce::new();
    let made = TYPE.get_or_try_make(py, || {
        let slots = [
            (ffi::Py_tp_doc, DOC.as_ptr() as *mut c_void),
            (ffi::Py_tp_new, new as *mut c_void),
            (ffi::Py_tp_hash, hash as *mut c_void),
            (ffi::Py_tp_richcompare, richcompare as *mut c_void),
        ];
        // SAFETY: (7) the functions have the types that their slots want.
        unsafe { ref_subtype::new_type::<NoFields>(py, c"weakly.WeakIdRef", &slots) }
            .map(Bound::unbind)
    });
    made.map(|made| made.bind(py))
}

const DOC: &CStr = c"WeakIdRef(ob, callback=None, /)\n--\n\n\
A weak reference that is compared and hashed by the identity of its referent.\n\n\
Two are equal if they refer to the same living object, or are the same reference. Neither calls \
`__eq__` or `__hash__` of the referent, so any object that can be weakly referenced will do. The \
dictionaries and sets that tell their keys apart by identity hold these.";
