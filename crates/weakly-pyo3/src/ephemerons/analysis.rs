//! Which entries go: those whose keys only values of such entries lead to.

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;

use crate::ephemerons::registry::Registered;
use crate::interpreter::alloc::NoMemory;
use crate::interpreter::graph::{Addresses, Graph, Place};
use crate::interpreter::vector;

/// An entry whose value is to be lent: in which of the tables it is, and its weak key.
pub(super) struct Doomed {
    pub(super) table: usize,
    pub(super) hash: Py_hash_t,
    pub(super) weak: usize,
}

/// What an analysis came to.
pub(super) struct Outcome {
    pub(super) doomed: Vec<Doomed>,
    /// All objects that are to go.
    pub(super) dead: Addresses,
    /// Whether it would have looked at more objects than it might.
    pub(super) is_cut_short: bool,
}

struct Entry {
    doomed: Doomed,
    key: Option<Place>,
    value: Option<Place>,
    /// The next entry that waits for the same object, plus one.
    next: u32,
}

/// Looks at all entries of some tables, and at no more than so many objects. With `mortal`, none but
/// these objects can be found dead.
///
/// O(entries and objects that they reach). Runs no code, and changes nothing. Errors: no memory.
pub(super) fn analyse(
    py: Python<'_>,
    tables: &[Registered],
    most: usize,
    mortal: Option<&Addresses>,
) -> Result<Outcome, NoMemory> {
    let _counted = Counted::new(tables);
    let mut graph = Graph::new(most);
    let mut entries = read(py, tables, &mut graph)?;
    graph.complete(mortal)?;
    find_living(&mut graph, tables, &mut entries)?;
    let is_dead = |place: Option<Place>| place.is_some_and(|place| !graph.is_alive(place));
    // What goes with its container needs no help.
    entries.retain(|entry| {
        is_dead(entry.key) && is_dead(entry.value) && !is_dead(container(tables, entry))
    });
    Ok(Outcome {
        // In the same memory, or in new memory of which there is enough.
        doomed: collect(entries)?,
        dead: graph.dead()?,
        is_cut_short: graph.is_full(),
    })
}

/// While it lives, the references from the tables to their values are left out of what the tables show
/// the collector: they are counted here, once.
struct Counted<'a>(&'a [Registered]);

impl<'a> Counted<'a> {
    fn new(tables: &'a [Registered]) -> Self {
        tables
            .iter()
            .for_each(|table| table.enrollment().set_counted(true));
        Self(tables)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0
            .iter()
            .for_each(|table| table.enrollment().set_counted(false));
    }
}

/// The entries, with their keys and values in the graph.
fn read(py: Python<'_>, tables: &[Registered], graph: &mut Graph) -> Result<Vec<Entry>, NoMemory> {
    let mut entries = Vec::new();
    let mut result = Ok(());
    for (table, registered) in tables.iter().enumerate() {
        registered.for_each(py, &mut |weak, value| {
            let (Some(hash), Ok(())) = (weak.cached_hash(), &result) else {
                return;
            };
            let value = graph.count(value);
            let key = weak.referent_in(graph);
            let key = key.filter(|key| !graph.may_be_constant(*key));
            let doomed = Doomed {
                table,
                hash,
                weak: weak.as_ptr().addr(),
            };
            result = vector::push(
                &mut entries,
                Entry {
                    doomed,
                    key,
                    value,
                    next: 0,
                },
            );
        });
    }
    result.map(|()| entries)
}

/// Marks all that is alive: what is referred to from outside, what that leads to, and the values of
/// living keys in living containers.
fn find_living(
    graph: &mut Graph,
    tables: &[Registered],
    entries: &mut [Entry],
) -> Result<(), NoMemory> {
    let mut waiting = Waiting::new(graph.len())?;
    for at in 0..entries.len() {
        waiting.settle(graph, tables, entries, at);
    }
    while let Some(object) = graph.next_alive() {
        let mut next = waiting.take(object);
        while let Some(at) = next.checked_sub(1) {
            next = entries[at as usize].next;
            waiting.settle(graph, tables, entries, at as usize);
        }
    }
    Ok(())
}

/// For each object of the graph the first entry that waits for it to be found alive, plus one.
struct Waiting(Vec<u32>);

impl Waiting {
    fn new(len: usize) -> Result<Self, NoMemory> {
        let mut first = vector::with_room(len)?;
        first.resize(len, 0);
        Ok(Self(first))
    }

    fn take(&mut self, object: Place) -> u32 {
        std::mem::take(&mut self.0[object as usize])
    }

    /// Marks the value of an entry as alive, unless the key or the container is not known to be: then the
    /// entry waits for it. What is not in the graph is alive, or dead already.
    fn settle(
        &mut self,
        graph: &mut Graph,
        tables: &[Registered],
        entries: &mut [Entry],
        at: usize,
    ) {
        let entry = &mut entries[at];
        let needed = [entry.key, container(tables, entry)];
        let missing = needed
            .into_iter()
            .flatten()
            .find(|place| !graph.is_alive(*place));
        match (missing, entry.value) {
            (Some(missing), _) => {
                entry.next = std::mem::replace(&mut self.0[missing as usize], at as u32 + 1);
            }
            (None, Some(value)) => graph.mark_alive(value),
            (None, None) => (),
        }
    }
}

/// Where the container of an entry is in the graph.
fn container(tables: &[Registered], entry: &Entry) -> Option<Place> {
    tables[entry.doomed.table].enrollment().container()
}

fn collect(entries: Vec<Entry>) -> Result<Vec<Doomed>, NoMemory> {
    vector::collect(entries.into_iter().map(|entry| entry.doomed))
}
