//! The part of a collection that comes before it: a function in `gc.callbacks`.
//!
//! It must be the last of the functions there, so that no code runs between the analysis and the
//! collection. If it finds another behind itself it puts a second one at the end, which is called in the
//! same turn, and takes the first one away when the collection has ended.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString, PyTuple};

use crate::ephemerons::registry::{self, Registered};
use crate::ephemerons::{analysis, limbo};
use crate::interpreter;
use crate::interpreter::alloc::{self, NoMemory, Shown};
use crate::interpreter::class::arguments::Signature;
use crate::interpreter::class::{instance, slots};
use crate::interpreter::collection;
use crate::interpreter::graph::Addresses;
use crate::interpreter::interrupt;
use crate::interpreter::names;
use crate::interpreter::reentrant_once::ReentrantOnce;

pub(crate) use crate::ephemerons::limbo::take_back;

/// What `gc` calls when a collection starts and stops.
#[pyclass(frozen, module = "weakly", name = "_EphemeronCallback")]
pub(crate) struct Callback;

impl instance::Class for Callback {}

/// An analysis looks at no more objects than this and four for each entry.
const MOST: usize = 200_000;
/// Each time it was cut short in vain, the next looks at half as many. Back at once when all are seen, and
/// after so many: what is garbage may be less by then, but more than the few objects looked at last.
static HALVINGS: AtomicU32 = AtomicU32::new(0);
const MOST_HALVINGS: u32 = 8;

/// The parts of the module `gc`.
struct Gc {
    callbacks: Py<PyList>,
    collect: Py<PyAny>,
    get_debug: Py<PyAny>,
    get_freeze_count: Py<PyAny>,
    get_objects: Py<PyAny>,
}

fn gc(py: Python<'_>) -> PyResult<&Gc> {
    static GC: ReentrantOnce<Gc> = ReentrantOnce::new();
    GC.get_or_try_make(py, || {
        let gc = alloc::import(py, c"gc")?;
        Ok(Gc {
            callbacks: gc
                .getattr(names::callbacks(py))?
                .cast_into::<PyList>()?
                .unbind(),
            collect: gc.getattr(names::collect(py))?.unbind(),
            get_debug: gc.getattr(names::get_debug(py))?.unbind(),
            get_freeze_count: gc.getattr(names::get_freeze_count(py))?.unbind(),
            get_objects: gc.getattr(names::get_objects(py))?.unbind(),
        })
    })
}

/// Makes sure that the function is in `gc.callbacks`: a program may empty that list. Errors: MemoryError.
#[cold]
pub fn watch(py: Python<'_>) -> PyResult<()> {
    let callbacks = gc(py)?.callbacks.bind(py);
    let is_there = callbacks.iter().any(|callback| is_ours(&callback));
    if is_there { Ok(()) } else { append(callbacks) }
}

fn append(callbacks: &Bound<'_, PyList>) -> PyResult<()> {
    callbacks.append(instance::new(callbacks.py(), Callback)?)
}

fn is_ours(callback: &Bound<'_, PyAny>) -> bool {
    callback.is_exact_instance_of::<Callback>()
}

/// Finalizers may store new entries for ever. Two or three collections are usual.
const MOST_COLLECTIONS: usize = 32;

/// Collects until no entry goes any more whose key only values led to, but not for ever. Returns how many
/// went.
///
/// Does nothing during a collection, and without the GIL. Errors: what `gc.collect` raises, and as
/// `interrupt::pause`.
pub fn collect(py: Python<'_>) -> PyResult<usize> {
    if cfg!(Py_GIL_DISABLED) {
        return Ok(0);
    }
    watch(py)?;
    let before = limbo::gone();
    for _ in 0..MOST_COLLECTIONS {
        let so_far = limbo::gone();
        HALVINGS.store(0, Relaxed);
        let nothing: [&Bound<'_, PyAny>; 0] = [];
        interpreter::call(gc(py)?.collect.bind(py), nothing)?;
        if limbo::gone() == so_far {
            break;
        }
        interrupt::pause(py)?;
    }
    Ok(limbo::gone() - before)
}

static CALL: Signature = Signature::new(c"def function(phase, info): pass");

impl slots::Call for Callback {
    fn call<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let (2, None) = (args.len(), kwargs) else {
            return Err(CALL.refusal(None, args, kwargs));
        };
        let (phase, info) = (args.get_borrowed_item(0)?, args.get_borrowed_item(1)?);
        let is_start = phase
            .cast::<PyString>()
            .is_ok_and(|phase| Shown(&phase).is(c"start"));
        if is_start {
            collection::begin(py);
        } else {
            collection::end(py);
        }
        if is_full(&info)? {
            let callbacks = gc(py)?.callbacks.bind(py);
            let last = callbacks
                .len()
                .checked_sub(1)
                .map(|last| callbacks.get_item(last));
            let is_last = last.transpose()?.is_some_and(|last| last.is(slf));
            match (is_start, is_last) {
                // Without memory nothing is changed, and nobody needs to know.
                (true, true) => start(py).unwrap_or_else(|error| alloc::discard(py, error)),
                (true, false) => append(callbacks)?,
                (false, _) => stop(callbacks, is_last)?,
            }
        } else {
            IS_PART_SEEN.store(true, Relaxed);
        }
        Ok(py.None().into_bound(py))
    }
}

/// Whether it is a collection of all objects.
fn is_full(info: &Bound<'_, PyAny>) -> PyResult<bool> {
    let generation = info.get_item(names::generation(info.py()))?;
    Ok(generation.extract::<u32>()? == 2)
}

/// Lends the values of the entries that are to go. No code may run after it but the collection's.
fn start(py: Python<'_>) -> PyResult<()> {
    take_back(py);
    let tables = registry::wanted(py)?;
    if tables.is_empty() || is_reported(py)? || !is_collecting(py)? {
        return Ok(());
    }
    let most = budget(py, &tables);
    let first = analysis::analyse(py, &tables, most, None)?;
    note_budget(&first);
    if first.doomed.is_empty() {
        return Ok(());
    }
    // Asking for frozen objects takes time for each of them, and may run code. So it is done only now,
    // and the analysis begins again.
    let mortal = match are_frozen(py)? {
        true => Some(known_to_collector(py, &first.dead)?),
        false => None,
    };
    let limbo = limbo::prepare(py)?;
    let outcome = analysis::analyse(py, &tables, most, mortal.as_ref())?;
    if !outcome.doomed.is_empty() {
        limbo::lend(limbo, &tables, &outcome.doomed)?;
    }
    Ok(())
}

/// Lets the next analysis look at fewer objects, if this one was cut short in vain.
fn note_budget(outcome: &analysis::Outcome) {
    let is_in_vain = outcome.is_cut_short && outcome.doomed.is_empty();
    let halvings = if is_in_vain {
        HALVINGS.load(Relaxed) + 1
    } else {
        0
    };
    HALVINGS.store(halvings % (MOST_HALVINGS + 1), Relaxed);
}

/// Whether the collector writes to `sys.stderr` before it begins (`gc.DEBUG_STATS`), which may run any
/// code, and lets other threads go on.
fn is_reported(py: Python<'_>) -> PyResult<bool> {
    const DEBUG_STATS: u32 = 1;
    let nothing: [&Bound<'_, PyAny>; 0] = [];
    let flags = interpreter::call(gc(py)?.get_debug.bind(py), nothing)?;
    Ok(flags.extract::<u32>()? & DEBUG_STATS != 0)
}

/// Whether a collection of some of the objects has begun or ended since this was last made false.
static IS_PART_SEEN: AtomicBool = AtomicBool::new(false);

/// Whether a collection is going on. (A program may call what is in `gc.callbacks` itself.) During one
/// `gc.collect` does nothing, and calls nobody.
fn is_collecting(py: Python<'_>) -> PyResult<bool> {
    IS_PART_SEEN.store(false, Relaxed);
    interpreter::call(gc(py)?.collect.bind(py), [&PyBool::new(py, false)])?; // 0, the youngest
    Ok(!IS_PART_SEEN.load(Relaxed))
}

/// How many objects an analysis may look at.
fn budget(py: Python<'_>, tables: &[Registered]) -> usize {
    let entries: usize = tables.iter().map(|table| table.len(py)).sum();
    (MOST + 4 * entries) >> HALVINGS.load(Relaxed)
}

/// Whether the collector leaves some objects out, because of `gc.freeze()`. A key may be among them while
/// its value is not: the value would be destroyed, and the key would live.
fn are_frozen(py: Python<'_>) -> PyResult<bool> {
    let nothing: [&Bound<'_, PyAny>; 0] = [];
    let count = interpreter::call(gc(py)?.get_freeze_count.bind(py), nothing)?;
    Ok(count.extract::<usize>()? > 0)
}

/// Those of some objects that the collector does not leave out. O(all objects that it knows).
fn known_to_collector(py: Python<'_>, objects: &Addresses) -> PyResult<Addresses> {
    let nothing: [&Bound<'_, PyAny>; 0] = [];
    let all = interpreter::call(gc(py)?.get_objects.bind(py), nothing)?.cast_into::<PyList>()?;
    let mut known = Addresses::default();
    known.try_reserve(objects.len()).map_err(NoMemory::from)?;
    let addresses = all.iter().map(|object| object.as_ptr().addr());
    known.extend(addresses.filter(|address| objects.contains(address)));
    Ok(known)
}

/// Takes back what the collection has left. The last takes others of ours out of the list: nothing is
/// called any more in this turn.
fn stop(callbacks: &Bound<'_, PyList>, is_last: bool) -> PyResult<()> {
    take_back(callbacks.py());
    let mut at = 0;
    while is_last && at + 1 < callbacks.len() {
        if is_ours(&callbacks.get_item(at)?) {
            callbacks.del_item(at)?;
        } else {
            at += 1;
        }
    }
    Ok(())
}

#[pymethods]
impl Callback {
    /// What `gc` calls.
    #[pyo3(signature = (*arguments))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slots::Call::call(slf, arguments, None)
    }
}

/// Completes the class.
pub(crate) fn complete(py: Python<'_>) -> PyResult<()> {
    CALL.prepare(py)?;
    slots::set_call::<Callback>(py)
}
