//! Random scripts of operations, on the table and the containers and on naive models of them at once.
//!
//! A script is a string of bytes, so that the fuzzer in `fuzz/` can run the same. proptest prints the
//! script that failed, made as short as it can be, and remembers its seed in a file beside this one.

#![allow(clippy::duplicate_mod)] // each family has containers of its own

#[path = "harness"]
#[allow(unreachable_pub)]
mod shared {
    pub mod containers;
    mod family {
        pub use weakly::{Strong, WeakKeyMap, WeakKeyValueMap, WeakRef, WeakSet, WeakValueMap};
    }
}
#[path = "harness"]
#[allow(unreachable_pub)]
mod local {
    pub mod containers;
    mod family {
        pub use weakly::local::{
            Strong, WeakKeyMap, WeakKeyValueMap, WeakRef, WeakSet, WeakValueMap,
        };
    }
}
#[path = "harness/table.rs"]
#[allow(dead_code, unreachable_pub)]
mod table;

use proptest::prelude::*;

fn script() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_table_does_what_its_model_does(script in script()) {
        table::run(&script);
    }

    #[test]
    fn the_containers_do_what_their_models_do(script in script()) {
        shared::containers::run(&script);
    }

    #[test]
    fn the_containers_of_one_thread_do_what_their_models_do(script in script()) {
        local::containers::run(&script);
    }
}
