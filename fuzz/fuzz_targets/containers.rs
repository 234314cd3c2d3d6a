//! Scripts for the containers, as bytes.
#![no_main]

mod family {
    pub(crate) use weakly::{
        Strong, WeakKeyMap, WeakKeyValueMap, WeakRef, WeakSet, WeakValueMap,
    };
}
#[path = "../../crates/weakly/tests/harness/containers.rs"]
#[allow(dead_code, unreachable_pub)]
mod harness;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| harness::run(bytes));
