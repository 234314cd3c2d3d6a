//! Maps whose keys are found by identity.

use super::WeakKeyMap;
use crate::container::{ByIdentity, Held, Loan, Shared, identity_hash};
use crate::strong::Strong;
use crate::table::Table;

/// Keys are found by identity: the methods take an owner of the key. No user code runs in them but
/// the `Clone` and `Drop` of values, without the lock.
impl<K, V> WeakKeyMap<K, V, ByIdentity>
where
    K: ?Sized + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Makes an empty map that finds its keys by identity. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// struct Session; // neither `Hash` nor `Eq`
    ///
    /// let session = Strong::new(Session);
    /// let names = WeakKeyMap::by_identity();
    /// names.insert(&session, "William");
    /// assert_eq!(names.get(&session), Some("William"));
    /// ```
    pub fn by_identity() -> Self {
        Self::with_hasher(ByIdentity)
    }

    /// Puts `value` beside the object of `key`; returns the value that it replaces. O(1),
    /// amortised.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let [one, equal] = [1, 1].map(Strong::new);
    /// let map = WeakKeyMap::by_identity();
    /// assert_eq!(map.insert(&one, "a"), None);
    /// assert_eq!(map.insert(&equal, "b"), None);
    /// assert_eq!(map.insert(&one, "c"), Some("a"));
    /// ```
    pub fn insert(&self, key: &Strong<K>, value: V) -> Option<V> {
        let mut table = self.handle.lock();
        let value = Loan::new(value);
        match Shared::find_object(&table, key) {
            Some(slot) => {
                let old = std::mem::replace(table.value_mut(slot), value);
                drop(table);
                Some(old.into_value())
            }
            None => {
                self.put(table, identity_hash(key), key, value);
                None
            }
        }
    }

    /// A clone of the value beside the object of `key`. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let [one, equal] = [1, 1].map(Strong::new);
    /// let map = WeakKeyMap::by_identity();
    /// map.insert(&one, "a");
    /// assert_eq!(map.get(&one), Some("a"));
    /// assert_eq!(map.get(&equal), None);
    /// ```
    pub fn get(&self, key: &Strong<K>) -> Option<V> {
        let found = share(&mut self.handle.lock(), key)?;
        Some(found.into_value())
    }

    /// Whether the object of `key` is in the map. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let [one, equal] = [1, 1].map(Strong::new);
    /// let map = WeakKeyMap::by_identity();
    /// map.insert(&one, "a");
    /// assert!(map.contains_key(&one) && !map.contains_key(&equal));
    /// ```
    pub fn contains_key(&self, key: &Strong<K>) -> bool {
        Shared::find_object(&self.handle.lock(), key).is_some()
    }

    /// Removes the entry of the object of `key` and returns its value. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakKeyMap::by_identity();
    /// map.insert(&one, "a");
    /// assert_eq!(map.remove(&one), Some("a"));
    /// assert_eq!(map.remove(&one), None);
    /// ```
    pub fn remove(&self, key: &Strong<K>) -> Option<V> {
        let mut table = self.handle.lock();
        let slot = Shared::find_object(&table, key)?;
        let (_held, value) = table.remove(slot);
        drop(table);
        Some(value.into_value())
    }

    /// The value beside the object of `key`; if there is none, the one that `make_value` returns,
    /// which is put there, as with maps by value. O(1) and what `make_value` costs.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakKeyMap::by_identity();
    /// assert_eq!(map.get_or_insert_with(&one, || "a"), "a");
    /// assert_eq!(map.get_or_insert_with(&one, || "b"), "a");
    /// ```
    pub fn get_or_insert_with(&self, key: &Strong<K>, make_value: impl FnOnce() -> V) -> V {
        if let Some(found) = self.get(key) {
            return found;
        }
        let mut value = Loan::new(make_value());
        let result = value.share();
        let mut table = self.handle.lock();
        if let Some(found) = share(&mut table, key) {
            drop(table);
            return found.into_value();
        }
        self.put(table, identity_hash(key), key, value);
        result.into_value()
    }
}

/// What can leave the table of the value beside the object of `key`.
fn share<K, V>(table: &mut Table<Held<K>, Loan<V>>, key: &Strong<K>) -> Option<Loan<V>>
where
    K: ?Sized,
    V: Clone + 'static,
{
    let slot = Shared::find_object(table, key)?;
    Some(table.value_mut(slot).share())
}

/// Inserts all, in order.
impl<'a, K, V> Extend<(&'a Strong<K>, V)> for WeakKeyMap<K, V, ByIdentity>
where
    K: ?Sized + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn extend<I: IntoIterator<Item = (&'a Strong<K>, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

/// Inserts all, in order. Keys without another owner die at once.
impl<K, V> Extend<(Strong<K>, V)> for WeakKeyMap<K, V, ByIdentity>
where
    K: ?Sized + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn extend<I: IntoIterator<Item = (Strong<K>, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(&key, value);
        }
    }
}
