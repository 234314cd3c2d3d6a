//! Owners and interned values are written as their values and read as new ones.
#![cfg(feature = "serde")]

use std::cell::Cell;

use serde::de::DeserializeSeed;
use serde::{Deserialize, Serialize};
use weakly::{Interned, Interner, Strong, WeakRef, local};

#[derive(Serialize, Deserialize)]
struct Page {
    title: Strong<str>,
    lines: Strong<[Strong<str>]>,
    visits: local::Strong<Cell<u32>>,
    next: Option<Strong<Page>>,
}

#[test]
fn an_owner_is_written_as_its_value_and_read_as_a_new_one() {
    let text = r#"{"title":"a","lines":["b","c"],"visits":3,"next":null}"#;
    let page: Strong<Page> = serde_json::from_str(text).unwrap();
    assert_eq!((&*page.title, &*page.lines[1]), ("a", "c"));
    assert_eq!(
        (page.visits.get(), Strong::strong_count(&page.lines)),
        (3, 1)
    );
    assert_eq!(serde_json::to_string(&page).unwrap(), text);

    let outer = Page {
        title: "outer".into(),
        lines: Strong::default(),
        visits: local::Strong::default(),
        next: Some(page),
    };
    let outer: Page = serde_json::from_value(serde_json::to_value(&outer).unwrap()).unwrap();
    assert_eq!(&*outer.next.unwrap().title, "a");
}

#[test]
fn one_value_of_two_owners_is_read_as_two() {
    let name = Strong::new(String::from("a"));
    let text = serde_json::to_string(&[&name, &name]).unwrap();
    let [one, two]: [Strong<String>; 2] = serde_json::from_str(&text).unwrap();
    assert_eq!(one, two);
    assert!(!Strong::ptr_eq(&one, &two));
}

#[test]
fn an_error_leaves_nothing_alive() {
    let names = Interner::<str>::new();
    let mut wrong = serde_json::Deserializer::from_str("5");
    assert!((&names).deserialize(&mut wrong).is_err());
    assert!(names.is_empty());
    assert!(serde_json::from_str::<Strong<[u8]>>("[1, 2, 300]").is_err());
}

#[test]
fn what_is_read_with_an_interner_is_the_living_object() {
    let names = Interner::<str>::new();
    let name = names.intern("William");
    let text = serde_json::to_string(&name).unwrap();
    assert_eq!(text, r#""William""#);
    let mut reader = serde_json::Deserializer::from_str(&text);
    let read = (&names).deserialize(&mut reader).unwrap();
    assert!(Interned::ptr_eq(&name, &read));

    let weak = WeakRef::new(Interned::as_strong(&name));
    drop((name, read));
    assert!(!weak.is_alive() && names.is_empty());
}
