//! Ported: a pool of GPU resources, such as that of wgpu-core.
//!
//! Equal descriptions share a layout, which is made once and leaves with its last user. Before, a layout
//! takes itself out of the pool when it is dropped, and who asks in between goes round until it has.
//! After, the map does both. A constructor may fail, too: then the next one who asks calls its own.
//!
//! ```text
//! before: 4 users, 1 layout made, 1 in the pool, 0 when they are done
//! after: 4 users, 1 layout made, 1 in the pool, 0 when they are done
//! ```
#![allow(clippy::print_stdout)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What a layout is made of, and found by.
type Bindings = Vec<u32>;

static MADE: AtomicUsize = AtomicUsize::new(0);

mod before {
    use std::collections::HashMap;
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, Mutex, OnceLock, Weak};
    use std::thread;

    use super::{Bindings, MADE};

    pub(super) struct Layout {
        bindings: Bindings,
        pool: Weak<Pool>,
    }

    impl Drop for Layout {
        fn drop(&mut self) {
            if let Some(pool) = self.pool.upgrade() {
                pool.layouts.lock().unwrap().remove(&self.bindings);
            }
        }
    }

    #[derive(Default)]
    pub(super) struct Pool {
        layouts: Mutex<HashMap<Bindings, Arc<OnceLock<Weak<Layout>>>>>,
    }

    impl Pool {
        pub(super) fn get(self: &Arc<Self>, bindings: &Bindings) -> Arc<Layout> {
            loop {
                let mut layouts = self.layouts.lock().unwrap();
                let cell = Arc::clone(layouts.entry(bindings.clone()).or_default());
                drop(layouts);
                let mut made = None; // keeps it alive until we have an owner
                let layout = cell.get_or_init(|| {
                    MADE.fetch_add(1, Ordering::Relaxed);
                    let (bindings, pool) = (bindings.clone(), Arc::downgrade(self));
                    Arc::downgrade(made.insert(Arc::new(Layout { bindings, pool })))
                });
                if let Some(layout) = layout.upgrade() {
                    return layout;
                }
                thread::yield_now(); // it is dead, and still in the pool
            }
        }

        pub(super) fn len(&self) -> usize {
            self.layouts.lock().unwrap().len()
        }
    }
}

mod after {
    use std::sync::atomic::Ordering;

    use weakly::{Strong, WeakValueMap};

    use super::{Bindings, MADE};

    pub(super) struct Layout;

    #[derive(Default)]
    pub(super) struct Pool {
        layouts: WeakValueMap<Bindings, Layout>,
    }

    impl Pool {
        pub(super) fn get(&self, bindings: &Bindings) -> Strong<Layout> {
            self.layouts.get_or_insert_with(bindings.clone(), || {
                MADE.fetch_add(1, Ordering::Relaxed);
                Strong::new(Layout)
            })
        }

        pub(super) fn len(&self) -> usize {
            self.layouts.len()
        }
    }
}

/// Four threads want the same layout.
fn use_pool<L: Send>(name: &str, get: impl Fn(&Bindings) -> L + Sync, len: impl Fn() -> usize) {
    MADE.store(0, Ordering::Relaxed);
    let users: Vec<L> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| get(&vec![1, 2]))).collect();
        let users = threads.into_iter().map(|user| user.join().unwrap());
        users.collect()
    });
    let (used, made, pooled) = (users.len(), MADE.load(Ordering::Relaxed), len());
    drop(users);
    let left = len();
    println!(
        "{name}: {used} users, {made} layout made, {pooled} in the pool, {left} when they are done"
    );
}

fn main() {
    let pool = std::sync::Arc::new(before::Pool::default());
    use_pool("before", |bindings| pool.get(bindings), || pool.len());
    let pool = after::Pool::default();
    use_pool("after", |bindings| pool.get(bindings), || pool.len());
}
