//! `KeyedRef`: a weak reference that knows the key of its value in a `WeakValueDictionary`.

use std::ffi::{CStr, c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicIsize, Ordering};

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use pyo3::sync::critical_section::with_critical_section;
use pyo3::types::PyType;
use pyo3::{PyTraverseError, PyVisit, ffi};

use crate::interpreter::class::arguments;
use crate::interpreter::class::instance;
use crate::interpreter::class::trampoline::trampoline;
use crate::interpreter::reentrant_once::ReentrantOnce;
use crate::interpreter::stored::Stored;
use crate::references::ref_new;
use crate::references::ref_subtype::{self, Fields};
use crate::references::weak_ref::WeakRef;

/// The fields that `KeyedRef` adds to `ref`.
#[repr(C)]
struct Keyed {
    /// Python code may replace it at any time. Without the GIL the interpreter then has the object's
    /// critical section, and so has whoever else touches it.
    key: Option<Py<PyAny>>,
    /// That of the key which a dictionary has given, and which finds the entry again.
    hash: AtomicIsize,
}

impl Fields for Keyed {
    fn visit(&self, visit: &mut dyn FnMut(&Py<PyAny>) -> c_int) -> c_int {
        self.key.as_ref().map_or(0, visit)
    }

    fn release<'py>(&mut self, py: Python<'py>) -> [Option<Bound<'py, PyAny>>; 3] {
        [self.key.take().map(|key| key.into_bound(py)), None, None]
    }

    /// The key: it may have been replaced by something that owns the reference.
    #[cfg(Py_GIL_DISABLED)]
    unsafe fn break_cycle(object: &Bound<'_, PyAny>) {
        // SAFETY: (7) the fields are there, and the critical section keeps others out of this one.
        drop(with_critical_section(object, || unsafe {
            (*ref_subtype::fields::<Self>(object.as_ptr())).key.take()
        }));
    }
}

/// An instance of `KeyedRef`.
#[derive(Debug)]
#[repr(transparent)]
pub struct KeyedRef(WeakRef);

impl KeyedRef {
    /// `KeyedRef(referent, callback, key)`.
    #[inline]
    pub(crate) fn new<'py>(
        referent: &Bound<'py, PyAny>,
        callback: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Self> {
        let made = new_keyed(type_object(referent.py())?, referent, callback, key)?;
        // SAFETY: (9, 16) `KeyedRef` is a subtype of `ref`.
        Ok(Self(unsafe { WeakRef::from_object_unchecked(made) }))
    }

    /// As [`KeyedRef::new`], for a dictionary in which the key has this hash.
    #[inline]
    pub(crate) fn with_hash<'py>(
        referent: &Bound<'py, PyAny>,
        callback: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
        hash: Py_hash_t,
    ) -> PyResult<Self> {
        let made = Self::new(referent, callback, key)?;
        made.hash_field().store(hash, Ordering::Relaxed);
        Ok(made)
    }

    /// The object as a `KeyedRef`, if it is one.
    pub(crate) fn from_object<'a>(object: &'a Bound<'_, PyAny>) -> Option<&'a Self> {
        let class = type_object(object.py()).ok()?;
        // SAFETY: (9, 16) `KeyedRef` is a transparent wrapper.
        instance::is_instance(object, class)
            .then(|| unsafe { &*ptr::from_ref(object.as_unbound()).cast::<Self>() })
    }

    /// Whether its type is `KeyedRef` itself and no subclass, which might redefine anything.
    pub(crate) fn is_exact(&self, py: Python<'_>) -> bool {
        type_object(py).is_ok_and(|class| self.0.bind(py).get_type().is(class))
    }

    pub(crate) fn weak(&self) -> &WeakRef {
        &self.0
    }

    /// The key given at creation, or whatever it was replaced with.
    pub(crate) fn key<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        // SAFETY: (7) the fields are there, and the GIL or the critical section keeps writers out.
        with_critical_section(self.0.bind(py), || unsafe {
            (*self.fields())
                .key
                .as_ref()
                .map(|key| key.bind(py).clone())
        })
    }

    pub fn into_bound(self, py: Python<'_>) -> Bound<'_, PyAny> {
        self.0.into_bound(py)
    }

    fn fields(&self) -> *mut Keyed {
        // SAFETY: (16) the object is an instance of `KeyedRef`.
        unsafe { ref_subtype::fields(self.0.as_ptr()) }
    }

    /// The hash of the key that a dictionary has given. Of a reference that none has made it is 0.
    #[inline]
    pub(crate) fn hash(&self) -> Py_hash_t {
        self.hash_field().load(Ordering::Relaxed)
    }

    #[inline]
    fn hash_field(&self) -> &AtomicIsize {
        // SAFETY: (7) the fields are there.
        unsafe { &(*self.fields()).hash }
    }
}

impl Stored for KeyedRef {
    fn clone_ref(&self, py: Python<'_>) -> Self {
        Self(self.0.clone_ref(py))
    }

    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.visit(visit)
    }
}

#[inline]
fn new_keyed<'py>(
    type_object: &Bound<'py, PyType>,
    referent: &Bound<'py, PyAny>,
    callback: &Bound<'py, PyAny>,
    key: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let made = ref_new::new_instance(type_object, referent, callback)?;
    // Another thread may have found the reference on its referent's list, and have set its key.
    // SAFETY: (7, 16) the instance is of `KeyedRef` or a subclass; as in `key`.
    let other = with_critical_section(&made, || unsafe {
        (*ref_subtype::fields::<Keyed>(made.as_ptr()))
            .key
            .replace(key.clone().unbind())
    });
    drop(other);
    Ok(made)
}

const NAMES: [&CStr; 3] = [c"ob", c"callback", c"key"];

unsafe extern "C" fn new(
    type_object: *mut ffi::PyTypeObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls a constructor with a type, a tuple and a dict or
    // null.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let type_object = Bound::from_borrowed_ptr(py, type_object.cast());
            let [ob, callback, key] = parse(py, "KeyedRef.__new__", args, kwargs)?;
            let type_object = type_object.cast_into_unchecked::<PyType>();
            Ok(new_keyed(&type_object, &ob, &callback, &key)?.into_ptr())
        })
    }
}

/// Checks the arguments once more, as `__init__` does that is called with those of `__new__`.
unsafe extern "C" fn init(
    _object: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: (1, 2, 16) as for `new`.
    unsafe {
        trampoline(-1, |py| {
            parse(py, "KeyedRef.__init__", args, kwargs).map(|_| 0)
        })
    }
}

/// # Safety
///
/// `args` is a tuple, `kwargs` a dict or null.
unsafe fn parse<'py>(
    py: Python<'py>,
    function: &str,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> PyResult<[Bound<'py, PyAny>; 3]> {
    // SAFETY: (17) the caller's promise.
    let (args, kwargs) = unsafe { arguments::arguments(py, args, kwargs) };
    let values = ref_subtype::parse(function, NAMES, 3, &args, kwargs.as_ref())?;
    Ok(values.map(|value| value.expect("a required argument is there")))
}

/// The class `KeyedRef`.
pub fn type_object(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static TYPE: ReentrantOnce<Py<PyType>> = ReentrantOnce::new();
    let made = TYPE.get_or_try_make(py, || {
        let key = ffi::PyMemberDef {
            name: c"key".as_ptr(),
            type_code: ffi::Py_T_OBJECT_EX,
            offset: (ref_subtype::base_size() + offset_of!(Keyed, key)) as ffi::Py_ssize_t,
            flags: 0,
            doc: c"The key under which the dictionary holds the value.".as_ptr(),
        };
        // The interpreter copies the members into the type.
        let members = [key, ffi::PyMemberDef::default()];
        let slots = [
            (ffi::Py_tp_doc, DOC.as_ptr() as *mut c_void),
            (ffi::Py_tp_members, members.as_ptr() as *mut c_void),
            (ffi::Py_tp_new, new as *mut c_void),
            (ffi::Py_tp_init, init as *mut c_void),
        ];
        // SAFETY: (7) the functions have the types that their slots want.
        unsafe { ref_subtype::new_type::<Keyed>(py, c"weakly.KeyedRef", &slots) }.map(Bound::unbind)
    });
    made.map(|made| made.bind(py))
}

const DOC: &CStr = c"KeyedRef(ob, callback, key)\n--\n\n\
A weak reference with the key of its value.\n\n\
A WeakValueDictionary stores one per value, so that one callback serves all of them: the attribute \
`key` tells which entry has died. It behaves as `weakref.KeyedRef`.";
