//! The methods that maps and sets share with those of the standard library, where threads, equal
//! keys and values without `Clone` make a difference.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use weakly::map::{Entry, weak_key, weak_value};
use weakly::{
    Strong, TryReserveError, WeakKeyMap, WeakKeyValueMap, WeakRef, WeakSet, WeakValueMap, coerce,
};

#[test]
fn updates_from_several_threads_lose_nothing() {
    let key = Strong::new(Named("counter"));
    let map = WeakKeyMap::from([(&key, 0)]);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    map.update(&Named("counter"), |count| *count += 1);
                    map.entry(&key).and_modify(|count| *count += 1);
                }
            });
        }
    });
    assert_eq!(map.get(&*key), Some(8000));
}

#[test]
fn an_update_sees_a_value_that_came_in_between() {
    let key = Strong::new(1);
    let map = WeakKeyMap::from([(&key, "first".to_owned())]);
    let mut seen = Vec::new();
    map.update(&1, |value| {
        seen.push(value.clone());
        if seen.len() == 1 {
            map.insert(&key, "second".to_owned());
        }
        value.push_str(", changed");
    });
    assert_eq!(seen, ["first", "second"]);
    assert_eq!(map.get(&1).as_deref(), Some("second, changed"));
}

#[test]
fn an_update_that_panics_changes_nothing() {
    let key = Strong::new(1);
    let map = WeakKeyMap::from([(&key, "a".to_owned())]);
    let update = || {
        map.update(&1, |value| {
            value.push('b');
            panic!("no");
        })
    };
    let failed: Result<Option<()>, _> =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(update));
    assert!(failed.is_err());
    assert_eq!(map.get(&1).as_deref(), Some("a"));
}

#[test]
fn an_update_of_a_weak_value_puts_another_object_in_its_place() {
    let [one, two] = [1, 2].map(Strong::new);
    let map = WeakValueMap::from([("a", &one)]);
    assert_eq!(
        map.update("a", |it| std::mem::replace(it, two.clone())),
        Some(one.clone())
    );
    drop(one);
    assert_eq!(map.get("a").as_ref(), Some(&two));
    drop(two);
    assert!(map.is_empty());
}

#[test]
fn values_need_not_be_clone() {
    struct Counter(Mutex<u32>);
    let key = Strong::new(1);
    let map = WeakKeyMap::new();
    map.set(&key, Counter(Mutex::new(1)));
    map.set(&key, Counter(Mutex::new(2)));
    assert_eq!(map.with(&1, |it| *it.0.lock().unwrap()), Some(2));
    assert_eq!(map.with(&2, |_| ()), None);
    assert!(map.discard(&1) && !map.discard(&1));
}

#[test]
fn a_value_that_is_read_lives_though_it_is_removed() {
    let key = Strong::new(1);
    let map = WeakKeyMap::from([(&key, vec![1, 2])]);
    let read = map.with(&1, |value| {
        map.clear();
        value.clone()
    });
    assert_eq!(read, Some(vec![1, 2]));
}

#[test]
fn an_entry_is_occupied_or_vacant() {
    let [key, equal] = [1, 1].map(Strong::new);
    let map = WeakKeyMap::new();
    match map.entry(&key) {
        Entry::Vacant(vacant) => assert!(Strong::ptr_eq(vacant.into_key(), &key)),
        Entry::Occupied(_) => unreachable!(),
    }
    let occupied = map.entry(&key).insert_entry("a");
    assert_eq!(occupied.insert("b"), "a");
    match map.entry(&equal) {
        weak_key::Entry::Occupied(occupied) => {
            assert!(Strong::ptr_eq(occupied.key(), &equal));
            assert_eq!(occupied.get(), &"b");
            let (removed, value) = occupied.remove_entry().unwrap();
            assert!(Strong::ptr_eq(&removed, &key), "the key in the map leaves");
            assert_eq!(value, "b");
        }
        weak_key::Entry::Vacant(_) => unreachable!(),
    }
    assert!(map.is_empty());
}

#[test]
fn an_entry_that_is_gone_meanwhile_gives_what_it_knew() {
    let one = Strong::new(1);
    let map = WeakValueMap::from([("a", &one)]);
    let occupied = || match map.entry("a") {
        weak_value::Entry::Occupied(occupied) => occupied,
        weak_value::Entry::Vacant(_) => unreachable!(),
    };
    let (first, second) = (occupied(), occupied());
    map.clear();
    assert_eq!(first.remove(), one);
    assert!(second.remove_entry().is_none());
    assert_eq!(format!("{:?}", map.entry("a")), "Entry(VacantEntry(\"a\"))");
}

#[test]
fn keys_of_a_map_of_weak_values_need_not_be_clone() {
    #[derive(PartialEq, Eq, Hash, Debug)]
    struct Key(u32);
    let one = Strong::new(1);
    let map = WeakValueMap::new();
    map.entry(Key(1)).or_insert(&one);
    let Entry::Occupied(occupied) = map.entry(Key(1)) else {
        unreachable!()
    };
    assert_eq!(occupied.remove_entry(), Some((Key(1), one)));
}

#[test]
fn entries_of_maps_by_identity_tell_equal_objects_apart() {
    let [one, equal] = [1, 1].map(Strong::new);
    let map = WeakKeyMap::by_identity();
    map.entry(&one).or_insert("one");
    map.entry(&equal).or_insert_with_key(|_| "equal");
    assert_eq!(map.len(), 2);
    assert_eq!(map.entry(&equal).or_default(), "equal");
}

#[test]
fn a_replaced_key_is_not_watched_any_more() {
    let [old, new, value] = [1, 1, 2].map(Strong::new);
    let map = WeakKeyValueMap::from([(&old, &value)]);
    assert_eq!(
        map.replace_key(&Strong::new(7)),
        None,
        "there is no equal key"
    );
    assert!(Strong::ptr_eq(&map.replace_key(&new).unwrap(), &old));
    drop(old);
    assert_eq!(map.get(&1).as_ref(), Some(&value));
    drop(new);
    assert!(map.is_empty());
}

#[test]
fn a_key_replaced_by_itself_is_still_watched() {
    let key = Strong::new(1);
    let set = WeakSet::from([&key]);
    assert!(Strong::ptr_eq(&set.replace(&key).unwrap(), &key));
    drop(key);
    assert!(set.is_empty());
}

#[test]
fn an_extraction_that_ends_early_leaves_the_rest() {
    let keys: Vec<_> = (0..10).map(Strong::new).collect();
    let map: WeakKeyMap<i32, i32> = keys.iter().map(|key| (key, **key)).collect();
    let mut even = map.extract_if(|_, value| value % 2 == 0);
    assert_eq!(even.next().unwrap().1, 0);
    map.insert(&keys[2], 3); // has another value by the time it is reached
    assert_eq!(even.next().unwrap().1, 4);
    drop(even);
    assert_eq!(map.len(), 8);
}

#[test]
fn too_much_room_is_an_error_and_changes_nothing() {
    let map: WeakKeyMap<i32, i32> = WeakKeyMap::new();
    let error: TryReserveError = map.try_reserve(usize::MAX).unwrap_err();
    assert_eq!(error.to_string(), "there is no room for so many entries");
    assert_eq!(map.capacity(), 0);
    let set: WeakSet<i32> = WeakSet::new();
    assert_eq!(set.try_reserve(100), Ok(()));
    assert!(set.capacity() >= 100);
}

#[test]
fn a_borrowed_map_can_be_extended_and_an_owned_one_iterated() {
    let keys = [1, 2].map(Strong::new);
    let map = WeakKeyMap::new();
    (&map).extend([(&keys[0], "a"), (&keys[1], "b")]);
    let mut values = Vec::new();
    for (_, value) in map.clone() {
        values.push(value);
    }
    assert_eq!(values, ["a", "b"]);
    let set = WeakSet::new();
    (&set).extend(&keys);
    assert!(set.into_iter().eq(keys.clone()));
}

#[test]
fn maps_of_eq_values_are_eq() {
    fn is_eq<T: Eq>(_: &T) {}
    is_eq(&WeakKeyMap::<i32, i32>::new());
    is_eq(&WeakValueMap::<i32, i32>::new());
    is_eq(&WeakKeyValueMap::<i32, i32>::new());
}

#[test]
fn a_value_finds_its_key_again_and_does_not_keep_it() {
    let key = Strong::new(1);
    let map = WeakKeyMap::new();
    map.insert_with(&key, WeakRef::clone);
    let back = map.get(&1).unwrap();
    assert!(Strong::ptr_eq(&back.upgrade().unwrap(), &key));
    drop(key);
    assert!(map.is_empty() && !back.is_alive());
}

#[test]
fn a_coercion_takes_its_target_from_the_context() {
    trait Shape: Send + Sync {
        fn area(&self) -> u32;
    }
    struct Square(u32);
    impl Shape for Square {
        fn area(&self) -> u32 {
            self.0 * self.0
        }
    }
    let shapes: WeakSet<dyn Shape, weakly::ByIdentity> = WeakSet::by_identity();
    let square: Strong<dyn Shape> = coerce!(Strong::new(Square(3)));
    shapes.insert(&square);
    assert_eq!(shapes.iter().map(|shape| shape.area()).sum::<u32>(), 9);
    let slice: Strong<[i32]> = coerce!(Strong::new([1, 2, 3]));
    assert_eq!(slice.len(), 3);
}

#[test]
fn keys_are_compared_without_the_lock() {
    static COMPARED: AtomicUsize = AtomicUsize::new(0);
    #[derive(Eq, Debug)]
    struct Key(u32);
    impl std::hash::Hash for Key {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }
    impl PartialEq for Key {
        fn eq(&self, other: &Self) -> bool {
            COMPARED.fetch_add(1, Ordering::Relaxed);
            self.0 == other.0
        }
    }
    let [old, new] = [1, 1].map(|it| Strong::new(Key(it)));
    let set = WeakSet::from([&old]);
    set.replace(&new);
    assert!(COMPARED.load(Ordering::Relaxed) > 0);
    assert_eq!(set.len(), 1);
}

/// A key whose comparison the map does not know to be harmless.
#[derive(PartialEq, Eq, Hash, Debug)]
struct Named(&'static str);
