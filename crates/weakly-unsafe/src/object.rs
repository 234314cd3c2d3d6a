//! Objects: a value behind its watchers.
//!
//! Safe Rust makes no struct whose size is known only at run time, except of an array, and converts
//! no `Arc` of one back from `dyn Any`.

use alloc::alloc::{Layout, alloc, handle_alloc_error};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::{fmt, ptr};

/// A value and its watchers: what an owner owns.
///
/// It is public only for the coercions of owners and references, and you can only pass it on.
//
// `repr(C)`: so the watchers come first, whatever the value, and its layout is that which `slice`
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

/// Makes an object of `values`, which are moved. O(n).
///
/// # Panics
///
/// If the object would be larger than `isize::MAX` bytes. Without memory, the process ends.
#[doc(hidden)]
pub fn slice<W, T>(watchers: W, mut values: Vec<T>) -> Box<Object<W, [T]>> {
    const { assert!(size_of::<W>() > 0, "an object is never empty") };
    let length = values.len();
    let (layout, start) = Layout::array::<T>(length)
        .and_then(|values| Layout::new::<W>().extend(values))
        .expect("an object is not larger than `isize::MAX` bytes");
    let layout = layout.pad_to_align();
    // SAFETY: the layout is not empty, for `W` is not.
    let memory = unsafe { alloc(layout) };
    if memory.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: the memory is new, and its layout is that of the object: `repr(C)` puts the watchers
    // at 0 and the values at `start`, as `extend` does. The vector gives the values up before
    // they are copied, and nothing panics from there to the box, which frees the memory with
    // the same layout.
    unsafe {
        memory.cast::<W>().write(watchers);
        values.set_len(0);
        ptr::copy_nonoverlapping(values.as_ptr(), memory.add(start).cast(), length);
        let object = ptr::slice_from_raw_parts_mut(memory.cast::<T>(), length);
        Box::from_raw(object as *mut Object<W, [T]>)
    }
}

/// Makes an object of `text`. O(n).
///
/// # Panics
///
/// As [`slice`].
#[doc(hidden)]
pub fn text<W>(watchers: W, text: &str) -> Box<Object<W, str>> {
    let object = Box::into_raw(slice(watchers, text.as_bytes().to_vec()));
    // SAFETY: the pointer is that of a box. A `str` has the layout of its bytes, which are UTF-8.
    unsafe { Box::from_raw(object as *mut Object<W, str>) }
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
            let object = slice(7_u8, values.to_vec());
            assert_eq!((object.watchers, &object.value), (7, values));
            let shared: Arc<Object<u8, [T]>> = object.into();
            assert_eq!(&shared.value, values);
            let shared: Rc<Object<u64, [T]>> = slice(7_u64, values.to_vec()).into();
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
    fn watchers_and_values_are_dropped_once() {
        let (watchers, values) = (Cell::new(0), Cell::new(0));
        let object = slice(Noted(&watchers), vec![Noted(&values), Noted(&values)]);
        assert_eq!((watchers.get(), values.get()), (0, 0));
        let shared: Arc<Object<_, [_]>> = object.into();
        assert_eq!((watchers.get(), values.get()), (0, 0));
        drop(shared);
        assert_eq!((watchers.get(), values.get()), (1, 2));
    }

    #[test]
    fn texts_are_what_was_given() {
        for given in ["", "a", "grün"] {
            let object = text(1_u64, given);
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
