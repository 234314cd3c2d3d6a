//! A scene of Rust nodes, in Python.
//!
//! The nodes are Rust's. Python sees each through an object of the class `Node`, of which there is one as
//! long as Python uses it: `scene.root is scene.root`. A `PyWeakIdValueMap` finds it.
//!
//! Whoever wants to know of changes gives an object and a function. The scene keeps the function, and how
//! often it was called, as long as the object lives: a `PyWeakIdKeyMap` has them.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use weakly_pyo3::{PyWeakIdKeyMap, PyWeakIdValueMap};

/// What Rust holds. It knows nothing of Python.
struct Data {
    name: Mutex<String>,
    children: Mutex<Vec<Arc<Data>>>,
}

impl Data {
    fn new(name: String) -> Arc<Self> {
        Arc::new(Self {
            name: Mutex::new(name),
            children: Mutex::default(),
        })
    }
}

/// A function that is to be called when a node is renamed.
struct Watcher {
    function: Py<PyAny>,
    calls: AtomicUsize,
}

/// A tree of nodes.
#[pyclass(frozen)]
struct Scene {
    root: Arc<Data>,
    nodes: PyWeakIdValueMap<Arc<Data>, Node>,
    watchers: PyWeakIdKeyMap<Watcher>,
}

impl Scene {
    /// The one Python object of a Rust node.
    fn node<'py>(slf: &Bound<'py, Self>, data: &Arc<Data>) -> PyResult<Bound<'py, Node>> {
        let new = || {
            let (data, scene) = (data.clone(), slf.clone().unbind());
            Bound::new(slf.py(), Node { data, scene })
        };
        slf.get()
            .nodes
            .get_or_try_insert(slf.py(), data.clone(), new)
    }
}

#[pymethods]
impl Scene {
    /// A scene with a root.
    #[new]
    fn new(py: Python<'_>) -> PyResult<Self> {
        Ok(Self {
            root: Data::new("root".to_owned()),
            nodes: PyWeakIdValueMap::new(py)?,
            watchers: PyWeakIdKeyMap::new(py)?,
        })
    }

    #[getter]
    fn root<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Node>> {
        Self::node(slf, &slf.get().root)
    }

    /// Calls `function(node)` for each node that is renamed, as long as `owner` lives.
    fn watch(&self, owner: &Bound<'_, PyAny>, function: Py<PyAny>) -> PyResult<()> {
        let calls = AtomicUsize::new(0);
        self.watchers.insert(owner, Watcher { function, calls })?;
        Ok(())
    }

    /// How often the function of `owner` was called, or `None` if it has none.
    fn calls(&self, owner: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        let watcher = self.watchers.get(owner)?;
        Ok(watcher.map(|watcher| watcher.calls.load(Relaxed)))
    }

    /// How many nodes Python uses, and how many objects watch.
    fn counts(&self, py: Python<'_>) -> (usize, usize) {
        (self.nodes.len(py), self.watchers.len(py))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.nodes.traverse(&visit)?;
        self.watchers
            .traverse_with(&visit, |watcher, visit| visit.call(&watcher.function))
    }

    fn __clear__(&self, py: Python<'_>) {
        self.nodes.clear(py);
        self.watchers.clear(py);
    }
}

/// A node of a scene.
#[pyclass(frozen, weakref)]
struct Node {
    data: Arc<Data>,
    scene: Py<Scene>,
}

#[pymethods]
impl Node {
    #[getter]
    fn name(&self) -> String {
        lock(&self.data.name).clone()
    }

    /// Renames the node, and calls who watches.
    #[setter]
    fn set_name(slf: &Bound<'_, Self>, name: String) -> PyResult<()> {
        *lock(&slf.get().data.name) = name;
        // A list of its own: the functions may do anything.
        for (_owner, watcher) in slf.get().scene.get().watchers.items(slf.py())? {
            watcher.calls.fetch_add(1, Relaxed);
            watcher.function.call1(slf.py(), (slf,))?;
        }
        Ok(())
    }

    /// The nodes below this one.
    #[getter]
    fn children<'py>(slf: &Bound<'py, Self>) -> PyResult<Vec<Bound<'py, Self>>> {
        let children = lock(&slf.get().data.children).clone();
        let scene = slf.get().scene.bind(slf.py());
        children
            .iter()
            .map(|child| Scene::node(scene, child))
            .collect()
    }

    /// Adds a node below this one.
    fn add<'py>(slf: &Bound<'py, Self>, name: String) -> PyResult<Bound<'py, Self>> {
        let child = Data::new(name);
        lock(&slf.get().data.children).push(child.clone());
        Scene::node(slf.get().scene.bind(slf.py()), &child)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.scene)
    }
}

/// No code of Python runs under these locks, so nobody waits for them for long.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[pymodule(gil_used = false)]
mod scene {
    #[pymodule_export]
    use super::{Node, Scene};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        weakly_pyo3::prepare(module.py())
    }
}
