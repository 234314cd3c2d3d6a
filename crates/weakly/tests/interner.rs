//! Equal values become one object, as long as somebody uses it.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use weakly::{Interned, Interner, Strong, WeakRef};

#[derive(PartialEq, Eq, Hash)]
struct Node {
    number: u64,
    next: Option<Interned<Node>>,
}

#[test]
fn a_long_chain_is_dropped_with_little_stack() {
    let run = || {
        let nodes: Interner<Node> = Interner::new();
        let mut next = None;
        for number in 0..100_000 {
            next = Some(nodes.intern(Node { number, next }));
        }
        assert_eq!(nodes.len(), 100_000);
        drop(next);
        assert!(nodes.is_empty());
    };
    let thread = thread::Builder::new().stack_size(256 << 10).spawn(run);
    thread.unwrap().join().unwrap();
}

#[test]
fn nested_values_are_compared_by_address_and_found_again() {
    let nodes: Interner<Node> = Interner::new();
    let node = |number, next: Option<&Interned<Node>>| {
        let next = next.cloned();
        nodes.intern(Node { number, next })
    };
    let end = node(0, None);
    let (one, two) = (node(1, Some(&end)), node(1, Some(&end)));
    assert!(Interned::ptr_eq(&one, &two));
    assert_eq!(nodes.len(), 2);
}

#[test]
fn a_value_is_not_hashed_at_its_death() {
    static HASHED: AtomicUsize = AtomicUsize::new(0);
    #[derive(PartialEq, Eq)]
    struct Counted(u32);
    impl Hash for Counted {
        fn hash<H: Hasher>(&self, state: &mut H) {
            HASHED.fetch_add(1, Ordering::Relaxed);
            self.0.hash(state);
        }
    }
    let interner: Interner<Counted> = Interner::new();
    let one = interner.intern(Counted(1));
    assert_eq!(HASHED.load(Ordering::Relaxed), 1);
    drop(one);
    assert_eq!(HASHED.load(Ordering::Relaxed), 1);
    assert!(interner.is_empty());
}

#[test]
fn unsized_values_are_looked_up_by_reference() {
    let names: Interner<str> = Interner::new();
    assert_eq!(names.get("a"), None);
    let name = names.intern("a");
    assert!(Interned::ptr_eq(
        &name,
        &names.intern(Box::<str>::from("a"))
    ));
    assert!(Interned::ptr_eq(&name, &names.intern("a".to_owned())));
    let numbers: Interner<[u32]> = Interner::new();
    let some = numbers.intern(vec![1, 2]);
    assert_eq!(numbers.get(&[1, 2][..]), Some(some));
}

#[test]
#[allow(clippy::mutable_key_type)] // who watches is no part of the hash
fn the_order_is_that_of_values_and_the_hash_that_of_addresses() {
    let names: Interner<str> = Interner::new();
    let mut all = ["c", "a", "b"].map(|it| names.intern(it));
    let set: HashSet<Interned<str>> = all.iter().cloned().collect();
    assert!(set.contains(&names.intern("b")));
    all.sort();
    assert_eq!(all.each_ref().map(|it| &**it), ["a", "b", "c"]);
    assert_eq!(format!("{} {:?}", all[0], all[1]), r#"a "b""#);
}

#[test]
fn an_interned_object_can_be_watched() {
    let names: Interner<str> = Interner::new();
    let name = names.intern("a");
    let weak = WeakRef::new(Interned::as_strong(&name));
    let other: Strong<str> = weak.upgrade().unwrap();
    drop(name);
    assert_eq!(names.len(), 1, "the strong reference keeps it");
    drop(other);
    assert!(names.is_empty() && !weak.is_alive());
}

#[test]
fn a_drop_may_intern() {
    struct Interns(u32, Interner<Interns>);
    impl PartialEq for Interns {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Interns {}
    impl Hash for Interns {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }
    impl Drop for Interns {
        fn drop(&mut self) {
            if self.0 > 0 {
                drop(self.1.intern(Interns(self.0 - 1, self.1.clone())));
            }
        }
    }
    let interner: Interner<Interns> = Interner::new();
    drop(interner.intern(Interns(100, interner.clone())));
    assert!(interner.is_empty());
}

#[test]
fn threads_agree_on_the_object() {
    let interner: Interner<u64> = Interner::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for round in 0..2_000 {
                    let one = interner.intern(round % 7);
                    let two = interner.intern(round % 7);
                    assert!(Interned::ptr_eq(&one, &two));
                }
            });
        }
    });
    assert!(interner.is_empty());
}

#[test]
fn what_was_made_may_be_another_value_than_was_asked_for() {
    let names: Interner<String> = Interner::new();
    let kept = names.intern_with("a", |_| "b".to_owned());
    assert_eq!(names.get("a"), None);
    assert_eq!(names.get("b"), Some(kept));
}

#[test]
fn what_has_no_size_is_interned_without_a_box() {
    let names: Interner<str> = Interner::new();
    let name = names.intern("William");
    let owner: &Strong<str> = Interned::as_strong(&name);
    assert_eq!(&**owner, "William");
    assert_eq!(names.intern(String::from("William")), name);
    assert_eq!(names.intern(Box::<str>::from("William")), name);
    assert_eq!(names.intern(std::borrow::Cow::from("William")), name);
    assert_eq!(
        names.intern_with("William", |_| -> &str { unreachable!() }),
        name
    );
    let numbers: Interner<[u32]> = Interner::new();
    assert_eq!(numbers.intern([1, 2]), numbers.intern(vec![1, 2]));
}
