//! Iterators that are interrupted by everything.

use weakly::{Strong, WeakKeyMap, WeakSet, WeakValueMap};

fn members(count: i32) -> (Vec<Option<Strong<i32>>>, WeakSet<i32>) {
    let members: Vec<_> = (0..count).map(Strong::new).collect();
    let set = members.iter().collect();
    (members.into_iter().map(Some).collect(), set)
}

#[test]
fn what_dies_before_its_turn_is_not_seen() {
    let (mut owners, set) = members(5);
    let mut iter = set.iter();
    assert_eq!(*iter.next().unwrap(), 0);
    owners[1] = None;
    owners[4] = None;
    assert!(iter.map(|member| *member).eq([2, 3]));
}

#[test]
fn what_is_inserted_meanwhile_is_not_seen() {
    let (_owners, set) = members(2);
    let late = Strong::new(7);
    let mut iter = set.iter();
    assert_eq!(*iter.next().unwrap(), 0);
    set.insert(&late);
    assert_eq!(*iter.next().unwrap(), 1);
    assert!(iter.next().is_none());
    assert!(iter.next().is_none(), "and it stays so");
    assert_eq!(set.iter().count(), 3);
}

#[test]
fn the_entry_that_was_just_yielded_may_go() {
    let (owners, set) = members(4);
    let mut seen = Vec::new();
    for member in &set {
        set.remove(&*member);
        seen.push(*member);
    }
    assert_eq!(seen, [0, 1, 2, 3]);
    assert!(set.is_empty());
    drop(owners);
}

#[test]
fn what_is_removed_and_inserted_again_is_not_seen_twice() {
    let (owners, set) = members(3);
    let mut iter = set.iter();
    assert_eq!(*iter.next().unwrap(), 0);
    let zero = owners[0].as_ref().unwrap();
    set.remove(&0);
    set.insert(zero);
    assert!(iter.map(|member| *member).eq([1, 2]));
}

#[test]
fn an_iterator_keeps_alive_what_it_yielded_and_no_more() {
    let (mut owners, set) = members(3);
    let mut iter = set.iter();
    let first = iter.next();
    owners.clear();
    assert_eq!(set.len(), 1);
    drop(first);
    assert!(set.is_empty());
    assert!(iter.next().is_none());
}

#[test]
fn an_iterator_keeps_the_container() {
    let (_owners, set) = members(2);
    let iter = set.iter();
    drop(set);
    assert_eq!(iter.count(), 2);
}

#[test]
fn a_cleared_container_ends_its_iterators() {
    let (_owners, set) = members(3);
    let mut iter = set.iter();
    iter.next();
    set.clear();
    assert!(iter.next().is_none());
}

#[test]
fn iterators_do_not_wear_the_container_out() {
    let (_owners, set) = members(10);
    set.shrink_to_fit();
    let capacity = set.capacity();
    for n in 0..1000 {
        let _ = set.iter().nth(n % 10);
        let _ = set.iter().count();
    }
    assert!(
        set.capacity() <= capacity + 4,
        "{} of {capacity}",
        set.capacity()
    );
    assert_eq!(set.len(), 10);
}

#[test]
fn many_iterators_run_at_once() {
    let (_owners, set) = members(20);
    let mut iters: Vec<_> = (0..20).map(|_| set.iter()).collect();
    for (skip, iter) in iters.iter_mut().enumerate() {
        for n in 0..skip {
            assert_eq!(*iter.next().unwrap(), n as i32);
        }
    }
    set.retain(|member| **member % 2 == 0);
    for (skip, iter) in iters.into_iter().enumerate() {
        let expected = (skip as i32..20).filter(|n| n % 2 == 0);
        assert!(iter.map(|member| *member).eq(expected));
    }
}

#[test]
fn the_hint_is_an_upper_bound() {
    let (mut owners, set) = members(3);
    let mut iter = set.iter();
    assert_eq!(iter.size_hint(), (0, Some(3)));
    iter.next();
    assert_eq!(iter.size_hint(), (0, Some(2)));
    owners.clear();
    iter.next();
    assert_eq!(iter.size_hint(), (0, Some(0)));
}

#[test]
fn all_kinds_of_iterators_may_be_interrupted() {
    let keys: Vec<_> = (0..4).map(Strong::new).collect();
    let map: WeakKeyMap<i32, i32> = keys.iter().map(|key| (key, **key)).collect();
    let names: WeakValueMap<i32, i32> = keys.iter().map(|key| (**key, key)).collect();
    let mut iters: [Box<dyn Iterator<Item = i32>>; 6] = [
        Box::new(map.iter().map(|(_, value)| value)),
        Box::new(map.keys().map(|key| *key)),
        Box::new(map.values()),
        Box::new(names.iter().map(|(name, _)| name)),
        Box::new(names.keys()),
        Box::new(names.values().map(|value| *value)),
    ];
    assert_eq!(iters.each_mut().map(Iterator::next), [Some(0); 6]);
    map.remove(&1);
    names.remove(&1);
    assert_eq!(iters.each_mut().map(Iterator::next), [Some(2); 6]);
    drop(keys);
    assert_eq!(iters.each_mut().map(Iterator::next), [None; 6]);
}

#[test]
fn forgotten_iterators_leave_nothing_in_the_table() {
    let owners: Vec<_> = (0..10).map(Strong::new).collect();
    let set: WeakSet<i32> = owners.iter().collect();
    let mut running = set.iter();
    assert_eq!(running.next().as_deref(), Some(&0));
    for _ in 0..1000 {
        std::mem::forget(set.iter());
    }
    assert!(set.iter().count() == 10);
    set.clear();
    set.shrink_to_fit();
    assert_eq!(set.capacity(), 0, "nothing is left");
    set.clone().extend(&owners);
    assert_eq!(running.next(), None, "what was put in later is not seen");
    drop(running);
    assert_eq!(set.iter().count(), 10);
}
