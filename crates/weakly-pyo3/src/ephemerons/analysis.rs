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
    /// The address of the key.
    referent: usize,
    /// Where the key is in the graph, if a value leads to it.
    key: Option<Place>,
    value: Place,
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
    graph.complete()?;
    if !locate_keys(&graph, &mut entries) {
        return Ok(Outcome {
            doomed: Vec::new(),
            dead: Addresses::default(),
            is_cut_short: graph.is_full(),
        });
    }
    graph.mark_held(mortal)?;
    find_living(&mut graph, tables, &mut entries)?;
    let is_dead = |place: Place| !graph.is_alive(place);
    // What goes with its container needs no help.
    entries.retain(|entry| {
        is_dead(entry.value)
            && entry.key.is_some_and(is_dead)
            && !container(tables, entry).is_some_and(is_dead)
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

/// The entries, with their values in the graph. Those whose values lead to nothing need no help.
fn read(py: Python<'_>, tables: &[Registered], graph: &mut Graph) -> Result<Vec<Entry>, NoMemory> {
    let len = tables.iter().map(|table| table.len(py)).sum();
    let mut entries = vector::with_room(len)?;
    graph.reserve(2 * len)?;
    let mut result = Ok(());
    for (table, registered) in tables.iter().enumerate() {
        registered.for_each(py, &mut |weak, value| {
            // What is counted must have an entry.
            let (Ok(()), Some(hash)) = (&result, weak.cached_hash()) else {
                return;
            };
            let Some(value) = graph.count(value) else {
                return;
            };
            let doomed = Doomed {
                table,
                hash,
                weak: weak.as_ptr().addr(),
            };
            result = vector::push(
                &mut entries,
                Entry {
                    doomed,
                    referent: weak.address(),
                    key: None,
                    value,
                    next: 0,
                },
            );
        });
    }
    result.map(|()| entries)
}

/// Finds the keys to which values lead. Says whether one of them is not held from outside: nearly
/// always there is none, and no entry is to go. A key to which no value leads is alive.
fn locate_keys(graph: &Graph, entries: &mut [Entry]) -> bool {
    let mut may_go = false;
    for entry in entries {
        let key = graph.place(entry.referent);
        entry.key = key.filter(|key| !graph.may_be_constant(*key));
        may_go |= entry.key.is_some_and(|key| !graph.is_held(key));
    }
    may_go
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
        match missing {
            Some(missing) => {
                entry.next = std::mem::replace(&mut self.0[missing as usize], at as u32 + 1);
            }
            None => graph.mark_alive(entry.value),
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
