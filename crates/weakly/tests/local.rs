//! Objects, references and containers of one thread.

mod common;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use common::OnDrop;
use common::hooked::{Hooked, with_hook};
use weakly::ReferenceError;
use weakly::local::{
    Finalizer, Proxy, Strong, WeakKeyMap, WeakKeyValueMap, WeakMethod, WeakRef, WeakSet,
    WeakValueMap,
};

/// A list that callbacks write to.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    fn writer(&self, text: &'static str) -> impl FnOnce() + use<> {
        let log = self.0.clone();
        move || log.borrow_mut().push(text)
    }

    fn on_drop(&self, text: &'static str) -> OnDrop<Box<dyn FnMut()>> {
        let log = self.0.clone();
        OnDrop(Box::new(move || log.borrow_mut().push(text)))
    }
}

#[test]
fn a_death_goes_in_the_order_that_is_promised() {
    let log = Log::default();
    let owner = Strong::new(log.on_drop("the value"));
    let map = Rc::new(WeakKeyMap::by_identity());
    let set = Rc::new(WeakSet::by_identity());
    map.insert(&owner, Rc::new(log.on_drop("the value in the map")));
    set.insert(&owner);
    let weak = WeakRef::new(&owner);
    let (write, map_inside, set_inside) =
        (log.writer("the first callback"), map.clone(), set.clone());
    let first = WeakRef::with_callback(&owner, move |dead| {
        assert!(!dead.is_alive() && !weak.is_alive());
        assert!(map_inside.is_empty() && set_inside.is_empty());
        write();
    });
    Finalizer::new(&owner, log.writer("the finalizer"));
    let write = log.writer("the last callback");
    let last = WeakRef::with_callback(&owner, move |_| write());
    assert_eq!(Strong::weak_ref_count(&owner), 3);
    drop(owner);
    let expected = [
        "the value in the map",
        "the last callback",
        "the finalizer",
        "the first callback",
        "the value",
    ];
    assert_eq!(*log.0.borrow(), expected);
    assert!(!first.has_callback() && !last.has_callback());
}

#[test]
fn an_entry_and_what_it_holds_go_the_moment_the_object_dies() {
    let held = Rc::new(());
    let [one, two] = [1, 2].map(Strong::new);
    let map = WeakKeyMap::from([(&one, held.clone()), (&two, held.clone())]);
    let names = WeakValueMap::from([(1, &one), (2, &two)]);
    let pairs = WeakKeyValueMap::from([(&one, &two), (&two, &two)]);
    let set = WeakSet::from([&one, &two]);
    drop(one);
    assert_eq!(Rc::strong_count(&held), 2);
    assert_eq!(
        (map.len(), names.len(), pairs.len(), set.len()),
        (1, 1, 1, 1)
    );
    assert!(map.get(&1).is_none() && set.contains(&2));
    assert_eq!(Strong::try_unwrap(two), Ok(2));
    assert_eq!(
        (map.len(), names.len(), pairs.len(), set.len()),
        (0, 0, 0, 0)
    );
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn entries_that_were_removed_or_replaced_are_forgotten_by_their_objects() {
    let [one, two] = [1, 2].map(Strong::new);
    let names = WeakValueMap::new();
    names.insert("a", &one);
    names.insert("b", &one);
    names.insert("a", &two);
    drop(one);
    assert!(names.keys().eq(["a"]));
    assert_eq!(names.remove("a"), Some(two.clone()));
    names.insert("c", &two);
    names.clear();
    names.insert("d", Strong::new(3));
    drop(two);
    assert!(names.is_empty());
}

#[test]
fn an_object_may_be_in_many_containers() {
    let object = Strong::new(1);
    let sets: Vec<WeakSet<i32>> = (0..100).map(|_| WeakSet::from([&object])).collect();
    let names: WeakValueMap<i32, i32> = (0..100).map(|n| (n, &object)).collect();
    sets[50].remove(&1);
    names.remove(&50);
    assert_eq!(names.len(), 99);
    drop(object);
    assert!(names.is_empty() && sets.iter().all(WeakSet::is_empty));
}

#[test]
fn a_container_that_is_gone_is_told_nothing() {
    let object = Strong::new(1);
    drop(WeakSet::from([&object]));
    let set = WeakSet::from([&object]);
    drop(object);
    assert!(set.is_empty());
}

#[test]
fn values_and_keys_may_be_cells_and_shared_pointers() {
    let owner = Strong::new(RefCell::new(vec![Rc::new(1)]));
    let set = WeakSet::by_identity();
    set.insert(&owner);
    for member in &set {
        member.borrow_mut().push(Rc::new(2));
    }
    let names = WeakValueMap::from([(Rc::new("a"), &owner)]);
    names.get(&"a").unwrap().borrow_mut().clear();
    assert!(owner.borrow().is_empty());
}

#[test]
fn what_borrows_may_be_owned_referenced_and_held() {
    let text = String::from("one two three");
    let words: Vec<Strong<&str>> = text.split(' ').map(Strong::new).collect();
    let weak = WeakRef::new(&words[0]);
    let proxy = Proxy::new(&words[1]);
    let length = WeakMethod::new(&words[2], |word: &&str| word.len());
    assert_eq!(weak.upgrade().as_deref(), Some(&"one"));
    assert_eq!(proxy.with(|word| word.len()), Ok(3));
    assert_eq!(length.call(()), Some(5));
    let held = Rc::new(&text);
    let places = WeakKeyMap::borrowing();
    let by_word = WeakValueMap::borrowing();
    let pairs = WeakKeyValueMap::borrowing();
    let set = WeakSet::borrowing();
    for word in &words {
        places.insert(word, held.clone());
        by_word.insert(**word, word);
        pairs.insert(word, &words[0]);
        set.insert(word);
    }
    assert!(set.contains(&"two") && by_word.get(&"two").is_some());
    drop(words);
    assert_eq!(
        (places.len(), by_word.len(), pairs.len(), set.len()),
        (0, 0, 0, 0)
    );
    assert_eq!(Rc::strong_count(&held), 1);
    assert_eq!(proxy.upgrade(), Err(ReferenceError));
}

#[test]
fn a_container_that_borrows_finds_no_dead_entry() {
    let set = WeakSet::borrowing();
    let mut living = std::collections::VecDeque::new();
    for n in 0..2_000 {
        let object = Strong::new(n % 7);
        set.insert(&object);
        living.push_back(object);
        if living.len() > 3 {
            living.pop_front();
        }
        assert_eq!(set.len(), set.iter().count());
        assert!(set.len() <= 3);
    }
}

#[test]
fn traits_of_objects_may_use_the_containers_that_call_them() {
    let objects: Vec<Strong<Hooked>> = (0..6).map(|n| Strong::new(Hooked(n))).collect();
    let set = Rc::new(objects.iter().take(4).collect::<WeakSet<Hooked>>());
    let pairs = objects.iter().take(4).map(|it| (it, Hooked(it.0)));
    let map = Rc::new(pairs.collect::<WeakKeyMap<Hooked, Hooked>>());
    let named = objects.iter().take(4).map(|it| (Hooked(it.0), it));
    let names = Rc::new(named.collect::<WeakValueMap<Hooked, Hooked>>());
    let inside = (set.clone(), map.clone(), names.clone(), objects[5].clone());
    let (seen, is_inside) = (Rc::new(RefCell::new(BTreeSet::new())), Cell::new(false));
    let writer = seen.clone();
    let use_them = move |how| {
        if is_inside.replace(true) {
            return;
        }
        writer.borrow_mut().insert(how);
        let (set, map, names, extra) = &inside;
        set.insert(extra);
        map.insert(extra, Hooked(50));
        names.insert(Hooked(50), extra);
        let dying = Strong::new(Hooked(60));
        set.insert(&dying);
        drop(dying);
        assert!(set.iter().count() == set.len() && map.values().count() == map.len());
        set.remove(&**extra);
        map.remove(&**extra);
        names.remove(&Hooked(50));
        is_inside.set(false);
    };
    with_hook(use_them, || {
        assert!(set.insert(&objects[4]) && !set.insert(&objects[4]));
        assert!(set.contains(&Hooked(3)) && set.remove(&Hooked(3)));
        set.get_or_insert_with(&Hooked(9), |_| Strong::new(Hooked(9)));
        set.retain(|member| member.0 != 1);
        map.insert(&objects[4], Hooked(40));
        assert!(map.insert(&objects[4], Hooked(41)).is_some());
        map.update(&Hooked(4), |value| value.0 += 1);
        map.entry(&objects[3]).or_insert(Hooked(30));
        map.retain(|_, value| value.0 != 1);
        drop((map.pop_last(), names.pop_last()));
        assert!(names.get(&Hooked(1)).is_some() && names.remove(&Hooked(1)).is_some());
        drop(names.drain());
        map.clear();
    });
    assert_eq!(set.iter().count(), set.len());
    assert_eq!(
        seen.take().into_iter().collect::<Vec<_>>(),
        ["clone", "drop", "eq", "hash"]
    );
}

#[test]
fn a_maker_may_use_the_map_and_one_that_waits_for_itself_panics() {
    let map = WeakValueMap::new();
    let one = map.get_or_insert_with("a", || {
        map.insert("b", Strong::new(1));
        map.get_or_insert_with("c", || Strong::new(2))
    });
    assert_eq!(*one, 2);
    drop(one);
    let nested = || map.get_or_insert_with("d", || map.get_or_insert_with("d", || Strong::new(3)));
    let nested = std::panic::AssertUnwindSafe(nested);
    assert!(std::panic::catch_unwind(nested).is_err());
    assert!(map.is_empty());
}

#[test]
fn a_chain_of_deaths_needs_a_fixed_amount_of_stack() {
    let map: Rc<WeakKeyMap<i32, Strong<i32>>> = Rc::default();
    let mut key = Strong::new(0);
    let first = key.clone();
    for n in 1..50_000 {
        let next = Strong::new(n);
        map.insert(&key, next.clone());
        key = next;
    }
    drop(key);
    assert_eq!(map.len(), 49_999);
    drop(first);
    assert!(map.is_empty());
}

#[test]
fn a_chain_of_callbacks_needs_a_fixed_amount_of_stack() {
    let mut next = Strong::new(0);
    for n in 1..50_000 {
        let owner = Strong::new(n);
        let kept = next;
        Finalizer::new(&owner, move || drop(kept));
        next = owner;
    }
    drop(next);
}

#[test]
fn a_panic_in_a_callback_stops_nothing() {
    weakly::set_caught_panic_hook(|_| ());
    let owner = Strong::new(1);
    let set = WeakSet::from([&owner]);
    let ran = Rc::new(Cell::new(false));
    let run = ran.clone();
    Finalizer::new(&owner, move || run.set(true));
    let _weak = WeakRef::with_callback(&owner, |_| panic!("on purpose"));
    drop(owner);
    assert!(ran.get() && set.is_empty());
}

#[test]
fn a_callback_of_a_dropped_reference_is_not_called() {
    let owner = Strong::new(1);
    drop(WeakRef::with_callback(&owner, |_| panic!("it is gone")));
    let other = WeakRef::with_callback(&owner, |_| panic!("dropped by the newer one"));
    let other = Cell::new(Some(other));
    let _newer = WeakRef::with_callback(&owner, move |_| drop(other.take()));
    drop(owner);
}

#[test]
#[allow(clippy::mutable_key_type)] // hash and equality do not depend on what changes
fn references_without_a_callback_are_one() {
    let owner = Strong::new(String::from("a"));
    let weak = WeakRef::new(&owner);
    assert!(WeakRef::ptr_eq(&weak, &Strong::downgrade(&owner)));
    let shown = WeakRef::coerce::<dyn std::fmt::Display>(weak.clone(), |object| object);
    assert_eq!(shown.upgrade().unwrap().to_string(), "a");
    let known: std::collections::HashSet<WeakRef<String>> = [weak.clone()].into();
    drop(owner);
    assert!(known.contains(&weak) && shown.upgrade().is_none());
    assert!(format!("{weak:?}").ends_with("; dead>"));
}

#[test]
fn containers_in_their_own_values_can_be_dropped() {
    let mut map: Rc<WeakKeyMap<i32, Rc<dyn std::any::Any>>> = Rc::default();
    let key = Strong::new(1);
    for _ in 0..100 {
        let outer: Rc<WeakKeyMap<i32, Rc<dyn std::any::Any>>> = Rc::default();
        outer.insert(&key, map);
        map = outer;
    }
    drop(key);
    assert!(map.is_empty());
}

#[test]
fn an_entry_goes_with_the_key_that_took_the_place_of_another() {
    let [old, new, value] = [1, 1, 5].map(Strong::new);
    let keys = WeakKeyMap::from([(&old, "a")]);
    let pairs = WeakKeyValueMap::from([(&old, &value)]);
    let set = WeakSet::from([&old]);
    assert!(Strong::ptr_eq(&keys.replace_key(&new).unwrap(), &old));
    assert!(Strong::ptr_eq(&pairs.replace_key(&new).unwrap(), &old));
    assert!(Strong::ptr_eq(&set.replace(&new).unwrap(), &old));
    drop(old);
    assert_eq!((keys.len(), pairs.len(), set.len()), (1, 1, 1));
    drop(new);
    assert_eq!((keys.len(), pairs.len(), set.len()), (0, 0, 0));
}
