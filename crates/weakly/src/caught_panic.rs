//! Panics that no caller can catch.

use std::any::Any;
use std::fmt;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

/// A panic that was caught because no caller could have caught it.
///
/// It comes from a death callback, from a finalizer that a death or the end of the process ran, or
/// from the `Drop` of a value that a weak map dropped at a death. The hook of
/// [`set_caught_panic_hook`] receives it, as `sys.unraisablehook` does in Python.
///
/// ```
/// use weakly::{Strong, WeakRef, set_caught_panic_hook};
///
/// set_caught_panic_hook(|panic| {
///     assert_eq!(panic.to_string(), "a panic in a death callback was ignored: no");
/// });
/// let number = Strong::new(1);
/// let _weak = WeakRef::with_callback(&number, |_| panic!("no"));
/// drop(number);
/// ```
#[derive(Debug)]
pub struct CaughtPanic {
    during: &'static str,
    payload: Box<dyn Any + Send>,
}

impl CaughtPanic {
    /// What was running: `"a death callback"`, `"a finalizer"` or `"the drop of a map's value"`.
    /// O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakRef, set_caught_panic_hook};
    ///
    /// set_caught_panic_hook(|panic| assert_eq!(panic.during(), "a death callback"));
    /// let number = Strong::new(1);
    /// let _weak = WeakRef::with_callback(&number, |_| panic!("no"));
    /// drop(number);
    /// ```
    pub fn during(&self) -> &'static str {
        self.during
    }

    /// What the panic carries, as [`std::panic::catch_unwind`] gives it. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakRef, set_caught_panic_hook};
    ///
    /// set_caught_panic_hook(|panic| assert_eq!(panic.payload().downcast_ref(), Some(&42)));
    /// let number = Strong::new(1);
    /// let _weak = WeakRef::with_callback(&number, |_| std::panic::panic_any(42));
    /// drop(number);
    /// ```
    pub fn payload(&self) -> &(dyn Any + Send) {
        &*self.payload
    }

    /// The text of the panic, or `None` if it carries something other than text. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakRef, set_caught_panic_hook};
    ///
    /// set_caught_panic_hook(|panic| assert_eq!(panic.message(), Some("no")));
    /// let number = Strong::new(1);
    /// let _weak = WeakRef::with_callback(&number, |_| panic!("no"));
    /// drop(number);
    /// ```
    pub fn message(&self) -> Option<&str> {
        let text = self.payload.downcast_ref::<&str>().copied();
        text.or_else(|| self.payload.downcast_ref::<String>().map(String::as_str))
    }
}

impl fmt::Display for CaughtPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message().unwrap_or("(no message)");
        write!(f, "a panic in {} was ignored: {message}", self.during)
    }
}

type Hook = Arc<dyn Fn(&CaughtPanic) + Send + Sync>;

static HOOK: RwLock<Option<Hook>> = RwLock::new(None);

/// Replaces what happens to panics that no caller can catch, for the whole process. O(1).
///
/// The hook runs on the thread that caught the panic, with no lock held; it may use any part of
/// this crate. If it panics itself, that panic is lost. Without a hook, one line goes to standard
/// error, after the lines that the panic hook of the standard library has written.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use weakly::{Strong, WeakRef, reset_caught_panic_hook, set_caught_panic_hook};
///
/// static CAUGHT: AtomicUsize = AtomicUsize::new(0);
/// set_caught_panic_hook(|_| {
///     CAUGHT.fetch_add(1, Ordering::Relaxed);
/// });
/// let number = Strong::new(1);
/// let _weak = WeakRef::with_callback(&number, |_| panic!("nobody can catch this"));
/// drop(number); // does not panic
/// assert_eq!(CAUGHT.load(Ordering::Relaxed), 1);
/// reset_caught_panic_hook();
/// ```
#[doc(alias = "unraisablehook")]
pub fn set_caught_panic_hook(hook: impl Fn(&CaughtPanic) + Send + Sync + 'static) {
    let old = replace(Some(Arc::new(hook)));
    drop(old); // the lock is gone: the hook's captures may drop what they like
}

/// Puts back the default hook, which writes a line to standard error. O(1).
///
/// ```
/// weakly::set_caught_panic_hook(|_| ());
/// weakly::reset_caught_panic_hook();
/// ```
pub fn reset_caught_panic_hook() {
    let old = replace(None);
    drop(old);
}

fn replace(hook: Option<Hook>) -> Option<Hook> {
    let mut current = HOOK.write().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut *current, hook)
}

/// Runs user code whose panic no caller can catch, and reports it if there is one.
pub(crate) fn guarded(during: &'static str, run: impl FnOnce()) {
    // Whatever `run` leaves half done belongs to the user who panicked.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
        report(CaughtPanic { during, payload });
    }
}

#[cold]
fn report(panic: CaughtPanic) {
    // Reporting must not panic either: neither the hook, nor the end of the payload.
    let reported = catch_unwind(AssertUnwindSafe(move || {
        let hook = HOOK.read().unwrap_or_else(PoisonError::into_inner).clone();
        match hook {
            Some(hook) => hook(&panic),
            None => default_hook(&panic),
        }
    }));
    if let Err(payload) = reported {
        std::mem::forget(payload);
    }
}

fn default_hook(panic: &CaughtPanic) {
    // A closed standard error is no reason to fail.
    let _ = writeln!(std::io::stderr(), "weakly: {panic}");
}
