//! Objects whose traits run code of the test.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

type Hook = Rc<dyn Fn(&'static str)>;

thread_local! {
    static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
}

/// Calls the hook of this thread, if it has one.
pub fn call_hook(how: &'static str) {
    // At the end of a thread there is none.
    if let Ok(Some(hook)) = HOOK.try_with(|hook| hook.borrow().clone()) {
        hook(how);
    }
}

/// Runs `body` while `hook` is the hook of this thread.
pub fn with_hook<R>(hook: impl Fn(&'static str) + 'static, body: impl FnOnce() -> R) -> R {
    HOOK.set(Some(Rc::new(hook)));
    let result = body();
    HOOK.set(None);
    result
}

/// Its traits call the hook with "hash", "eq", "clone" or "drop". Many have the same hash.
#[derive(Debug)]
pub struct Hooked(pub u32);

impl Hash for Hooked {
    fn hash<H: Hasher>(&self, state: &mut H) {
        call_hook("hash");
        (self.0 % 2).hash(state);
    }
}

impl PartialEq for Hooked {
    fn eq(&self, other: &Self) -> bool {
        call_hook("eq");
        self.0 == other.0
    }
}

impl Eq for Hooked {}

impl Clone for Hooked {
    fn clone(&self) -> Self {
        call_hook("clone");
        Self(self.0)
    }
}

impl Drop for Hooked {
    fn drop(&mut self) {
        call_hook("drop");
    }
}
