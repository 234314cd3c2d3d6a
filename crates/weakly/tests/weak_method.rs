//! Methods bound to objects that they do not keep alive.

mod common;

use common::Log;
use weakly::{Strong, WeakMethod, WeakRef};

#[derive(Debug, PartialEq, Eq)]
struct Counter(u32);

impl Counter {
    fn value(&self) -> u32 {
        self.0
    }

    fn plus(&self, other: u32) -> u32 {
        self.0 + other
    }
}

#[test]
fn it_is_called_with_its_arguments_or_gives_none() {
    let owner = Strong::new(Counter(1));
    let value = WeakMethod::new(&owner, Counter::value);
    let plus = WeakMethod::new(&owner, Counter::plus);
    assert_eq!((value.call(()), plus.call((2,))), (Some(1), Some(3)));
    drop(owner);
    assert_eq!((value.call(()), plus.call((2,))), (None, None));
}

#[test]
fn it_keeps_its_object_alive_only_while_it_runs() {
    let owner = Strong::new(Counter(1));
    let weak = WeakRef::new(&owner);
    let slot = std::cell::RefCell::new(Some(owner));
    let method = WeakMethod::new(slot.borrow().as_ref().unwrap(), |counter: &Counter| {
        slot.borrow_mut().take();
        counter.value()
    });
    assert!(method.is_alive());
    assert_eq!(method.call(()), Some(1));
    assert!(!weak.is_alive());
    assert_eq!(method.call(()), None);
}

#[test]
fn bound_it_keeps_its_object_alive() {
    let owner = Strong::new(Counter(1));
    let plus = WeakMethod::new(&owner, Counter::plus);
    let bound = plus.upgrade().unwrap();
    drop(owner);
    assert_eq!(bound.call((2,)), 3);
    assert!(plus.is_alive());
    assert_eq!(**bound.object(), Counter(1));
    drop(bound);
    assert!(plus.upgrade().is_none());
}

#[test]
fn it_tells_of_the_death_of_its_object() {
    let log = Log::new();
    let owner = Strong::new(Counter(1));
    let writer = log.clone();
    let method = WeakMethod::with_callback(&owner, Counter::value, move |dead| {
        writer.write(dead.clone());
    });
    drop(owner);
    assert_eq!(log.take(), [method.as_weak_ref().clone()]);
}

#[test]
fn methods_compare_by_object_and_function() {
    type Method = fn(&Counter) -> u32;
    fn twice(counter: &Counter) -> u32 {
        counter.0 * 2
    }
    let (one, same, other) = (Counter(1), Counter(1), Counter(2));
    let [one, same, other] = [one, same, other].map(Strong::new);
    let value = |owner: &_| WeakMethod::new(owner, Counter::value as Method);
    assert_eq!(value(&one), value(&same));
    assert_ne!(value(&one), value(&other));
    assert_ne!(value(&one), WeakMethod::new(&one, twice as Method));
    let dead = value(&one);
    drop(one);
    assert_ne!(dead, value(&same));
    assert_eq!(dead, dead.clone());
}

#[test]
fn it_prints_as_in_python() {
    let owner = Strong::new(Counter(1));
    let method = WeakMethod::new(&owner, Counter::plus);
    let text = format!("{method:?}");
    assert!(
        text.ends_with(&format!("; to 'Counter' at {owner:p}>")),
        "{text}"
    );
    let text = format!("{:?}", method.upgrade().unwrap());
    assert_eq!(text, "<bound method Counter.plus of Counter(1)>");
    drop(owner);
    assert!(format!("{method:?}").ends_with("; dead>"));
}
