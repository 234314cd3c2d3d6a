//! All contenders, with what they are called.

/// Those of one kind do the same: their kind, their name and `$bench` of their type.
macro_rules! contenders {
    ($bench:ident) => {{
        use $crate::contenders::{Locked, by_hand, weak_table, weakly};
        [
            ("weak values", "weakly", $bench::<weakly::Values>),
            ("weak values", "weak-table", $bench::<weak_table::Values>),
            (
                "weak values",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::Values>>,
            ),
            (
                "weak values",
                "hashbrown by hand",
                $bench::<by_hand::Hashed>,
            ),
            (
                "weak values",
                "indexmap by hand in a Mutex",
                $bench::<Locked<by_hand::Ordered>>,
            ),
            (
                "weak values",
                "indexmap by hand in a Mutex, large owners",
                $bench::<Locked<by_hand::OrderedRoomy>>,
            ),
            ("weak keys", "weakly", $bench::<weakly::Keys>),
            ("weak keys", "weak-table", $bench::<weak_table::Keys>),
            (
                "weak keys",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::Keys>>,
            ),
            ("weak set", "weakly", $bench::<weakly::Items>),
            ("weak set", "weak-table", $bench::<weak_table::Items>),
            (
                "weak set",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::Items>>,
            ),
            ("weak set by identity", "weakly", $bench::<weakly::Objects>),
            (
                "weak set by identity",
                "weak-table",
                $bench::<weak_table::Objects>,
            ),
            (
                "weak set by identity",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::Objects>>,
            ),
        ]
    }};
}

pub(crate) use contenders;
