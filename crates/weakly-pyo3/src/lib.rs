//! Weak maps of Python objects for extensions made with PyO3: an entry leaves at the moment its object
//! dies, and nothing is ever swept.
//!
//! | type | from | to | keys compared by |
//! |---|---|---|---|
//! | [`PyWeakKeyMap<V>`](PyWeakKeyMap) | Python objects, weakly | Rust values | `hash` and `==` of Python |
//! | [`PyWeakIdKeyMap<V>`](PyWeakIdKeyMap) | Python objects, weakly | Rust values | `is` |
//! | [`PyWeakValueMap<K, T>`](PyWeakValueMap) | Rust keys | Python objects, weakly | `Hash` and `Eq` of Rust |
//! | [`PyWeakIdValueMap<K, T>`](PyWeakIdValueMap) | the identity of an `Arc` | Python objects, weakly | address |
//!
//! The first two keep data of the extension for objects of others, as long as these live. The last two
//! give a Rust object one Python object, so that `is` holds:
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use pyo3::prelude::*;
//! use weakly_pyo3::PyWeakIdValueMap;
//!
//! struct Data; // of Rust
//!
//! #[pyclass(frozen, weakref)]
//! struct Node(Arc<Data>);
//!
//! #[pyclass(frozen)]
//! struct Scene {
//!     root: Arc<Data>,
//!     nodes: PyWeakIdValueMap<Arc<Data>, Node>,
//! }
//!
//! #[pymethods]
//! impl Scene {
//!     #[getter]
//!     fn root<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Node>> {
//!         let new = || Bound::new(py, Node(self.root.clone()));
//!         self.nodes.get_or_try_insert(py, self.root.clone(), new)
//!     }
//! }
//! ```
//!
//! The folder `examples/scene` of the repository is a whole extension.
//!
//! # What all maps promise
//!
//! * **Death.** When an object dies, its entry is gone before any other code sees the object dead, but for
//!   callbacks of weak references that are newer than the entry. `len` counts what is there; what died in a
//!   garbage collection is gone when that ends.
//! * **When code runs.** All methods take `&self`. `__hash__`, `__eq__`, `Hash`, `Eq`, what makes a value,
//!   `Drop` of keys and values, and whatever the garbage collector starts, run while the map is neither
//!   locked nor borrowed. So they may do anything with it, also clear or drop it. What an operation found
//!   before counts only if it is still so.
//! * **Errors.** After an error a map is as it was before. A panic in a `Hash`, an `Eq` or a closure leaves
//!   it as it was, too. A panic in the `Drop` of a value that dies with its object reaches no caller: the
//!   interpreter reports it (`sys.unraisablehook`).
//! * **Order.** `items` are in the order of insertion.
//! * **Threads.** Maps are `Send` and `Sync`, and single operations are safe from several threads, also
//!   without the GIL. Several operations together are not atomic: between `get` and `insert` another thread
//!   may insert. `get_or_try_insert` gives the same value to all callers.
//! * **Drop.** A map may be dropped by any thread. It waits for the GIL then, and drops its values. After
//!   the interpreter has ended it drops nothing.
//! * **Memory.** An operation for which there is no memory returns a `MemoryError`.
//!
//! # The garbage collector
//!
//! The class that owns a map calls its `traverse` in `__traverse__`, and its `clear` in `__clear__`. If the
//! values, or the Rust keys, have Python objects of their own, it calls `traverse_with`. Without that such
//! objects are never collected if they lead back to the map. Only one class may do so with one map: an
//! object that is shown twice looks as if nobody else had it.
//!
//! A map in a `static` is never cleared: its values must not lead to objects that are to die.
//!
//! # Limits
//!
//! * CPython 3.9 to 3.15, and its main interpreter. The first map, or [`prepare`], refuses others with an
//!   `ImportError`.
//! * A `#[pyclass]` can be weakly referenced if it is declared with `weakref`. `int`, `str` and `tuple` cannot.
//! * Not for `abi3`: the crate looks at weak references directly.
//!
//! # The end of a daemon thread
//!
//! Up to 3.13, CPython ends a daemon thread that asks for the GIL at exit by `pthread_exit`, which on Linux
//! unwinds its stack. A frame of Rust must not be unwound so: the process aborts. This happens in each
//! extension made with PyO3, wherever the thread calls the interpreter, so a map cannot prevent it.
//!
//! With the feature `guarded` all calls of the extension into the interpreter, PyO3's too, go through
//! functions that let such a thread wait forever instead, as CPython 3.14 does. The linker puts them in front of
//! the interpreter's, so the build script of the extension must hand on what the linker needs:
//!
//! ```no_run
//! let arguments = std::env::var("DEP_WEAKLY_PYO3_LINK_ARGS").unwrap_or_default();
//! for argument in arguments.split_whitespace() {
//!     println!("cargo::rustc-cdylib-link-arg={argument}");
//! }
//! ```
//!
//! Without the feature, or on other systems, nothing is wrapped, and all that stands above holds. An extension
//! with the feature and without the build script does not load: a symbol `__real_...` is missing.
//!
//! # Layers
//!
//! The Python package `weakly` is made of this crate, too. What only that needs is there with the feature
//! `internals`, which may change in any version: its safe functions rely on callers who know the file
//! `SAFETY.md`. A module may use those that stand below it.
//!
//! | module | |
//! |---|---|
//! | `map` | the maps for extensions |
//! | `content` | what a container holds, which side is weak, what is called at a death |
//! | `ephemerons` | entries whose values may lead to their own keys |
//! | `lookup` | hashing and comparing Python objects, which may run any code and change the table |
//! | `references` | the interpreter's weak reference and its subtypes |
//! | `interpreter` | CPython beneath PyO3 |
//!
//! All `unsafe` code is in the last two. The file `SAFETY.md` of this crate says what it relies on.

#![deny(missing_docs)]
#![cfg_attr(
    not(feature = "internals"),
    allow(
        dead_code,
        unused_imports,
        unreachable_pub,
        reason = "only the internals use it"
    )
)]

#[cfg(not(feature = "internals"))]
mod content;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod content;
#[cfg(not(feature = "internals"))]
mod ephemerons;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod ephemerons;
#[cfg(not(feature = "internals"))]
mod interpreter;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod interpreter;
#[cfg(not(feature = "internals"))]
mod lookup;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod lookup;
mod map;
mod prepare;
#[cfg(not(feature = "internals"))]
mod references;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod references;

pub use content::comparison::{ByEq, ById, Comparison, FindRust, Pointer};
pub use content::rust_value::Value;
pub use map::{PyWeakIdKeyMap, PyWeakIdValueMap, PyWeakKeyMap, PyWeakValueMap};
pub use prepare::prepare;
