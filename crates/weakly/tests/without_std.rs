//! What there is without the feature `std`:
//! `cargo test -p weakly --no-default-features --test without_std`. With it, all of this holds, too.

extern crate alloc;

use alloc::rc::Rc;
use core::cell::{Cell, RefCell};
use core::hash::BuildHasherDefault;

use weakly::local::{Finalizer, Proxy, Strong, WeakMethod, WeakRef};
use weakly::table::Table;
use weakly::{local, rc};

/// The hasher of a program that wants none of ours.
#[derive(Default)]
struct Sum(u64);

impl core::hash::Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        self.0 += bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[test]
fn the_table_needs_no_std() {
    let mut table: Table<&str, u32> = Table::new();
    table.insert(1, "a", 1);
    assert_eq!(table.len(), 1);
}

#[test]
fn containers_of_an_rc_need_no_std() {
    let name = Rc::new("William");
    let ages = rc::WeakKeyMap::from([(&name, 30)]);
    let by_age = rc::WeakValueMap::from([(30, &name)]);
    let both: rc::WeakKeyValueMap<&str, &str> = [(&name, &name)].into_iter().collect();
    let members: rc::WeakSet<&str, BuildHasherDefault<Sum>> = [&name].into_iter().collect();
    let objects = rc::WeakSet::by_identity();
    objects.insert(&name);
    assert_eq!(ages.get("William"), Some(30));
    assert!(by_age.get(&30).is_some() && both.contains_key(&"William"));
    assert!(members.contains(&"William") && objects.contains(&name));
    drop(name);
    assert_eq!(ages.get("William"), None);
    let alive = (by_age.len_alive(), both.len_alive(), members.len_alive());
    assert_eq!((alive, objects.len_alive()), ((0, 0, 0), 0));
}

#[test]
fn a_death_is_told_without_std() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let note = |what| {
        let log = log.clone();
        move || log.borrow_mut().push(what)
    };
    let owner = Strong::new(Cell::new(1));
    let (called, finalized) = (note("callback"), note("finalizer"));
    let weak = WeakRef::with_callback(&owner, move |_| called());
    Finalizer::new(&owner, finalized);
    let proxy = Proxy::new(&owner);
    let method = WeakMethod::new(&owner, |cell: &Cell<i32>, n| cell.set(n));
    method.call((2,));
    assert_eq!(proxy.with(Cell::get), Ok(2));
    let notes: local::WeakKeyMap<_, _, _> = local::WeakKeyMap::by_identity();
    notes.insert(&owner, "note");
    assert_eq!(notes.len(), 1);
    drop(owner);
    assert_eq!(notes.len(), 0);
    assert!(!weak.is_alive());
    assert_eq!(*log.borrow(), ["finalizer", "callback"]);
}

#[test]
fn references_are_hashed_without_std() {
    let owner = Strong::new(5);
    let reference = Rc::new(WeakRef::new(&owner));
    let references = rc::WeakSet::from([&reference]);
    assert!(references.contains(&WeakRef::new(&owner)));
    drop(owner);
    assert!(references.contains(&*reference));
}

#[test]
fn a_value_is_made_once_without_std() {
    let key = Strong::new(1);
    let map = local::WeakKeyMap::new();
    assert_eq!(map.get_or_insert_with(&key, || "made"), "made");
    assert_eq!(map.get_or_insert_with(&key, || unreachable!()), "made");
    assert_eq!(
        map.get_or_try_insert_with(Strong::new(2), || Err(3)),
        Err(3)
    );
}

#[test]
#[should_panic(expected = "a maker asks for the very value that it is making")]
fn a_maker_that_asks_for_its_own_value_panics_without_std() {
    let key = Strong::new(1);
    let map: local::WeakKeyMap<i32, i32> = local::WeakKeyMap::new();
    map.get_or_insert_with(&key, || map.get_or_insert_with(&key, || 1));
}
