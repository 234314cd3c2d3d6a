//! `Interner`: of equal objects, the first one that lives stands for all.

use weakly_pyo3::content::by_key::WeakKeys;

use crate::classes::container::prelude::*;

container_class! {
    /// One object for all that are equal.
    ///
    /// `intern(obj)` returns the first living object that equals `obj`, and holds none of them. Use it
    /// where many equal objects would be made: they share memory, and can be compared with `is`.
    ///
    /// Objects must be hashable and allow weak references, which instances of `str`, `int` and `tuple`
    /// do not. Several threads may use an interner at once.
    #[pyclass(frozen, subclass, dict, weakref, generic, module = "weakly")]
    Interner of WeakKeys<()>,
    init "()" as "self",
    {
        /// The first living object that equals obj: obj itself, if there is none yet.
        ///
        /// Raises TypeError if obj cannot be hashed or weakly referenced. O(1) on average.
        #[pyo3(signature = (obj))]
        fn intern<'py>(&self, obj: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
            self.content.intern(obj)
        }

        /// Forgets all objects. Later ones are not compared with them.
        fn clear(&self, py: Python<'_>) -> PyResult<()> {
            self.content.clear(py)
        }

        fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
            mapping::repr(slf)
        }

        fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
            Err(mapping::cannot_pickle(slf))
        }
    }
}

impl Interner {
    fn begin_subclass(_new: &Self, _class: &Bound<'_, PyType>) -> PyResult<()> {
        Ok(())
    }
}

impl slots::Init for Interner {
    fn init<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let [] = INIT.arguments(slf, args, kwargs, [], 0)?;
        slf.get().content.clear(slf.py())
    }
}

fast_method!(Intern: Interner, "intern", 1, |own, object, _none| own.content.intern(object));

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    complete_container(py)?;
    methods::guard::<Interner>(py)?;
    fast_method::add_fast_method::<Intern>(py)
}
