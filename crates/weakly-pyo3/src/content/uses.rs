//! Objects in the order of their last use, none of which is kept alive by it.

use pyo3::prelude::*;
use weakly::table::Recent;

use crate::interpreter::alloc::NoMemory;
use crate::interpreter::lock::Lock;
use crate::interpreter::lock::held::Held;
use crate::interpreter::shared::Shared;
use crate::references::weak_ref::WeakRef;

/// The uses of objects, which are told by numbers that no two of them have.
///
/// Who dies says so with [`Uses::forget`]. All zeroes are a valid value, as of a new instance.
#[derive(Clone, Default)]
pub struct Uses(Option<Shared<Lock<Used>>>);

#[derive(Default)]
struct Used {
    recent: Recent<WeakRef>,
    hits: u64,
    misses: u64,
}

impl Uses {
    /// No uses yet. Errors: MemoryError.
    pub fn new() -> PyResult<Self> {
        Ok(Self(Some(Shared::new(Lock::default())?)))
    }

    fn used(&self) -> &Lock<Used> {
        self.0.as_ref().expect("an instance in use has its parts")
    }

    /// An object was used for the first time. Errors: MemoryError; TypeError if it cannot be weakly
    /// referenced.
    pub fn add(&self, number: usize, object: &Bound<'_, PyAny>) -> PyResult<()> {
        let weak = WeakRef::canonical(object)?;
        self.used()
            .with(object.py(), |used| {
                if used.recent.try_reserve().is_err() {
                    return Err((NoMemory, weak));
                }
                used.recent.insert(number, weak, 1);
                Ok(())
            })
            .map_err(|(no_memory, _weak)| no_memory.into())
    }

    /// An object was found and used once more, if it is here.
    pub fn touch(&self, py: Python<'_>, number: usize) {
        self.used().with(py, |used| used.recent.touch(number));
    }

    /// As [`Uses::touch`], if the order `is_kept`; counts a hit.
    #[inline]
    pub fn hit(&self, py: Python<'_>, number: usize, is_kept: bool) {
        self.used().with(py, |used| {
            used.hits += 1;
            if is_kept {
                used.recent.touch(number);
            }
        });
    }

    pub fn miss(&self, py: Python<'_>) {
        self.used().with(py, |used| used.misses += 1);
    }

    /// An object is here no more.
    pub fn forget(&self, py: Python<'_>, number: usize) {
        drop(self.used().with(py, |used| used.recent.remove(number)));
    }

    /// Takes the object out that was not used for the longest time.
    pub fn take_oldest<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        loop {
            let weak = self.used().with(py, |used| used.recent.pop_oldest())?;
            // One that dies at this moment is passed over.
            if let Some(object) = weak.upgrade(py) {
                return Some(object.release());
            }
        }
    }

    /// The objects, the one that was not used for the longest time first. Errors: MemoryError.
    pub fn all<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let mut all: Vec<Held<'py>> = Vec::new();
        loop {
            // Memory is asked for outside the lock.
            all.try_reserve(self.len(py)).map_err(NoMemory::from)?;
            let fits = self.used().with(py, |used| {
                let fits = used.recent.len() <= all.capacity();
                if fits {
                    all.extend(used.recent.in_order().filter_map(|weak| weak.upgrade(py)));
                }
                fits
            });
            if fits {
                return Ok(all.into_iter().map(Held::release).collect());
            }
        }
    }

    pub fn len(&self, py: Python<'_>) -> usize {
        self.used().with(py, |used| used.recent.len())
    }

    /// How many hits there were, and how many misses.
    pub fn counts(&self, py: Python<'_>) -> (u64, u64) {
        self.used().with(py, |used| (used.hits, used.misses))
    }
}
