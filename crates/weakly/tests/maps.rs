//! What maps do, one thread, no tricks.

use std::collections::hash_map::RandomState;
use std::sync::Arc;

use weakly::{Strong, WeakKeyMap, WeakRef, WeakValueMap};

#[test]
fn an_entry_goes_with_its_key() {
    let [one, two] = [1, 2].map(Strong::new);
    let map = WeakKeyMap::from([(&one, "a"), (&two, "b")]);
    drop(one);
    assert_eq!(map.len(), 1);
    assert_eq!(map.get(&1), None);
    assert_eq!(map.get(&2), Some("b"));
}

#[test]
fn an_entry_goes_with_its_object() {
    let [one, two] = [1, 2].map(Strong::new);
    let map = WeakValueMap::from([("a", &one), ("b", &two)]);
    drop(one);
    assert_eq!(map.len(), 1);
    assert_eq!(map.get("a"), None);
    assert_eq!(map.get("b"), Some(two));
}

#[derive(Debug, PartialEq, Eq)]
struct Colliding(u32);

impl std::hash::Hash for Colliding {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

#[test]
fn all_entries_of_an_object_go_with_it() {
    let [one, two] = [1, 2].map(Strong::new);
    let map = WeakValueMap::new();
    for n in 0..40 {
        map.insert(Colliding(n), if n % 4 == 0 { &two } else { &one });
    }
    map.remove(&Colliding(5));
    map.insert(Colliding(7), &two);
    map.insert(Colliding(8), &two);
    drop(one);
    assert_eq!(map.len(), 11);
    assert!(map.values().all(|value| *value == 2));
    drop(two);
    assert!(map.is_empty());
}

#[test]
fn the_value_is_dropped_at_once_when_its_key_dies() {
    let key = Strong::new(1);
    let value = Arc::new(());
    let map = WeakKeyMap::from([(&key, value.clone())]);
    assert_eq!(map.get(&1), Some(value.clone()));
    assert_eq!(Arc::strong_count(&value), 2);
    drop(key);
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn the_key_is_dropped_at_once_when_its_object_dies() {
    let key = Arc::new(String::from("a"));
    let one = Strong::new(1);
    let map = WeakValueMap::from([(key.clone(), &one)]);
    assert!(map.contains_key(&key));
    assert_eq!(Arc::strong_count(&key), 2);
    drop(one);
    assert_eq!(Arc::strong_count(&key), 1);
}

#[test]
fn an_equal_key_does_not_replace_the_one_that_is_there() {
    let (first, second) = (Strong::new(1), Strong::new(1));
    let map = WeakKeyMap::new();
    assert_eq!(map.insert(&first, "a"), None);
    assert_eq!(map.insert(&second, "b"), Some("a"));
    assert!(Strong::ptr_eq(&map.get_key_value(&1).unwrap().0, &first));
    drop(second);
    assert_eq!(map.get(&1), Some("b"));
    drop(first);
    assert!(map.is_empty());
}

#[test]
fn a_replaced_object_no_longer_matters_to_its_map() {
    let [one, two] = [1, 2].map(Strong::new);
    let map = WeakValueMap::from([("a", &one)]);
    assert_eq!(map.insert("a", &two), Some(one.clone()));
    drop(one);
    assert_eq!(map.get("a"), Some(two.clone()));
    drop(two);
    assert!(map.is_empty());
}

#[test]
fn an_object_may_be_in_a_map_more_than_once() {
    let one = Strong::new(1);
    let map = WeakValueMap::from([("a", &one), ("b", &one), ("c", &one)]);
    map.remove("b");
    assert_eq!(map.len(), 2);
    drop(one);
    assert!(map.is_empty());
}

#[test]
fn an_object_may_be_put_under_its_key_again() {
    let one = Strong::new(1);
    let map = WeakValueMap::from([("a", &one)]);
    assert_eq!(map.insert("a", &one), Some(one.clone()));
    drop(one);
    assert!(map.is_empty());
}

#[test]
fn an_entry_that_was_removed_is_not_removed_again_at_death() {
    let [one, two] = [1, 2].map(Strong::new);
    let map = WeakKeyMap::from([(&one, "a")]);
    assert_eq!(map.remove(&1), Some("a"));
    map.insert(&two, "b"); // takes the place of the entry that went
    drop(one);
    assert_eq!(map.get(&2), Some("b"));
}

#[test]
fn objects_that_pass_through_many_maps_remember_none() {
    let one = Strong::new(1);
    let mut owner = one.clone();
    for _ in 0..1000 {
        let map: WeakValueMap<u32, i32> = WeakValueMap::new();
        map.insert(1, &one);
        map.insert(2, &one);
        map.remove(&1);
    }
    drop(one);
    assert!(
        Strong::get_mut(&mut owner).is_some(),
        "no map holds on to the object"
    );
}

#[test]
fn objects_outlive_the_maps_they_were_in() {
    let one = Strong::new(1);
    let value = Arc::new(());
    let map = WeakKeyMap::from([(&one, value.clone())]);
    let handle = map.clone();
    drop(map);
    assert_eq!(Arc::strong_count(&value), 2, "another handle keeps the map");
    drop(handle);
    assert_eq!(
        Arc::strong_count(&value),
        1,
        "the values go with the last handle"
    );
    drop(one);
}

#[test]
fn clones_are_handles_of_the_same_map() {
    let one = Strong::new(1);
    let map = WeakKeyMap::new();
    let other = map.clone();
    map.insert(&one, "a");
    assert_eq!(other.get(&1), Some("a"));
    assert!(WeakKeyMap::ptr_eq(&map, &other));
    let copy: WeakKeyMap<i32, &str> = map.iter().collect();
    assert!(!WeakKeyMap::ptr_eq(&map, &copy));
    map.clear();
    assert_eq!(copy.get(&1), Some("a"));
}

#[test]
fn keys_are_found_by_what_they_borrow_as() {
    let name = Strong::new(String::from("a"));
    let by_object = WeakKeyMap::from([(&name, 1)]);
    assert_eq!(by_object.get("a"), Some(1));
    assert!(by_object.contains_key(&String::from("a")));
    assert_eq!(by_object.remove("a"), Some(1));
    let by_name = WeakValueMap::from([(String::from("a"), &name)]);
    assert_eq!(by_name.get("a"), Some(name.clone()));
    assert_eq!(by_name.remove_entry("a"), Some((String::from("a"), name)));
}

#[test]
fn users_types_are_found_as_well() {
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    struct Id(u32);
    let ids = [1, 2, 3].map(|n| Strong::new(Id(n)));
    let map: WeakKeyMap<Id, Id> = ids.iter().map(|id| (id, Id(id.0 * 10))).collect();
    assert_eq!(map.get(&Id(2)), Some(Id(20)));
    assert_eq!(map.get(&Id(4)), None);
    assert_eq!(map.insert(&ids[0], Id(11)), Some(Id(10)));
    assert_eq!(map.remove_entry(&Id(1)), Some((ids[0].clone(), Id(11))));
    let back: WeakValueMap<Id, Id> = ids.iter().map(|id| (Id(id.0 * 10), id)).collect();
    assert_eq!(back.get(&Id(30)).as_ref(), Some(&ids[2]));
    assert_eq!(back.insert(Id(30), &ids[1]).as_ref(), Some(&ids[2]));
    assert_eq!(back.remove(&Id(30)).as_ref(), Some(&ids[1]));
}

#[test]
fn unsized_objects_are_held_too() {
    let slice: Strong<[i32]> = Strong::from([1, 2]);
    let map = WeakKeyMap::from([(&slice, "a")]);
    assert_eq!(map.get(&[1, 2][..]), Some("a"));
    let shown = Strong::coerce::<dyn std::fmt::Display + Send + Sync>(Strong::new(5), |o| o);
    let names = WeakValueMap::from([("five", &shown)]);
    assert_eq!(names.get("five").unwrap().to_string(), "5");
    drop((slice, shown));
    assert!(map.is_empty() && names.is_empty());
}

#[test]
fn get_or_insert_with_calls_its_function_only_for_what_is_not_there() {
    let key = Strong::new(1);
    let map = WeakKeyMap::new();
    assert_eq!(map.get_or_insert_with(&key, || String::from("a")), "a");
    assert_eq!(map.get_or_insert_with(&key, || unreachable!()), "a");
    let names = WeakValueMap::new();
    let one = names.get_or_insert_with("one", || Strong::new(1));
    assert_eq!(names.get_or_insert_with("one", || unreachable!()), one);
    drop(one);
    assert_eq!(*names.get_or_insert_with("one", || Strong::new(2)), 2);
    assert!(names.is_empty(), "nobody kept the second one");
}

#[test]
fn entries_are_seen_in_the_order_of_insertion() {
    let keys = [3, 1, 2].map(Strong::new);
    let map: WeakKeyMap<i32, i32> = keys.iter().map(|key| (key, **key * 10)).collect();
    assert!(map.keys().map(|key| *key).eq([3, 1, 2]));
    assert!(map.values().eq([30, 10, 20]));
    assert!(
        map.iter()
            .map(|(key, value)| (*key, value))
            .eq([(3, 30), (1, 10), (2, 20)])
    );
    assert_eq!(map.key_refs(), keys.each_ref().map(WeakRef::new));
    assert_eq!(map.pop_last(), Some((keys[2].clone(), 20)));
}

#[test]
fn a_drained_map_is_empty_at_once() {
    let keys = [1, 2, 3].map(Strong::new);
    let map: WeakKeyMap<i32, i32> = keys.iter().map(|key| (key, **key)).collect();
    let mut drain = map.drain();
    assert!(map.is_empty());
    assert_eq!(drain.size_hint(), (0, Some(3)));
    assert_eq!(drain.next(), Some((keys[0].clone(), 1)));
    drop(keys);
    assert_eq!(drain.next(), None, "the other keys died before their turn");
}

#[test]
fn retain_keeps_what_it_is_told() {
    let keys = [1, 2, 3, 4].map(Strong::new);
    let map: WeakKeyMap<i32, i32> = keys.iter().map(|key| (key, **key)).collect();
    map.retain(|key, value| **key == *value && value % 2 == 0);
    assert!(map.values().eq([2, 4]));
    let names: WeakValueMap<i32, i32> = keys.iter().map(|key| (**key, key)).collect();
    names.retain(|name, value| **value > 2 && *name < 4);
    assert!(names.keys().eq([3]));
}

#[test]
fn values_that_were_read_come_back_whole() {
    let key = Strong::new(1);
    let map = WeakKeyMap::new();
    map.insert(&key, vec![Some(1)]); // no plain type: it moves to an `Arc` when it is read
    assert_eq!(map.get(&1), Some(vec![Some(1)]));
    assert_eq!(map.insert(&key, vec![Some(2)]), Some(vec![Some(1)]));
    assert_eq!(map.get(&1), Some(vec![Some(2)]));
    assert_eq!(map.remove(&1), Some(vec![Some(2)]));
}

#[test]
fn entries_are_places_to_look_at_and_to_fill() {
    let key = Strong::new(1);
    let map: WeakKeyMap<i32, Vec<i32>> = WeakKeyMap::new();
    assert_eq!(
        map.entry(&key).and_modify(|_| unreachable!()).or_default(),
        []
    );
    assert_eq!(
        map.entry(&key)
            .and_modify(|list| list.push(5))
            .or_insert(vec![]),
        [5]
    );
    assert_eq!(map.entry(&key).insert(vec![6]), Some(vec![5]));
    assert!(Strong::ptr_eq(map.entry(&key).key(), &key));
    let names: WeakValueMap<String, i32> = WeakValueMap::new();
    assert_eq!(names.entry(String::from("a")).or_insert(&key), key);
    assert_eq!(
        names.entry(String::from("a")).insert(&Strong::new(2)),
        Some(key)
    );
    assert_eq!(names.entry(String::from("b")).key(), "b");
    assert!(names.is_empty());
}

#[test]
fn memory_is_given_back_when_all_have_died() {
    let keys: Vec<Strong<i32>> = (0..1000).map(Strong::new).collect();
    let map: WeakKeyMap<i32, ()> = keys.iter().map(|key| (key, ())).collect();
    assert!(map.capacity() >= 1000);
    drop(keys);
    map.shrink_to_fit();
    assert_eq!(map.capacity(), 0);
}

#[test]
fn a_map_hashes_with_the_hasher_that_it_was_given() {
    let hasher = RandomState::new();
    let map: WeakKeyMap<i32, ()> = WeakKeyMap::with_capacity_and_hasher(10, hasher.clone());
    use std::hash::BuildHasher;
    assert_eq!(map.hasher().hash_one(5), hasher.hash_one(5));
    assert!(map.capacity() >= 10);
}

#[test]
fn maps_print_like_maps() {
    let one = Strong::new(1);
    let keys = WeakKeyMap::from([(&one, "a")]);
    let values = WeakValueMap::from([("a", &one)]);
    assert_eq!(format!("{keys:?} {values:?}"), r#"{1: "a"} {"a": 1}"#);
    let entry = format!("{:?}", keys.entry(&one));
    assert_eq!(entry, r#"Entry(OccupiedEntry { key: 1, value: "a", .. })"#);
    drop(one);
    assert_eq!(format!("{keys:?} {values:?}"), "{} {}");
}

#[test]
fn maps_compare_by_what_they_hold() {
    let [one, other_one, two] = [1, 1, 2].map(Strong::new);
    let map = WeakKeyMap::from([(&one, "a"), (&two, "b")]);
    assert_eq!(map, WeakKeyMap::from([(&two, "b"), (&other_one, "a")]));
    assert_ne!(map, WeakKeyMap::from([(&one, "a")]));
    assert_ne!(map, WeakKeyMap::from([(&one, "a"), (&two, "c")]));
    let names = WeakValueMap::from([("a", &one), ("b", &two)]);
    assert_eq!(names, WeakValueMap::from([("b", &two), ("a", &other_one)]));
    assert_ne!(names, WeakValueMap::from([("a", &one), ("c", &two)]));
    drop(two);
    assert_eq!(
        names,
        WeakValueMap::from([("a", &one)]),
        "what died does not count"
    );
}

#[test]
fn maps_hash_with_any_hasher() {
    use std::hash::{BuildHasherDefault, DefaultHasher};
    let one = Strong::new(1);
    let map: WeakKeyMap<i32, u8, BuildHasherDefault<DefaultHasher>> =
        [(&one, 5)].into_iter().collect();
    assert_eq!(map.get(&1), Some(5));
}

#[test]
fn retain_spares_a_value_that_keep_has_not_seen() {
    let key = Strong::new(1);
    let by_value = WeakKeyMap::from([(&key, "old")]);
    by_value.retain(|key, value| {
        assert_eq!(*value, "old");
        by_value.insert(key, "new");
        false
    });
    assert_eq!(by_value.get(&1), Some("new"));
    by_value.retain(|_, _| false);
    assert!(by_value.is_empty());

    let by_identity = WeakKeyMap::by_identity();
    by_identity.insert(&key, String::from("old"));
    by_identity.retain(|key, _| {
        by_identity.insert(key, String::from("new"));
        false
    });
    assert_eq!(by_identity.get(&key).as_deref(), Some("new"));

    let [old, new] = ["old", "new"].map(Strong::new);
    let map = WeakValueMap::from([(1, &old)]);
    map.retain(|key, _| {
        map.insert(*key, &new);
        false
    });
    assert_eq!(map.get(&1), Some(new));
}
