//! Containers that find objects by identity.

use std::fmt::Display;
use std::sync::Arc;

use weakly::{ByIdentity, Strong, WeakKeyMap, WeakSet};

#[test]
fn equal_objects_are_different_members() {
    let [one, equal] = [1, 1].map(Strong::new);
    let set = WeakSet::by_identity();
    assert!(set.insert(&one));
    assert!(!set.contains(&equal));
    assert!(set.insert(&equal));
    assert!(
        !set.insert(&one.clone()),
        "another owner of the same object"
    );
    assert_eq!(set.len(), 2);
    assert!(set.remove(&one));
    assert!(set.contains(&equal) && !set.contains(&one));
}

#[test]
fn equal_objects_have_values_of_their_own() {
    let [one, equal] = [1, 1].map(Strong::new);
    let map = WeakKeyMap::by_identity();
    assert_eq!(map.insert(&one, "a"), None);
    assert_eq!(map.insert(&equal, "b"), None);
    assert_eq!(map.insert(&one, "c"), Some("a"));
    assert_eq!((map.get(&one), map.get(&equal)), (Some("c"), Some("b")));
    assert_eq!(map.remove(&one), Some("c"));
    assert_eq!((map.get(&one), map.get(&equal)), (None, Some("b")));
    assert_eq!(map.get_or_insert_with(&equal, || unreachable!()), "b");
    assert_eq!(map.get_or_insert_with(&one, || "d"), "d");
    assert!(map.contains_key(&one));
}

#[test]
fn objects_need_neither_hash_nor_eq() {
    let shown: Vec<Strong<dyn Display + Send + Sync>> = vec![
        Strong::coerce::<dyn Display + Send + Sync>(Strong::new(1), |object| object),
        Strong::coerce::<dyn Display + Send + Sync>(Strong::new("two"), |object| object),
    ];
    let set: WeakSet<dyn Display + Send + Sync, ByIdentity> = shown.iter().collect();
    let texts: Vec<String> = set.iter().map(|it| it.to_string()).collect();
    assert_eq!(texts, ["1", "two"]);
    set.retain(|it| it.to_string() == "1");
    assert!(set.contains(&shown[0]) && !set.contains(&shown[1]));
}

#[test]
fn a_trait_object_is_the_object_that_it_was_made_of() {
    let number = Strong::new(5);
    let shown = Strong::coerce::<dyn Display + Send + Sync>(number.clone(), |object| object);
    let set = WeakSet::by_identity();
    set.insert(&shown);
    drop(shown);
    assert_eq!(set.len(), 1, "the number lives");
    let again = Strong::coerce::<dyn Display + Send + Sync>(number.clone(), |object| object);
    assert!(set.contains(&again));
    drop((number, again));
    assert!(set.is_empty());
}

#[test]
fn entries_go_with_their_objects() {
    let value = Arc::new(());
    let [one, equal] = [1, 1].map(Strong::new);
    let mut map: WeakKeyMap<i32, Arc<()>, ByIdentity> = WeakKeyMap::by_identity();
    map.extend([(&one, value.clone()), (&equal, value.clone())]);
    assert_eq!(Arc::strong_count(&value), 3);
    drop(one);
    assert_eq!((map.len(), Arc::strong_count(&value)), (1, 2));
    drop(equal);
    assert_eq!((map.len(), Arc::strong_count(&value)), (0, 1));
}

#[test]
fn a_new_object_in_an_old_place_is_not_found() {
    let set = WeakSet::by_identity();
    for n in 0..1000 {
        let owner = Strong::new(n); // likely where the one before was
        assert!(!set.contains(&owner));
        set.insert(&owner);
    }
    assert!(set.is_empty());
}

#[test]
fn copies_find_the_same_objects() {
    let one = Strong::new(1);
    let map: WeakKeyMap<i32, u8, ByIdentity> = [(&one, 5)].into_iter().collect();
    let copy: WeakKeyMap<i32, u8, ByIdentity> = map.iter().collect();
    map.clear();
    assert_eq!(copy.get(&one), Some(5));
    let set: WeakSet<i32, ByIdentity> = copy.keys().collect();
    assert!(set.contains(&one));
}

/// Compared by nothing but where it is.
#[derive(Debug)]
struct Opaque(u32);

#[test]
fn maps_by_identity_have_the_whole_interface() {
    let [one, two] = [1, 2].map(|n| Strong::new(Opaque(n)));
    let map = WeakKeyMap::by_identity();
    assert_eq!(map.entry(&one).or_insert(1), 1);
    map.entry(&one).and_modify(|n| *n += 1).or_insert(7);
    assert_eq!(map.entry(&two).or_default(), 0);
    assert_eq!(map.entry(&two).insert(5), Some(0));
    let (key, value) = map.get_key_value(&one).unwrap();
    assert!(Strong::ptr_eq(&key, &one));
    assert_eq!(value, 2);

    let other: WeakKeyMap<Opaque, i32, ByIdentity> = [(&two, 5), (&one, 2)].into_iter().collect();
    assert!(map == other);
    other.insert(&one, 3);
    assert!(map != other);

    let (key, value) = map.remove_entry(&one).unwrap();
    assert!(Strong::ptr_eq(&key, &one));
    assert_eq!(value, 2);
    assert_eq!(map.remove(&one), None);
    assert_eq!(format!("{map:?}"), "{Opaque(2): 5}");
}

#[test]
fn sets_by_identity_have_the_whole_interface() {
    let [one, two, three] = [1, 2, 3].map(|n| Strong::new(Opaque(n)));
    let set = |members: &[&Strong<Opaque>]| -> WeakSet<Opaque, ByIdentity> {
        members.iter().copied().collect()
    };
    let (a, b) = (set(&[&one, &two]), set(&[&two, &three]));
    assert!(Strong::ptr_eq(&a.get(&one).unwrap(), &one));
    assert!(a.get(&three).is_none());
    let found = a.get_or_insert_with(&one, |_| unreachable!());
    assert_eq!(found.0, 1);
    assert!(Strong::ptr_eq(&found, &one));

    assert!(&a | &b == set(&[&one, &two, &three]));
    assert!(&a & &b == set(&[&two]));
    assert!(&a - &b == set(&[&one]));
    assert!(&a ^ &b == set(&[&one, &three]));
    assert!(set(&[&two]).is_subset(&a) && a.is_superset(&set(&[&two])));
    assert!(set(&[&one]).is_disjoint(&b) && !a.is_disjoint(&b));
    let mut changed = set(&[&one, &two]);
    changed ^= &b;
    assert!(changed == set(&[&one, &three]));
    changed -= &b;
    assert!(changed == set(&[&one]));

    assert!(Strong::ptr_eq(&a.take(&one).unwrap(), &one));
    assert!(a.take(&one).is_none());
}
