//! The names of the attributes and methods that objects are asked for.
//!
//! PyO3 makes an interned name where it is first used, and panics if there is no memory for it. So
//! all of them are made when the module is imported.

#![allow(non_snake_case, reason = "the functions are called as what they name")]

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

macro_rules! names {
    ($($name:ident: $text:literal),* $(,)?) => {
        $(pub fn $name(py: Python<'_>) -> &Bound<'_, PyString> {
            intern!(py, $text)
        })*

        /// Makes all names.
        pub(crate) fn make_all(py: Python<'_>) {
            $($name(py);)*
            // On some interpreters it asks for `__name__`, which PyO3 interns.
            let _ = py.get_type::<PyString>().name();
        }
    };
}

names! {
    dict: "__dict__",
    func: "__func__",
    get: "__get__",
    iand: "__iand__",
    isub: "__isub__",
    ixor: "__ixor__",
    getstate: "__getstate__",
    missing: "__missing__",
    newobj: "__newobj__",
    reduce: "__reduce__",
    self_: "__self__",
    setstate: "__setstate__",
    exitfunc: "_exitfunc",
    reconstruct: "_reconstruct",
    acquire: "acquire",
    add: "add",
    callbacks: "callbacks",
    allocate_lock: "allocate_lock",
    chain: "chain",
    collect: "collect",
    contains: "contains",
    copy: "copy",
    daemon: "daemon",
    data: "data",
    deepcopy: "deepcopy",
    difference_update: "difference_update",
    disable: "disable",
    do_nothing: "lambda: None",
    generator: "lambda items: (item for item in items)",
    enable: "enable",
    ephemeron: "ephemeron",
    Empty: "Empty",
    eval: "eval",
    exec: "exec",
    excepthook: "excepthook",
    generation: "generation",
    get_debug: "get_debug",
    get_freeze_count: "get_freeze_count",
    get_objects: "get_objects",
    getweakrefs: "getweakrefs",
    intersection: "intersection",
    is_finalizing: "is_finalizing",
    isenabled: "isenabled",
    items: "items",
    keys: "keys",
    Mapping: "Mapping",
    name: "name",
    namedtuple: "namedtuple",
    partial: "partial",
    poll: "poll",
    POLLIN: "POLLIN",
    popitem: "popitem",
    register: "register",
    release: "release",
    sort: "sort",
    start: "start",
    symmetric_difference_update: "symmetric_difference_update",
    target: "target",
    Thread: "Thread",
    update: "update",
    wait: "wait",
}
