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
    /// The next entry of the same key, plus one.
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
    find_living(&mut graph, &mut entries)?;
    let is_dead = |place: Option<Place>| place.is_some_and(|place| !graph.is_alive(place));
    entries.retain(|entry| is_dead(entry.key) && is_dead(entry.value));
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
/// living keys.
fn find_living(graph: &mut Graph, entries: &mut [Entry]) -> Result<(), NoMemory> {
    let mut first: Vec<u32> = vector::with_room(graph.len())?;
    first.resize(graph.len(), 0);
    for (at, entry) in entries.iter_mut().enumerate() {
        match entry.key {
            Some(key) => entry.next = std::mem::replace(&mut first[key as usize], at as u32 + 1),
            // It is not in the graph: alive, or dead already.
            None => entry
                .value
                .into_iter()
                .for_each(|value| graph.mark_alive(value)),
        }
    }
    while let Some(key) = graph.next_alive() {
        let mut next = first[key as usize];
        while let Some(at) = next.checked_sub(1) {
            let entry = &entries[at as usize];
            entry
                .value
                .into_iter()
                .for_each(|value| graph.mark_alive(value));
            next = entry.next;
        }
    }
    Ok(())
}

fn collect(entries: Vec<Entry>) -> Result<Vec<Doomed>, NoMemory> {
    vector::collect(entries.into_iter().map(|entry| entry.doomed))
}
