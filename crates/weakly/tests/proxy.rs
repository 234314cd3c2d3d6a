//! Proxies, callable or not.

mod common;

use common::Log;
use weakly::{
    CallableProxy, Proxy, Reference, ReferenceError, ReferenceKind, Strong, WeakMethod, WeakRef,
};

struct Employee {
    name: &'static str,
}

type Addition = dyn Fn(f64, f64) -> f64;

fn addition() -> Strong<Addition> {
    Strong::coerce::<Addition>(Strong::new(|a: f64, b: f64| a + b), |object| object)
}

#[test]
fn a_dead_one_gives_the_error() {
    let owner = Strong::new(Employee { name: "William" });
    let proxy = Proxy::new(&owner);
    assert_eq!(proxy.with(|employee| employee.name), Ok("William"));
    assert_eq!(proxy.upgrade().map(|employee| employee.name), Ok("William"));
    drop(owner);
    assert!(!proxy.is_alive());
    assert_eq!(proxy.with(|employee| employee.name), Err(ReferenceError));
    assert!(proxy.upgrade().is_err());
}

#[test]
fn the_error_is_an_error() {
    let error: Box<dyn std::error::Error> = ReferenceError.into();
    assert_eq!(
        error.to_string(),
        "weakly-referenced object no longer exists"
    );
}

#[test]
fn without_callback_it_is_the_canonical_reference() {
    let owner = Strong::new(1);
    let proxies = [Proxy::new(&owner), Proxy::new(&owner)];
    assert!(WeakRef::ptr_eq(
        proxies[0].as_weak_ref(),
        proxies[1].as_weak_ref()
    ));
    assert_eq!(Strong::weak_ref_count(&owner), 1);
}

#[test]
fn its_callback_gets_the_dead_proxy() {
    let log = Log::new();
    let owner = Strong::new(1);
    let proxies = ["first", "second"].map(|name| {
        let log = log.clone();
        Proxy::with_callback(&owner, move |dead| log.write((name, dead.upgrade())))
    });
    drop(owner);
    assert_eq!(
        log.take(),
        [
            ("second", Err(ReferenceError)),
            ("first", Err(ReferenceError))
        ]
    );
    drop(proxies);
}

#[test]
fn arithmetic_is_forwarded() {
    let owner = Strong::new(12);
    let proxy = Proxy::new(&owner);
    let results = [
        &proxy + 5,
        &proxy - 5,
        &proxy * 5,
        &proxy / 5,
        &proxy % 5,
        &proxy & 5,
        &proxy | 5,
        &proxy ^ 5,
        &proxy << 2,
        &proxy >> 2,
        -&proxy,
        !&proxy,
    ];
    assert_eq!(
        results,
        [17, 7, 60, 2, 2, 4, 13, 9, 48, 3, -12, -13].map(Ok)
    );
    drop(owner);
    assert_eq!([&proxy + 1, -&proxy], [Err(ReferenceError); 2]);
}

#[test]
fn comparison_is_forwarded_and_false_for_the_dead() {
    let (one, two) = (Strong::new(1), Strong::new(2));
    let (a, b) = (Proxy::new(&one), Proxy::new(&two));
    assert!(a == a.clone() && a != b && a < b);
    assert!(a == 1 && a < 2 && b > 1);
    drop(one);
    assert!(a != a.clone() && a != 1);
    assert!(a.partial_cmp(&b).is_none() && a.partial_cmp(&1).is_none());
}

#[test]
fn display_is_forwarded_and_fails_for_the_dead() {
    use std::fmt::Write;
    let owner = Strong::new(12);
    let proxy = Proxy::new(&owner);
    assert_eq!(
        format!("{proxy:>5}|{proxy:x}|{proxy:#b}|{proxy:e}"),
        "   12|c|0b1100|1.2e1"
    );
    drop(owner);
    assert!(write!(String::new(), "{proxy}").is_err());
}

#[test]
fn it_prints_as_in_python() {
    let owner = Strong::new(Employee { name: "" });
    let proxy = Proxy::new(&owner);
    let text = format!("{proxy:?}");
    assert!(text.starts_with("<weakproxy at 0x"), "{text}");
    assert!(
        text.ends_with(&format!("; to 'Employee' at {owner:p}>")),
        "{text}"
    );
    drop(owner);
    let text = format!("{proxy:?}");
    assert!(
        text.starts_with("<weakproxy at 0x") && text.ends_with("; dead>"),
        "{text}"
    );
}

#[test]
fn functions_are_called_through_their_proxy() {
    let owner = addition();
    let proxy = CallableProxy::new(&owner);
    assert_eq!(proxy.call((10.0, 20.0)), Ok(30.0));
    drop(owner);
    assert_eq!(proxy.call((10.0, 20.0)), Err(ReferenceError));
}

#[test]
fn a_function_lives_while_it_runs() {
    let slot = std::rc::Rc::new(std::cell::RefCell::new(None));
    let inside = slot.clone();
    let captured = Strong::new(5);
    let suicide = move || {
        inside.borrow_mut().take();
        *captured
    };
    let owner = Strong::coerce::<dyn Fn() -> i32>(Strong::new(suicide), |object| object);
    let proxy = CallableProxy::new(&owner);
    *slot.borrow_mut() = Some(owner);
    assert_eq!(proxy.call(()), Ok(5));
    assert_eq!(proxy.call(()), Err(ReferenceError));
}

#[test]
fn functions_of_every_kind_are_called() {
    fn add(a: i32, b: i32, c: i32) -> i32 {
        a + b + c
    }
    let pointer: Strong<fn(i32, i32, i32) -> i32> = Strong::new(add);
    assert_eq!(CallableProxy::new(&pointer).call((1, 2, 3)), Ok(6));
    type Shared = dyn Fn(i32) -> i32 + Send + Sync;
    let shared = Strong::coerce::<Shared>(Strong::new(|n| n + 1), |object| object);
    let log = Log::new();
    let writer = log.clone();
    let proxy = CallableProxy::with_callback(&shared, move |dead| writer.write(dead.call((1,))));
    assert_eq!(proxy.call((1,)), Ok(2));
    drop(shared);
    assert_eq!(log.take(), [Err(ReferenceError)]);
}

#[test]
fn each_reference_says_what_it_is() {
    let number = Strong::new(1);
    let function = addition();
    let references: [&dyn Reference; 4] = [
        &WeakRef::new(&number),
        &Proxy::new(&number),
        &CallableProxy::new(&function),
        &WeakMethod::new(&number, |n: &i32| *n),
    ];
    let kinds = references.map(Reference::kind);
    use ReferenceKind::{CallableProxy as Callable, Method, Proxy as Plain, Ref};
    assert_eq!(kinds, [Ref, Plain, Callable, Method]);
    assert_eq!(
        references.map(Reference::is_proxy),
        [false, true, true, false]
    );
    assert_eq!(
        references.map(Reference::is_callable_proxy),
        [false, false, true, false]
    );
    assert!(references.iter().all(|it| it.is_alive()));
    drop((number, function));
    assert!(!references.iter().any(|it| it.is_alive()));
}
