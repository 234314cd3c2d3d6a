//! The functions of the interpreter that may end the thread: those that may run Python code, or give
//! up the GIL and ask for it again.
//!
//! `build.rs` reads this list, and the linker wraps each of them: what the extension and PyO3 call
//! `PyObject_Hash` is `__wrap_PyObject_Hash` from here, for which `__real_PyObject_Hash` is the
//! interpreter's function. So no call can go past it. `tests/hostile/test_interpreter_calls.py` looks into the
//! finished library, and fails for a function that is neither here nor known to be harmless.

use std::ffi::{c_char, c_double, c_int, c_long, c_ulonglong, c_void};

use pyo3::ffi::{self, Py_hash_t, Py_ssize_t, PyMethodDef, PyObject, PyTypeObject};

use super::hang::or_hang;

/// What the functions are declared as, to compare the list with: by PyO3, or, where it keeps a
/// declaration to itself, here.
mod declared {
    pub(super) use pyo3::ffi::*;

    unsafe extern "C" {
        pub(super) fn PyMethod_New(function: *mut PyObject, object: *mut PyObject)
        -> *mut PyObject;
        #[cfg(not(Py_3_13))]
        pub(super) fn _PyTrash_end(thread: *mut PyThreadState);
        #[cfg(all(Py_3_13, not(Py_3_14)))]
        pub(super) fn _PyTrash_thread_destroy_chain(thread: *mut PyThreadState);
        pub(super) fn _Py_Dealloc(object: *mut PyObject);
        #[cfg(Py_GIL_DISABLED)]
        pub(super) fn _Py_DecRef(object: *mut PyObject);
    }
}

macro_rules! guarded {
    ($($(#[$condition:meta])* fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {$(
        $(#[$condition])*
        const _: () = {
            unsafe extern "C-unwind" {
                #[link_name = concat!("__real_", stringify!($name))]
                fn real($($argument: $type),*) $(-> $result)?;
            }

            #[unsafe(export_name = concat!("__wrap_", stringify!($name)))]
            unsafe extern "C-unwind" fn wrap($($argument: $type),*) $(-> $result)? {
                // SAFETY: (13, 17) the caller's promise, who calls the interpreter's function.
                or_hang(|| unsafe { real($($argument),*) })
            }

            let _: unsafe extern "C" fn($($type),*) $(-> $result)? = declared::$name;
        };
    )*};
}

guarded! {
    #[cfg(not(Py_3_13))]
    fn _PyTrash_end(a: *mut ffi::PyThreadState);
    #[cfg(all(Py_3_13, not(Py_3_14)))]
    fn _PyTrash_thread_destroy_chain(a: *mut ffi::PyThreadState);
    fn _Py_Dealloc(a: *mut PyObject);
    #[cfg(Py_GIL_DISABLED)]
    fn _Py_DecRef(a: *mut PyObject);
    fn PyCMethod_New(a: *mut PyMethodDef, b: *mut PyObject, c: *mut PyObject, d: *mut PyTypeObject) -> *mut PyObject;
    #[cfg(Py_GIL_DISABLED)]
    fn PyCriticalSection_Begin(a: *mut ffi::PyCriticalSection, b: *mut PyObject);
    #[cfg(Py_GIL_DISABLED)]
    fn PyCriticalSection_End(a: *mut ffi::PyCriticalSection);
    fn PyDescr_NewMethod(a: *mut PyTypeObject, b: *mut PyMethodDef) -> *mut PyObject;
    fn PyDict_Clear(a: *mut PyObject);
    fn PyDict_Copy(a: *mut PyObject) -> *mut PyObject;
    fn PyDict_DelItem(a: *mut PyObject, b: *mut PyObject) -> c_int;
    #[cfg(Py_3_13)]
    fn PyDict_GetItemRef(a: *mut PyObject, b: *mut PyObject, c: *mut *mut PyObject) -> c_int;
    fn PyDict_GetItemWithError(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject;
    fn PyDict_New() -> *mut PyObject;
    #[cfg(Py_3_13)]
    fn PyDict_SetDefaultRef(a: *mut PyObject, b: *mut PyObject, c: *mut PyObject, d: *mut *mut PyObject) -> c_int;
    fn PyDict_SetItem(a: *mut PyObject, b: *mut PyObject, c: *mut PyObject) -> c_int;
    fn PyErr_Clear();
    fn PyErr_NoMemory() -> *mut PyObject;
    #[cfg(not(Py_3_12))]
    fn PyErr_NormalizeException(a: *mut *mut PyObject, b: *mut *mut PyObject, c: *mut *mut PyObject);
    fn PyErr_PrintEx(a: c_int);
    #[cfg(not(Py_3_12))]
    fn PyErr_Restore(a: *mut PyObject, b: *mut PyObject, c: *mut PyObject);
    fn PyErr_SetExcInfo(a: *mut PyObject, b: *mut PyObject, c: *mut PyObject);
    fn PyErr_SetObject(a: *mut PyObject, b: *mut PyObject);
    #[cfg(Py_3_12)]
    fn PyErr_SetRaisedException(a: *mut PyObject);
    fn PyErr_SetString(a: *mut PyObject, b: *const c_char);
    fn PyErr_WriteUnraisable(a: *mut PyObject);
    fn PyEval_EvalCode(a: *mut PyObject, b: *mut PyObject, c: *mut PyObject) -> *mut PyObject;
    fn PyException_SetCause(a: *mut PyObject, b: *mut PyObject);
    fn PyException_SetTraceback(a: *mut PyObject, b: *mut PyObject) -> c_int;
    fn PyGILState_Release(a: ffi::PyGILState_STATE);
    fn PyFloat_AsDouble(a: *mut PyObject) -> c_double;
    fn PyImport_AddModule(a: *const c_char) -> *mut PyObject;
    #[cfg(Py_3_13)]
    fn PyImport_AddModuleRef(a: *const c_char) -> *mut PyObject;
    fn PyImport_Import(a: *mut PyObject) -> *mut PyObject;
    fn PyImport_ImportModule(a: *const c_char) -> *mut PyObject;
    fn PyIter_Next(a: *mut PyObject) -> *mut PyObject;
    fn PyList_Append(a: *mut PyObject, b: *mut PyObject) -> c_int;
    fn PyList_New(a: Py_ssize_t) -> *mut PyObject;
    fn PyLong_AsLong(a: *mut PyObject) -> c_long;
    fn PyLong_AsUnsignedLongLong(a: *mut PyObject) -> c_ulonglong;
    fn PyLong_FromLong(a: c_long) -> *mut PyObject;
    fn PyLong_FromSsize_t(a: Py_ssize_t) -> *mut PyObject;
    fn PyLong_FromUnsignedLongLong(a: c_ulonglong) -> *mut PyObject;
    fn PyLong_FromVoidPtr(a: *mut c_void) -> *mut PyObject;
    fn PyMethod_New(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject;
    fn PyModule_GetNameObject(a: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Index(a: *mut PyObject) -> *mut PyObject;
    fn PyObject_Call(a: *mut PyObject, b: *mut PyObject, c: *mut PyObject) -> *mut PyObject;
    fn PyObject_CallNoArgs(a: *mut PyObject) -> *mut PyObject;
    #[cfg(Py_3_12)]
    fn PyObject_CallOneArg(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject;
    fn PyObject_ClearWeakRefs(a: *mut PyObject);
    fn PyObject_DelItem(a: *mut PyObject, b: *mut PyObject) -> c_int;
    fn PyObject_GenericGetDict(a: *mut PyObject, b: *mut c_void) -> *mut PyObject;
    fn PyObject_GenericSetDict(a: *mut PyObject, b: *mut PyObject, c: *mut c_void) -> c_int;
    fn PyObject_GetAttr(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject;
    fn PyObject_GetItem(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject;
    fn PyObject_GetIter(a: *mut PyObject) -> *mut PyObject;
    #[cfg(Py_3_13)]
    fn PyObject_GetOptionalAttr(a: *mut PyObject, b: *mut PyObject, c: *mut *mut PyObject) -> c_int;
    #[cfg(Py_3_13)]
    fn PyObject_HasAttrWithError(a: *mut PyObject, b: *mut PyObject) -> c_int;
    fn PyObject_Hash(a: *mut PyObject) -> Py_hash_t;
    fn PyObject_IsInstance(a: *mut PyObject, b: *mut PyObject) -> c_int;
    fn PyObject_IsTrue(a: *mut PyObject) -> c_int;
    fn PyObject_LengthHint(a: *mut PyObject, b: Py_ssize_t) -> Py_ssize_t;
    fn PyObject_Repr(a: *mut PyObject) -> *mut PyObject;
    fn PyObject_RichCompare(a: *mut PyObject, b: *mut PyObject, c: c_int) -> *mut PyObject;
    fn PyObject_RichCompareBool(a: *mut PyObject, b: *mut PyObject, c: c_int) -> c_int;
    fn PyObject_SetAttr(a: *mut PyObject, b: *mut PyObject, c: *mut PyObject) -> c_int;
    fn PyObject_SetAttrString(a: *mut PyObject, b: *const c_char, c: *mut PyObject) -> c_int;
    fn PyObject_SetItem(a: *mut PyObject, b: *mut PyObject, c: *mut PyObject) -> c_int;
    fn PyObject_Size(a: *mut PyObject) -> Py_ssize_t;
    fn PyObject_Str(a: *mut PyObject) -> *mut PyObject;
    #[cfg(Py_3_11)]
    fn PyObject_Vectorcall(a: *mut PyObject, b: *const *mut PyObject, c: usize, d: *mut PyObject) -> *mut PyObject;
    fn PyObject_VectorcallDict(a: *mut PyObject, b: *const *mut PyObject, c: usize, d: *mut PyObject) -> *mut PyObject;
    fn PyObject_VectorcallMethod(a: *mut PyObject, b: *const *mut PyObject, c: usize, d: *mut PyObject) -> *mut PyObject;
    fn PySequence_DelItem(a: *mut PyObject, b: Py_ssize_t) -> c_int;
    fn PySequence_Contains(a: *mut PyObject, b: *mut PyObject) -> c_int;
    fn PySet_Add(a: *mut PyObject, b: *mut PyObject) -> c_int;
    fn PySet_New(a: *mut PyObject) -> *mut PyObject;
    fn PyTraceBack_Print(a: *mut PyObject, b: *mut PyObject) -> c_int;
    fn PyTuple_GetItem(a: *mut PyObject, b: Py_ssize_t) -> *mut PyObject;
    fn PyTuple_GetSlice(a: *mut PyObject, b: Py_ssize_t, c: Py_ssize_t) -> *mut PyObject;
    fn PyTuple_New(a: Py_ssize_t) -> *mut PyObject;
    fn PyType_FromSpec(a: *mut ffi::PyType_Spec) -> *mut PyObject;
    fn PyType_FromSpecWithBases(a: *mut ffi::PyType_Spec, b: *mut PyObject) -> *mut PyObject;
    fn PyType_GenericAlloc(a: *mut PyTypeObject, b: Py_ssize_t) -> *mut PyObject;
    #[cfg(Py_3_11)]
    fn PyType_GetName(a: *mut PyTypeObject) -> *mut PyObject;
    #[cfg(Py_3_11)]
    fn PyType_GetQualName(a: *mut PyTypeObject) -> *mut PyObject;
    #[cfg(Py_3_13)]
    fn PyType_GetModuleName(a: *mut PyTypeObject) -> *mut PyObject;
    fn PyUnicode_AsEncodedString(a: *mut PyObject, b: *const c_char, c: *const c_char) -> *mut PyObject;
    fn PyUnicode_AsUTF8AndSize(a: *mut PyObject, b: *mut Py_ssize_t) -> *const c_char;
    fn PyUnicode_FromStringAndSize(a: *const c_char, b: Py_ssize_t) -> *mut PyObject;
    fn PyUnicode_InternInPlace(a: *mut *mut PyObject);
    #[cfg(Py_GIL_DISABLED)]
    fn PyWeakref_GetRef(a: *mut PyObject, b: *mut *mut PyObject) -> c_int;
    fn PyWeakref_NewRef(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject;
    fn Py_CompileStringExFlags(a: *const c_char, b: *const c_char, c: c_int, d: *mut ffi::PyCompilerFlags, e: c_int) -> *mut PyObject;
    fn Py_EnterRecursiveCall(a: *const c_char) -> c_int;
    fn Py_GenericAlias(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject;
}
