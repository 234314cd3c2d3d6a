//! Weak maps and sets of owners of the standard library, and of newtypes of them.

mod common;

use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use common::hooked::{Hooked, with_hook};
use common::must_end;
use proptest::prelude::*;
use weakly::owners::{OneThread, WeakElement, WeakKey};
use weakly::{arc, owners, rc};

/// Tests that are the same for both owners of the standard library.
macro_rules! tests_of {
    ($tests:ident of $module:ident, $Owner:ident) => {
        mod $tests {
            use super::*;

            use weakly::$module::{WeakKeyMap, WeakKeyValueMap, WeakSet, WeakValueMap};

            #[test]
            fn dead_entries_are_never_found_or_yielded() {
                let [one, two, three] = [1, 2, 3].map($Owner::new);
                let keys = WeakKeyMap::from([(&one, "a"), (&two, "b"), (&three, "c")]);
                let values = WeakValueMap::from([(1, &one), (2, &two), (3, &three)]);
                let pairs = WeakKeyValueMap::from([(&one, &two), (&two, &three), (&three, &one)]);
                let set = WeakSet::from([&one, &two, &three]);
                drop(two);
                assert!(keys.get(&2).is_none() && !keys.contains_key(&2));
                assert!(values.get(&2).is_none() && !values.contains_key(&2));
                assert!(pairs.get(&1).is_none() && pairs.get(&2).is_none());
                assert!(!pairs.contains_key(&1) && pairs.contains_key(&3));
                assert!(!set.contains(&2));
                assert!(
                    keys.iter()
                        .map(|(key, value)| (*key, value))
                        .eq([(1, "a"), (3, "c")])
                );
                assert!(values.keys().eq([1, 3]));
                assert!(pairs.keys().map(|key| *key).eq([3]));
                assert!(set.iter().map(|member| *member).eq([1, 3]));
                assert_eq!((keys.len_alive(), values.len_alive()), (2, 2));
                assert_eq!((pairs.len_alive(), set.len_alive()), (1, 2));
                assert!(keys.remove(&2).is_none() && values.remove(&2).is_none());
                assert!(!set.remove(&2));
            }

            #[test]
            fn an_equal_key_that_is_dead_makes_room_for_a_new_one() {
                let (old, new) = ($Owner::new(1), $Owner::new(1));
                let map = WeakKeyMap::from([(&old, "old")]);
                assert_eq!(map.insert(&new, "first stays"), Some("old"));
                drop(old);
                assert_eq!(map.insert(&new, "new"), None);
                assert!($Owner::ptr_eq(&map.get_key(&1).unwrap(), &new));
            }

            #[test]
            fn a_new_key_takes_the_place_of_an_equal_one() {
                let [old, new, value] = [1, 1, 5].map($Owner::new);
                let keys = WeakKeyMap::from([(&old, "a")]);
                let pairs = WeakKeyValueMap::from([(&old, &value)]);
                let set = WeakSet::from([&old]);
                assert!($Owner::ptr_eq(&keys.replace_key(&new).unwrap(), &old));
                assert!($Owner::ptr_eq(&pairs.replace_key(&new).unwrap(), &old));
                assert!($Owner::ptr_eq(&set.replace(&new).unwrap(), &old));
                drop(old);
                assert_eq!(keys.get(&1), Some("a"));
                assert!(pairs.contains_key(&1) && set.contains(&1));
                drop(new);
                let new = $Owner::new(1);
                assert_eq!(keys.replace_key(&new), None, "the old key is dead");
                assert_eq!(pairs.replace_key(&new), None);
                assert_eq!(set.replace(&new), None, "the new member was added");
                assert!(!keys.contains_key(&1) && !pairs.contains_key(&1) && set.contains(&1));
            }

            #[test]
            fn values_need_not_be_clones() {
                struct NoClone(u32);
                let key = $Owner::new(1);
                let map = WeakKeyMap::new();
                assert!(!map.discard(&1));
                map.set(&key, NoClone(5));
                map.set(key.clone(), NoClone(6));
                let read = map.with(&1, |value| {
                    assert!(map.discard(&1));
                    value.0
                });
                assert_eq!((read, map.len()), (Some(6), 0));
                assert_eq!(map.with(&1, |value| value.0), None);
            }

            #[test]
            fn a_maker_that_fails_leaves_nothing() {
                let (one, value) = ($Owner::new(1), $Owner::new(2));
                let keys: WeakKeyMap<i32, i32> = WeakKeyMap::new();
                let values: WeakValueMap<i32, i32> = WeakValueMap::new();
                assert_eq!(keys.get_or_try_insert_with(&one, || Err("no")), Err("no"));
                assert_eq!(values.get_or_try_insert_with(1, || Err("no")), Err("no"));
                assert_eq!((keys.len(), values.len()), (0, 0));
                assert_eq!(keys.get_or_try_insert_with(&one, || Ok::<_, ()>(5)), Ok(5));
                let made = values.get_or_try_insert_with(1, || Ok::<_, ()>(value.clone()));
                assert_eq!((made, keys.get(&1)), (Ok(value), Some(5)));
            }

            #[test]
            fn dead_entries_leave_a_few_with_each_insertion() {
                // Besides those that live, those in a quarter of the buckets, more while entries move.
                // There are 1024 buckets, or 2048 if chance filled them.
                let set = WeakSet::new();
                let mut living = std::collections::VecDeque::new();
                let mut most = 0;
                for n in 0..20_000 {
                    let object = $Owner::new(n);
                    set.insert(&object);
                    living.push_back(object);
                    if living.len() > 500 {
                        living.pop_front();
                    }
                    most = most.max(set.len());
                }
                assert_eq!(set.len_alive(), 500);
                assert!(most <= 500 + 2048 * 3 / 8, "{most} entries");
                assert!(set.capacity() < 2048, "it does not grow with what has died");
                set.remove_expired();
                assert_eq!(set.len(), 500);
                living.clear();
                set.remove_expired();
                assert!(set.is_empty());
            }

            #[test]
            fn dead_entries_leave_with_each_removal() {
                let values = WeakValueMap::new();
                let dead = (0..1_000).map(|n| (n, $Owner::new(n))).collect::<Vec<_>>();
                values.reserve(2_000);
                for (n, object) in &dead {
                    values.insert(*n, object);
                }
                drop(dead);
                for n in 1_000..1_600 {
                    values.insert(n, $Owner::new(0));
                    values.remove(&n);
                }
                assert!(values.len() < 50, "{} entries", values.len());
            }

            #[test]
            fn no_step_removes_more_than_a_few() {
                let kept = $Owner::new(0);
                let map: WeakValueMap<i32, i32> = (0..1_000).map(|n| (n, $Owner::new(n))).collect();
                for n in 2_000..2_100 {
                    let before = map.len();
                    map.insert(n, &kept);
                    assert!(map.len() + 4 > before);
                }
            }

            #[test]
            fn by_identity_equal_objects_are_different() {
                let [one, equal] = [1, 1].map($Owner::new);
                let set = WeakSet::by_identity();
                assert!(set.insert(&one) && set.insert(&equal) && !set.insert(&one));
                let map = WeakKeyMap::by_identity();
                map.insert(&one, "one");
                map.insert(&equal, "equal");
                assert_eq!(map.get(&equal), Some("equal"));
                let pairs = WeakKeyValueMap::by_identity();
                pairs.insert(&one, &equal);
                assert!(pairs.get(&equal).is_none());
                drop(equal);
                assert!(pairs.get(&one).is_none());
                assert_eq!((set.len_alive(), map.len_alive()), (1, 1));
            }

            #[test]
            fn the_address_of_a_dead_object_is_not_used_again() {
                let set = WeakSet::by_identity();
                for n in 0..1_000 {
                    let object = $Owner::new(n);
                    assert!(!set.contains(&object));
                    set.insert(&object);
                }
            }

            #[test]
            fn objects_may_be_of_no_size_and_trait_objects() {
                let shown: $Owner<dyn std::fmt::Debug> = $Owner::new(());
                let other: $Owner<dyn std::fmt::Debug> = $Owner::new(());
                let set = WeakSet::by_identity();
                set.insert(&shown);
                assert!(set.contains(&shown) && !set.contains(&other));
                let text: $Owner<str> = "text".into();
                let lengths = WeakKeyMap::from([(&text, 4)]);
                assert_eq!(lengths.get("text"), Some(4));
            }

            #[test]
            fn keys_values_and_objects_may_borrow() {
                let text = String::from("one two");
                let words: Vec<$Owner<&str>> = text.split(' ').map($Owner::new).collect();
                let places = WeakKeyMap::new();
                let by_word = WeakValueMap::new();
                for word in &words {
                    places.insert(word, &text[..]);
                    by_word.insert(**word, word);
                }
                assert_eq!(places.get(&"one"), Some("one two"));
                assert_eq!(by_word.get("two"), Some(words[1].clone()));
            }

            #[test]
            fn owners_are_given_by_reference_or_by_value() {
                let one = $Owner::new(1);
                let set = WeakSet::new();
                assert!(set.insert(&one));
                assert!(!set.insert(one.clone()));
                let map: WeakKeyMap<i32, i32> = [(one.clone(), 1)].into_iter().collect();
                assert_eq!(map, WeakKeyMap::from([(&one, 1)]));
            }

            #[test]
            fn a_clone_is_another_container() {
                let [one, two] = [1, 2].map($Owner::new);
                let set = WeakSet::from([&one]);
                let copy = set.clone();
                assert_eq!(set, copy);
                copy.insert(&two);
                assert_ne!(set, copy);
                assert_eq!(set.len(), 1);
            }

            #[test]
            fn entries_are_occupied_or_vacant() {
                use weakly::map::Entry;
                let one = $Owner::new(1);
                let map = WeakKeyMap::new();
                let Entry::Vacant(entry) = map.entry(&one) else {
                    panic!("it is vacant");
                };
                entry.insert(1);
                map.entry(&one).and_modify(|n| *n += 1).or_insert(7);
                assert_eq!(map.get(&1), Some(2));
                let Entry::Occupied(entry) = map.entry(&one) else {
                    panic!("it is occupied");
                };
                assert_eq!(entry.remove(), 2);
                assert!(map.is_empty());
            }

            #[test]
            fn containers_may_be_used_from_the_code_that_they_run() {
                must_end(|| {
                    let objects: Vec<$Owner<Hooked>> =
                        (0..8).map(|n| $Owner::new(Hooked(n))).collect();
                    let set = Rc::new(WeakSet::new());
                    let map = Rc::new(WeakKeyMap::new());
                    let names = Rc::new(WeakValueMap::new());
                    let inside = (set.clone(), map.clone(), names.clone());
                    let extra = $Owner::new(Hooked(100));
                    let _kept = extra.clone();
                    let is_inside = Cell::new(false);
                    let use_them = move |_| {
                        if is_inside.replace(true) {
                            return;
                        }
                        let (set, map, names) = &inside;
                        set.insert(&extra);
                        map.insert(&extra, Hooked(0));
                        names.insert(Hooked(100), &extra);
                        assert!(set.iter().count() <= 9 && map.values().count() <= 9);
                        set.remove(&*extra);
                        map.remove(&*extra);
                        names.remove(&Hooked(100));
                        set.remove_expired();
                        is_inside.set(false);
                    };
                    with_hook(use_them, || {
                        for object in objects.iter().chain(&objects) {
                            set.insert(object);
                            map.insert(object, Hooked(object.0));
                            names.insert(Hooked(object.0), object);
                        }
                        for object in &objects {
                            assert!(set.contains(&**object));
                            assert!(map.get(&**object).is_some());
                            assert!(names.get(&**object).is_some());
                        }
                        map.retain(|_, value| value.0 % 2 == 0);
                        map.update(&Hooked(2), |value| value.0 = 7);
                        assert_eq!(map.len(), 4);
                        assert_eq!((set.len(), names.len()), (8, 8));
                        drop(objects);
                        map.remove_expired();
                        names.remove_expired();
                        drop(names.drain());
                    });
                    assert!(map.is_empty() && names.is_empty());
                });
            }
        }
    };
}

tests_of!(of_arc of arc, Arc);
tests_of!(of_rc of rc, Rc);

#[test]
fn threads_share_a_container_of_arcs() {
    let set = arc::WeakSet::new();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let set = &set;
            scope.spawn(move || {
                let kept: Vec<Arc<i32>> = (0..100).map(|n| Arc::new(thread * 100 + n)).collect();
                for object in &kept {
                    set.insert(object);
                    set.insert(Arc::new(-1));
                }
                assert!(kept.iter().all(|object| set.contains(&**object)));
            });
        }
    });
    assert_eq!(set.len_alive(), 0);
}

#[test]
fn objects_of_one_thread_may_have_cells() {
    let counter = Rc::new(RefCell::new(1));
    let set = rc::WeakSet::by_identity();
    set.insert(&counter);
    for member in &set {
        *member.borrow_mut() += 1;
    }
    assert_eq!(*counter.borrow(), 2);
}

/// An owner that a library makes: a number of a page, and the page.
#[derive(Clone, Debug)]
struct Page(u32, Rc<String>);
struct WeakPage(u32, std::rc::Weak<String>);

impl WeakElement for WeakPage {
    type Strong = Page;
    type Sharing = OneThread;

    fn new(view: &Page) -> Self {
        Self(view.0, Rc::downgrade(&view.1))
    }

    fn view(&self) -> Option<Page> {
        Some(Page(self.0, self.1.upgrade()?))
    }

    fn is_expired(&self) -> bool {
        self.1.is_expired()
    }

    fn address(&self) -> usize {
        self.1.address()
    }

    fn address_of(view: &Page) -> usize {
        <std::rc::Weak<String>>::address_of(&view.1)
    }
}

impl WeakKey for WeakPage {
    type Key = u32;

    fn key(view: &Page) -> &u32 {
        &view.0
    }
}

#[test]
fn newtypes_of_weak_pointers_are_held_as_well() {
    let [one, two] = [1, 2].map(|n| Page(n, Rc::new(format!("page {n}"))));
    let map = owners::WeakKeyMap::<WeakPage, i32>::from([(&one, 10), (&two, 20)]);
    let set = owners::WeakSet::<WeakPage>::from([&one]);
    let by_identity = owners::WeakSet::<WeakPage, _>::by_identity();
    by_identity.insert(&two);
    let links = owners::WeakKeyValueMap::<WeakPage, std::rc::Weak<String>>::new();
    links.insert(&one, &two.1);
    assert_eq!(map.get(&2), Some(20));
    assert_eq!(set.get(&1).unwrap().1.as_str(), "page 1");
    assert!(by_identity.contains(&two) && !by_identity.contains(&one));
    assert_eq!(links.get(&1), Some(two.1.clone()));
    drop(two);
    assert_eq!((map.get(&2), links.get(&1)), (None, None));
    assert_eq!(by_identity.len_alive(), 0);
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Class(u8);

impl Hash for Class {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0 % 2).hash(state); // many collisions
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Objects of 8 classes come and go; those of the same class are equal.
    #[test]
    fn containers_do_what_a_naive_model_does(
        script in prop::collection::vec((0..6_u8, 0..16_usize), 0..300)
    ) {
        let class = |place: usize| Class(place as u8 % 8);
        let mut owners: [Option<Rc<Class>>; 16] = Default::default();
        let set = rc::WeakSet::new();
        let map = rc::WeakKeyMap::new();
        let names = rc::WeakValueMap::new();
        // Who stands for a class, by place.
        let mut model: Vec<(usize, usize)> = Vec::new();
        let mut named: Vec<(Class, usize)> = Vec::new();
        for (step, (what, place)) in script.into_iter().enumerate() {
            match (what, owners[place].clone()) {
                (0 | 1, None) => owners[place] = Some(Rc::new(class(place))),
                (2, Some(owner)) => {
                    drop((owners[place].take(), owner));
                    model.retain(|(it, _)| *it != place);
                    named.retain(|(_, it)| *it != place);
                }
                (0 | 1 | 3, Some(owner)) => {
                    let same = model.iter_mut().find(|(it, _)| class(*it) == class(place));
                    prop_assert_eq!(set.insert(&owner), same.is_none());
                    let old = same.as_ref().map(|(_, value)| *value);
                    prop_assert_eq!(map.insert(&owner, step), old);
                    match same {
                        Some(same) => same.1 = step,
                        None => model.push((place, step)),
                    }
                    names.insert(class(place), &owner);
                    match named.iter_mut().find(|(it, _)| *it == class(place)) {
                        Some((_, object)) => *object = place,
                        None => named.push((class(place), place)),
                    }
                }
                (4, _) => {
                    let at = model.iter().position(|(it, _)| class(*it) == class(place));
                    let old = at.map(|at| model.remove(at).1);
                    prop_assert_eq!(set.remove(&class(place)), old.is_some());
                    prop_assert_eq!(map.remove(&class(place)), old);
                    named.retain(|(it, _)| *it != class(place));
                    names.remove(&class(place));
                }
                (5, _) => {
                    let popped = map.pop_last();
                    prop_assert_eq!(popped.as_ref().map(|(_, value)| *value), model.last().map(|it| it.1));
                    set.pop_last();
                    model.pop();
                }
                _ => set.remove_expired(),
            }
            prop_assert!(set.len() >= model.len());
            prop_assert_eq!(set.len_alive(), model.len());
            prop_assert_eq!(names.len_alive(), named.len());
            let living = map.iter().map(|(key, value)| (key.0, value));
            prop_assert!(living.eq(model.iter().map(|(it, value)| (class(*it).0, *value))));
            for of in 0..8 {
                let of = Class(of);
                let entry = model.iter().find(|(it, _)| class(*it) == of);
                prop_assert_eq!(map.get(&of), entry.map(|(_, value)| *value));
                prop_assert_eq!(set.contains(&of), entry.is_some());
                let object = named.iter().find(|(it, _)| *it == of).map(|(_, it)| *it);
                let found = names.get(&of);
                let expected = object.and_then(|it| owners[it].clone());
                prop_assert_eq!(found.is_some(), expected.is_some());
                prop_assert!(found.is_none_or(|it| Rc::ptr_eq(&it, &expected.unwrap())));
            }
        }
    }
}
