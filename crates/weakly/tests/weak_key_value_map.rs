//! The map that keeps neither its keys nor its values alive.

use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};

use weakly::{Strong, WeakKeyValueMap, WeakRef};

/// A type that the crate does not know: it is compared without the lock.
#[derive(Debug, PartialEq, Eq)]
struct User(u32);

/// All have one hash.
impl Hash for User {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(0);
    }
}

fn users<const N: usize>() -> [Strong<User>; N] {
    let mut number = 0;
    [(); N].map(|()| {
        number += 1;
        Strong::new(User(number))
    })
}

#[test]
fn an_entry_goes_with_either_object() {
    let [a, b, c, x, y, z] = users();
    let map = WeakKeyValueMap::from([(&a, &x), (&b, &y), (&c, &z)]);
    drop(a);
    assert_eq!(map.len(), 2);
    drop(y);
    assert_eq!(map.len(), 1);
    assert_eq!(map.get(&*c).as_ref(), Some(&z));
    assert!(!map.contains_key(&*b));
    assert!(map.iter().eq([(c.clone(), z.clone())]));
    // What is left of the others' watchers does no harm.
    drop((b, x));
    assert_eq!(map.len(), 1);
    drop((c, z));
    assert!(map.is_empty());
}

#[test]
fn one_object_may_be_both() {
    let [a, b] = users();
    let map = WeakKeyValueMap::from([(&a, &a), (&b, &a)]);
    assert_eq!(map.get(&User(1)).as_ref(), Some(&a));
    drop(a);
    assert!(map.is_empty());
    assert!(map.insert(&b, &b).is_none());
    drop(b);
    assert!(map.is_empty());
}

#[test]
fn a_replaced_value_is_watched_no_more() {
    let [key, one, two] = users();
    let map = WeakKeyValueMap::new();
    map.insert(&key, &one);
    assert_eq!(map.insert(&key, &two), Some(one.clone()));
    drop(one);
    assert_eq!(map.get(&*key), Some(two.clone()));
    drop(two);
    assert!(map.is_empty());
}

#[test]
fn a_dead_value_is_made_anew() {
    let [key, one] = users();
    let map = WeakKeyValueMap::from([(&key, &one)]);
    drop(one);
    let made = map.get_or_insert_with(&key, || Strong::new(User(7)));
    assert_eq!(map.get(&*key).as_ref(), Some(&made));
    let again = map.entry(&key).or_insert_with(|| unreachable!());
    assert!(Strong::ptr_eq(&again, &made));
}

#[test]
fn iterations_survive_deaths_on_both_sides() {
    let [a, b, c, x, y, z] = users();
    let map = WeakKeyValueMap::from([(&a, &x), (&b, &y), (&c, &z)]);
    let (mut entries, mut keys, mut values) = (map.iter(), map.keys(), map.values());
    assert_eq!(entries.next().unwrap().0, a);
    drop(y);
    assert_eq!(entries.next().unwrap().0, c);
    assert!(keys.by_ref().eq([a.clone(), c.clone()]));
    drop(c);
    assert!(values.by_ref().eq([x.clone()]));
    assert_eq!(entries.next(), None);
    let drained = map.drain();
    drop(x);
    assert_eq!(drained.count(), 0, "a drained entry may die, too");
}

#[test]
fn retain_sees_both_and_removes_what_it_saw() {
    let [a, b, c, x, y, z] = users();
    let map = WeakKeyValueMap::from([(&a, &x), (&b, &y), (&c, &z)]);
    map.retain(|key, value| {
        if key.0 == 2 {
            map.insert(&b, &x); // another value: it stays
            return false;
        }
        value.0 != 6
    });
    assert!(
        map.iter()
            .eq([(a.clone(), x.clone()), (b.clone(), x.clone())])
    );
    assert_eq!(map.pop_last(), Some((b, x.clone())));
    assert_eq!(map.remove_entry(&User(1)), Some((a.clone(), x)));
    assert_eq!(map.remove(&*a), None);
}

#[test]
fn maps_are_equal_by_what_they_find() {
    let [a, b, x] = users();
    let one = WeakKeyValueMap::from([(&a, &x), (&b, &x)]);
    let other: WeakKeyValueMap<User, User> = [(&b, &x), (&a, &x)].into_iter().collect();
    assert!(one == other);
    other.remove(&*a);
    assert!(one != other);
    assert_eq!(one.key_refs(), [WeakRef::new(&a), WeakRef::new(&b)]);
    assert_eq!(one.value_refs(), [WeakRef::new(&x), WeakRef::new(&x)]);
    assert_eq!(format!("{other:?}"), "{User(2): User(3)}");
}

#[test]
fn by_identity_equal_keys_are_different() {
    let [one, equal] = [User(1), User(1)].map(Strong::new);
    let [x, y] = users();
    let map = WeakKeyValueMap::by_identity();
    assert_eq!(map.insert(&one, &x), None);
    assert_eq!(map.insert(&equal, &y), None);
    assert_eq!(map.get(&one).as_ref(), Some(&x));
    assert_eq!(map.get_key_value(&equal), Some((equal.clone(), y)));
    assert_eq!(
        map.len(),
        1,
        "the tuple's owner of the value is gone by now"
    );
    drop(x);
    assert!(map.is_empty());
}

/// Counts as it is dropped.
struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn nothing_is_kept_alive() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    let map = WeakKeyValueMap::by_identity();
    let (key, value) = (
        Strong::new(Counted(&DROPPED)),
        Strong::new(Counted(&DROPPED)),
    );
    map.insert(&key, &value);
    drop((key, value));
    assert_eq!(DROPPED.load(Ordering::Relaxed), 2);
    assert!(map.is_empty());
}
