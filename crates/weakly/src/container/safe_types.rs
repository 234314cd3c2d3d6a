//! Types that are safe to compare and clone under the lock.

use std::any::TypeId;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::ThreadId;
use std::time::Duration;

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
        Path,
        PathBuf,
        TypeId,
        ThreadId,
        Duration,
        IpAddr,
        SocketAddr,
    )
}
