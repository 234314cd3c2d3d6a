//! All contenders, with what they are called.

/// Those of one kind do the same: their kind, their name and `$bench` of their type.
macro_rules! contenders {
    ($bench:ident) => {{
        use $crate::contenders::{InCell, Locked, by_hand, interners, weak_table, weakly};
        [
            ("values", "weakly", $bench::<weakly::threads::Values>),
            ("values", "weakly::arc", $bench::<weakly::arc::Values>),
            ("values", "weak-table", $bench::<weak_table::arc::Values>),
            (
                "values",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::arc::Values>>,
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
            ("keys", "weakly", $bench::<weakly::threads::Keys>),
            ("keys", "weakly::arc", $bench::<weakly::arc::Keys>),
            ("keys", "weak-table", $bench::<weak_table::arc::Keys>),
            (
                "keys",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::arc::Keys>>,
            ),
            ("set", "weakly", $bench::<weakly::threads::Items>),
            ("set", "weakly::arc", $bench::<weakly::arc::Items>),
            ("set", "weak-table", $bench::<weak_table::arc::Items>),
            (
                "set",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::arc::Items>>,
            ),
            (
                "set by identity",
                "weakly",
                $bench::<weakly::threads::Objects>,
            ),
            (
                "set by identity",
                "weakly::arc",
                $bench::<weakly::arc::Objects>,
            ),
            (
                "set by identity",
                "weak-table",
                $bench::<weak_table::arc::Objects>,
            ),
            (
                "set by identity",
                "weak-table in a Mutex",
                $bench::<Locked<weak_table::arc::Objects>>,
            ),
            (
                "values of one thread",
                "weakly::local",
                $bench::<weakly::local::Values>,
            ),
            (
                "values of one thread",
                "weakly::rc",
                $bench::<weakly::rc::Values>,
            ),
            (
                "values of one thread",
                "weak-table in a RefCell",
                $bench::<InCell<weak_table::rc::Values>>,
            ),
            (
                "keys of one thread",
                "weakly::local",
                $bench::<weakly::local::Keys>,
            ),
            (
                "keys of one thread",
                "weakly::rc",
                $bench::<weakly::rc::Keys>,
            ),
            (
                "keys of one thread",
                "weak-table in a RefCell",
                $bench::<InCell<weak_table::rc::Keys>>,
            ),
            (
                "set of one thread",
                "weakly::local",
                $bench::<weakly::local::Items>,
            ),
            (
                "set of one thread",
                "weakly::rc",
                $bench::<weakly::rc::Items>,
            ),
            (
                "set of one thread",
                "weak-table in a RefCell",
                $bench::<InCell<weak_table::rc::Items>>,
            ),
            (
                "set by identity of one thread",
                "weakly::local",
                $bench::<weakly::local::Objects>,
            ),
            (
                "set by identity of one thread",
                "weakly::rc",
                $bench::<weakly::rc::Objects>,
            ),
            (
                "set by identity of one thread",
                "weak-table in a RefCell",
                $bench::<InCell<weak_table::rc::Objects>>,
            ),
            ("interner", "weakly", $bench::<interners::Weakly>),
            ("interner", "internment", $bench::<interners::Internment>),
            ("interner", "arc-interner", $bench::<interners::ArcInterner>),
            ("interner", "hashconsing", $bench::<interners::HashConsing>),
        ]
    }};
}

pub(crate) use contenders;
