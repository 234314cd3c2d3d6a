//! `WeakMethod`: a weak reference to a bound method that dies with the method's object.

use std::ffi::{CStr, c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use pyo3::basic::CompareOp;
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::interpreter;
use crate::interpreter::alloc::{self, Shown};
use crate::interpreter::class::arguments;
use crate::interpreter::class::instance;
use crate::interpreter::class::trampoline::{Builtin, Function, trampoline};
use crate::interpreter::class::vectorcall::{self, Arguments, Constructor};
use crate::interpreter::lock::held::Held;
use crate::interpreter::names;
use crate::interpreter::recursion;
use crate::interpreter::reentrant_once::ReentrantOnce;
use crate::references::keyed_ref::KeyedRef;
use crate::references::ref_new;
use crate::references::ref_subtype::{self, Fields};
use crate::references::weak_ref::WeakRef;

unsafe extern "C" {
    static mut PyMethod_Type: ffi::PyTypeObject;
    fn PyMethod_New(function: *mut ffi::PyObject, object: *mut ffi::PyObject)
    -> *mut ffi::PyObject;
    fn PyMethod_Self(method: *mut ffi::PyObject) -> *mut ffi::PyObject;
    fn PyMethod_Function(method: *mut ffi::PyObject) -> *mut ffi::PyObject;
}

/// The fields that `WeakMethod` adds to `ref`, which is itself the reference to the object.
///
/// Other threads may find a new instance on its object's list of references while it gets its
/// fields. It is alive when it has them all.
#[repr(C)]
struct MethodFields {
    /// A reference to the function; its key is a weak reference to the `WeakMethod`, so that the
    /// death of the function finds it without a cycle.
    func_ref: Field,
    meth_type: Field,
    callback: Field,
    weak_list: *mut ffi::PyObject,
    is_alive: AtomicBool,
}

impl Fields for MethodFields {
    fn visit(&self, visit: &mut dyn FnMut(&Py<PyAny>) -> c_int) -> c_int {
        let owned = [&self.func_ref, &self.meth_type, &self.callback];
        owned
            .into_iter()
            .filter_map(Field::get)
            .map(visit)
            .find(|&stop| stop != 0)
            .unwrap_or(0)
    }

    fn release<'py>(&mut self, py: Python<'py>) -> [Option<Bound<'py, PyAny>>; 3] {
        let owned = [&mut self.func_ref, &mut self.meth_type, &mut self.callback];
        owned.map(|field| field.take(py))
    }

    /// Nothing: what the fields own was there before the instance, and they are never changed. So
    /// in each cycle there is something else that can be taken apart, as with a `tuple`.
    #[cfg(Py_GIL_DISABLED)]
    unsafe fn break_cycle(_object: &Bound<'_, PyAny>) {}

    const HAS_WEAK_LIST: bool = true;

    unsafe fn before_release(object: *mut ffi::PyObject) {
        // SAFETY: (8, 17) the object is dying, and its type has a list of weak references.
        unsafe { ffi::PyObject_ClearWeakRefs(object) };
    }
}

/// A field that is written once, before its instance is alive. Other threads may look before that.
#[repr(transparent)]
struct Field(AtomicPtr<ffi::PyObject>);

impl Field {
    /// Gives a new instance what it is to own.
    fn set(&self, object: Option<Bound<'_, PyAny>>) {
        let object = object.map_or(ptr::null_mut(), Bound::into_ptr);
        self.0.store(object, Ordering::Release);
    }

    fn get(&self) -> Option<&Py<PyAny>> {
        let is_set = !self.0.load(Ordering::Acquire).is_null();
        // SAFETY: (7) what was written is owned until nobody else has the instance, and not written
        // again: a `Py` is the pointer to it.
        is_set.then(|| unsafe { &*self.0.as_ptr().cast::<Py<PyAny>>() })
    }

    fn take<'py>(&mut self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let object = std::mem::replace(self.0.get_mut(), ptr::null_mut());
        // SAFETY: (7) it was owned, and is given up.
        unsafe { Bound::from_owned_ptr_or_opt(py, object) }
    }
}

/// A borrowed instance of `WeakMethod`.
struct WeakMethod<'a, 'py>(&'a Bound<'py, PyAny>);

impl<'a, 'py> WeakMethod<'a, 'py> {
    /// The object as a `WeakMethod`, if it is one: by its type, whatever its `__class__` says.
    fn from_object(object: &'a Bound<'py, PyAny>) -> Option<Self> {
        let class = type_object(object.py()).ok()?;
        instance::is_instance(object, class).then_some(Self(object))
    }

    fn fields(&self) -> &'a MethodFields {
        // SAFETY: (7, 16) the object is an instance of `WeakMethod` and alive for `'a`; the fields
        // are atomic.
        unsafe { &*ref_subtype::fields::<MethodFields>(self.0.as_ptr()) }
    }

    fn is_alive(&self) -> bool {
        self.fields().is_alive.load(Ordering::Acquire)
    }

    /// The bound method, made again, or `None` once its object or its function is dead.
    fn method(&self) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = self.0.py();
        let fields = self.fields();
        let (Some(object), Some(func_ref)) = (referent(self.0), fields.func_ref.get()) else {
            return Ok(None);
        };
        let (Some(function), Some(meth_type)) =
            (referent(func_ref.bind(py)), fields.meth_type.get())
        else {
            return Ok(None);
        };
        if meth_type.as_ptr() != (&raw mut PyMethod_Type).cast() {
            return interpreter::call(meth_type.bind(py), [&function, &object]).map(Some);
        }
        // SAFETY: (15) both are live objects; the result is a new reference or null with an error
        // set.
        unsafe {
            let method = PyMethod_New(function.as_ptr(), object.as_ptr());
            Bound::from_owned_ptr_or_err(py, method).map(Some)
        }
    }

    /// The first of the two deaths, of the object or of the function: calls the callback.
    fn die(&self) -> PyResult<()> {
        let py = self.0.py();
        if self.fields().is_alive.swap(false, Ordering::AcqRel) {
            if let Some(callback) = self.fields().callback.get() {
                interpreter::call(callback.bind(py), [self.0])?;
            }
        }
        Ok(())
    }

    /// Two live ones are equal if their objects and their functions are; dead ones by identity.
    fn equals(&self, other: &Self, op: CompareOp) -> PyResult<Bound<'py, PyAny>> {
        let py = self.0.py();
        if !self.is_alive() || !other.is_alive() {
            let is_same = self.0.is(other.0) == matches!(op, CompareOp::Eq);
            return Ok(is_same.into_pyobject(py)?.to_owned().into_any());
        }
        let of_objects = compare_as_refs(self.0, other.0, op)?;
        if of_objects.is_truthy()? != matches!(op, CompareOp::Eq) {
            return Ok(of_objects);
        }
        match (self.fields().func_ref.get(), other.fields().func_ref.get()) {
            (Some(own), Some(others)) => own.bind(py).rich_compare(others, op),
            _ => Ok(of_objects),
        }
    }
}

fn referent<'py>(weak: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    let referent = WeakRef::from_object(weak.as_unbound())?.upgrade(weak.py());
    referent.map(Held::release)
}

/// `ref.__eq__` or `ref.__ne__`.
fn compare_as_refs<'py>(
    own: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
    op: CompareOp,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: (16, 20) both are instances of subtypes of `ref`, which has this slot.
    unsafe {
        let compare = (*ref_subtype::ref_type())
            .tp_richcompare
            .expect("`ref` has comparisons");
        let operands = (own.as_ptr(), other.as_ptr(), op as c_int);
        let result = interpreter::slot_of_three(compare, operands);
        Bound::from_owned_ptr_or_err(own.py(), result)
    }
}

/// The callback of both references, to the object (the `WeakMethod` itself) and to the function.
struct Died;

impl Function for Died {
    const NAME: &'static CStr = c"_died";
    const DOC: &'static CStr = c"Calls the callback of a weak method.";
    type Receiver = PyAny;

    fn call<'py>(_: &Bound<'py, PyAny>, weak: &Bound<'py, PyAny>) -> PyResult<()> {
        let owner = match KeyedRef::from_object(weak) {
            Some(func_ref) => func_ref.key(weak.py()).as_ref().and_then(referent),
            None => Some(weak.clone()),
        };
        match owner.as_ref().and_then(WeakMethod::from_object) {
            Some(method) => method.die(),
            None => Ok(()),
        }
    }
}

static DIED: Builtin<Died> = Builtin::new();

fn died_callback(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CALLBACK: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    let made = CALLBACK.get_or_try_make(py, || DIED.bind(py.None().bind(py)));
    made.map(|made| made.bind(py))
}

/// The object and the function of a bound method.
fn parts<'py>(method: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let py = method.py();
    // SAFETY: (15, 16) a bound method owns both as long as it lives.
    unsafe {
        if ffi::Py_TYPE(method.as_ptr()) == &raw mut PyMethod_Type {
            let object = PyMethod_Self(method.as_ptr());
            let function = PyMethod_Function(method.as_ptr());
            return Ok((
                Bound::from_borrowed_ptr(py, object),
                Bound::from_borrowed_ptr(py, function),
            ));
        }
    }
    let parts = method
        .getattr(names::self_(py))
        .and_then(|object| Ok((object, method.getattr(names::func(py))?)));
    parts.map_err(|error| {
        if !error.is_instance_of::<PyAttributeError>(py) {
            return error;
        }
        alloc::discard(py, error);
        match method.get_type().repr() {
            Ok(type_repr) => alloc::error::<PyTypeError>(
                py,
                format_args!(
                    "argument should be a bound method, not {}",
                    Shown(&type_repr)
                ),
            ),
            Err(error) => error,
        }
    })
}

unsafe extern "C" fn new(
    class: *mut ffi::PyTypeObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls a constructor with a subtype, a tuple and a dict or
    // null.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let class = Bound::from_borrowed_ptr(py, class.cast()).cast_into_unchecked();
            let (args, kwargs) = arguments::arguments(py, args, kwargs);
            let names = [c"meth", c"callback"];
            let [method, callback] =
                ref_subtype::parse("WeakMethod.__new__", names, 1, &args, kwargs.as_ref())?;
            let method = method.expect("a required argument is there");
            Ok(new_method(&class, &method, callback)?.into_ptr())
        })
    }
}

/// `WeakMethod(method)` and `WeakMethod(method, callback)`.
struct Construct;

impl Constructor for Construct {
    fn construct<'py>(
        class: &Bound<'py, PyType>,
        arguments: Arguments<'_, 'py>,
    ) -> Option<PyResult<Bound<'py, PyAny>>> {
        let method = arguments.get(0)?;
        let callback = arguments.get(1).map(Borrowed::to_owned);
        (arguments.count() <= 2).then(|| new_method(class, &method, callback))
    }
}

fn new_method<'py>(
    class: &Bound<'py, PyType>,
    method: &Bound<'py, PyAny>,
    callback: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let (object, function) = parts(method)?;
    let died = died_callback(py)?;
    let made = ref_new::new_instance(class, &object, died)?;
    let self_ref = WeakRef::canonical(&made)?.into_bound(py);
    let func_ref = KeyedRef::new(&function, died, &self_ref)?;
    // SAFETY: (7, 16) the instance is of `WeakMethod` or a subclass. Who has seen it before, as the
    // garbage collector or a death of the object, has seen zeroes, which are none and dead.
    let fields = unsafe { &*ref_subtype::fields::<MethodFields>(made.as_ptr()) };
    fields.meth_type.set(Some(method.get_type().into_any()));
    fields
        .callback
        .set(callback.filter(|callback| !callback.is_none()));
    fields.func_ref.set(Some(func_ref.into_bound(py)));
    fields.is_alive.store(true, Ordering::Release);
    Ok(made)
}

unsafe extern "C" fn call(
    object: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls with an instance, a tuple and a dict or null.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let (args, kwargs) = arguments::arguments(py, args, kwargs);
            ref_subtype::parse("WeakMethod.__call__", [], 0, &args, kwargs.as_ref())?;
            let method = WeakMethod(&Bound::from_borrowed_ptr(py, object)).method()?;
            Ok(method.map_or_else(|| py.None().into_ptr(), Bound::into_ptr))
        })
    }
}

unsafe extern "C" fn compare(
    object: *mut ffi::PyObject,
    other: *mut ffi::PyObject,
    op: c_int,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls with an instance and a live object.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let (object, other) = (
                Bound::from_borrowed_ptr(py, object),
                Bound::from_borrowed_ptr(py, other),
            );
            match (CompareOp::from_raw(op), WeakMethod::from_object(&other)) {
                (Some(op @ (CompareOp::Eq | CompareOp::Ne)), Some(other)) => {
                    let equals = || WeakMethod(&object).equals(&other, op);
                    Ok(recursion::counted(py, c" in comparison", 1, equals)?.into_ptr())
                }
                _ => Ok(py.NotImplemented().into_ptr()),
            }
        })
    }
}

/// What Python sees of the fields; the interpreter copies it into the type.
fn members() -> [ffi::PyMemberDef; 5] {
    let member = |name: &'static CStr, type_code, offset| ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code,
        offset: (ref_subtype::base_size() + offset) as ffi::Py_ssize_t,
        flags: ffi::Py_READONLY,
        doc: ptr::null(),
    };
    let object = ffi::Py_T_OBJECT_EX;
    [
        member(c"_func_ref", object, offset_of!(MethodFields, func_ref)),
        member(c"_meth_type", object, offset_of!(MethodFields, meth_type)),
        member(
            c"_alive",
            ffi::Py_T_BOOL,
            offset_of!(MethodFields, is_alive),
        ),
        member(
            c"__weaklistoffset__",
            ffi::Py_T_PYSSIZET,
            offset_of!(MethodFields, weak_list),
        ),
        ffi::PyMemberDef::default(),
    ]
}

/// The class `WeakMethod`.
pub fn type_object(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static TYPE: ReentrantOnce<Py<PyType>> = ReentrantOnce::new();
    let made = TYPE.get_or_try_make(py, || {
        let members = members();
        // SAFETY: (20) the type is ready and its hash slot, if any, is a function.
        let hash = unsafe {
            (*ref_subtype::ref_type())
                .tp_hash
                .expect("`ref` can be hashed")
        };
        let slots = [
            (ffi::Py_tp_doc, DOC.as_ptr() as *mut c_void),
            (ffi::Py_tp_members, members.as_ptr() as *mut c_void),
            (ffi::Py_tp_new, new as *mut c_void),
            (ffi::Py_tp_call, call as *mut c_void),
            (ffi::Py_tp_richcompare, compare as *mut c_void),
            (ffi::Py_tp_hash, hash as *mut c_void),
        ];
        // SAFETY: (7) the functions have the types that their slots want.
        unsafe {
            let made = ref_subtype::new_type::<MethodFields>(py, c"weakly.WeakMethod", &slots)?;
            vectorcall::install::<Construct>(&made);
            Ok(made.unbind())
        }
    });
    made.map(|made| made.bind(py))
}

const DOC: &CStr = c"WeakMethod(meth, callback=None)\n--\n\n\
A weak reference to a bound method.\n\n\
Python creates a bound method at each access, so an ordinary weak reference to it would be dead at \
once. A WeakMethod lives as long as the method's object and function do. Calling it returns the \
bound method, or None once one of the two is dead. When the first of them dies, `callback` is \
called with the WeakMethod. It behaves as `weakref.WeakMethod`.";
