//! Creating the value of a key once: one thread makes it, and the others wait for it.
//!
//! Who makes what is in one table for all containers, in which only such makers are: a container that
//! is not used so pays nothing.

use std::ffi::CStr;
use std::ptr;

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use weakly::table::Table;

use crate::content::key::Key;
use crate::content::{Content, PyKind};
use crate::interpreter::alloc::{self, NoMemory, Shown};
use crate::interpreter::lock::Lock;
use crate::interpreter::lock::held::Held;
use crate::interpreter::names;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::reentrant_once::ReentrantOnce;
use crate::interpreter::{recursion, thread_lock, vector};
use crate::lookup::locate;
use crate::lookup::stored_key::StrongKey;

/// The makers, by `(address of the container, key)`, in which a key that is compared by identity is its address.
static MAKERS: Lock<Table<StrongKey, Maker>> = Lock::new(Table::new());

/// Who makes the value of a key.
struct Maker {
    thread: Thread,
    /// A `_thread.lock`, taken until the maker is done: waiting for it handles signals.
    lock: OwnedObject,
    waiting: Vec<Thread>,
}

/// A living thread, by the address of something of its own. Asking for it takes no memory, and it is
/// the same after a fork.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Thread(usize);

impl Thread {
    fn current() -> Self {
        thread_local!(static OWN: u8 = const { 0 });
        Self(OWN.with(|own| ptr::from_ref(own).addr()))
    }
}

/// What a thread that needs a value is to do.
enum Turn<'py> {
    Make,
    Wait(Held<'py>),
    /// To wait would be for ever.
    Never(&'static str),
}

const RECURSION: &str = "this thread is creating the value of this key already";
const CYCLE: &str =
    "the thread that is creating the value of this key waits for one that this thread is creating";
const SHUTDOWN: &str =
    "another thread was creating the value of this key when the interpreter shut down";

impl<K: PyKind> Content<K> {
    /// The value of `key` as `get` finds it, or else as `make` makes and stores it. `make` runs in one
    /// thread at a time for a key; the others wait, without the GIL, and then look again. If it fails,
    /// one of those that waited makes it.
    ///
    /// Errors: those of `key`, `get` and `make`; RuntimeError where the thread would wait for itself;
    /// MemoryError; what a signal handler raises while the thread waits.
    pub fn create_once<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        get: impl Fn() -> PyResult<Option<Bound<'py, PyAny>>>,
        make: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        if let Some(value) = get()? {
            return Ok(value);
        }
        let container = ptr::from_ref(self.table()).addr();
        let hash = K::hash(key)? as u64 ^ container.rotate_right(4) as u64;
        let address = |address: usize| alloc::int(py, address as isize);
        let key = if K::Key::IS_IDENTITY {
            address(key.as_ptr().addr())?
        } else {
            key.clone()
        };
        let wanted = alloc::tuple(py, [address(container)?, key])?;
        while !become_maker_or_wait(&wanted, hash)? {
            if let Some(value) = get()? {
                return Ok(value);
            }
        }
        let _done = Done {
            wanted: &wanted,
            hash,
        };
        // Another may have made it meanwhile.
        match get()? {
            Some(value) => Ok(value),
            None => recursion::counted(py, CALLING, 1, make),
        }
    }
}

const CALLING: &CStr = c" while calling a Python object";

/// Whether this thread is now the maker. If it is not, it has waited for the one that was.
fn become_maker_or_wait(wanted: &Bound<'_, PyTuple>, hash: u64) -> PyResult<bool> {
    let py = wanted.py();
    let thread = Thread::current();
    let lock = thread_lock::new(py)?;
    thread_lock::acquire(&lock)?;
    let mut new = Some((
        StrongKey(wanted.into()),
        Maker {
            thread,
            lock: lock.into(),
            waiting: Vec::new(),
        },
    ));
    let turn = locate(&MAKERS, wanted.as_any(), hash as isize, |makers, slot| {
        let Some(slot) = slot else {
            makers.try_reserve(1)?;
            if let Some((key, maker)) = new.take() {
                makers.insert(hash, key, maker);
            }
            return Ok::<_, NoMemory>(Turn::Make);
        };
        let maker = makers.value(slot).thread;
        if maker == thread {
            return Ok(Turn::Never(RECURSION));
        }
        if waits_for(makers, maker, thread) {
            return Ok(Turn::Never(CYCLE));
        }
        let maker = makers.value_mut(slot);
        vector::push(&mut maker.waiting, thread)?;
        Ok(Turn::Wait(maker.lock.hold(py)))
    })?;
    drop(new);
    match turn? {
        Turn::Make => Ok(true),
        Turn::Wait(lock) => wait(&lock.release(), hash).map(|()| false),
        Turn::Never(why) => Err(refusal(py, why)),
    }
}

/// Whether `thread` waits for `other`, perhaps by way of more threads. These are no circle: a thread
/// that would close one does not wait.
fn waits_for(makers: &Table<StrongKey, Maker>, thread: Thread, other: Thread) -> bool {
    let mut all = makers.iter_unordered().map(|(_, _, maker)| maker);
    all.any(|maker| {
        maker.waiting.contains(&thread)
            && (maker.thread == other || waits_for(makers, maker.thread, other))
    })
}

/// Waits for the maker that has this lock, which is released at once.
fn wait(lock: &Bound<'_, PyAny>, hash: u64) -> PyResult<()> {
    let py = lock.py();
    let wait = || {
        // The maker may be a daemon thread, which then never ends.
        if is_shutting_down(py)? {
            return Err(refusal(py, SHUTDOWN));
        }
        thread_lock::acquire(lock)?;
        thread_lock::release(lock);
        Ok(())
    };
    wait().inspect_err(|_| {
        let thread = Thread::current();
        MAKERS.with(py, |makers| {
            let slot = makers.find(hash, |_, maker| maker.lock.is(lock))?;
            let waiting = &mut makers.value_mut(slot).waiting;
            let own = waiting.iter().position(|waiting| *waiting == thread)?;
            Some(waiting.swap_remove(own))
        });
    })
}

/// The maker is done, with or without a value.
struct Done<'a, 'py> {
    wanted: &'a Bound<'py, PyTuple>,
    hash: u64,
}

impl Drop for Done<'_, '_> {
    fn drop(&mut self) {
        let done = MAKERS.with(self.wanted.py(), |makers| {
            let slot = makers.find(self.hash, |key, _| key.0.is(self.wanted))?;
            Some(makers.remove(slot))
        });
        if let Some((_key, maker)) = done {
            thread_lock::release(maker.lock.bind(self.wanted.py()));
        }
    }
}

/// `sys.is_finalizing()`. At the very end `sys` itself cannot be imported.
fn is_shutting_down(py: Python<'_>) -> PyResult<bool> {
    static IS_FINALIZING: ReentrantOnce<Py<PyAny>> = ReentrantOnce::new();
    let is_finalizing = IS_FINALIZING.get_or_try_make(py, || {
        let sys = alloc::import(py, c"sys")?;
        sys.getattr(names::is_finalizing(py)).map(Bound::unbind)
    })?;
    is_finalizing.bind(py).call0()?.is_truthy()
}

#[cold]
fn refusal(py: Python<'_>, why: &str) -> PyErr {
    alloc::error::<PyRuntimeError>(py, format_args!("get_or_create: {why}"))
}

/// Refuses a factory that cannot be called, whether it is needed or not.
///
/// Errors: TypeError.
pub fn expect_factory(factory: &Bound<'_, PyAny>) -> PyResult<()> {
    if factory.is_callable() {
        return Ok(());
    }
    let name = factory.get_type().name()?;
    Err(alloc::error::<PyTypeError>(
        factory.py(),
        format_args!("the factory must be callable, not '{}'", Shown(&name)),
    ))
}

/// In a forked process there is only the thread that forked: the others make nothing any more.
#[pyfunction]
fn forget_other_threads(py: Python<'_>) {
    let thread = Thread::current();
    loop {
        let gone = MAKERS.with(py, |makers| {
            let is_gone = |maker: &Maker| maker.thread != thread;
            let mut all = makers.iter_unordered();
            let (fingerprint, ..) = all.find(|(_, _, maker)| is_gone(maker))?;
            drop(all);
            let slot = makers.find_by_fingerprint(fingerprint, |_, maker| is_gone(maker))?;
            Some(makers.remove(slot))
        });
        let Some((_key, maker)) = gone else {
            return;
        };
        // This thread waits for it if it forks in a signal handler.
        thread_lock::release(maker.lock.bind(py));
    }
}

/// Makes what waiting needs, and has the makers of other threads forgotten after a fork.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    thread_lock::new(py)?;
    is_shutting_down(py)?;
    if cfg!(unix) {
        let forget: Bound<'_, PyAny> = wrap_pyfunction!(forget_other_threads, py)?.into_any();
        let kwargs = PyDict::new(py);
        kwargs.set_item("after_in_child", forget)?;
        let posix = alloc::import(py, c"posix")?;
        posix.getattr("register_at_fork")?.call((), Some(&kwargs))?;
    }
    Ok(())
}
