//! What a `Strong` does as an owner.

use std::any::Any;
use std::cell::Cell;
use std::collections::HashMap;
use std::error::Error;
use std::fmt::Display;

use weakly::{Strong, WeakKeyMap, WeakRef, WeakSet, WeakValueMap};

#[test]
fn the_value_is_dropped_with_its_last_owner() {
    let owner = Strong::new(std::rc::Rc::new(()));
    let inside = std::rc::Rc::clone(&owner);
    let other = owner.clone();
    drop(owner);
    assert_eq!(std::rc::Rc::strong_count(&inside), 2);
    drop(other);
    assert_eq!(std::rc::Rc::strong_count(&inside), 1);
}

#[test]
fn it_is_send_and_sync_exactly_when_an_arc_is() {
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Strong<u32>>();
    is_send_and_sync::<WeakRef<u32>>();
    is_send_and_sync::<Strong<dyn Fn() + Send + Sync>>();
    static_assertions();

    /// `Ambiguous` has one implementation for types that are not `Send`, two for those that are:
    /// naming its item compiles only for the former.
    fn static_assertions() {
        trait Ambiguous<A> {
            fn is_not() {}
        }
        impl<T: ?Sized> Ambiguous<()> for T {}
        struct IsSend;
        impl<T: ?Sized + Send> Ambiguous<IsSend> for T {}
        struct IsSync;
        impl<T: ?Sized + Sync> Ambiguous<(IsSync, IsSync)> for T {}
        <Strong<Cell<u32>> as Ambiguous<_>>::is_not();
        <WeakRef<Cell<u32>> as Ambiguous<_>>::is_not();
    }
}

#[test]
fn a_value_that_is_no_static_can_be_owned_and_referred_to() {
    let text = String::from("borrowed");
    let owner = Strong::new(text.as_str());
    let weak = WeakRef::new(&owner);
    assert_eq!(weak.upgrade().as_deref(), Some(&"borrowed"));
}

#[test]
fn a_trait_object_dies_as_the_value_that_it_was_made_of() {
    let number = Strong::new(5);
    let before = WeakRef::new(&number);
    let shown = Strong::coerce::<dyn Display + Send + Sync>(number, |object| object);
    let after = WeakRef::new(&shown);
    assert_eq!(shown.to_string(), "5");
    assert_eq!(
        Strong::weak_ref_count(&shown),
        1,
        "both are the same reference"
    );
    assert!(before.is_alive() && after.is_alive());
    drop(shown);
    assert!(!before.is_alive() && !after.is_alive());
}

#[test]
#[should_panic(expected = "returns the object that it was given")]
fn a_coercion_cannot_swap_objects() {
    let other = Strong::new(6);
    let mut smuggled = None;
    let _ = Strong::coerce::<i32>(other.clone(), |object| {
        smuggled = Some(object.clone());
        object
    });
    let _ = Strong::coerce::<i32>(Strong::new(5), |_| smuggled.unwrap());
}

#[test]
fn closures_are_called_through_their_owner() {
    let factor = 3;
    let times = Strong::new(move |n: i32| n * factor);
    let times = Strong::coerce::<dyn Fn(i32) -> i32>(times, |object| object);
    assert_eq!(times(4), 12);
}

#[test]
fn arrays_become_slices() {
    let slice: Strong<[i32]> = Strong::from([1, 2, 3]);
    assert_eq!(slice.iter().sum::<i32>(), 6);
}

#[test]
fn try_unwrap_gives_the_owner_back_while_there_are_others() {
    let owner = Strong::new(String::from("a"));
    let other = owner.clone();
    let owner = Strong::try_unwrap(owner).unwrap_err();
    drop(other);
    assert_eq!(Strong::try_unwrap(owner).unwrap(), "a");
}

#[test]
fn an_unwrapped_value_is_dead_to_containers() {
    let owner = Strong::new(1);
    let set = WeakSet::from([&owner]);
    assert_eq!(Strong::try_unwrap(owner), Ok(1));
    assert_eq!(set.len(), 0);
}

#[test]
fn of_all_threads_that_take_the_value_one_gets_it() {
    for _ in 0..200 {
        let owner = Strong::new(1);
        let other = owner.clone();
        let thread = std::thread::spawn(move || Strong::into_inner(other));
        let here = Strong::into_inner(owner);
        let there = thread.join().unwrap();
        assert_eq!(here.xor(there), Some(1));
    }
}

#[test]
fn new_cyclic_gives_the_canonical_reference() {
    struct Node {
        me: WeakRef<Node>,
    }
    let node = Strong::new_cyclic(|me| Node { me: me.clone() });
    assert_eq!(Strong::weak_ref_count(&node), 1);
    assert!(WeakRef::ptr_eq(&node.me, &WeakRef::new(&node)));
    let outside = node.me.clone();
    drop(node);
    assert!(!outside.is_alive());
}

#[test]
fn the_reference_of_new_cyclic_reads_dead_until_the_value_is_there() {
    Strong::new_cyclic(|me: &WeakRef<()>| {
        assert!(me.upgrade().is_none());
        assert!(!me.is_alive());
    });
}

#[test]
fn get_mut_is_refused_while_a_container_has_the_value() {
    let mut owner = Strong::new(1);
    let set: WeakSet<i32> = WeakSet::from([&owner]);
    assert!(Strong::get_mut(&mut owner).is_none());
    set.clear();
    assert!(Strong::get_mut(&mut owner).is_some());
}

#[test]
fn make_mut_of_a_watched_value_leaves_the_watchers_behind() {
    let mut owner = Strong::new(1);
    let weak = WeakRef::new(&owner);
    *Strong::make_mut(&mut owner) = 2;
    assert_eq!(*owner, 2);
    assert!(!weak.is_alive());
}

#[test]
#[allow(clippy::mutable_key_type)] // The watchers are no part of the key.
fn it_stands_in_for_its_value() {
    let (one, two) = (Strong::new(1), Strong::new(2));
    assert!(one < two && one != two && one == Strong::new(1));
    assert_eq!(one.cmp(&two), std::cmp::Ordering::Less);
    assert_eq!(format!("{one} {one:?}"), "1 1");
    assert_eq!(format!("{one:p}"), format!("{:p}", Strong::as_ptr(&one)));
    assert_eq!(Strong::<i32>::default(), Strong::from(0));
    let mut map = HashMap::new();
    map.insert(Strong::new(String::from("key")), 1);
    assert_eq!(
        map.get(&String::from("key")),
        Some(&1),
        "found by what it borrows as"
    );
}

#[test]
fn it_is_an_error_when_its_value_is() {
    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);
    impl Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("outer")
        }
    }
    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }
    let error: Box<dyn Error> = Box::new(Strong::new(Outer("x".parse::<i32>().unwrap_err())));
    assert!(
        error
            .source()
            .unwrap()
            .to_string()
            .contains("invalid digit")
    );
}

#[test]
fn files_are_read_and_written_through_their_owners() {
    use std::io::{Read, Seek, Write};
    let path = std::env::temp_dir().join(format!("weakly-test-{}", std::process::id()));
    let options = || {
        std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
    };
    let mut file = Strong::new(options().unwrap());
    let mut text = String::new();
    file.write_all(b"text").unwrap();
    file.flush().unwrap();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(text, "text");
}

/// Both families of owners make the same of the same.
macro_rules! made_of_values_without_a_size {
    ($name:ident, $($owner:tt)+) => {
        #[test]
        fn $name() {
            let texts: [$($owner)+<str>; 5] = [
                "text".into(),
                String::from("text").into(),
                Box::<str>::from("text").into(),
                std::borrow::Cow::Borrowed("text").into(),
                "text".into(),
            ];
            assert!(texts.iter().all(|text| &**text == "text"));
            assert_eq!(&*<$($owner)+<str>>::default(), "");

            let words = || vec![String::from("a"), String::from("b")];
            let lists: [$($owner)+<[String]>; 5] = [
                words().into(),
                words().into_boxed_slice().into(),
                (&words()[..]).into(),
                words().into_iter().collect(),
                [String::from("a"), String::from("b")].into(),
            ];
            assert!(lists.iter().all(|list| **list == words()));
            assert_eq!(<$($owner)+<[String]>>::default().len(), 0);
        }
    };
}

made_of_values_without_a_size!(it_is_made_of_texts_and_lists, Strong);
made_of_values_without_a_size!(
    that_of_one_thread_is_made_of_texts_and_lists,
    weakly::local::Strong
);

#[test]
fn an_owner_of_a_text_is_watched_as_any_other() {
    let text: Strong<str> = "text".into();
    let weak = WeakRef::new(&text);
    let set = WeakSet::from([&text]);
    let (key, value) = (
        WeakKeyMap::from([(&text, 1)]),
        WeakValueMap::from([(1, &text)]),
    );
    assert_eq!(key.get("text"), Some(1));
    assert!(set.contains("text") && value.contains_key(&1));
    drop(text);
    assert!(!weak.is_alive());
    assert!(set.is_empty() && key.is_empty() && value.is_empty());
}

#[test]
fn an_owner_goes_back_to_the_type_of_its_value() {
    let number = Strong::new(5);
    let (weak, set) = (WeakRef::new(&number), WeakSet::from([&number]));
    let any: Strong<dyn Any + Send + Sync> = weakly::coerce!(number);
    let any = any.downcast::<String>().unwrap_err();
    let number = any.downcast::<i32>().unwrap();
    assert_eq!(weak.upgrade(), Some(number.clone()));
    assert!(set.contains(&5));
    drop(number);
    assert!(!weak.is_alive() && set.is_empty());
}

#[test]
fn it_is_made_of_a_box() {
    let owner: Strong<i32> = Box::new(5).into();
    assert_eq!(*owner, 5);
}

#[test]
fn an_object_is_a_word_larger_than_its_value() {
    assert_eq!(size_of::<weakly::Object<u64>>(), 16);
    assert_eq!(size_of::<weakly::Object<()>>(), 8);
}

#[test]
fn a_box_becomes_an_owner_of_what_is_in_it() {
    let number: Box<dyn Display> = Box::new(5_u64);
    let shown: Strong<dyn Display> = number.into();
    assert_eq!(shown.to_string(), "5");
    let function: Box<dyn Fn(i32) -> i32 + Send + Sync> = Box::new(|n| n + 1);
    let function: Strong<dyn Fn(i32) -> i32 + Send + Sync> = function.into();
    let weak = WeakRef::with_callback(&function, |_| ());
    assert_eq!(weak.upgrade().map(|function| function(1)), Some(2));
    drop(function);
    assert!(!weak.is_alive());

    let error: Box<dyn Error> = "text".into();
    assert_eq!(Strong::<dyn Error>::from(error).to_string(), "text");
    let value: Box<dyn Any + Send + Sync> = Box::new(String::from("text"));
    let value = Strong::<dyn Any + Send + Sync>::from(value)
        .downcast::<String>()
        .unwrap();
    assert_eq!(*value, "text");
    let local: weakly::local::Strong<dyn Display> = (Box::new("text") as Box<dyn Display>).into();
    assert_eq!(local.to_string(), "text");
}

#[test]
fn the_value_of_a_box_is_dropped_once_and_after_its_callbacks() {
    let log = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    struct Logs(std::sync::Arc<std::sync::Mutex<Vec<&'static str>>>);
    impl Drop for Logs {
        fn drop(&mut self) {
            self.0.lock().unwrap().push("value");
        }
    }
    let value: Box<dyn Any + Send + Sync> = Box::new(Logs(log.clone()));
    let owner: Strong<dyn Any + Send + Sync> = value.into();
    let callback_log = log.clone();
    let _weak = WeakRef::with_callback(&owner, move |_| {
        callback_log.lock().unwrap().push("callback");
    });
    drop(owner);
    assert_eq!(*log.lock().unwrap(), ["callback", "value"]);
}

#[test]
fn texts_and_paths_of_every_kind_become_owners() {
    use std::borrow::Cow;
    use std::ffi::{CStr, CString, OsStr, OsString};
    use std::path::{Path, PathBuf};

    assert_eq!(&*Strong::<str>::from(Cow::from("text")), "text");
    assert_eq!(&*Strong::<[i32]>::from(Cow::from(vec![1, 2])), [1, 2]);
    assert_eq!(&*Strong::<CStr>::from(c"text"), c"text");
    assert_eq!(&*Strong::<CStr>::from(CString::from(c"text")), c"text");
    assert_eq!(&*Strong::<OsStr>::from(OsStr::new("a")), "a");
    assert_eq!(&*Strong::<OsStr>::from(OsString::from("a")), "a");
    assert_eq!(&*Strong::<Path>::from(Path::new("a/b")), Path::new("a/b"));
    assert_eq!(
        &*Strong::<Path>::from(PathBuf::from("a/b")),
        Path::new("a/b")
    );
}

#[test]
fn make_mut_clones_texts_and_slices_that_others_see() {
    let mut text: Strong<str> = "text".into();
    let before = Strong::as_ptr(&text);
    Strong::make_mut(&mut text).make_ascii_uppercase();
    assert!(
        std::ptr::addr_eq(before, Strong::as_ptr(&text)),
        "nobody else saw it"
    );
    let weak = WeakRef::new(&text);
    Strong::make_mut(&mut text).make_ascii_lowercase();
    assert!(!weak.is_alive());
    assert_eq!(&*text, "text");

    let mut numbers: Strong<[i32]> = [1, 2, 3].into();
    let others = numbers.clone();
    Strong::make_mut(&mut numbers)[0] = 5;
    assert_eq!((&*numbers, &*others), (&[5, 2, 3][..], &[1, 2, 3][..]));
    let mut numbers: weakly::local::Strong<[i32]> = [1, 2, 3].into();
    let others = numbers.clone();
    weakly::local::Strong::make_mut(&mut numbers)[0] = 5;
    assert_eq!((numbers[0], others[0]), (5, 1));

    fn of_a_clone<T: Clone>(owner: &mut Strong<T>) -> &mut T {
        Strong::make_mut(owner)
    }
    let mut number = Strong::new(1);
    *of_a_clone(&mut number) += 1;
    assert_eq!(*number, 2);
}

#[test]
fn a_value_that_cannot_be_moved_is_pinned_in_a_box() {
    use std::marker::PhantomPinned;
    use std::pin::Pin;

    let pinned: Pin<Strong<Pin<Box<PhantomPinned>>>> = Strong::pin(Box::pin(PhantomPinned));
    let other = pinned.clone();
    assert!(std::ptr::eq(&raw const **pinned, &raw const **other));
    let _: Pin<&PhantomPinned> = pinned.as_ref().get_ref().as_ref();
    let local = weakly::local::Strong::pin(Box::pin(PhantomPinned));
    assert!(std::ptr::eq(&raw const **local, &raw const **local.clone()));
}
