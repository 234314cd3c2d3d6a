//! The methods that PyO3 made, called so that a lack of memory cannot end the process.
//!
//! PyO3 refuses wrong arguments with an error that it makes late, and makes a tuple or a dict of those
//! that have no names: where there is no memory for it, it panics where nothing catches that. So each
//! of its methods gets a function of ours in front, which lets only what is right pass, by position.
//! What is wrong is refused by the interpreter itself.

use std::ffi::CString;
use std::ptr::{self, NonNull};
use std::sync::OnceLock;

use pyo3::PyClass;
use pyo3::ffi::{self, Py_ssize_t, PyCFunctionFastWithKeywords, PyObject};
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::types::{PyDict, PyString};

use crate::interpreter::alloc::Shown;
use crate::interpreter::class::arguments::Signature;
use crate::interpreter::class::trampoline::counted_trampoline;
use crate::interpreter::class::vectorcall::Arguments;

/// A method that takes any number of arguments, by position or by name.
pub trait Varied {
    type Class: PyClass<Frozen = True> + Sync;
    const NAME: &'static str;

    fn call<'py>(
        slf: &Bound<'py, Self::Class>,
        arguments: Arguments<'_, 'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>>;
}

/// Puts a function in the place of the one that PyO3 made.
pub fn replace<V: Varied>(py: Python<'_>) -> PyResult<()> {
    let method = py.get_type::<V::Class>().getattr(V::NAME)?;
    // SAFETY: (14) the class is not in use yet.
    unsafe {
        let general = general_of(&method).expect("PyO3 has made this method");
        general.write(varied::<V>);
    }
    Ok(())
}

unsafe extern "C" fn varied<V: Varied>(
    slf: *mut PyObject,
    args: *const *mut PyObject,
    count: Py_ssize_t,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: (1, 2, 16) the interpreter calls a method with an instance of its class, `count` live
    // arguments, and behind them those that the tuple `names` names, the thread attached.
    unsafe {
        counted_trampoline(ptr::null_mut(), |py| {
            let slf = Borrowed::from_ptr(py, slf).cast_unchecked::<V::Class>();
            let arguments = Arguments::new(py, args, count as usize);
            let kwargs = arguments.keywords(names)?;
            V::call(&slf, arguments, kwargs.as_ref()).map(Bound::into_ptr)
        })
    }
}

/// Where a method that PyO3 made has its function, if it takes arguments.
///
/// # Safety
///
/// It is an attribute of one of our classes.
pub(crate) unsafe fn general_of(
    method: &Bound<'_, PyAny>,
) -> Option<NonNull<PyCFunctionFastWithKeywords>> {
    // SAFETY: (14, 16) the attribute is live, its type says what it is, and its flags what its
    // function is. PyO3 makes the definitions of a class in memory that it never frees.
    unsafe {
        if ffi::Py_TYPE(method.as_ptr()) != &raw mut ffi::PyMethodDescr_Type {
            return None;
        }
        let descriptor = method.as_ptr().cast::<ffi::PyMethodDescrObject>();
        let definition = (*descriptor).d_method;
        ((*definition).ml_flags == ffi::METH_FASTCALL | ffi::METH_KEYWORDS)
            .then(|| NonNull::from(&mut (*definition).ml_meth.PyCFunctionFastWithKeywords))
    }
}

/// A method with named arguments.
struct GuardedMethod {
    general: PyCFunctionFastWithKeywords,
    /// Where that was.
    place: usize,
    names: Vec<CString>,
    required: usize,
    /// As many as there are names, or any number.
    most: usize,
    signature: Signature,
}

const MOST_NAMES: usize = 2;

impl GuardedMethod {
    /// A method of a signature such as `($self, key, default=None)`.
    ///
    /// # Safety
    ///
    /// The place has its function.
    unsafe fn new(
        class: &str,
        name: &str,
        signature: &str,
        place: NonNull<PyCFunctionFastWithKeywords>,
    ) -> Option<Self> {
        let mut method = Self {
            // SAFETY: (17) the caller's promise.
            general: unsafe { place.read() },
            place: place.addr().get(),
            names: Vec::new(),
            required: 0,
            most: 0,
            signature: Signature::new(c""),
        };
        let parameters = signature.strip_prefix("($self, ")?.strip_suffix(')')?;
        for parameter in parameters.split(", ") {
            match parameter.split_once('=') {
                _ if parameter.starts_with("**") || parameter == "/" => return None,
                _ if parameter.starts_with('*') => method.most = usize::MAX,
                None => {
                    method.required += 1;
                    method.names.push(CString::new(parameter).ok()?);
                }
                Some((name, _)) => method.names.push(CString::new(name).ok()?),
            }
        }
        method.most = method.most.max(method.names.len());
        let in_python = format!(
            "class {class}:\n def {name}(self, {parameters}): pass\nfunction = {class}.{name}"
        );
        method.signature = Signature::of(CString::new(in_python).ok()?);
        (method.names.len() <= MOST_NAMES).then_some(method)
    }

    /// The arguments by position, and how many they are. Errors: as of the function in Python.
    ///
    /// # Safety
    ///
    /// The arguments are as the interpreter calls a method with them.
    unsafe fn arrange<'py>(
        &self,
        slf: &Bound<'py, PyAny>,
        arguments: Arguments<'_, 'py>,
        names: *mut PyObject,
    ) -> PyResult<([*mut PyObject; MOST_NAMES], Py_ssize_t)> {
        let mut arranged = [ptr::null_mut(); MOST_NAMES];
        // SAFETY: (17) the caller's promise.
        let kwargs = unsafe { arguments.keywords(names)? };
        let count = arguments.count().min(self.names.len());
        let mut given = count;
        for (at, place) in arranged.iter_mut().enumerate().take(count) {
            *place = arguments.get(at).map_or(ptr::null_mut(), Borrowed::as_ptr);
        }
        let mut is_right = arguments.count() <= self.most;
        for (name, value) in kwargs.iter().flatten() {
            let name = name.cast_into::<PyString>();
            let is_named = |known: &&CString| {
                let name = name.as_ref().map(Shown);
                name.is_ok_and(|name| name.is(known))
            };
            let at = self.names.iter().position(|known| is_named(&known));
            match at.map(|at| &mut arranged[at]) {
                Some(place) if place.is_null() => {
                    *place = value.as_ptr();
                    given += 1;
                }
                _ => is_right = false,
            }
        }
        // None is left out in between, as only the last has a default.
        is_right &= given >= self.required && arranged[..given].iter().all(|it| !it.is_null());
        if is_right {
            return Ok((arranged, given as Py_ssize_t));
        }
        Err(self
            .signature
            .refusal(Some(slf), &arguments.tuple_from(0)?, kwargs.as_ref()))
    }
}

/// Puts a function in front of each method of a class that has named arguments.
pub fn guard<T: PyClass>(py: Python<'_>) -> PyResult<()> {
    let class = py.get_type::<T>();
    let attributes = class.getattr("__dict__")?.call_method0("items")?;
    for attribute in attributes.try_iter()? {
        let (name, method): (String, Bound<'_, PyAny>) = attribute?.extract()?;
        // SAFETY: (14) the class is not in use yet.
        unsafe {
            let Some(general) = general_of(&method) else {
                continue;
            };
            let signature: String = method.getattr("__text_signature__")?.extract()?;
            let class_name = class.name()?;
            let method = GuardedMethod::new(class_name.to_str()?, &name, &signature, general);
            if let Some(method) = method {
                method.signature.prepare(py)?;
                // It is known already where an import has failed and is tried again.
                let at = METHODS.iter().position(|known| {
                    let is_it = |known: &GuardedMethod| known.place == method.place;
                    known.get().is_none_or(is_it)
                });
                let at = at.expect("there is a place for each method");
                METHODS[at].get_or_init(|| method);
                general.write(FRONTS[at]);
            }
        }
    }
    Ok(())
}

/// The methods, each with its function: the interpreter does not say which it calls.
static METHODS: [OnceLock<GuardedMethod>; FRONTS.len()] = [const { OnceLock::new() }; FRONTS.len()];

/// `front::<0>`, `front::<1>` and so on, sixteen for each number in the list.
macro_rules! fronts {
    ($($row:literal)*) => { [$(
        front::<{ 16 * $row }>, front::<{ 16 * $row + 1 }>, front::<{ 16 * $row + 2 }>,
        front::<{ 16 * $row + 3 }>, front::<{ 16 * $row + 4 }>, front::<{ 16 * $row + 5 }>,
        front::<{ 16 * $row + 6 }>, front::<{ 16 * $row + 7 }>, front::<{ 16 * $row + 8 }>,
        front::<{ 16 * $row + 9 }>, front::<{ 16 * $row + 10 }>, front::<{ 16 * $row + 11 }>,
        front::<{ 16 * $row + 12 }>, front::<{ 16 * $row + 13 }>, front::<{ 16 * $row + 14 }>,
        front::<{ 16 * $row + 15 }>
    ),*] };
}

const FRONTS: [PyCFunctionFastWithKeywords; 256] =
    fronts! { 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 };

unsafe extern "C" fn front<const AT: usize>(
    slf: *mut PyObject,
    args: *const *mut PyObject,
    count: Py_ssize_t,
    names: *mut PyObject,
) -> *mut PyObject {
    let method = METHODS[AT].get().expect("the method is remembered");
    if names.is_null() && (method.required..=method.most).contains(&(count as usize)) {
        // SAFETY: (1, 14) the arguments go on as they came.
        return unsafe { (method.general)(slf, args, count, names) };
    }
    // SAFETY: (1, 2, 16) the interpreter calls a method with an instance of its class, `count` live
    // arguments, and behind them those that the tuple `names` names, the thread attached. They live
    // as long as the call, and go on in another order.
    unsafe {
        let arranged = counted_trampoline(None, |py| {
            let slf = Borrowed::from_ptr(py, slf);
            let arguments = Arguments::new(py, args, count as usize);
            method.arrange(&slf, arguments, names).map(Some)
        });
        match arranged {
            Some((args, count)) => (method.general)(slf, args.as_ptr(), count, ptr::null_mut()),
            None => ptr::null_mut(),
        }
    }
}
