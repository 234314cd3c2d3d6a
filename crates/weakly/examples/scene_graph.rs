//! Ported: a scene whose nodes know their parents, and which are selected.
//!
//! A node owns its children and refers to its parent weakly. Before, the selection is a list of `Weak`s:
//! who counts or draws it must look past the dead ones, and someone must sweep. After, it is a set that
//! a node leaves when it is removed from the scene; it finds nodes by identity, so they need no `Hash`.
//!
//! ```text
//! before: /car/wheel is selected, 2 in all; without the car 0 of 2 are left
//! after: /car/wheel is selected, 2 in all; without the car 0 of 0 are left
//! ```
#![allow(clippy::print_stdout)]

mod before {
    use std::cell::RefCell;
    use std::rc::{Rc, Weak};

    pub(super) struct Node {
        name: &'static str,
        parent: Weak<Node>,
        pub(super) children: RefCell<Vec<Rc<Node>>>,
    }

    impl Node {
        pub(super) fn new(name: &'static str, parent: Weak<Node>) -> Rc<Self> {
            let children = RefCell::default();
            let node = Rc::new(Self {
                name,
                parent,
                children,
            });
            if let Some(parent) = node.parent.upgrade() {
                parent.children.borrow_mut().push(Rc::clone(&node));
            }
            node
        }

        pub(super) fn path(&self) -> String {
            let above = self.parent.upgrade().map(|parent| parent.path() + "/");
            above.unwrap_or_default() + self.name
        }
    }

    #[derive(Default)]
    pub(super) struct Selection {
        nodes: RefCell<Vec<Weak<Node>>>,
    }

    impl Selection {
        pub(super) fn add(&self, node: &Rc<Node>) {
            let mut nodes = self.nodes.borrow_mut();
            if !nodes
                .iter()
                .any(|other| std::ptr::eq(other.as_ptr(), &**node))
            {
                nodes.push(Rc::downgrade(node));
            }
        }

        pub(super) fn living(&self) -> Vec<Rc<Node>> {
            self.nodes
                .borrow()
                .iter()
                .filter_map(Weak::upgrade)
                .collect()
        }

        pub(super) fn len(&self) -> usize {
            self.nodes.borrow().len()
        }
    }
}

mod after {
    use std::cell::RefCell;

    use weakly::ByIdentity;
    use weakly::local::{Strong, WeakRef, WeakSet};

    pub(super) struct Node {
        name: &'static str,
        parent: WeakRef<Node>,
        pub(super) children: RefCell<Vec<Strong<Node>>>,
    }

    impl Node {
        pub(super) fn new(name: &'static str, parent: WeakRef<Node>) -> Strong<Self> {
            let children = RefCell::default();
            let node = Strong::new(Self {
                name,
                parent,
                children,
            });
            if let Some(parent) = node.parent.upgrade() {
                parent.children.borrow_mut().push(node.clone());
            }
            node
        }

        pub(super) fn path(&self) -> String {
            let above = self.parent.upgrade().map(|parent| parent.path() + "/");
            above.unwrap_or_default() + self.name
        }
    }

    pub(super) type Selection = WeakSet<Node, ByIdentity>;
}

fn main() {
    let scene = before::Node::new("", std::rc::Weak::new());
    let car = before::Node::new("car", std::rc::Rc::downgrade(&scene));
    let wheel = before::Node::new("wheel", std::rc::Rc::downgrade(&car));
    let selection = before::Selection::default();
    for node in [&car, &wheel, &wheel] {
        selection.add(node);
    }
    print!(
        "before: {} is selected, {} in all",
        wheel.path(),
        selection.len()
    );
    drop((car, wheel));
    scene.children.borrow_mut().clear();
    println!(
        "; without the car {} of {} are left",
        selection.living().len(),
        selection.len()
    );

    let scene = after::Node::new("", weakly::local::WeakRef::dead());
    let car = after::Node::new("car", weakly::local::Strong::downgrade(&scene));
    let wheel = after::Node::new("wheel", weakly::local::Strong::downgrade(&car));
    let selection = after::Selection::default();
    for node in [&car, &wheel, &wheel] {
        selection.insert(node);
    }
    print!(
        "after: {} is selected, {} in all",
        wheel.path(),
        selection.len()
    );
    drop((car, wheel));
    scene.children.borrow_mut().clear();
    println!(
        "; without the car {} of {} are left",
        selection.iter().count(),
        selection.len()
    );
}
