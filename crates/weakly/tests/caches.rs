//! Caches that keep alive what was used last, or nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use weakly::{Strong, WeakCache, WeakCallable, WeakMemo, WeakRef, coerce};

#[test]
fn the_last_used_are_held_and_others_found_while_they_live() {
    let cache = WeakCache::new(2);
    let one = Strong::new(1);
    cache.insert("a", &one);
    cache.insert("b", &Strong::new(2));
    cache.insert("c", &Strong::new(3)); // "a" leaves
    assert!(cache.contains_key("a"), "we hold it");
    cache.get("b"); // "c" is the older one now
    cache.insert("d", &Strong::new(4));
    assert!(cache.contains_key("b") && !cache.contains_key("c"));
    drop(one);
    assert!(!cache.contains_key("a"));
    let info = cache.cache_info();
    assert_eq!((info.alive, info.held, info.maxsize), (2, 2, 2));
    assert_eq!((info.hits, info.misses), (1, 0));
}

#[test]
fn what_leaves_is_dropped_without_the_lock() {
    struct Asks(u32, WeakCache<u32, Asks>);
    impl Drop for Asks {
        fn drop(&mut self) {
            self.1.get(&self.0);
            self.1.cache_info();
        }
    }
    let cache: WeakCache<u32, Asks> = WeakCache::new(1);
    for number in 0..5 {
        cache.insert(number, &Strong::new(Asks(number, cache.clone())));
    }
    assert_eq!(cache.len(), 1);
    cache.clear();
    assert!(cache.is_empty());
}

#[test]
fn a_cache_of_nothing_holds_nobody() {
    let cache = WeakCache::new(0);
    drop(cache.get_or_insert_with(1, || Strong::new("a")));
    assert!(cache.is_empty());
    let kept = cache.get_or_insert_with(1, || Strong::new("b"));
    assert_eq!(cache.get(&1), Some(kept));
    assert_eq!(cache.cache_info().misses, 2);
}

#[test]
fn an_object_that_is_removed_or_replaced_is_not_held() {
    let cache = WeakCache::new(10);
    let old = Strong::new(1);
    let weak = WeakRef::new(&old);
    cache.insert("a", &old);
    drop(old);
    drop(cache.insert("a", &Strong::new(2)));
    assert!(!weak.is_alive());
    drop(cache.remove("a"));
    assert!(cache.is_empty());
    assert_eq!(cache.cache_info().held, 0);
}

#[test]
fn results_are_told_apart_by_object_and_arguments() {
    let memo = WeakMemo::new();
    let calls = AtomicUsize::new(0);
    let [one, equal] = [1, 1].map(Strong::new);
    let add = |object: &Strong<i32>, n: i32| {
        memo.call(object, n, |object, n| {
            calls.fetch_add(1, Ordering::Relaxed);
            object + n
        })
    };
    assert_eq!(
        [add(&one, 1), add(&one, 1), add(&one, 2), add(&equal, 1)],
        [2, 2, 3, 2]
    );
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    drop(one);
    assert_eq!(memo.len(), 1);
    assert!(memo.evict(&equal) && memo.is_empty());
}

#[test]
fn a_memo_may_be_recursive() {
    let memo: WeakMemo<(), u64, u64> = WeakMemo::new();
    fn fibonacci(memo: &WeakMemo<(), u64, u64>, owner: &Strong<()>, n: u64) -> u64 {
        memo.call(owner, n, |(), n| match n {
            0 | 1 => *n,
            _ => fibonacci(memo, owner, n - 1) + fibonacci(memo, owner, n - 2),
        })
    }
    assert_eq!(
        fibonacci(&memo, &Strong::new(()), 80),
        23_416_728_348_467_685
    );
}

#[test]
fn callables_of_several_kinds_stand_in_one_list() {
    let name = Strong::new(String::from("ab"));
    let add: Strong<dyn Fn(usize) -> usize + Send + Sync> = coerce!(Strong::new(|n| n + 1));
    let mut list: Vec<WeakCallable<(usize,), usize>> = vec![
        WeakCallable::new(&add),
        WeakCallable::method(&name, |name: &String, n: usize| name.len() * n),
        WeakCallable::new(&add).track(&name),
    ];
    let third = list[2].clone();
    let call_all = |list: &[WeakCallable<_, _>]| -> Vec<Option<usize>> {
        list.iter().map(|it| it.call((5,))).collect()
    };
    assert_eq!(call_all(&list), [Some(6), Some(10), Some(6)]);
    drop(name);
    assert_eq!(call_all(&list), [Some(6), None, None]);
    list.retain(|it| *it != third);
    assert_eq!(list.len(), 2, "a clone finds it, to disconnect it");
}

#[test]
fn what_a_callable_needs_lives_while_it_is_called() {
    let object = Strong::new(1);
    let weak = WeakRef::new(&object);
    let slot = std::sync::Mutex::new(Some(object));
    let object = slot.lock().unwrap().clone().unwrap();
    let calls = WeakCallable::method(&object, move |_: &i32| {
        slot.lock().unwrap().take();
        weak.is_alive()
    });
    drop(object);
    assert_eq!(calls.call(()), Some(true));
    assert!(!calls.is_alive());
}
