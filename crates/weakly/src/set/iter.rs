//! The iterators of [`WeakSet`](super::WeakSet).

use std::fmt;
use std::iter::FusedIterator;

use crate::container::{self, WeakSide, newtype_iterator};
use crate::strong::Strong;

newtype_iterator!(
    /// The members of a set; made by [`WeakSet::iter`](super::WeakSet::iter).
    ///
    /// It keeps the set, but no member, alive.
    ///
    /// ```
    /// use weakly::set::Iter;
    /// use weakly::{Strong, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// let mut iter: Iter<i32> = WeakSet::from([&one]).iter();
    /// assert_eq!(iter.next(), Some(one));
    /// ```
    Iter<T: ?Sized>(container::Keys<WeakSide<T>, ()>)
    yields Strong<T> where { T: Send + Sync + 'static }
    |member| member
);

newtype_iterator!(
    /// The members that a set had; made by [`WeakSet::drain`](super::WeakSet::drain).
    ///
    /// ```
    /// use weakly::set::Drain;
    /// use weakly::{Strong, WeakSet};
    ///
    /// let one = Strong::new(1);
    /// let mut drain: Drain<i32> = WeakSet::from([&one]).drain();
    /// assert_eq!(drain.next(), Some(one));
    /// ```
    Drain<T: ?Sized>(container::Drain<WeakSide<T>, ()>)
    yields Strong<T> where { T: Send + Sync + 'static }
    |(member, ())| member
);
