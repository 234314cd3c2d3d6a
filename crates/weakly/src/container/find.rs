//! How a container finds its keys: by value, with any hasher, or by identity.

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};

use super::element::WeakElement;
use super::element_side::{ElementSide, Viewed};
use super::keep::Keep;
use super::safe_types::is_safe;
use super::side::{ByValue, Side};
#[cfg(feature = "std")]
use super::weak_side::WeakSide;
#[cfg(feature = "std")]
use crate::strong::Strong;
use crate::table::Verdict;

/// Instead of a hasher: makes a container find objects by identity rather than by value.
///
/// Objects then need neither `Hash` nor `Eq`, so they may be trait objects, too. Equal objects are
/// different members. Methods that look for an object take an owner of it ([`Strong`]). A lookup
/// compares addresses: it takes the lock once, runs no user code and keeps nothing alive, so it is
/// faster.
///
/// Made by [`WeakSet::by_identity`](crate::WeakSet::by_identity),
/// [`WeakKeyMap::by_identity`](crate::WeakKeyMap::by_identity) and
/// [`WeakKeyValueMap::by_identity`](crate::WeakKeyValueMap::by_identity).
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

/// How a container is asked for a key by a `Q`.
pub trait Find<K: Side, Q: ?Sized> {
    #[doc(hidden)]
    fn hash(&self, query: &Q) -> u64;

    /// What comparing under the lock must keep alive until that is gone.
    #[doc(hidden)]
    type Kept: Keep;

    /// Whether no verdict is [`Verdict::Ask`]. Known when the program is compiled.
    #[doc(hidden)]
    fn never_asks() -> bool;

    /// What is known of `key` without running user code, under the lock.
    #[doc(hidden)]
    fn verdict(key: &K, query: &Q, kept: &mut Self::Kept) -> Verdict;

    /// Compares without the lock.
    #[doc(hidden)]
    fn is_equal(key: &K::Guard, query: &Q) -> bool;
}

/// How a container looks for the place of a key that it is given.
pub trait FindGiven<K: Side>: Find<K, Self::Query> {
    /// What it is asked by.
    #[doc(hidden)]
    type Query: ?Sized;

    #[doc(hidden)]
    fn query<'g, 'a>(given: &'g K::Given<'a>) -> &'g Self::Query
    where
        K: 'a;

    #[doc(hidden)]
    fn query_of(out: &K::Out) -> &Self::Query;

    #[doc(hidden)]
    fn query_guarded(guard: &K::Guard) -> &Self::Query;
}

impl<K, Q, S> Find<K, Q> for S
where
    K: ByValue,
    K::Value: Borrow<Q>,
    Q: ?Sized + Hash + Eq,
    S: BuildHasher,
{
    type Kept = K::Kept;

    #[inline]
    fn hash(&self, query: &Q) -> u64 {
        self.hash_one(query)
    }

    #[inline]
    fn never_asks() -> bool {
        is_safe::<K::Value>() && is_safe::<Q>()
    }

    #[inline]
    fn verdict(key: &K, query: &Q, kept: &mut Self::Kept) -> Verdict {
        if <Self as Find<K, Q>>::never_asks() {
            key.verdict(query, kept)
        } else {
            Verdict::Ask
        }
    }

    #[inline]
    fn is_equal(key: &K::Guard, query: &Q) -> bool {
        K::guarded(key).borrow() == query
    }
}

impl<K, S> FindGiven<K> for S
where
    K: ByValue,
    K::Value: Hash + Eq,
    S: BuildHasher,
{
    type Query = K::Value;

    #[inline]
    fn query<'g, 'a>(given: &'g K::Given<'a>) -> &'g K::Value
    where
        K: 'a,
    {
        K::given(given)
    }

    #[inline]
    fn query_of(out: &K::Out) -> &K::Value {
        K::out(out)
    }

    #[inline]
    fn query_guarded(guard: &K::Guard) -> &K::Value {
        K::guarded(guard)
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized + Send + Sync + 'static> Find<WeakSide<T>, Strong<T>> for ByIdentity {
    type Kept = ();

    /// The address, which the table mixes, without the bits that are zero in every address of an
    /// allocation. So neighbours have neighbouring hashes.
    #[inline]
    fn hash(&self, owner: &Strong<T>) -> u64 {
        owner.address() as u64 >> 4
    }

    #[inline]
    fn never_asks() -> bool {
        true
    }

    #[inline]
    fn verdict(key: &WeakSide<T>, owner: &Strong<T>, (): &mut ()) -> Verdict {
        Verdict::of(key.is(owner))
    }

    fn is_equal(key: &Strong<T>, owner: &Strong<T>) -> bool {
        Strong::ptr_eq(key, owner)
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized + Send + Sync + 'static> FindGiven<WeakSide<T>> for ByIdentity {
    type Query = Strong<T>;

    #[inline]
    fn query<'g, 'a>(given: &'g &'a Strong<T>) -> &'g Strong<T>
    where
        WeakSide<T>: 'a,
    {
        given
    }

    #[inline]
    fn query_of(out: &Strong<T>) -> &Strong<T> {
        out
    }

    #[inline]
    fn query_guarded(guard: &Strong<T>) -> &Strong<T> {
        guard
    }
}

impl<W: WeakElement> Find<ElementSide<W>, W::Strong> for ByIdentity {
    type Kept = ();

    #[inline]
    fn hash(&self, owner: &W::Strong) -> u64 {
        W::address_of(owner) as u64 >> 4
    }

    #[inline]
    fn never_asks() -> bool {
        true
    }

    #[inline]
    fn verdict(key: &ElementSide<W>, owner: &W::Strong, (): &mut ()) -> Verdict {
        Verdict::of(key.is(owner))
    }

    fn is_equal(key: &Viewed<W>, owner: &W::Strong) -> bool {
        W::address_of(key) == W::address_of(owner)
    }
}

impl<W: WeakElement> FindGiven<ElementSide<W>> for ByIdentity {
    type Query = W::Strong;

    #[inline]
    fn query<'g, 'a>(given: &'g &'a W::Strong) -> &'g W::Strong
    where
        ElementSide<W>: 'a,
    {
        given
    }

    #[inline]
    fn query_of(out: &W::Strong) -> &W::Strong {
        out
    }

    #[inline]
    fn query_guarded(guard: &Viewed<W>) -> &W::Strong {
        guard
    }
}

/// What stands in the place of a hasher and finds the objects of weak pointers of type `W` by a `Q`.
///
/// * Every [`BuildHasher`] does, by value: `Q` may be anything that the [`WeakKey::Key`] of `W`
///   borrows as, if it is `Hash + Eq`.
/// * [`ByIdentity`] does, with the owner as `Q`.
///
/// There are no other implementations.
///
/// [`WeakKey::Key`]: super::element::WeakKey::Key
pub trait FindElement<W: WeakElement, Q: ?Sized>: Find<ElementSide<W>, Q> {}

impl<W: WeakElement, Q: ?Sized, S: Find<ElementSide<W>, Q>> FindElement<W, Q> for S {}

/// What stands in the place of a hasher and finds the places for the objects of weak pointers of type
/// `W`: every [`BuildHasher`] if `W` is a [`WeakKey`](super::element::WeakKey), and [`ByIdentity`].
///
/// There are no other implementations.
pub trait FindOwner<W: WeakElement>: FindGiven<ElementSide<W>> {}

impl<W: WeakElement, S: FindGiven<ElementSide<W>>> FindOwner<W> for S {}

#[cfg(feature = "std")]
/// What stands in the place of a hasher and finds objects of type `T` by a `Q`.
///
/// * Every [`BuildHasher`] does, by value: `Q` may be anything that `T` borrows as, if it is
///   `Hash + Eq`. That is the same as with std's `HashMap`.
/// * [`ByIdentity`] does, with [`Strong<T>`](Strong) as `Q`: the object of this owner.
///
/// There are no other implementations.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not find objects of type `{T}` by a `{Q}`",
    note = "by value, `{T}` must borrow as `{Q}`, and `{Q}` must be `Hash + Eq`",
    note = "by identity, `{Q}` must be `Strong<{T}>`"
)]
pub trait FindBy<T: ?Sized + Send + Sync + 'static, Q: ?Sized>: Find<WeakSide<T>, Q> {}

#[cfg(feature = "std")]
impl<T, Q, S> FindBy<T, Q> for S
where
    T: ?Sized + Send + Sync + 'static,
    Q: ?Sized,
    S: Find<WeakSide<T>, Q>,
{
}

#[cfg(feature = "std")]
/// What stands in the place of a hasher and finds the places for objects of type `T`.
///
/// * Every [`BuildHasher`] does, by value, if `T` is `Hash + Eq`.
/// * [`ByIdentity`] does, whatever `T` is.
///
/// There are no other implementations.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not find objects of type `{T}`",
    note = "by value, `{T}` must be `Hash + Eq`; for `ByIdentity`, it need not"
)]
pub trait FindObject<T: ?Sized + Send + Sync + 'static>: FindGiven<WeakSide<T>> {}

#[cfg(feature = "std")]
impl<T, S> FindObject<T> for S
where
    T: ?Sized + Send + Sync + 'static,
    S: FindGiven<WeakSide<T>>,
{
}
