//! Ported: a cache that finds what is in use, and keeps what was used last.
//!
//! Before, a map of `Weak`s finds what anybody has, and a queue of `Arc`s keeps the last ones: two things
//! to keep in step, a queue that is searched at each use, and dead entries that are swept. After, it
//! is one type, in which each use takes O(1).
//!
//! ```text
//! before: loaded 4 times, a.png was found: true, entries: 4
//! after: loaded 4 times, a.png was found: true, entries: 2
//! ```
#![allow(clippy::print_stdout)]

use std::cell::Cell;

/// How many images are kept although nobody uses them.
const KEPT: usize = 2;

struct Image {
    path: String,
}

mod before {
    use std::collections::{HashMap, VecDeque};
    use std::sync::{Arc, Mutex, Weak};

    use super::{Image, KEPT};

    #[derive(Default)]
    struct Parts {
        by_path: HashMap<String, Weak<Image>>,
        recent: VecDeque<Arc<Image>>,
    }

    #[derive(Default)]
    pub(super) struct Cache {
        parts: Mutex<Parts>,
    }

    impl Cache {
        pub(super) fn get(&self, path: &str, load: impl FnOnce() -> Image) -> Arc<Image> {
            let mut parts = self.parts.lock().unwrap();
            let Parts { by_path, recent } = &mut *parts;
            let found = by_path.get(path).and_then(Weak::upgrade);
            // Under the lock: who loads another image waits, and loading must not use the cache.
            let image = found.unwrap_or_else(|| Arc::new(load()));
            by_path.insert(path.to_owned(), Arc::downgrade(&image));
            recent.retain(|other| !Arc::ptr_eq(other, &image));
            recent.push_front(Arc::clone(&image));
            recent.truncate(KEPT);
            if by_path.len() > 100 {
                by_path.retain(|_, image| image.strong_count() > 0);
            }
            image
        }

        pub(super) fn len(&self) -> usize {
            self.parts.lock().unwrap().by_path.len()
        }
    }
}

mod after {
    use weakly::{Strong, WeakCache};

    use super::{Image, KEPT};

    pub(super) struct Cache {
        images: WeakCache<String, Image>,
    }

    impl Default for Cache {
        fn default() -> Self {
            let images = WeakCache::new(KEPT);
            Self { images }
        }
    }

    impl Cache {
        pub(super) fn get(&self, path: &str, load: impl FnOnce() -> Image) -> Strong<Image> {
            let make = || Strong::new(load());
            self.images.get_or_insert_with(path.to_owned(), make)
        }

        pub(super) fn len(&self) -> usize {
            self.images.len()
        }
    }
}

/// Looks at four images, the first of which stays in use.
fn use_cache<I>(
    name: &str,
    get: impl Fn(&str) -> I,
    path_of: impl Fn(&I) -> &str,
    len: impl Fn() -> usize,
    loads: &Cell<u32>,
) {
    let used = get("a.png");
    for path in ["b.png", "c.png", "d.png"] {
        get(path);
    }
    let before = loads.get();
    let found = get("a.png");
    assert_eq!(path_of(&found), path_of(&used));
    println!(
        "{name}: loaded {} times, a.png was found: {}, entries: {}",
        loads.get(),
        loads.get() == before,
        len()
    );
}

fn main() {
    let loads = Cell::new(0);
    let load = |path: &str| {
        loads.set(loads.get() + 1);
        let path = path.to_owned();
        Image { path }
    };
    let cache = before::Cache::default();
    let get = |path: &str| cache.get(path, || load(path));
    use_cache("before", get, |image| &image.path, || cache.len(), &loads);

    loads.set(0);
    let cache = after::Cache::default();
    let get = |path: &str| cache.get(path, || load(path));
    use_cache("after", get, |image| &image.path, || cache.len(), &loads);
}
