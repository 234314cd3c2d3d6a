//! Types that are safe to compare and clone under the lock.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::TypeId;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

macro_rules! is_one_of {
    ($id:expr, $($safe:ty),+ $(,)?) => {
        $($id == TypeId::of::<$safe>())||+
    };
}

/// Whether `T` is a type of the standard library whose `Eq` and `Clone` are known to call nothing
/// back, so that they may run under a lock. The answer is known when the program is compiled.
pub(crate) fn is_safe<T: ?Sized>() -> bool {
    // Borrowed data of these types are as safe as those that live forever.
    let id = typeid::of::<T>();
    #[cfg(feature = "std")]
    if is_one_of!(
        id,
        std::path::Path,
        std::path::PathBuf,
        std::thread::ThreadId
    ) {
        return true;
    }
    is_one_of!(
        id,
        (),
        bool,
        char,
        u8,
        u16,
        u32,
        u64,
        u128,
        usize,
        i8,
        i16,
        i32,
        i64,
        i128,
        isize,
        f32,
        f64,
        str,
        String,
        Box<str>,
        Arc<str>,
        &'static str,
        [u8],
        Vec<u8>,
        (u32, u32),
        (u64, u64),
        (usize, usize),
        (i32, i32),
        (i64, i64),
        TypeId,
        Duration,
        IpAddr,
        SocketAddr,
    )
}
