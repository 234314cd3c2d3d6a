//! Containers that find objects by identity.

use std::sync::Arc;

use super::{Held, Shared};
use crate::strong::Strong;
use crate::table::{Slot, Table};

/// Instead of a hasher: makes a container find objects by identity rather than by value.
///
/// Objects then need neither `Hash` nor `Eq`, so they may be trait objects too, and equal objects
/// are different members. A lookup compares addresses: it takes the lock once, runs no user code
/// and keeps nothing alive, so it is faster.
///
/// Made by [`WeakSet::by_identity`](crate::WeakSet::by_identity) and
/// [`WeakKeyMap::by_identity`](crate::WeakKeyMap::by_identity).
///
/// ```
/// use weakly::{ByIdentity, Strong, WeakSet};
///
/// let [one, equal] = [1, 1].map(Strong::new);
/// let set: WeakSet<i32, ByIdentity> = [&one, &equal].into_iter().collect();
/// assert_eq!(set.len(), 2);
/// drop(equal);
/// assert!(set.contains(&one));
/// assert_eq!(set.len(), 1);
/// ```
#[doc(alias = "id")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByIdentity;

impl<T: ?Sized, V> Shared<Held<T>, V> {
    /// The entry of the very object of `owner`. Its address cannot be another's: the entry keeps
    /// the place, though not the object.
    pub(crate) fn find_object(table: &Table<Held<T>, V>, owner: &Strong<T>) -> Option<Slot> {
        table.find(identity_hash(owner), |held, _| held.is(owner))
    }
}

/// The hash under which an object is found by identity: its address, which the table mixes, without
/// the bits that are zero in every address of an allocation. So neighbours have neighbouring hashes.
pub(crate) fn identity_hash<T: ?Sized>(owner: &Strong<T>) -> u64 {
    Arc::as_ptr(&owner.object).addr() as u64 >> 4
}
