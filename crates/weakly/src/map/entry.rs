//! The entry of a key, occupied or vacant, as all maps have it.

use core::fmt;

use crate::container::{CopyOut, FindGiven, Held, Map, Side};

/// A map that has entries: a [`WeakKeyMap`](super::WeakKeyMap),
/// [`WeakValueMap`](super::WeakValueMap) or [`WeakKeyValueMap`](super::WeakKeyValueMap).
///
/// There are no other implementations.
pub trait HasEntries {
    #[doc(hidden)]
    type Keys: Side;
    #[doc(hidden)]
    type Values: CopyOut;
    #[doc(hidden)]
    type Find: FindGiven<Self::Keys>;

    #[doc(hidden)]
    type Handle: Held<Self::Keys, Self::Values>;

    #[doc(hidden)]
    fn inner(&self) -> &Map<Self::Keys, Self::Values, Self::Find, Self::Handle>;
}

/// How a key of the map `M` is given: `&Strong<K>`, or `K` if keys are owned by the map.
///
/// ```
/// use weakly::map::{GivenKey, WeakKeyMap};
/// use weakly::Strong;
///
/// let key = Strong::new(1);
/// let given: GivenKey<'_, WeakKeyMap<i32, &str>> = &key;
/// # let _ = given;
/// ```
pub type GivenKey<'a, M> = <<M as HasEntries>::Keys as Side>::Given<'a>;

/// How a key leaves the map `M`: as a `Strong<K>`, or as a `K` if keys are owned by the map.
///
/// ```
/// use weakly::map::{Key, WeakKeyMap};
/// use weakly::Strong;
///
/// let key: Key<WeakKeyMap<i32, &str>> = Strong::new(1);
/// # let _ = key;
/// ```
pub type Key<M> = <<M as HasEntries>::Keys as Side>::Out;

/// How a value of the map `M` is given: `&Strong<T>`, or `V` if values are owned by the map.
///
/// ```
/// use weakly::map::{GivenValue, WeakKeyMap};
///
/// let given: GivenValue<'_, WeakKeyMap<i32, &str>> = "a";
/// # let _ = given;
/// ```
pub type GivenValue<'a, M> = <<M as HasEntries>::Values as Side>::Given<'a>;

/// How a value leaves the map `M`: as a `Strong<T>`, or as a clone if values are owned by the map.
///
/// ```
/// use weakly::map::{Value, WeakValueMap};
/// use weakly::Strong;
///
/// let value: Value<WeakValueMap<&str, i32>> = Strong::new(1);
/// # let _ = value;
/// ```
pub type Value<M> = <<M as HasEntries>::Values as Side>::Out;

/// The entry of a key, occupied or vacant; made by [`WeakKeyMap::entry`](super::WeakKeyMap::entry)
/// and the methods of that name of the other maps.
///
/// It does not lock the map, and says what was there when it was made. Each method is one step of
/// its own: another thread may come in between. What std's entries return as `&mut V` is here a
/// clone of the value, or an owner of the object; to change a value in one step, use
/// [`Entry::and_modify`] or the map's `update`.
///
/// ```
/// use weakly::map::weak_key::Entry;
/// use weakly::{Strong, WeakKeyMap};
///
/// let page = Strong::new("page");
/// let visits = WeakKeyMap::new();
/// for _ in 0..3 {
///     visits.entry(&page).and_modify(|n| *n += 1).or_insert(1);
/// }
/// match visits.entry(&page) {
///     Entry::Occupied(entry) => assert_eq!(entry.get(), &3),
///     Entry::Vacant(_) => unreachable!(),
/// }
/// ```
pub enum Entry<'a, M: HasEntries> {
    /// The key has a value.
    Occupied(OccupiedEntry<'a, M>),
    /// The key has no value.
    Vacant(VacantEntry<'a, M>),
}

/// An entry with a value; part of [`Entry`].
///
/// ```
/// use weakly::map::weak_value::Entry;
/// use weakly::{Strong, WeakValueMap};
///
/// let one = Strong::new(1);
/// let map = WeakValueMap::from([("a", &one)]);
/// if let Entry::Occupied(entry) = map.entry("a") {
///     assert_eq!(entry.remove(), one);
/// }
/// assert!(map.is_empty());
/// ```
pub struct OccupiedEntry<'a, M: HasEntries> {
    map: &'a M,
    key: GivenKey<'a, M>,
    value: Value<M>,
}

/// An entry without a value; part of [`Entry`].
///
/// ```
/// use weakly::map::weak_key::Entry;
/// use weakly::{Strong, WeakKeyMap};
///
/// let key = Strong::new(1);
/// let map = WeakKeyMap::new();
/// if let Entry::Vacant(entry) = map.entry(&key) {
///     assert_eq!(entry.insert("a"), "a");
/// }
/// assert_eq!(map.get(&1), Some("a"));
/// ```
pub struct VacantEntry<'a, M: HasEntries> {
    map: &'a M,
    key: GivenKey<'a, M>,
}

impl<'a, M: HasEntries> Entry<'a, M> {
    pub(crate) fn new(map: &'a M, key: GivenKey<'a, M>) -> Self {
        match map.inner().get(M::Find::query(&key)) {
            Some(value) => Self::Occupied(OccupiedEntry { map, key, value }),
            None => Self::Vacant(VacantEntry { map, key }),
        }
    }

    /// The key that the entry was asked for; an equal one may be in the map. O(1).
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map: WeakKeyMap<i32, ()> = WeakKeyMap::new();
    /// assert_eq!(map.entry(&key).key(), &&key);
    /// ```
    pub fn key(&self) -> &GivenKey<'a, M> {
        match self {
            Self::Occupied(entry) => entry.key(),
            Self::Vacant(entry) => entry.key(),
        }
    }

    /// The value of the entry; inserts `value` if there is none. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the entry. The map is as before
    /// then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::new();
    /// assert_eq!(map.entry(&key).or_insert("a"), "a");
    /// assert_eq!(map.entry(&key).or_insert("b"), "a");
    /// ```
    pub fn or_insert(self, value: GivenValue<'_, M>) -> Value<M> {
        match self {
            Self::Occupied(entry) => entry.value,
            Self::Vacant(entry) => entry.map.inner().get_or_insert(entry.key, value),
        }
    }

    /// The value of the entry; if there is none, inserts the one that `make_value` returns, as the
    /// map's `get_or_insert_with` does. O(1) and what `make_value` costs.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq`, `Clone` or `make_value` panics, `make_value` asks for the same entry, or
    /// there is no memory for the entry. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let map = WeakValueMap::new();
    /// let one = map.entry("a").or_insert_with(|| Strong::new(1));
    /// assert_eq!(map.get("a"), Some(one));
    /// ```
    pub fn or_insert_with(self, make_value: impl FnOnce() -> Value<M>) -> Value<M> {
        match self {
            Self::Occupied(entry) => entry.value,
            Self::Vacant(entry) => entry.map.inner().get_or_insert_with(entry.key, make_value),
        }
    }

    /// The value of the entry; if there is none, inserts the one that `make_value` returns for the
    /// key. O(1) and what `make_value` costs.
    ///
    /// Unlike with [`Entry::or_insert_with`], `make_value` may run on several threads at a time;
    /// the first result is kept.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq`, `Clone` or `make_value` panics, or there is no memory for the entry. The map
    /// is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let name = Strong::new(String::from("William"));
    /// let lengths = WeakKeyMap::new();
    /// assert_eq!(lengths.entry(&name).or_insert_with_key(|name| name.len()), 7);
    /// ```
    pub fn or_insert_with_key(
        self,
        make_value: impl FnOnce(&GivenKey<'a, M>) -> Value<M>,
    ) -> Value<M> {
        match self {
            Self::Occupied(entry) => entry.value,
            Self::Vacant(entry) => {
                let mut made = Some(make_value(&entry.key));
                let made = M::Values::give_up(&mut made);
                entry.map.inner().get_or_insert(entry.key, made)
            }
        }
    }

    /// The value of the entry; inserts the default if there is none. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq`, `Clone` or `default` panics, or there is no memory for the entry. The map is
    /// as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map: WeakKeyMap<i32, String> = WeakKeyMap::new();
    /// assert_eq!(map.entry(&key).or_default(), "");
    /// ```
    pub fn or_default(self) -> Value<M>
    where
        Value<M>: Default,
    {
        self.or_insert_with(Value::<M>::default)
    }

    /// Changes the value of the entry, if there is one, as the map's `update` does: in one step,
    /// also when several threads do it. O(1) and what `modify` costs.
    ///
    /// `modify` runs without the lock, on a clone, and again if another value came in its place.
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq`, `Clone` or `modify` panics, or there is no memory for the search. The map is
    /// as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, 1)]);
    /// map.entry(&key).and_modify(|n| *n += 1);
    /// assert_eq!(map.get(&1), Some(2));
    /// ```
    pub fn and_modify(self, mut modify: impl FnMut(&mut Value<M>)) -> Self
    where
        Value<M>: Clone,
    {
        let Self::Occupied(OccupiedEntry { map, key, .. }) = self else {
            return self;
        };
        let modified = map.inner().update(M::Find::query(&key), |value| {
            modify(value);
            value.clone()
        });
        match modified {
            Some(value) => Self::Occupied(OccupiedEntry { map, key, value }),
            None => Self::Vacant(VacantEntry { map, key }),
        }
    }

    /// Inserts `value` and returns the value that it replaces. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash` or `Eq` panics, or there is no memory for the entry. The map is as before then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// assert_eq!(map.entry(&key).insert("b"), Some("a"));
    /// ```
    pub fn insert(self, value: GivenValue<'_, M>) -> Option<Value<M>> {
        match self {
            Self::Occupied(entry) => entry.map.inner().insert(entry.key, value),
            Self::Vacant(entry) => entry.map.inner().insert(entry.key, value),
        }
    }

    /// Inserts `value` and returns the entry, which is occupied. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the entry. The map is as before
    /// then.
    ///
    /// ```
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::new();
    /// assert_eq!(map.entry(&key).insert_entry("a").get(), &"a");
    /// ```
    pub fn insert_entry(self, value: Value<M>) -> OccupiedEntry<'a, M>
    where
        GivenKey<'a, M>: Clone,
    {
        let (Self::Occupied(OccupiedEntry { map, key, .. })
        | Self::Vacant(VacantEntry { map, key })) = self;
        map.inner().set(key.clone(), M::Values::give(&value));
        OccupiedEntry { map, key, value }
    }
}

impl<'a, M: HasEntries> OccupiedEntry<'a, M> {
    /// The key that the entry was asked for; an equal one is in the map. O(1).
    ///
    /// ```
    /// use weakly::map::weak_value::Entry;
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// let Entry::Occupied(entry) = map.entry("a") else { unreachable!() };
    /// assert_eq!(entry.key(), &"a");
    /// ```
    pub fn key(&self) -> &GivenKey<'a, M> {
        &self.key
    }

    /// The value that was there when the entry was made. O(1).
    ///
    /// ```
    /// use weakly::map::weak_value::Entry;
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// let Entry::Occupied(entry) = map.entry("a") else { unreachable!() };
    /// assert!(Strong::ptr_eq(entry.get(), &one));
    /// ```
    pub fn get(&self) -> &Value<M> {
        &self.value
    }

    /// As [`OccupiedEntry::get`], for who needs the entry no more. O(1).
    ///
    /// ```
    /// use weakly::map::weak_value::Entry;
    /// use weakly::{Strong, WeakValueMap};
    ///
    /// let one = Strong::new(1);
    /// let map = WeakValueMap::from([("a", &one)]);
    /// let Entry::Occupied(entry) = map.entry("a") else { unreachable!() };
    /// assert_eq!(entry.into_value(), one);
    /// ```
    #[doc(alias = "into_mut")]
    pub fn into_value(self) -> Value<M> {
        self.value
    }

    /// Inserts `value` and returns the value that it replaces: the one that the entry knows, if
    /// that has gone meanwhile. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the entry.
    ///
    /// ```
    /// use weakly::map::weak_key::Entry;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// let Entry::Occupied(entry) = map.entry(&key) else { unreachable!() };
    /// assert_eq!(entry.insert("b"), "a");
    /// assert_eq!(map.get(&1), Some("b"));
    /// ```
    pub fn insert(self, value: GivenValue<'_, M>) -> Value<M> {
        let replaced = self.map.inner().insert(self.key, value);
        replaced.unwrap_or(self.value)
    }

    /// Removes the entry and returns its value: the one that the entry knows, if that has gone
    /// meanwhile. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::map::weak_key::Entry;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// let Entry::Occupied(entry) = map.entry(&key) else { unreachable!() };
    /// assert_eq!(entry.remove(), "a");
    /// assert!(map.is_empty());
    /// ```
    pub fn remove(self) -> Value<M> {
        let removed = self.map.inner().remove(M::Find::query(&self.key));
        removed.unwrap_or(self.value)
    }

    /// Removes the entry and returns its key and its value, or `None` if it has gone meanwhile.
    /// O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the search.
    ///
    /// ```
    /// use weakly::map::weak_key::Entry;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let [key, equal] = [1, 1].map(Strong::new);
    /// let map = WeakKeyMap::from([(&key, "a")]);
    /// let Entry::Occupied(entry) = map.entry(&equal) else { unreachable!() };
    /// let (removed, value) = entry.remove_entry().unwrap();
    /// assert!(Strong::ptr_eq(&removed, &key));
    /// assert_eq!(value, "a");
    /// ```
    pub fn remove_entry(self) -> Option<(Key<M>, Value<M>)> {
        self.map.inner().remove_given(self.key)
    }
}

impl<'a, M: HasEntries> VacantEntry<'a, M> {
    /// The key that the entry was asked for. O(1).
    ///
    /// ```
    /// use weakly::map::weak_value::Entry;
    /// use weakly::WeakValueMap;
    ///
    /// let map: WeakValueMap<&str, i32> = WeakValueMap::new();
    /// let Entry::Vacant(entry) = map.entry("a") else { unreachable!() };
    /// assert_eq!(entry.key(), &"a");
    /// ```
    pub fn key(&self) -> &GivenKey<'a, M> {
        &self.key
    }

    /// Gives the key back. O(1).
    ///
    /// ```
    /// use weakly::map::weak_value::Entry;
    /// use weakly::WeakValueMap;
    ///
    /// let map: WeakValueMap<String, i32> = WeakValueMap::new();
    /// let Entry::Vacant(entry) = map.entry(String::from("a")) else { unreachable!() };
    /// assert_eq!(entry.into_key(), "a");
    /// ```
    pub fn into_key(self) -> GivenKey<'a, M> {
        self.key
    }

    /// Inserts `value`, also in the place of one that came meanwhile, and returns it. O(1).
    ///
    /// # Panics
    ///
    /// If `Hash`, `Eq` or `Clone` panics, or there is no memory for the entry. The map is as before
    /// then.
    ///
    /// ```
    /// use weakly::map::weak_key::Entry;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::new();
    /// let Entry::Vacant(entry) = map.entry(&key) else { unreachable!() };
    /// assert_eq!(entry.insert("a"), "a");
    /// ```
    pub fn insert(self, value: Value<M>) -> Value<M> {
        self.map.inner().set(self.key, M::Values::give(&value));
        value
    }

    /// As [`VacantEntry::insert`], and returns the entry, which is occupied. O(1).
    ///
    /// # Panics
    ///
    /// As [`VacantEntry::insert`].
    ///
    /// ```
    /// use weakly::map::weak_key::Entry;
    /// use weakly::{Strong, WeakKeyMap};
    ///
    /// let key = Strong::new(1);
    /// let map = WeakKeyMap::new();
    /// let Entry::Vacant(entry) = map.entry(&key) else { unreachable!() };
    /// assert_eq!(entry.insert_entry("a").remove(), "a");
    /// ```
    pub fn insert_entry(self, value: Value<M>) -> OccupiedEntry<'a, M>
    where
        GivenKey<'a, M>: Clone,
    {
        Entry::Vacant(self).insert_entry(value)
    }
}

impl<'a, M: HasEntries> fmt::Debug for Entry<'a, M>
where
    GivenKey<'a, M>: fmt::Debug,
    Value<M>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Self::Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<'a, M: HasEntries> fmt::Debug for OccupiedEntry<'a, M>
where
    GivenKey<'a, M>: fmt::Debug,
    Value<M>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("OccupiedEntry");
        shown.field("key", &self.key).field("value", &self.value);
        shown.finish_non_exhaustive()
    }
}

impl<'a, M: HasEntries> fmt::Debug for VacantEntry<'a, M>
where
    GivenKey<'a, M>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(&self.key).finish()
    }
}
