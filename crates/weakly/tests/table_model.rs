//! Random scripts on the table and on a naive model of it. proptest prints the shortest script that
//! failed.

#[path = "harness/table.rs"]
#[allow(dead_code, unreachable_pub)]
mod harness;

use harness::{Op, World};
use proptest::prelude::*;

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        10 => (0u8..20).prop_map(Op::Insert),
        7 => any::<usize>().prop_map(Op::Remove),
        3 => (0u8..20).prop_map(Op::Find),
        1 => any::<usize>().prop_map(Op::Replace),
        1 => (0..100_usize).prop_map(Op::Take),
        1 => (0..20_u8).prop_map(Op::Exchange),
        1 => (0usize..40).prop_map(Op::Reserve),
        1 => Just(Op::Shrink),
        2 => Just(Op::Start),
        6 => (0usize..4).prop_map(Op::Step),
        1 => (0usize..4).prop_map(Op::Release),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn the_table_does_what_its_model_does(script in prop::collection::vec(op(), 1..150)) {
        let mut world = World::default();
        for op in &script {
            world.run(op);
        }
    }
}
