//! Deaths that wait until somebody asks for them: what a `DeathQueue` holds.
//!
//! A death happens anywhere, in the middle of whatever runs. So all that is needed then is made before:
//! the entry that is moved, the room where it goes, and the signal that is raised.

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::Table;

use crate::content::callback::{self, Forget};
use crate::interpreter::alloc::{self, NewList, NoMemory};
use crate::interpreter::lock::Lock;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::shared::Shared;
use crate::interpreter::signal::Signal;
use crate::interpreter::stored::Stored;
use crate::references::keyed_ref::KeyedRef;

/// The deaths that are waited for, and those that wait to be asked for.
pub struct Deaths(Lock<State>);

#[derive(Default)]
struct State {
    /// Each with the number that is its token and its hash, and what is held for it.
    watched: Table<KeyedRef, OwnedObject>,
    /// How many finalizers may still come.
    bound: usize,
    /// What was held for the dead, and the finalizers that are due. In each there is room for all that
    /// may come.
    held: VecDeque<OwnedObject>,
    due: VecDeque<OwnedObject>,
    /// Up while there is something to do for whoever asks, and for the queue's own thread.
    signal: Option<Signal>,
    thread: Option<Signal>,
    has_thread: bool,
    is_closed: bool,
}

/// Whom a signal is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Program,
    Thread,
}

impl State {
    /// Raises or lowers the signals, if there are any.
    fn show(&mut self) {
        let is_due = !self.due.is_empty();
        let for_program = !self.held.is_empty() || (is_due && !self.has_thread);
        if let Some(signal) = &mut self.signal {
            signal.set(for_program);
        }
        if let Some(signal) = &mut self.thread {
            signal.set(is_due || self.is_closed);
        }
    }

    /// Makes room for one more of what may come.
    fn reserve(&mut self) -> Result<(), NoMemory> {
        self.watched.try_reserve(1)?;
        self.held.try_reserve(self.watched.len() + 1)?;
        self.due.try_reserve(self.bound + 1)?;
        Ok(())
    }
}

impl Deaths {
    /// Errors: MemoryError.
    pub fn new() -> PyResult<Shared<Self>> {
        Ok(Shared::new(Self(Lock::default()))?)
    }

    /// From now on finalizers that are due are the business of a thread of the queue's own.
    pub fn leave_to_thread(&self, py: Python<'_>) {
        self.0.with(py, |state| {
            state.has_thread = true;
            state.show();
        });
    }

    pub fn has_thread(&self, py: Python<'_>) -> bool {
        self.0.read(py, |state| state.has_thread)
    }

    /// What the references of a queue call when their referents die.
    pub fn callback(this: &Shared<Self>, py: Python<'_>) -> PyResult<Py<PyAny>> {
        callback::new(py, Shared::unsize(this.clone(), |deaths| deaths))
    }

    /// Waits for the death of an object, and holds something until that was asked for. Returns the token
    /// of this. O(1) amortized.
    ///
    /// Errors: TypeError for an object that cannot be weakly referenced; MemoryError. Nothing is
    /// changed then.
    pub fn watch<'py>(
        &self,
        object: &Bound<'py, PyAny>,
        held: &Bound<'py, PyAny>,
        callback: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        /// A number is used once: the token of one queue is none of another's.
        static NEXT: AtomicIsize = AtomicIsize::new(1);
        let py = object.py();
        let number = NEXT.fetch_add(1, Relaxed);
        let token = alloc::int(py, number)?;
        let weak = KeyedRef::with_hash(object, callback, &token, number)?;
        let mut new = Some((weak, OwnedObject::from(held)));
        let stored = self.0.with(py, |state| {
            state.reserve()?;
            if let Some((weak, held)) = new.take() {
                state.watched.insert(number as u64, weak, held);
            }
            Ok::<_, NoMemory>(())
        });
        drop(new);
        stored?;
        Ok(token)
    }

    /// Forgets a watch, unless its object has died already. Says whether it did.
    pub fn unwatch(&self, py: Python<'_>, number: isize) -> bool {
        let removed = self.0.with(py, |state| {
            let slot = state
                .watched
                .find(number as u64, |weak, _| weak.hash() == number)?;
            Some(state.watched.remove(slot))
        });
        removed.is_some()
    }

    /// What was held for the dead that died first, if there is one.
    pub fn take_held<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let held = self.0.with(py, |state| {
            let held = state.held.pop_front();
            state.show();
            held
        });
        Some(held?.into_bound(py))
    }

    /// All that was held for the dead, in the order of the deaths. Errors: MemoryError, and all stays.
    pub fn take_all_held<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        loop {
            let len = self.len(py);
            let list = NewList::with_len(py, len)?;
            // Making it may have let more objects die.
            let is_filled = self.0.with(py, |state| {
                let is_right = state.held.len() == len;
                if is_right {
                    list.fill(state.held.drain(..).map(|held| held.into_bound(py)));
                    state.show();
                }
                is_right
            });
            if is_filled {
                return Ok(list.into_list());
            }
        }
    }

    /// The finalizer that is due for the longest time, if there is one.
    pub fn take_due<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let due = self.0.with(py, |state| {
            let due = state.due.pop_front();
            state.show();
            due
        });
        Some(due?.into_bound(py))
    }

    /// How many things wait that [`Deaths::take_held`] gives.
    pub fn len(&self, py: Python<'_>) -> usize {
        self.0.read(py, |state| state.held.len())
    }

    /// Makes room for a finalizer that may be [`Deaths::put_due`]. Errors: MemoryError.
    pub fn bind(&self, py: Python<'_>) -> PyResult<()> {
        Ok(self.0.with(py, |state| {
            state.reserve()?;
            state.bound += 1;
            Ok::<_, NoMemory>(())
        })?)
    }

    /// A finalizer for which room was made does not come.
    pub fn unbind(&self, py: Python<'_>) {
        self.0.with(py, |state| state.bound -= 1);
    }

    /// A finalizer for which room was made is due.
    pub fn put_due(&self, finalizer: &Bound<'_, PyAny>) {
        self.0.with(finalizer.py(), |state| {
            state.bound -= 1;
            state.due.push_back(OwnedObject::from(finalizer));
            state.show();
        });
    }

    /// A descriptor that can be read while there is something to do for the reader. In a forked process
    /// it is another one. Errors: OSError.
    pub fn descriptor(&self, py: Python<'_>, reader: Reader) -> PyResult<isize> {
        let (descriptor, replaced) = self.0.with(py, |state| {
            let own = match reader {
                Reader::Program => &mut state.signal,
                Reader::Thread => &mut state.thread,
            };
            if let Some(signal) = own.as_ref().filter(|signal| signal.is_own()) {
                return (Ok(signal.descriptor()), None);
            }
            match Signal::new() {
                Ok(signal) => {
                    let descriptor = signal.descriptor();
                    let replaced = own.replace(signal);
                    state.show();
                    (Ok(descriptor), replaced)
                }
                Err(error) => (Err(error), None),
            }
        });
        drop(replaced);
        descriptor.map_err(|error| alloc::os_error(py, &error))
    }

    /// Lets the queue's own thread end: nobody else has the queue.
    pub fn close(&self, py: Python<'_>) {
        self.0.with(py, |state| {
            state.is_closed = true;
            state.show();
        });
    }

    pub fn is_closed(&self, py: Python<'_>) -> bool {
        self.0.read(py, |state| state.is_closed)
    }

    /// Forgets everything.
    pub fn give_up(&self, py: Python<'_>) {
        let (watched, held, due) = self.0.with(py, |state| {
            let taken = (
                state.watched.take(),
                mem::take(&mut state.held),
                mem::take(&mut state.due),
            );
            state.show();
            taken
        });
        drop((watched, held, due));
    }

    /// For `tp_traverse`.
    pub fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.visit(visit, |state| {
            let waiting = state.held.iter().chain(&state.due);
            waiting
                .into_iter()
                .try_for_each(|object| object.visit(visit))?;
            state
                .watched
                .iter_unordered()
                .try_for_each(|(_, weak, held)| {
                    weak.visit(visit)?;
                    held.visit(visit)
                })
        })
    }
}

impl Forget for Deaths {
    /// The object of a watch is dead: what is held for it waits from now on.
    fn forget(&self, weak: &Bound<'_, PyAny>) {
        let py = weak.py();
        let Some(own) = KeyedRef::from_object(weak) else {
            return;
        };
        let number = own.hash();
        let dead = self.0.with(py, |state| {
            let is_own =
                |stored: &KeyedRef, _: &OwnedObject| stored.weak().as_ptr() == weak.as_ptr();
            let slot = state.watched.find(number as u64, is_own)?;
            let (dead, held) = state.watched.remove(slot);
            state.held.push_back(held);
            state.show();
            Some(dead)
        });
        drop(dead);
    }
}
