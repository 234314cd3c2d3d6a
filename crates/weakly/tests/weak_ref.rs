//! Weak references: identity, equality, hash and what they print.

mod common;

use std::collections::{HashMap, HashSet};

use common::Log;
use weakly::{Reference, ReferenceKind, Strong, WeakKeyMap, WeakRef};

struct Employee;

#[test]
fn without_callback_there_is_one_reference_however_often_it_is_asked_for() {
    let owner = Strong::new(1);
    let one = WeakRef::new(&owner);
    assert!(WeakRef::ptr_eq(&one, &WeakRef::new(&owner)));
    assert!(WeakRef::ptr_eq(&one, &one.clone()));
    assert_eq!(Strong::weak_ref_count(&owner), 1);
}

#[test]
fn the_reference_without_callback_is_gone_with_its_last_handle() {
    let owner = Strong::new(1);
    let weak = WeakRef::new(&owner);
    let other = weak.clone();
    drop(weak);
    assert_eq!(Strong::weak_ref_count(&owner), 1);
    drop(other);
    assert_eq!(Strong::weak_ref_count(&owner), 0);
    assert!(Strong::weak_refs(&owner).is_empty());
    let _again = WeakRef::new(&owner);
    assert_eq!(Strong::weak_ref_count(&owner), 1);
}

#[test]
fn with_a_callback_every_reference_is_new() {
    let owner = Strong::new(1);
    let one = WeakRef::with_callback(&owner, |_| ());
    let two = WeakRef::with_callback(&owner, |_| ());
    assert!(!WeakRef::ptr_eq(&one, &two));
    assert_eq!(Strong::weak_ref_count(&owner), 2);
}

#[test]
fn references_are_listed_the_plain_one_first_then_the_newest_first() {
    let owner = Strong::new(1);
    let old = WeakRef::with_callback(&owner, |_| ());
    let dropped = WeakRef::with_callback(&owner, |_| ());
    let new = WeakRef::with_callback(&owner, |_| ());
    let plain = WeakRef::new(&owner);
    drop(dropped);
    let listed = Strong::weak_refs(&owner);
    let expected = [plain, new, old];
    assert_eq!(listed.len(), 3);
    assert!(
        listed
            .iter()
            .zip(&expected)
            .all(|(a, b)| WeakRef::ptr_eq(a, b))
    );
}

#[test]
fn references_that_went_do_not_pile_up() {
    let owner = Strong::new(1);
    let kept = WeakRef::with_callback(&owner, |_| ());
    for _ in 0..10_000 {
        let _ = WeakRef::with_callback(&owner, |_| ());
    }
    assert_eq!(Strong::weak_ref_count(&owner), 1);
    assert_eq!(Strong::weak_refs(&owner), [kept]);
}

#[test]
fn living_references_are_equal_when_their_referents_are() {
    let (one, same, other) = (Strong::new(1), Strong::new(1), Strong::new(2));
    assert_eq!(WeakRef::new(&one), WeakRef::new(&same));
    assert_ne!(WeakRef::new(&one), WeakRef::new(&other));
    assert_eq!(WeakRef::new(&one), WeakRef::with_callback(&one, |_| ()));
}

#[test]
fn a_dead_reference_equals_only_itself() {
    let (one, same) = (Strong::new(1), Strong::new(1));
    let (weak, other) = (WeakRef::new(&one), WeakRef::new(&same));
    drop(one);
    assert_ne!(weak, other);
    drop(same);
    assert_ne!(weak, other);
    assert_eq!(weak, weak.clone());
}

#[test]
#[allow(clippy::mutable_key_type)] // The hash is remembered: it does not change.
fn the_hash_is_remembered_after_death() {
    let owner = Strong::new(String::from("a"));
    let weak = WeakRef::new(&owner);
    let mut map = HashMap::from([(weak.clone(), 1)]);
    drop(owner);
    assert_eq!(map.remove(&weak), Some(1));
}

#[test]
#[allow(clippy::mutable_key_type)] // The hash is remembered: it does not change.
fn equal_referents_have_references_of_equal_hash() {
    let (one, same) = (Strong::new(1), Strong::new(1));
    let set = HashSet::from([WeakRef::new(&one)]);
    assert!(set.contains(&WeakRef::new(&same)));
}

#[test]
#[allow(clippy::mutable_key_type)] // The hash is remembered: it does not change.
fn a_reference_first_hashed_after_death_is_found_again() {
    let owner = Strong::new(1);
    let weak = WeakRef::new(&owner);
    drop(owner);
    let set = HashSet::from([weak.clone()]);
    assert!(set.contains(&weak));
    assert!(!set.contains(&WeakRef::dead()));
}

#[test]
fn it_prints_as_in_python() {
    let owner = Strong::new(Employee);
    let weak = WeakRef::new(&owner);
    let text = format!("{weak:?}");
    let start = text.strip_prefix("<weakref at 0x").expect(&text);
    let (me, rest) = start.split_once("; to 'Employee' at ").expect(&text);
    assert!(u64::from_str_radix(me, 16).is_ok(), "{text}");
    assert_eq!(rest, format!("{owner:p}>"));
    drop(owner);
    assert_eq!(format!("{weak:?}"), format!("<weakref at 0x{me}; dead>"));
}

#[test]
fn names_of_types_are_printed_without_modules() {
    let owner = Strong::new(Some(vec![(Employee, String::new())]));
    let text = format!("{:?}", WeakRef::new(&owner));
    assert!(text.contains("'Option<Vec<(Employee, String)>>'"), "{text}");
    let add =
        Strong::coerce::<dyn Fn(f64, f64) -> f64>(Strong::new(|a: f64, b: f64| a + b), |object| {
            object
        });
    let text = format!("{:?}", WeakRef::new(&add));
    assert!(text.contains("'dyn Fn(f64, f64) -> f64'"), "{text}");
}

#[test]
fn the_address_of_a_trait_object_is_printed_as_one() {
    let shown = Strong::coerce::<dyn std::fmt::Display>(Strong::new(1), |object| object);
    let address = Strong::as_ptr(&shown).cast::<()>();
    assert_eq!(format!("{shown:p}"), format!("{address:p}"));
    let text = format!("{:?}", WeakRef::new(&shown));
    assert!(
        text.ends_with(&format!("; to 'dyn Display' at {address:p}>")),
        "{text}"
    );
}

#[test]
fn a_reference_made_dead_stays_so() {
    let nothing: WeakRef<i32> = WeakRef::default();
    assert!(!nothing.is_alive());
    assert!(nothing.upgrade().is_none());
    assert_ne!(nothing, WeakRef::dead());
}

#[test]
fn a_callback_goes_with_its_reference() {
    let log = Log::new();
    let owner = Strong::new(1);
    let writer = log.clone();
    let captured = Strong::new(2);
    let inside = WeakRef::new(&captured);
    drop(WeakRef::with_callback(&owner, move |_| {
        writer.write(*captured);
    }));
    assert!(
        !inside.is_alive(),
        "the callback was dropped with its reference"
    );
    drop(owner);
    assert_eq!(log.take(), []);
}

#[test]
fn a_callback_is_no_longer_there_once_it_has_run() {
    let owner = Strong::new(1);
    let weak = WeakRef::with_callback(&owner, |_| ());
    assert!(weak.has_callback());
    drop(owner);
    assert!(!weak.has_callback());
}

#[test]
fn entries_of_containers_are_no_references() {
    let owner = Strong::new(1);
    let map = WeakKeyMap::from([(&owner, ())]);
    assert_eq!(Strong::weak_ref_count(&owner), 0);
    let refs = map.key_refs();
    assert_eq!(Strong::weak_ref_count(&owner), 1);
    assert!(WeakRef::ptr_eq(&refs[0], &WeakRef::new(&owner)));
}

#[test]
fn it_says_what_kind_it_is() {
    let weak = WeakRef::new(&Strong::new(1));
    assert_eq!(weak.kind(), ReferenceKind::Ref);
    assert!(!weak.is_proxy() && !weak.is_callable_proxy());
}
