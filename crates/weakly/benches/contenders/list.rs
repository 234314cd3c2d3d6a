//! All contenders, with what they are called.

/// Those of one kind do the same: their kind, their name and `$bench` of their type.
macro_rules! contenders {
    ($bench:ident) => {{
        use $crate::contenders::{Locked, by_hand, interners, weak_table, weakly};
        [
            ("values", "weakly", $bench::<weakly::Values>),
            ("values", "weak-table", $bench::<weak_table::Values>),
            (
                "values",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::Values>>,
            ),
            ("values", "HashMap by hand", $bench::<by_hand::Hashed>),
            (
                "values",
                "HashMap by hand in a Mutex",
                $bench::<Locked<by_hand::Hashed>>,
            ),
            (
                "values",
                "indexmap by hand in a Mutex",
                $bench::<Locked<by_hand::Ordered>>,
            ),
            ("keys", "weakly", $bench::<weakly::Keys>),
            ("keys", "weak-table", $bench::<weak_table::Keys>),
            (
                "keys",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::Keys>>,
            ),
            ("set", "weakly", $bench::<weakly::Items>),
            ("set", "weak-table", $bench::<weak_table::Items>),
            (
                "set",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::Items>>,
            ),
            ("set by identity", "weakly", $bench::<weakly::Objects>),
            (
                "set by identity",
                "weak-table",
                $bench::<weak_table::Objects>,
            ),
            (
                "set by identity",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::Objects>>,
            ),
            ("interner", "weakly", $bench::<interners::Weakly>),
            ("interner", "internment", $bench::<interners::Internment>),
            ("interner", "arc-interner", $bench::<interners::ArcInterner>),
            ("interner", "hashconsing", $bench::<interners::HashConsing>),
        ]
    }};
}

pub(crate) use contenders;
