//! The maps of `weakly-pyo3` as classes of Python, for tests. Values, keys and factories run any code.

mod readme;

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::thread;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::{PyWeakIdKeyMap, PyWeakIdValueMap, PyWeakKeyMap, PyWeakValueMap, Value};

/// A Rust value with an object, which calls a function when it is dropped.
struct Data {
    object: Py<PyAny>,
    dropped: Option<Py<PyAny>>,
}

impl Data {
    fn of(value: Option<Value<Self>>, py: Python<'_>) -> Option<Py<PyAny>> {
        value.map(|data| data.object.clone_ref(py))
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let Some(function) = self.dropped.take() else {
            return;
        };
        Python::attach(|py| {
            if let Err(error) = function.call0(py) {
                error.write_unraisable(py, None);
            }
        });
    }
}

macro_rules! key_map {
    ($class:ident of $map:ident) => {
        #[pyclass(frozen, weakref)]
        struct $class($map<Data>);

        #[pymethods]
        impl $class {
            #[new]
            fn new(py: Python<'_>) -> PyResult<Self> {
                $map::new(py).map(Self)
            }

            fn __len__(&self, py: Python<'_>) -> usize {
                self.0.len(py)
            }

            fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
                self.0.contains(key)
            }

            fn get(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<Py<PyAny>>> {
                Ok(Data::of(self.0.get(key)?, key.py()))
            }

            #[pyo3(signature = (key, object, dropped=None))]
            fn insert(
                &self,
                key: &Bound<'_, PyAny>,
                object: Py<PyAny>,
                dropped: Option<Py<PyAny>>,
            ) -> PyResult<Option<Py<PyAny>>> {
                let before = self.0.insert(key, Data { object, dropped })?;
                Ok(Data::of(before, key.py()))
            }

            fn get_or_insert(
                &self,
                key: &Bound<'_, PyAny>,
                make: &Bound<'_, PyAny>,
            ) -> PyResult<Py<PyAny>> {
                let new = || {
                    let object = make.call0()?.unbind();
                    Ok(Data {
                        object,
                        dropped: None,
                    })
                };
                let value = self.0.get_or_try_insert(key, new)?;
                Ok(value.object.clone_ref(key.py()))
            }

            fn remove(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<Py<PyAny>>> {
                Ok(Data::of(self.0.remove(key)?, key.py()))
            }

            fn items<'py>(&self, py: Python<'py>) -> PyResult<Vec<(Bound<'py, PyAny>, Py<PyAny>)>> {
                let items = self.0.items(py)?.into_iter();
                Ok(items
                    .map(|(key, value)| (key, value.object.clone_ref(py)))
                    .collect())
            }

            fn clear(&self, py: Python<'_>) {
                self.0.clear(py);
            }

            fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                self.0.traverse_with(&visit, |data, visit| {
                    visit.call(&data.object)?;
                    visit.call(&data.dropped)
                })
            }

            fn __clear__(&self, py: Python<'_>) {
                self.0.clear(py);
            }
        }
    };
}

key_map!(KeyMap of PyWeakKeyMap);
key_map!(IdKeyMap of PyWeakIdKeyMap);

/// A Rust key that is hashed and compared by Python code, and panics where that raises.
struct Key(Py<PyAny>);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let hash = Python::attach(|py| self.0.bind(py).hash());
        hash.expect("the hash of a key").hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Python::attach(|py| self.0.bind(py).eq(&other.0)).expect("the comparison of keys")
    }
}

impl Eq for Key {}

/// A Rust object as a key by its identity.
#[pyclass(frozen)]
struct Token(Arc<u64>);

#[pymethods]
impl Token {
    #[new]
    fn new(number: u64) -> Self {
        Self(Arc::new(number))
    }

    /// Another owner of the same Rust object.
    fn same(&self) -> Self {
        Self(self.0.clone())
    }

    /// How many owners the Rust object has.
    #[getter]
    fn owners(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

macro_rules! value_map {
    ($class:ident of $map:ty, $key:ident: $given:ty => $made:expr, visiting $visit:expr) => {
        #[pyclass(frozen, weakref)]
        struct $class($map);

        #[pymethods]
        impl $class {
            #[new]
            fn new(py: Python<'_>) -> PyResult<Self> {
                <$map>::new(py).map(Self)
            }

            fn __len__(&self, py: Python<'_>) -> usize {
                self.0.len(py)
            }

            fn __contains__(&self, py: Python<'_>, $key: $given) -> PyResult<bool> {
                self.0.contains(py, &$made)
            }

            fn get<'py>(
                &self,
                py: Python<'py>,
                $key: $given,
            ) -> PyResult<Option<Bound<'py, PyAny>>> {
                self.0.get(py, &$made)
            }

            fn insert<'py>(
                &self,
                $key: $given,
                object: &Bound<'py, PyAny>,
            ) -> PyResult<Option<Bound<'py, PyAny>>> {
                self.0.insert($made, object)
            }

            fn get_or_insert<'py>(
                &self,
                py: Python<'py>,
                $key: $given,
                make: &Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, PyAny>> {
                self.0.get_or_try_insert(py, $made, || make.call0())
            }

            fn remove<'py>(
                &self,
                py: Python<'py>,
                $key: $given,
            ) -> PyResult<Option<Bound<'py, PyAny>>> {
                self.0.remove(py, &$made)
            }

            fn objects<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
                let items = self.0.items(py)?.into_iter();
                Ok(items.map(|(_key, object)| object).collect())
            }

            fn clear(&self, py: Python<'_>) {
                self.0.clear(py);
            }

            fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                self.0.traverse_with(&visit, $visit)
            }

            fn __clear__(&self, py: Python<'_>) {
                self.0.clear(py);
            }
        }
    };
}

value_map!(ValueMap of PyWeakValueMap<Key>, key: Py<PyAny> => Key(key),
    visiting |key, visit| visit.call(&key.0));
value_map!(IdValueMap of PyWeakIdValueMap<Arc<u64>>, key: &Token => key.0.clone(),
    visiting |_, _| Ok(()));

/// Drops a map, with an entry for `key`, in a thread that is not attached to the interpreter.
#[pyfunction]
fn drop_without_gil(
    py: Python<'_>,
    key: Option<&Bound<'_, PyAny>>,
    dropped: Py<PyAny>,
) -> PyResult<()> {
    let map: PyWeakKeyMap<Data> = PyWeakKeyMap::new(py)?;
    if let Some(key) = key {
        let object = py.None();
        let dropped = Some(dropped);
        map.insert(key, Data { object, dropped })?;
    }
    let dropping = thread::spawn(|| drop(map));
    py.detach(|| dropping.join()).expect("it does not panic");
    Ok(())
}

#[pymodule(gil_used = false)]
mod weakly_test_extension {
    #[pymodule_export]
    use super::readme::circles;
    #[pymodule_export]
    use super::{IdKeyMap, IdValueMap, KeyMap, Token, ValueMap, drop_without_gil};
}
