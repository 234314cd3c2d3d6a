//! Classes that the interpreter calls straight, without a tuple of arguments and without `__init__`.

use std::marker::PhantomData;
use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::interpreter;
use crate::interpreter::alloc;
use crate::interpreter::class::trampoline::trampoline;

/// How instances of a class are made from positional arguments.
pub trait Constructor {
    /// A new instance, or `None` if the call is not of the common form: then it goes the usual way,
    /// through `__new__` and `__init__`, which must come to the same.
    fn construct<'py>(
        class: &Bound<'py, PyType>,
        arguments: Arguments<'_, 'py>,
    ) -> Option<PyResult<Bound<'py, PyAny>>>;
}

/// The positional arguments of a call.
#[derive(Clone, Copy)]
pub struct Arguments<'a, 'py> {
    first: *const *mut ffi::PyObject,
    count: usize,
    py: Python<'py>,
    call: PhantomData<&'a ()>,
}

impl<'a, 'py> Arguments<'a, 'py> {
    /// # Safety
    ///
    /// There are so many objects, which live for `'a`.
    pub(crate) unsafe fn new(
        py: Python<'py>,
        first: *const *mut ffi::PyObject,
        count: usize,
    ) -> Self {
        Self {
            first,
            count,
            py,
            call: PhantomData,
        }
    }

    /// The items of a tuple.
    pub fn of(tuple: &'a Bound<'py, PyTuple>) -> Self {
        let items = tuple.as_slice();
        // SAFETY: (9, 15) a `Bound` is a pointer to an object; the tuple has so many and keeps them.
        unsafe { Self::new(tuple.py(), items.as_ptr().cast(), items.len()) }
    }

    /// The arguments with names as a dict, if there are any. Errors: MemoryError.
    ///
    /// # Safety
    ///
    /// `names` is a tuple or null, and what it names lies behind the positional arguments.
    pub(crate) unsafe fn keywords(
        self,
        names: *mut ffi::PyObject,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        // SAFETY: (17) the caller's promise.
        let Some(names) = (unsafe { Borrowed::from_ptr_or_opt(self.py, names) }) else {
            return Ok(None);
        };
        // SAFETY: (17) the same.
        let names = unsafe { names.cast_unchecked::<PyTuple>() };
        if names.is_empty() {
            return Ok(None);
        }
        let kwargs = alloc::dict(self.py)?;
        let all = Self {
            count: self.count + names.len(),
            ..self
        };
        for (name, at) in names.iter().zip(self.count..) {
            let value = all.get(at).expect("there is one for each name");
            kwargs.set_item(name, value)?;
        }
        Ok(Some(kwargs))
    }

    pub fn count(self) -> usize {
        self.count
    }

    pub fn get(self, at: usize) -> Option<Borrowed<'a, 'py, PyAny>> {
        // SAFETY: (17) there are `count` arguments, which live as long as the call.
        (at < self.count).then(|| unsafe { Borrowed::from_ptr(self.py, *self.first.add(at)) })
    }

    /// Those from a position on, as a tuple.
    pub fn tuple_from(self, at: usize) -> PyResult<Bound<'py, PyTuple>> {
        if at == self.count {
            return Ok(PyTuple::empty(self.py));
        }
        let rest = (at..self.count).filter_map(|at| Some(self.get(at)?.to_owned()));
        alloc::tuple_of(self.py, self.count - at, rest)
    }

    /// Calls something with those from a position on, and with others by their names.
    pub fn call_from(
        self,
        at: usize,
        callable: &Bound<'py, PyAny>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let kwargs = kwargs.map_or(ptr::null_mut(), Bound::as_ptr);
        let count = self.count - at;
        // SAFETY: (15, 17) there are `count` arguments behind the position, which live as long as the
        // call; a new reference, or null and an exception.
        unsafe {
            let first = self.first.add(at);
            let result = ffi::PyObject_VectorcallDict(callable.as_ptr(), first, count, kwargs);
            Bound::from_owned_ptr_or_err(self.py, result)
        }
    }
}

/// Lets the interpreter call the class through its [`Constructor`]. Subclasses do not inherit it.
pub fn install<C: Constructor>(class: &Bound<'_, PyType>) {
    // SAFETY: (14) the type is live, and nobody calls it yet.
    unsafe { (*class.as_type_ptr()).tp_vectorcall = Some(call::<C>) };
}

unsafe extern "C" fn call<C: Constructor>(
    class: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls with the class and `count` live arguments, of which
    // those that `names` names come last, the thread attached.
    unsafe {
        trampoline(ptr::null_mut(), |py| {
            let class = Borrowed::from_ptr(py, class).cast_unchecked::<PyType>();
            let count = ffi::PyVectorcall_NARGS(count) as usize;
            let arguments = Arguments::new(py, args, count);
            let made = match names.is_null().then(|| C::construct(&class, arguments)) {
                Some(Some(made)) => made?,
                _ => call_with_tuple(&class, arguments, names)?,
            };
            Ok(made.into_ptr())
        })
    }
}

/// Calls a class with a tuple and a dict of arguments.
///
/// # Safety
///
/// `names` is a tuple or null, and the arguments that it names lie behind the positional ones.
unsafe fn call_with_tuple<'py>(
    class: &Bound<'py, PyType>,
    positional: Arguments<'_, 'py>,
    names: *mut ffi::PyObject,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    // SAFETY: (13, 17, 20) the caller's promise.
    unsafe {
        let kwargs = positional.keywords(names)?;
        let kwargs = kwargs.as_ref().map_or(ptr::null_mut(), Bound::as_ptr);
        let call = ffi::PyType_Type.tp_call.expect("a class can be called");
        let tuple = positional.tuple_from(0)?;
        let arguments = (class.as_ptr(), tuple.as_ptr(), kwargs);
        let made = interpreter::slot_of_three(call, arguments);
        Bound::from_owned_ptr_or_err(py, made)
    }
}
