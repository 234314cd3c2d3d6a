//! Caches that keep alive what was used lately, or nothing at all.

mod weak_cache;
mod weak_memo;

pub use weak_cache::{CacheInfo, WeakCache};
pub use weak_memo::WeakMemo;
