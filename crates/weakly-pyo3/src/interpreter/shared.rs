//! `Shared`: an `Arc` for which there may be no memory.

use std::alloc::{Layout, alloc, dealloc};
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering, fence};

use crate::interpreter::alloc::NoMemory;

/// A value with several owners, as `Arc`, whose `new` aborts where there is no memory.
pub struct Shared<T: ?Sized>(NonNull<Inner<T>>);

/// A value and how many own it.
#[repr(C)]
pub struct Inner<T: ?Sized> {
    owners: AtomicUsize,
    value: T,
}

// SAFETY: (19) as for `Arc`: each thread may look at the value, and the last drops it.
unsafe impl<T: ?Sized + Send + Sync> Send for Shared<T> {}
// SAFETY: (19) the same.
unsafe impl<T: ?Sized + Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// Errors: MemoryError.
    pub(crate) fn new(value: T) -> Result<Self, NoMemory> {
        // SAFETY: (19) the layout is not of size zero; the memory is new and of this layout.
        unsafe {
            let memory = alloc(Layout::new::<Inner<T>>()).cast::<Inner<T>>();
            let Some(inner) = NonNull::new(memory) else {
                return Err(NoMemory);
            };
            let owners = AtomicUsize::new(1);
            inner.write(Inner { owners, value });
            Ok(Self(inner))
        }
    }

    /// The same value as another type, which the compiler makes of this one: `|inner| inner`.
    #[inline]
    pub fn unsize<U: ?Sized>(
        this: Self,
        unsize: fn(NonNull<Inner<T>>) -> NonNull<Inner<U>>,
    ) -> Shared<U> {
        let inner = std::mem::ManuallyDrop::new(this).0;
        let unsized_inner = unsize(inner);
        assert!(unsized_inner.addr() == inner.addr());
        Shared(unsized_inner)
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    #[inline]
    fn clone(&self) -> Self {
        // SAFETY: (19) the value lives as long as it has an owner. More owners than a number can
        // count do not fit into memory: none forgets what it owns.
        unsafe { self.0.as_ref() }
            .owners
            .fetch_add(1, Ordering::Relaxed);
        Self(self.0)
    }
}

impl<T: ?Sized> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: (19) the value lives as long as it has an owner.
        unsafe { &self.0.as_ref().value }
    }
}

impl<T: ?Sized> Drop for Shared<T> {
    fn drop(&mut self) {
        // SAFETY: (19) this is an owner; the last one drops the value and gives its memory back.
        unsafe {
            if self.0.as_ref().owners.fetch_sub(1, Ordering::Release) == 1 {
                // What the others did to the value has happened.
                fence(Ordering::Acquire);
                let layout = Layout::for_value(self.0.as_ref());
                self.0.drop_in_place();
                dealloc(self.0.as_ptr().cast(), layout);
            }
        }
    }
}
