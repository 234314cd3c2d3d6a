//! What sets do, one thread, no tricks.

use weakly::{Strong, WeakRef, WeakSet};

fn numbers<const N: usize>(numbers: [i32; N]) -> [Strong<i32>; N] {
    numbers.map(Strong::new)
}

fn values(members: impl IntoIterator<Item = Strong<i32>>) -> Vec<i32> {
    members.into_iter().map(|member| *member).collect()
}

#[test]
fn a_member_leaves_when_it_dies() {
    let [one, two] = numbers([1, 2]);
    let set = WeakSet::from([&one, &two]);
    drop(one);
    assert_eq!(set.len(), 1);
    assert!(!set.contains(&1));
    assert!(set.contains(&2));
}

#[test]
fn of_equal_members_the_first_stays() {
    let [first, second] = numbers([1, 1]);
    let set = WeakSet::new();
    assert!(set.insert(&first));
    assert!(!set.insert(&second));
    assert!(Strong::ptr_eq(&set.get(&1).unwrap(), &first));
    drop(first);
    assert!(set.is_empty());
    assert!(set.insert(&second));
}

#[test]
fn members_are_taken_out_by_value() {
    let [one, two, three] = numbers([1, 2, 3]);
    let set = WeakSet::from([&one, &two, &three]);
    assert!(set.remove(&2));
    assert!(!set.remove(&2));
    assert_eq!(set.take(&1), Some(one));
    assert_eq!(set.pop_last(), Some(three));
    assert_eq!(set.pop_last(), None);
}

#[test]
fn members_come_in_the_order_in_which_they_were_added() {
    let members = numbers([3, 1, 2]);
    let set: WeakSet<i32> = members.iter().collect();
    assert_eq!(values(&set), [3, 1, 2]);
    assert_eq!(set.refs(), members.each_ref().map(WeakRef::new));
    assert_eq!(values(set.drain()), [3, 1, 2]);
    assert!(set.is_empty());
}

#[test]
fn sets_combine_as_sets_do() {
    let [one, two, three] = numbers([1, 2, 3]);
    let a = WeakSet::from([&one, &two]);
    let b = WeakSet::from([&two, &three]);
    assert_eq!(values(a.union(&b)), [1, 2, 3]);
    assert_eq!(values(a.intersection(&b)), [2]);
    assert_eq!(values(a.difference(&b)), [1]);
    assert_eq!(values(a.symmetric_difference(&b)), [1, 3]);
    assert_eq!(values(&(&a | &b)), [1, 2, 3]);
    assert_eq!(values(&(&a & &b)), [2]);
    assert_eq!(values(&(&a - &b)), [1]);
    assert_eq!(values(&(&a ^ &b)), [1, 3]);
}

#[test]
fn sets_change_in_place() {
    let [one, two, three] = numbers([1, 2, 3]);
    let of = |members: &[&Strong<i32>]| members.iter().copied().collect::<WeakSet<i32>>();
    let b = of(&[&two, &three]);
    let changed = |change: fn(&mut WeakSet<i32>, &WeakSet<i32>)| {
        let mut a = of(&[&one, &two]);
        change(&mut a, &b);
        values(&a)
    };
    assert_eq!(changed(|a, b| *a |= b), [1, 2, 3]);
    assert_eq!(changed(|a, b| *a &= b), [2]);
    assert_eq!(changed(|a, b| *a -= b), [1]);
    assert_eq!(changed(|a, b| *a ^= b), [1, 3]);
}

#[test]
fn a_set_combines_with_itself() {
    let members = numbers([1, 2]);
    let mut set: WeakSet<i32> = members.iter().collect();
    let same = set.clone();
    assert_eq!(values(set.union(&same)), [1, 2]);
    set |= &same;
    set &= &same;
    assert_eq!(set.len(), 2);
    set ^= &same;
    assert!(set.is_empty());
    set.extend(&members);
    set -= &same;
    assert!(set.is_empty());
}

#[test]
fn sets_compare_as_sets_do() {
    let [one, other_one, two] = numbers([1, 1, 2]);
    let a = WeakSet::from([&one]);
    let b = WeakSet::from([&two, &other_one]);
    assert!(a.is_subset(&b) && b.is_superset(&a) && a != b);
    assert!(!a.is_disjoint(&b) && a.is_disjoint(&WeakSet::from([&two])));
    assert_eq!(b, WeakSet::from([&one, &two]), "by value, in any order");
    drop(two);
    assert_eq!(a, b, "what died does not count");
}

#[test]
fn retain_keeps_what_it_is_told() {
    let members = numbers([1, 2, 3, 4]);
    let set: WeakSet<i32> = members.iter().collect();
    set.retain(|member| **member % 2 == 0);
    assert_eq!(values(&set), [2, 4]);
}

#[test]
fn get_or_insert_with_makes_what_is_not_there() {
    let set: WeakSet<String> = WeakSet::new();
    let make = |text: &str| Strong::new(text.to_owned());
    let one = set.get_or_insert_with("a", make);
    assert!(Strong::ptr_eq(&one, &set.get_or_insert_with("a", make)));
    drop(one);
    assert!(set.is_empty());
}

#[test]
fn clones_are_handles_of_the_same_set() {
    let one = Strong::new(1);
    let set = WeakSet::new();
    let other = set.clone();
    set.insert(&one);
    assert!(other.contains(&1));
    assert!(WeakSet::ptr_eq(&set, &other));
}

#[test]
fn sets_print_like_sets() {
    let one = Strong::new(1);
    let set = WeakSet::from([&one]);
    assert_eq!(format!("{set:?}"), "{1}");
    drop(one);
    assert_eq!(format!("{set:?}"), "{}");
}
