//! The one implementation of all weak containers.
//!
//! A [`Map`] has two [`Side`](side::Side)s, each weak or owned, and finds its keys by value or by
//! identity ([`Find`](find::Find)). All public containers are newtypes of it: a set is a map to
//! `()`. Containers are handles that share one table behind a lock; every object in it knows the
//! container by a number.
//!
//! Nothing that users wrote runs while the table is locked: what is compared, cloned or dropped is
//! first made safe from removal (objects are upgraded, values are shared) and then handled without
//! the lock ([`locked`](crate::locked) sees to it). Types of the standard library
//! ([`safe_types`]) need no such care.
//!
//! What needs memory under the lock asks for it before anything has changed. If there is none, the
//! lock is given up and then the thread panics. (A value that is shared first moves to an `Arc`: no
//! memory for that ends the process, as it does wherever an `Arc` is made.)

mod claims;
mod create_once;
mod element;
mod element_side;
mod find;
#[cfg(feature = "std")]
mod handle;
mod held;
mod iter;
mod keep;
mod local_handle;
mod mailbox;
mod map;
#[cfg(feature = "std")]
mod newtype;
mod owned_side;
mod plain_handle;
mod query;
mod safe_types;
mod sharing;
mod side;
#[cfg_attr(not(feature = "std"), path = "turn_of_one_thread.rs")]
mod turn;
mod walk;
#[cfg(feature = "std")]
mod weak_side;

pub use element::{WeakElement, WeakKey};
pub(crate) use element_side::ElementSide;
pub(crate) use find::FindGiven;
pub use find::{ByIdentity, FindElement, FindOwner};
#[cfg(feature = "std")]
pub use find::{FindBy, FindObject};
#[cfg(feature = "std")]
pub(crate) use handle::Handle;
/// What threads do not share.
#[cfg(not(feature = "std"))]
pub(crate) type Handle<K, V> = PlainHandle<OneThread, K, V>;
pub(crate) use held::Held;
#[cfg(feature = "std")]
pub(crate) use iter::Values;
pub(crate) use iter::{Drain, Entries, Keys};
pub(crate) use local_handle::Told;
pub(crate) use local_handle::open_borrowing;
pub(crate) use map::Map;
#[cfg(feature = "std")]
pub(crate) use newtype::{container_basics, newtype_iterator};
pub(crate) use owned_side::OwnedSide;
pub(crate) use plain_handle::{Opens, PlainHandle};
#[cfg(feature = "std")]
pub use sharing::AcrossThreads;
pub use sharing::{OneThread, Sharing};
pub(crate) use side::{CopyOut, Side};
#[cfg(feature = "std")]
pub(crate) use weak_side::WeakSide;
