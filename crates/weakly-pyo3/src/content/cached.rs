//! Content of a cache: values that live as long as anybody holds them, and those used last a little
//! longer.

use std::mem;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyInt;
use pyo3::{PyTraverseError, PyVisit};
use weakly::table::Recent;

use crate::content::by_value::WeakValues;
use crate::interpreter::alloc::{self, NoMemory, Shown};
use crate::interpreter::lock::Lock;
use crate::interpreter::lock::held::Held;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::shared::Shared;
use crate::interpreter::stored::Stored;
use crate::interpreter::{self, interrupt};

/// The values by their keys, weakly, and those that the cache holds itself.
///
/// All zeroes are a valid content: what a new instance has before it is written.
pub struct Cached {
    values: WeakValues,
    strong: Option<Shared<Lock<Strong>>>,
}

#[derive(Default)]
struct Strong {
    /// By their addresses, in the order of their last use.
    recent: Recent<OwnedObject>,
    /// How much the cache may hold. None is anything.
    room: Option<u64>,
    /// What says how much an object weighs. Without it each weighs one.
    weigher: Option<OwnedObject>,
    hits: u64,
    misses: u64,
    /// How often an entry was removed. It tells who has looked a value up whether that may have lost
    /// its last entry since.
    removals: u64,
    /// How often a value was held anew. It tells who has seen that no entry leads to a value whether
    /// one may lead there since.
    holds: u64,
}

/// What a cache has counted.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    pub hits: u64,
    pub misses: u64,
    pub room: Option<u64>,
    pub held: usize,
}

impl Cached {
    /// An empty one, which holds nothing itself. Errors: MemoryError.
    pub fn new() -> PyResult<Self> {
        let strong = Lock::new(Strong {
            room: Some(0),
            ..Strong::default()
        });
        Ok(Self {
            values: WeakValues::new()?,
            strong: Some(Shared::new(strong)?),
        })
    }

    /// Empties it, and says how much it holds from now on.
    ///
    /// Errors: as [`Cached::clear`].
    pub fn begin(
        &self,
        py: Python<'_>,
        room: Option<u64>,
        weigher: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let weigher = weigher.map(OwnedObject::from);
        let before = self.strong().with(py, |strong| {
            strong.room = room;
            mem::replace(&mut strong.weigher, weigher)
        });
        drop(before);
        self.clear(py)
    }

    /// The values alone: to look at them uses none.
    pub fn values(&self) -> &WeakValues {
        &self.values
    }

    fn strong(&self) -> &Lock<Strong> {
        self.strong
            .as_ref()
            .expect("an instance in use has its parts")
    }

    /// The value of `key`, which was used now. Counts a hit or a miss.
    ///
    /// Errors: those of `key` and of the weigher.
    pub fn get<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = self.find(key)?;
        self.strong().with(key.py(), |strong| match found {
            Some(_) => strong.hits += 1,
            None => strong.misses += 1,
        });
        Ok(found)
    }

    /// As [`Cached::get`], but counts nothing.
    pub fn find<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let removals = self.removals(key.py());
        let found = self.values.get(key)?;
        if let Some(value) = &found {
            self.hold(value, removals)?;
        }
        Ok(found)
    }

    /// Stores a value. Errors: those of `key`, of a value that cannot be weakly referenced, and of the
    /// weigher; nothing is changed then.
    pub fn set<'py>(&self, key: &Bound<'py, PyAny>, value: &Bound<'py, PyAny>) -> PyResult<()> {
        let weight = self.weigh(value)?;
        let removals = self.removals(key.py());
        let replaced = self.values.replace_value(key, value)?;
        let held = self.hold_weighed(value, weight, removals);
        if let Some(replaced) = replaced {
            self.let_go(&replaced);
        }
        held
    }

    /// The value of `key`, or else `value`, which is stored then. Errors: as [`Cached::set`].
    pub fn get_or_set<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let weight = self.weigh(value)?;
        let removals = self.removals(key.py());
        let own = self.values.get_or_set(key, value)?;
        if own.is(value) {
            self.hold_weighed(&own, weight, removals)?;
        } else {
            self.hold(&own, removals)?;
        }
        Ok(own)
    }

    /// Removes the entry of `key` and returns its value.
    pub fn take<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let taken = self.values.take_live(key)?;
        if let Some(value) = &taken {
            self.let_go(value);
        }
        Ok(taken)
    }

    /// Removes the entry of `key`; says whether there was one.
    pub fn delete(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Some((own, weak)) = self.values.remove(key)? else {
            return Ok(false);
        };
        let value = weak.weak().upgrade(key.py()).map(Held::release);
        drop((own, weak));
        if let Some(value) = value {
            self.let_go(&value);
        }
        Ok(true)
    }

    /// Removes the entry inserted last and returns its key and value. Errors: MemoryError.
    pub fn pop<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let popped = self.values.pop(py)?;
        if let Some((_, value)) = &popped {
            self.let_go(value);
        }
        Ok(popped)
    }

    /// Removes all entries, and counts from zero again.
    ///
    /// Errors: as [`Content::clear`](crate::content::Content::clear).
    pub fn clear(&self, py: Python<'_>) -> PyResult<()> {
        let entries = self.values.parts().take_all(py);
        let recent = self.strong().with(py, |strong| {
            (strong.hits, strong.misses) = (0, 0);
            strong.removals += 1;
            mem::take(&mut strong.recent)
        });
        // First the entries: what is dropped then finds an empty cache.
        let cleared = interrupt::drop_in_turn(py, entries.rev());
        drop(recent);
        cleared
    }

    pub fn counts(&self, py: Python<'_>) -> Counts {
        self.strong().with(py, |strong| Counts {
            hits: strong.hits,
            misses: strong.misses,
            room: strong.room,
            held: strong.recent.len(),
        })
    }

    /// For `tp_clear`.
    pub fn give_up(&self, py: Python<'_>) {
        self.values.give_up(py);
        if let Some(strong) = &self.strong {
            let (recent, weigher) = strong.with(py, |strong| {
                (mem::take(&mut strong.recent), strong.weigher.take())
            });
            drop((recent, weigher));
        }
    }

    /// For `tp_traverse`.
    pub fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.values.visit(visit)?;
        let Some(strong) = &self.strong else {
            return Ok(());
        };
        strong.visit(visit, |strong| {
            strong
                .recent
                .iter()
                .try_for_each(|value| value.visit(visit))?;
            strong
                .weigher
                .as_ref()
                .map_or(Ok(()), |weigher| weigher.visit(visit))
        })
    }

    fn removals(&self, py: Python<'_>) -> u64 {
        self.strong().with(py, |strong| strong.removals)
    }

    /// A value that was found was used: it is held, and those that are too much are let go. `removals`
    /// is how many there were before it was found.
    fn hold(&self, value: &Bound<'_, PyAny>, removals: u64) -> PyResult<()> {
        let address = value.as_ptr().addr();
        let is_held = self
            .strong()
            .with(value.py(), |strong| strong.recent.touch(address));
        if is_held {
            return Ok(());
        }
        let weight = self.weigh(value)?;
        self.hold_weighed(value, weight, removals)
    }

    /// As [`Cached::hold`], with a value that may have changed its weight.
    fn hold_weighed(&self, value: &Bound<'_, PyAny>, weight: u64, removals: u64) -> PyResult<()> {
        let py = value.py();
        let address = value.as_ptr().addr();
        let (before, is_sure) = self.strong().with(py, |strong| {
            let fits = strong.room.is_none_or(|room| weight <= room);
            if fits {
                // First: what is removed must not be dropped here.
                strong.recent.try_reserve()?;
            }
            strong.holds += 1;
            // It may weigh another weight now.
            let before = strong.recent.remove(address);
            if fits {
                strong
                    .recent
                    .insert(address, OwnedObject::from(value), weight);
            }
            Ok::<_, NoMemory>((before, strong.removals == removals))
        })?;
        drop(before);
        // Each is dropped outside the lock: that runs any code.
        while let Some(evicted) = self.strong().with(py, |strong| {
            let is_too_much = strong
                .room
                .is_some_and(|room| strong.recent.weight() > room.into());
            is_too_much.then(|| strong.recent.pop_oldest()).flatten()
        }) {
            drop(evicted);
        }
        if !is_sure {
            // Who removes its entry from now on finds it held.
            self.let_go(value);
        }
        Ok(())
    }

    /// An entry of the value was removed: it is held no more, unless another key leads to it. Then it
    /// keeps its place in the order of use.
    fn let_go(&self, value: &Bound<'_, PyAny>) {
        let py = value.py();
        let address = value.as_ptr().addr();
        loop {
            let holds = self.strong().with(py, |strong| {
                strong.removals += 1;
                strong.holds
            });
            // Without the memory to tell, it goes: that costs its next user a little work.
            if self.values.lead_to(value).unwrap_or(false) {
                return;
            }
            let held = self.strong().with(py, |strong| {
                (strong.holds == holds).then(|| strong.recent.remove(address))
            });
            if held.map(drop).is_some() {
                return;
            }
        }
    }

    /// What a value weighs. Errors: those of the weigher; TypeError and ValueError for what is no weight.
    fn weigh(&self, value: &Bound<'_, PyAny>) -> PyResult<u64> {
        let py = value.py();
        let weigher = self.strong().with(py, |strong| {
            strong.weigher.as_ref().map(|weigher| weigher.hold(py))
        });
        match weigher {
            Some(weigher) => whole(
                &interpreter::call(&weigher.release(), [value])?,
                "the weight",
            ),
            None => Ok(1),
        }
    }
}

/// A number that is not negative. Errors: TypeError, ValueError; `what` says in them what it was to be.
pub fn whole(number: &Bound<'_, PyAny>, what: &str) -> PyResult<u64> {
    let py = number.py();
    let Ok(integer) = number.cast::<PyInt>() else {
        let name = number.get_type().name()?;
        return Err(alloc::error::<PyTypeError>(
            py,
            format_args!("{what} must be an int, not '{}'", Shown(&name)),
        ));
    };
    if integer.lt(0)? {
        return Err(alloc::error::<PyValueError>(
            py,
            format_args!("{what} must not be negative"),
        ));
    }
    // More than fits is as good as the most.
    alloc::caught(py, || Ok(integer.extract().unwrap_or(u64::MAX)))
}
