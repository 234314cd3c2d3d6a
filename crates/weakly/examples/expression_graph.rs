//! Ported: a graph of expressions in which equal parts are one node (hash-consing).
//!
//! A sum of a million terms contains all shorter ones. Before, nodes are numbers in an arena: cheap to
//! compare, but none is ever forgotten, as a number cannot tell that nobody has it any more. (With an
//! `Arc` to each part instead, dropping the sum overflows the stack.) After, nodes are interned: compared
//! by address, and gone with the last user, however deep.
//!
//! ```text
//! before: 1000002 nodes, 1000002 when nobody uses them
//! after: 1000002 nodes, 0 when nobody uses them
//! ```
#![allow(clippy::print_stdout)]

const TERMS: u32 = 1_000_000;

mod before {
    use std::collections::HashMap;

    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    pub(super) struct Expr(u32);

    #[derive(Clone, PartialEq, Eq, Hash)]
    enum Node {
        Variable(&'static str),
        Number(i64),
        Sum(Expr, Expr),
    }

    #[derive(Default)]
    pub(super) struct Graph {
        nodes: Vec<Node>,
        numbers: HashMap<Node, Expr>,
    }

    impl Graph {
        fn node(&mut self, node: Node) -> Expr {
            let next = Expr(self.nodes.len().try_into().expect("not so many nodes"));
            *self.numbers.entry(node).or_insert_with_key(|node| {
                self.nodes.push(node.clone());
                next
            })
        }

        pub(super) fn sum_of(&mut self, terms: u32) -> Expr {
            let variable = self.node(Node::Variable("x"));
            let zero = self.node(Node::Number(0));
            (0..terms).fold(zero, |sum, _| self.node(Node::Sum(sum, variable)))
        }

        pub(super) fn len(&self) -> usize {
            self.nodes.len()
        }
    }
}

mod after {
    use weakly::{Interned, Interner};

    pub(super) type Expr = Interned<Node>;

    #[derive(PartialEq, Eq, Hash)]
    pub(super) enum Node {
        Variable(&'static str),
        Number(i64),
        Sum(Expr, Expr),
    }

    #[derive(Default)]
    pub(super) struct Graph {
        nodes: Interner<Node>,
    }

    impl Graph {
        pub(super) fn sum_of(&self, terms: u32) -> Expr {
            let variable = self.nodes.intern(Node::Variable("x"));
            let zero = self.nodes.intern(Node::Number(0));
            let add = |sum, _| self.nodes.intern(Node::Sum(sum, variable.clone()));
            (0..terms).fold(zero, add)
        }

        pub(super) fn len(&self) -> usize {
            self.nodes.len()
        }
    }
}

fn main() {
    let mut graph = before::Graph::default();
    graph.sum_of(TERMS);
    graph.sum_of(TERMS / 10); // finds all its nodes
    let nodes = graph.len();
    println!(
        "before: {nodes} nodes, {} when nobody uses them",
        graph.len()
    );

    let graph = after::Graph::default();
    let sum = graph.sum_of(TERMS);
    graph.sum_of(TERMS / 10);
    let nodes = graph.len();
    drop(sum);
    println!(
        "after: {nodes} nodes, {} when nobody uses them",
        graph.len()
    );
}
