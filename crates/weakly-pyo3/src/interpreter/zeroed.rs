//! All zeroes as a value, which a new instance has before it is written.

/// Makes sure at compile time that all zeroes are a value of a type, and one of which something holds.
#[doc(hidden)]
#[macro_export]
macro_rules! assert_zeroed {
    ($type:ty, |$zeroed:ident| $holds:expr) => {
        const {
            let zeroed = std::mem::MaybeUninit::<$type>::zeroed();
            // SAFETY: (19) only the compiler evaluates this, and it refuses bytes that are no valid
            // value.
            let $zeroed = unsafe { zeroed.assume_init_ref() };
            assert!($holds);
        }
    };
}
pub use assert_zeroed;
