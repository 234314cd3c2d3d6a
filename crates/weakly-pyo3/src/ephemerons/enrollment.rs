//! Whether the entries of a table are ephemerons.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering::Relaxed};

use crate::interpreter::graph::{self, Place};

/// What a table knows of its part in the analysis. Without a choice of its own it goes by its class.
#[derive(Default)]
pub struct Enrollment {
    choice: AtomicU8,
    /// Where the table is in the registry, plus one, or 0.
    place: AtomicUsize,
    is_counted: AtomicBool,
    /// Where the container is in the graph, plus one, or 0.
    container: AtomicU32,
    collected: AtomicUsize,
}

const YES: u8 = 1;
const NO: u8 = 2;

/// Whether the entries of a `WeakKeyDictionary` are ephemerons where nothing else was said.
static BY_DEFAULT: AtomicBool = AtomicBool::new(false);

/// Makes the entries of each `WeakKeyDictionary` ephemerons, or no longer does, where nothing else was or
/// will be said of it.
pub fn set_default(are_ephemerons: bool) {
    BY_DEFAULT.store(are_ephemerons, Relaxed);
}

/// What [`set_default`] has said last.
pub fn default() -> bool {
    BY_DEFAULT.load(Relaxed)
}

impl Enrollment {
    /// Says whether the entries are to be ephemerons.
    pub fn choose(&self, are_ephemerons: bool) {
        let choice = if are_ephemerons { YES } else { NO };
        self.choice.store(choice, Relaxed);
    }

    /// Whether the entries are to be ephemerons, where `by_default` goes if nobody has chosen.
    pub fn is_wanted(&self, by_default: bool) -> bool {
        match self.choice.load(Relaxed) {
            YES => true,
            NO => false,
            _ => by_default,
        }
    }

    /// How many entries of the table have gone with keys that only values led to.
    pub fn collected(&self) -> usize {
        self.collected.load(Relaxed)
    }

    pub(super) fn count_collected(&self) {
        self.collected.fetch_add(1, Relaxed);
    }

    /// Where the table is in the registry.
    #[inline]
    pub(crate) fn place(&self) -> Option<usize> {
        self.place.load(Relaxed).checked_sub(1)
    }

    pub(super) fn set_place(&self, place: Option<usize>) {
        self.place
            .store(place.map_or(0, |place| place + 1), Relaxed);
    }

    /// Whether an analysis counts the references to the values itself, so that `tp_traverse` of the
    /// container must not. Called by that function.
    pub(crate) fn is_counted(&self) -> bool {
        let is_counted = self.is_counted.load(Relaxed);
        if is_counted {
            self.container.store(graph::visited() + 1, Relaxed);
        }
        is_counted
    }

    /// Where the container is in the graph of the analysis, if that has come to it.
    pub(super) fn container(&self) -> Option<Place> {
        self.container.load(Relaxed).checked_sub(1)
    }

    pub(super) fn set_counted(&self, is_counted: bool) {
        self.is_counted.store(is_counted, Relaxed);
        self.container.store(0, Relaxed);
    }
}
