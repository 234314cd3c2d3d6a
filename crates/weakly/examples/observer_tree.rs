//! Ported: a tree of widgets that observe a theme, as in a graphical interface.
//!
//! A panel owns its widgets, and the theme tells all of them of a change, widgets of any type. Before, the
//! theme has a list of `Weak`s, which it copies and sweeps at each change, since a widget may come or go
//! while it is told. After, it has a set that looks after itself.
//!
//! ```text
//! before: 3 observers
//! label in dark
//! panel in dark closes the hint
//! still observed by 3
//! label in light
//! panel in light closes the hint
//! after: 3 observers
//! label in dark
//! panel in dark closes the hint
//! still observed by 2
//! label in light
//! panel in light closes the hint
//! ```
#![allow(clippy::print_stdout)]

mod before {
    use std::cell::RefCell;
    use std::rc::{Rc, Weak};

    pub(super) trait Observer {
        fn themed(&self, theme: &str);
    }

    #[derive(Default)]
    pub(super) struct Theme {
        observers: RefCell<Vec<Weak<dyn Observer>>>,
    }

    impl Theme {
        pub(super) fn observe(&self, observer: Rc<dyn Observer>) {
            self.observers.borrow_mut().push(Rc::downgrade(&observer));
        }

        pub(super) fn change(&self, theme: &str) {
            let sweep = |observer: &Weak<dyn Observer>| observer.strong_count() > 0;
            self.observers.borrow_mut().retain(sweep);
            let observers = self.observers.borrow().clone();
            for observer in observers.iter().filter_map(Weak::upgrade) {
                observer.themed(theme);
            }
        }

        pub(super) fn len(&self) -> usize {
            self.observers.borrow().len()
        }
    }

    pub(super) struct Label(pub(super) &'static str);

    impl Observer for Label {
        fn themed(&self, theme: &str) {
            println!("{} in {theme}", self.0);
        }
    }

    pub(super) struct Panel {
        pub(super) widgets: RefCell<Vec<Rc<dyn Observer>>>,
    }

    impl Observer for Panel {
        fn themed(&self, theme: &str) {
            println!("panel in {theme} closes the hint");
            self.widgets.borrow_mut().truncate(1);
        }
    }
}

mod after {
    use std::cell::RefCell;

    use weakly::ByIdentity;
    use weakly::local::{Strong, WeakSet, coerce};

    pub(super) trait Observer {
        fn themed(&self, theme: &str);
    }

    #[derive(Default)]
    pub(super) struct Theme {
        pub(super) observers: WeakSet<dyn Observer, ByIdentity>,
    }

    impl Theme {
        pub(super) fn change(&self, theme: &str) {
            for observer in &self.observers {
                observer.themed(theme);
            }
        }
    }

    pub(super) struct Label(pub(super) &'static str);

    impl Observer for Label {
        fn themed(&self, theme: &str) {
            println!("{} in {theme}", self.0);
        }
    }

    pub(super) struct Panel {
        pub(super) widgets: RefCell<Vec<Strong<dyn Observer>>>,
    }

    impl Observer for Panel {
        fn themed(&self, theme: &str) {
            println!("panel in {theme} closes the hint");
            self.widgets.borrow_mut().truncate(1);
        }
    }

    pub(super) fn widget<W: Observer + 'static>(widget: W) -> Strong<dyn Observer> {
        coerce!(Strong::new(widget))
    }
}

fn tour_before() {
    use std::rc::Rc;

    use before::{Label, Observer, Panel, Theme};

    let theme = Theme::default();
    let widgets: Vec<Rc<dyn Observer>> = vec![Rc::new(Label("label")), Rc::new(Label("hint"))];
    theme.observe(Rc::clone(&widgets[0]));
    let hint = Rc::clone(&widgets[1]);
    let panel: Rc<dyn Observer> = Rc::new(Panel {
        widgets: widgets.into(),
    });
    theme.observe(Rc::clone(&panel));
    theme.observe(hint);
    println!("before: {} observers", theme.len());
    theme.change("dark");
    println!("still observed by {}", theme.len());
    theme.change("light");
}

fn tour_after() {
    use after::{Label, Panel, Theme, widget};

    let theme = Theme::default();
    let widgets = vec![widget(Label("label")), widget(Label("hint"))];
    theme.observers.insert(&widgets[0]);
    let hint = widgets[1].clone();
    let panel = widget(Panel {
        widgets: widgets.into(),
    });
    theme.observers.insert(&panel);
    theme.observers.insert(hint);
    println!("after: {} observers", theme.observers.len());
    theme.change("dark");
    println!("still observed by {}", theme.observers.len());
    theme.change("light");
}

fn main() {
    tour_before();
    tour_after();
}
