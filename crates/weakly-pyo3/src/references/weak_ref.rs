//! The interpreter's own weak references, as the tables store them.

use std::ptr;
use std::sync::atomic::{AtomicIsize, AtomicPtr, Ordering::Relaxed};

use pyo3::exceptions::{PyImportError, PyTypeError};
use pyo3::prelude::*;
#[cfg(Py_GIL_DISABLED)]
use pyo3::types::PyList;
use pyo3::types::{PyType, PyWeakrefReference};
use pyo3::{PyTraverseError, PyVisit, ffi};

use crate::interpreter::alloc::{self, Shown};
use crate::interpreter::lock::held::Held;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::prefetch::prefetch;
use crate::interpreter::stored::Stored;
#[cfg(not(Py_GIL_DISABLED))]
use crate::interpreter::type_slots::compares_by_identity;
#[cfg(Py_GIL_DISABLED)]
use crate::interpreter::{self, names};

/// The beginning of the interpreter's `PyWeakReference`: the same in CPython 3.9 to 3.15, and
/// [`check_layout`] makes sure of it at import.
#[repr(C)]
struct Layout {
    ob_base: ffi::PyObject,
    wr_object: *mut ffi::PyObject,
    wr_callback: *mut ffi::PyObject,
    hash: ffi::Py_hash_t,
    wr_prev: *mut Layout,
    wr_next: *mut Layout,
}

/// Whether a stored reference is one to a given object, as far as that can be said without
/// running Python code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Liveness {
    Dead,
    This,
    Another,
}

/// A Python weak reference: an instance of `weakref.ref` or of a subclass.
#[derive(Debug)]
#[repr(transparent)]
pub struct WeakRef(OwnedObject);

impl WeakRef {
    /// `weakref.ref(referent, callback)`: always a new reference.
    pub fn new(referent: &Bound<'_, PyAny>, callback: &Bound<'_, PyAny>) -> PyResult<Self> {
        // SAFETY: (15) both are live objects; the result is a new reference, or null with an error
        // set.
        let weak = unsafe {
            let weak = ffi::PyWeakref_NewRef(referent.as_ptr(), callback.as_ptr());
            Bound::from_owned_ptr_or_err(referent.py(), weak)?
        };
        Ok(Self(weak.into()))
    }

    /// `weakref.ref(referent)`: the canonical reference.
    pub fn canonical(referent: &Bound<'_, PyAny>) -> PyResult<Self> {
        PyWeakrefReference::new(referent).map(|weak| Self(weak.into()))
    }

    /// The object as a weak reference, if it is one.
    pub(crate) fn from_object(object: &Py<PyAny>) -> Option<&Self> {
        // SAFETY: (9, 15, 16) the object is live, and the check reads its type; `WeakRef` is a
        // transparent wrapper.
        unsafe {
            let is_ref = ffi::PyWeakref_CheckRef(object.as_ptr()) != 0;
            is_ref.then(|| &*ptr::from_ref(object).cast::<Self>())
        }
    }

    /// An object that is known to be a weak reference.
    ///
    /// # Safety
    ///
    /// The object is an instance of `ref`.
    pub(crate) unsafe fn from_object_unchecked(object: Bound<'_, PyAny>) -> Self {
        Self(object.into())
    }

    pub(crate) fn as_ptr(&self) -> *mut ffi::PyObject {
        self.0.as_ptr()
    }

    pub fn bind<'a, 'py>(&'a self, py: Python<'py>) -> &'a Bound<'py, PyAny> {
        self.0.bind(py)
    }

    pub fn as_object(&self) -> &Py<PyAny> {
        &self.0
    }

    pub fn into_bound(self, py: Python<'_>) -> Bound<'_, PyAny> {
        self.0.into_bound(py)
    }

    /// Lets the processor fetch what [`WeakRef::upgrade`] reads of the reference.
    #[inline]
    pub(crate) fn prefetch(&self) {
        // SAFETY: (4) the object is a live weak reference, whose struct begins as `Layout`.
        prefetch(unsafe { &raw const (*self.layout()).wr_object });
    }

    /// Lets the processor fetch what [`WeakRef::upgrade`] reads of the referent.
    #[inline]
    pub(crate) fn prefetch_referent(&self) {
        prefetch(self.referent_ptr());
    }

    fn layout(&self) -> *mut Layout {
        self.0.as_ptr().cast()
    }

    fn referent_ptr(&self) -> *mut ffi::PyObject {
        // SAFETY: (4, 5) the object is a live weak reference, whose struct begins as `Layout`. Only
        // the interpreter writes the field: with the GIL not now, without it atomically.
        unsafe { AtomicPtr::from_ptr(&raw mut (*self.layout()).wr_object).load(Relaxed) }
    }

    /// The address of the referent, or that of `None` if it is dead.
    pub(crate) fn address(&self) -> usize {
        self.referent_ptr().addr()
    }

    /// Whether the referent lives and is `object`. Runs no Python code.
    #[inline]
    pub(crate) fn liveness(&self, object: &Bound<'_, PyAny>) -> Liveness {
        let referent = self.referent_ptr();
        if referent == object.as_ptr() {
            Liveness::This
        } else if referent == none_ptr() {
            Liveness::Dead
        } else {
            Liveness::Another
        }
    }

    /// Whether only identity counts where the referent is compared, or `None` if it is dead. Runs no
    /// Python code.
    #[cfg(not(Py_GIL_DISABLED))]
    pub(crate) fn referent_is_compared_by_identity(&self) -> Option<bool> {
        let referent = self.referent_ptr();
        // SAFETY: (5) a referent that is not cleared yet is an object in memory, if perhaps a dying
        // one, and the GIL keeps it so while we look at its type.
        (referent != none_ptr()).then(|| unsafe { compares_by_identity(ffi::Py_TYPE(referent)) })
    }

    /// The referent, or `None` if it is dead. Runs no Python code.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    pub fn upgrade<'py>(&self, py: Python<'py>) -> Option<Held<'py>> {
        let referent = self.referent_ptr();
        // SAFETY: (5) a referent that is not cleared yet is an object in memory, and the GIL keeps
        // it so. With a reference count of zero it is being destroyed: that is dead, as the
        // interpreter sees it too.
        unsafe {
            if referent == none_ptr() || ffi::Py_REFCNT(referent) == 0 {
                return None;
            }
            Some(Held::new(Bound::from_borrowed_ptr(py, referent)))
        }
    }

    /// Whether the referent lives. Runs no Python code.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    pub(crate) fn is_alive(&self) -> bool {
        let referent = self.referent_ptr();
        // SAFETY: (5) as in `upgrade`.
        referent != none_ptr() && unsafe { ffi::Py_REFCNT(referent) } != 0
    }

    /// Whether the referent lives. Runs no Python code. (To count its references would take one,
    /// which may turn out to be the last: one that is being destroyed counts as alive a little
    /// longer.)
    #[cfg(Py_GIL_DISABLED)]
    pub(crate) fn is_alive(&self) -> bool {
        self.referent_ptr() != none_ptr()
    }

    /// The referent, or `None` if it is dead. Runs no Python code.
    #[cfg(Py_GIL_DISABLED)]
    pub fn upgrade<'py>(&self, py: Python<'py>) -> Option<Held<'py>> {
        let mut referent = std::ptr::null_mut();
        // SAFETY: (5, 16) the object is a weak reference; the call stores a new reference or null.
        unsafe {
            ffi::PyWeakref_GetRef(self.as_ptr(), &raw mut referent);
            Bound::from_owned_ptr_or_opt(py, referent).map(Held::new)
        }
    }

    /// The hash of the referent, if it was ever asked for. Runs no Python code.
    pub(crate) fn cached_hash(&self) -> Option<ffi::Py_hash_t> {
        // SAFETY: (6) it is only read.
        let hash = unsafe { self.hash_cell().load(Relaxed) };
        (hash != -1).then_some(hash)
    }

    /// Remembers the hash of the referent, so that `hash(ref)` does not call its `__hash__` again
    /// and the reference can be found in its table once the referent is dead.
    pub(crate) fn cache_hash(&self, hash: ffi::Py_hash_t) {
        // SAFETY: (6) the object is a weak reference that this crate has just made. The interpreter
        // itself fills the field so at the first `hash(ref)`.
        unsafe { self.hash_cell().store(hash, Relaxed) };
    }

    /// # Safety
    ///
    /// What is written is the hash of the referent.
    unsafe fn hash_cell(&self) -> &AtomicIsize {
        // SAFETY: (4, 6) as in `referent_ptr`; the field is as wide as a pointer, and written as
        // one word.
        unsafe { AtomicIsize::from_ptr(&raw mut (*self.layout()).hash) }
    }

    /// Whether its type is `ref` itself and no subclass, which might redefine anything.
    pub(crate) fn is_exact(&self) -> bool {
        // SAFETY: (15) the object is a live weak reference, and the check reads its type.
        unsafe { ffi::PyWeakref_CheckRefExact(self.as_ptr()) != 0 }
    }

    /// Whether the death of the referent will call `callback`.
    pub(crate) fn calls(&self, callback: &Bound<'_, PyAny>) -> bool {
        // SAFETY: (4) as in `referent_ptr`; the pointer is compared, not followed.
        let own =
            unsafe { AtomicPtr::from_ptr(&raw mut (*self.layout()).wr_callback).load(Relaxed) };
        own == callback.as_ptr()
    }
}

impl Stored for WeakRef {
    fn clone_ref(&self, py: Python<'_>) -> Self {
        Self(self.0.clone_ref(py))
    }

    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self.as_object())
    }
}

/// The object as a weak reference. Errors: TypeError if it is none.
pub(crate) fn expect<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<&'a WeakRef> {
    WeakRef::from_object(object.as_unbound()).ok_or_else(|| {
        let name = match object.get_type().name() {
            Ok(name) => name,
            Err(error) => return error,
        };
        let name = Shown(&name);
        alloc::error::<PyTypeError>(
            object.py(),
            format_args!("expected a weak reference, got an object of type '{name}'"),
        )
    })
}

/// Whether any weak reference to an object is as `is_wanted` says, which runs no code.
///
/// Errors: MemoryError.
#[cfg(not(Py_GIL_DISABLED))]
pub(crate) fn any_to(
    object: &Bound<'_, PyAny>,
    is_wanted: impl Fn(&Bound<'_, PyAny>) -> bool,
) -> PyResult<bool> {
    // The first one on the list. (`getweakrefs` crashes up to CPython 3.11 if a collection, which it may
    // start, shortens the list.)
    let first = WeakRef::canonical(object)?;
    let mut weak = first.layout();
    while !weak.is_null() {
        // SAFETY: (4, 5) a reference on the list is in memory, and its struct begins as `Layout`. The
        // GIL keeps the list as it is. One that is being destroyed is not counted, only looked at.
        unsafe {
            if is_wanted(&Borrowed::from_ptr(object.py(), weak.cast())) {
                return Ok(true);
            }
            weak = (*weak).wr_next;
        }
    }
    Ok(false)
}

/// Whether any weak reference to an object is as `is_wanted` says, which runs no code.
///
/// Errors: MemoryError.
#[cfg(Py_GIL_DISABLED)]
pub(crate) fn any_to(
    object: &Bound<'_, PyAny>,
    is_wanted: impl Fn(&Bound<'_, PyAny>) -> bool,
) -> PyResult<bool> {
    // Only the interpreter knows the lock of the list.
    let get = alloc::import(object.py(), c"_weakref")?.getattr(names::getweakrefs(object.py()))?;
    let all = interpreter::call(&get, [object])?.cast_into::<PyList>()?;
    Ok(all.iter().any(|weak| is_wanted(&weak)))
}

/// `None`, not counted.
pub(crate) fn none_ptr() -> *mut ffi::PyObject {
    // SAFETY: (20) the address of a static object.
    unsafe { ffi::Py_None() }
}

/// Whether instances of `object`'s type can be weakly referenced. Runs no Python code.
#[inline]
pub fn is_referenceable(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: (15) the object is live, and so is its type.
    unsafe { (*ffi::Py_TYPE(object.as_ptr())).tp_weaklistoffset != 0 }
}

/// Whether a reference is on the list of its referent right behind the first one.
fn is_behind(weak: &WeakRef, first: &WeakRef) -> bool {
    let (weak, first) = (weak.layout(), first.layout());
    // SAFETY: (4) both are live weak references. The pointers are compared, not followed.
    unsafe { (*weak).wr_prev == first && (*first).wr_next == weak }
}

/// Refuses to run on an interpreter whose weak references are not laid out as [`Layout`].
///
/// `referent` is any object that can be hashed and weakly referenced.
pub(crate) fn check_layout(referent: &Bound<'_, PyAny>) -> PyResult<()> {
    let callback = referent.py().get_type::<PyType>().into_any();
    let weak = WeakRef::new(referent, &callback)?;
    let is_unhashed = weak.cached_hash().is_none();
    let hash = weak.bind(referent.py()).hash()?;
    let is_as_expected = weak.referent_ptr() == referent.as_ptr()
        && weak.calls(&callback)
        && is_unhashed
        && weak.cached_hash() == Some(hash)
        && is_behind(&weak, &WeakRef::canonical(referent)?);
    if !is_as_expected {
        return Err(PyImportError::new_err(
            "weakly does not know how this interpreter lays out weak references: use a CPython \
             from 3.9 to 3.15, or a newer weakly",
        ));
    }
    Ok(())
}
