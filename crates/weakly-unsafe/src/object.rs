//! Objects: a value behind its watchers.
//!
//! Safe Rust makes no struct whose size is known only at run time, except of an array, and converts no
//! `Arc` of one back from `dyn Any`.

use alloc::alloc::{Layout, alloc, handle_alloc_error};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use core::any::Any;
use core::mem::ManuallyDrop;
use core::{fmt, ptr};

/// A value and its watchers: what an owner owns.
///
/// It is public only for the coercions of owners and references, and you can only pass it on.
//
// `repr(C)`: so the watchers come first, whatever the value, and its layout is that which `unbox`
// computes.
#[repr(C)]
pub struct Object<W, T: ?Sized> {
    /// The first field: so it is dropped before the value, and its address is the object's, by which
    /// containers know it.
    #[doc(hidden)]
    pub watchers: W,
    /// The last field, and the only one that involves `T`: so an owner of the object can become one
    /// of an `Object<W, dyn Trait>`.
    #[doc(hidden)]
    pub value: T,
}

impl<W, T: ?Sized> fmt::Debug for Object<W, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object").finish_non_exhaustive()
    }
}

type AnyArc<W> = Arc<Object<W, dyn Any + Send + Sync>>;
type AnyRc<W> = Rc<Object<W, dyn Any>>;

/// Makes an object of the value in a box, which is moved. O(size of the value).
///
/// # Panics
///
/// If the object would be larger than `isize::MAX` bytes. Without memory, the process ends.
#[doc(hidden)]
pub fn unbox<W, T: ?Sized>(watchers: W, value: Box<T>) -> Box<Object<W, T>> {
    const { assert!(size_of::<W>() > 0, "an object is never empty") };
    let of_value = Layout::for_value(&*value);
    let layout = Layout::new::<W>().extend(of_value);
    let (layout, start) = layout.expect("an object is not larger than `isize::MAX` bytes");
    let layout = layout.pad_to_align();
    // SAFETY: the layout is not empty, for `W` is not.
    let memory = unsafe { alloc(layout) };
    if memory.is_null() {
        handle_alloc_error(layout);
    }
    let value = Box::into_raw(value);
    let object = with_address(value as *mut Object<W, T>, memory);
    // SAFETY: the memory is new, and its layout is that of the object: `repr(C)` puts the watchers
    // at 0 and the value at `start`, as `extend` does. The old box is freed without dropping the
    // value, which was moved out of it. Nothing panics from there to the new box, which frees the
    // memory with the same layout.
    unsafe {
        memory.cast::<W>().write(watchers);
        ptr::copy_nonoverlapping(value.cast(), memory.add(start), of_value.size());
        drop(Box::from_raw(value as *mut ManuallyDrop<T>));
        Box::from_raw(object)
    }
}

/// The pointer to `address` that says what `pointer` does of the length or the type of what it points
/// to.
fn with_address<T: ?Sized>(mut pointer: *mut T, address: *mut u8) -> *mut T {
    // SAFETY: a pointer is at least as large as one to a sized type, and any address may be written.
    unsafe { (&raw mut pointer).cast::<*mut u8>().write(address) };
    // So it is on all compilers there have been; the language does not promise it.
    assert!(
        ptr::addr_eq(pointer, address),
        "a pointer begins with its address"
    );
    pointer
}

/// The owner of an object by its own type, if it is a `T`. O(1).
///
/// # Errors
///
/// The owner, if the object is of another type.
#[doc(hidden)]
pub fn downcast_arc<W, T: Any>(object: AnyArc<W>) -> Result<Arc<Object<W, T>>, AnyArc<W>> {
    if object.value.is::<T>() {
        // SAFETY: the pointer is that of an `Arc`, and of an `Object<W, T>` that was coerced.
        Ok(unsafe { Arc::from_raw(Arc::into_raw(object).cast()) })
    } else {
        Err(object)
    }
}

/// As [`downcast_arc`], for an object of one thread. O(1).
///
/// # Errors
///
/// The owner, if the object is of another type.
#[doc(hidden)]
pub fn downcast_rc<W, T: Any>(object: AnyRc<W>) -> Result<Rc<Object<W, T>>, AnyRc<W>> {
    if object.value.is::<T>() {
        // SAFETY: the pointer is that of an `Rc`, and of an `Object<W, T>` that was coerced.
        Ok(unsafe { Rc::from_raw(Rc::into_raw(object).cast()) })
    } else {
        Err(object)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec;
    use core::cell::Cell;

    use super::*;

    /// Notes when it is dropped.
    struct Noted<'a>(&'a Cell<u32>);

    impl Drop for Noted<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    #[test]
    fn slices_of_every_length_and_alignment_are_what_was_given() {
        fn check<T: Clone + PartialEq + fmt::Debug>(values: &[T]) {
            let object = unbox(7_u8, Box::<[T]>::from(values));
            assert_eq!((object.watchers, &object.value), (7, values));
            let shared: Arc<Object<u8, [T]>> = object.into();
            assert_eq!(&shared.value, values);
            let shared: Rc<Object<u64, [T]>> = unbox(7_u64, Box::<[T]>::from(values)).into();
            assert_eq!((shared.watchers, &shared.value), (7, values));
        }

        #[repr(align(64))]
        #[derive(Clone, PartialEq, Debug)]
        struct Aligned(u8);

        for length in 0..40 {
            check(&vec![1_u8; length]);
            check(&vec![(1_u8, 2_u32, 3_u128); length]);
            check(&vec![(); length]);
            check(&vec![Aligned(5); length]);
            check(&vec![length.to_string(); length]);
        }
    }

    #[test]
    fn trait_objects_of_every_size_and_alignment_are_what_was_given() {
        fn check<T: fmt::Display + 'static>(value: T) {
            let shown = value.to_string();
            let value: Box<dyn fmt::Display> = Box::new(value);
            let shared: Arc<Object<u8, dyn fmt::Display>> = unbox(7_u8, value).into();
            assert_eq!((shared.watchers, shared.value.to_string()), (7, shown));
        }

        #[repr(align(64))]
        struct Aligned(u8);
        impl fmt::Display for Aligned {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        struct Empty;
        impl fmt::Display for Empty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                "empty".fmt(f)
            }
        }

        check(1_u8);
        check(2_u128);
        check(String::from("text"));
        check(Aligned(3));
        check(Empty);
        assert_eq!(unbox(1_u8, Box::new(5_u32)).value, 5);
    }

    #[test]
    fn watchers_and_values_are_dropped_once() {
        let (watchers, values) = (Cell::new(0), Cell::new(0));
        let both: Box<[_]> = Box::new([Noted(&values), Noted(&values)]);
        let object = unbox(Noted(&watchers), both);
        assert_eq!((watchers.get(), values.get()), (0, 0));
        let shared: Arc<Object<_, [_]>> = object.into();
        assert_eq!((watchers.get(), values.get()), (0, 0));
        drop(shared);
        assert_eq!((watchers.get(), values.get()), (1, 2));
    }

    #[test]
    fn texts_are_what_was_given() {
        for given in ["", "a", "grün"] {
            let object = unbox(1_u64, Box::from(given));
            assert_eq!((object.watchers, &object.value), (1, given));
            assert_eq!(&Arc::<Object<u64, str>>::from(object).value, given);
        }
    }

    #[test]
    fn an_object_goes_back_to_its_own_type_only() {
        let (watchers, value) = (1_u8, String::from("text"));
        let object: Arc<Object<u8, dyn Any + Send + Sync>> = Arc::new(Object { watchers, value });
        let object = downcast_arc::<u8, u32>(object).unwrap_err();
        let object = downcast_arc::<u8, String>(object).unwrap();
        assert_eq!((object.watchers, &*object.value), (1, "text"));

        let value = 5_u128;
        let object: Rc<Object<u8, dyn Any>> = Rc::new(Object { watchers, value });
        let object = downcast_rc::<u8, String>(object).unwrap_err();
        assert_eq!(downcast_rc::<u8, u128>(object).unwrap().value, 5);
    }
}
