//! Members in the order of their last use.

use super::{Slot, Table, TryReserveError};
use alloc::vec::Vec;

/// Owns its members until they are taken out, as a cache does, and knows which was used longest ago.
///
/// The caller tells members by a number that no other has while they are here, such as an address:
/// nothing is hashed or compared. Each has a weight. It drops no member: what it gives back can be
/// dropped without the lock that its caller holds.
///
/// ```
/// use weakly::table::Recent;
///
/// let mut recent = Recent::new();
/// for (number, name) in [(1, "ann"), (2, "bob")] {
///     recent.try_reserve().unwrap();
///     recent.insert(number, name, 10);
/// }
/// assert!(recent.touch(1));
/// assert_eq!((recent.len(), recent.weight()), (2, 20));
/// assert!(recent.in_order().eq(&["bob", "ann"]));
/// assert_eq!(recent.pop_oldest(), Some("bob"));
/// assert_eq!(recent.remove(1), Some("ann"));
/// assert!(recent.is_empty());
/// ```
#[derive(Debug)]
pub struct Recent<T> {
    /// The places of the members, by their numbers, which are their hashes, too.
    places: Table<usize, Place>,
    /// A list in both directions, in which free places are linked too.
    nodes: Vec<Node<T>>,
    newest: Option<Place>,
    oldest: Option<Place>,
    free: Option<Place>,
    weight: u128,
}

type Place = u32;

#[derive(Debug)]
struct Node<T> {
    /// None in a free place.
    member: Option<T>,
    number: usize,
    weight: u64,
    newer: Option<Place>,
    older: Option<Place>,
}

impl<T> Recent<T> {
    /// One without members. O(1).
    pub const fn new() -> Self {
        Self {
            places: Table::new(),
            nodes: Vec::new(),
            newest: None,
            oldest: None,
            free: None,
            weight: 0,
        }
    }

    /// How many members there are. O(1).
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are no members. O(1).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What all members weigh together. O(1).
    pub fn weight(&self) -> u128 {
        self.weight
    }

    /// Makes the member of this number the newest, if it is here; says whether it is. O(1).
    pub fn touch(&mut self, number: usize) -> bool {
        let Some(slot) = self.find(number) else {
            return false;
        };
        let place = *self.places.value(slot);
        if self.newest != Some(place) {
            self.unlink(place);
            self.link(place);
        }
        true
    }

    /// Makes room for one more member. O(1), amortised.
    ///
    /// # Errors
    ///
    /// If there is no memory for it; nothing is changed then.
    pub fn try_reserve(&mut self) -> Result<(), TryReserveError> {
        self.places.try_reserve(1)?;
        self.nodes.try_reserve(1).map_err(|_| TryReserveError)
    }

    /// Adds the newest member, whose number no other has. O(1), amortised.
    ///
    /// # Panics
    ///
    /// If no room was made and there is no memory for it.
    pub fn insert(&mut self, number: usize, member: T, weight: u64) {
        let node = Node {
            member: Some(member),
            number,
            weight,
            newer: None,
            older: None,
        };
        let place = match self.free {
            Some(place) => {
                let free = core::mem::replace(&mut self.nodes[place as usize], node);
                self.free = free.older;
                place
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as Place
            }
        };
        self.link(place);
        self.places.insert(number as u64, number, place);
        self.weight += u128::from(weight);
    }

    /// Takes the member of this number out, if it is here. O(1).
    pub fn remove(&mut self, number: usize) -> Option<T> {
        let slot = self.find(number)?;
        let (_, place) = self.places.remove(slot);
        self.unlink(place);
        let node = &mut self.nodes[place as usize];
        node.older = self.free;
        self.free = Some(place);
        self.weight -= u128::from(node.weight);
        node.member.take()
    }

    /// Takes the member out that was not used for the longest time. O(1).
    pub fn pop_oldest(&mut self) -> Option<T> {
        let oldest = self.oldest?;
        let number = self.nodes[oldest as usize].number;
        self.remove(number)
    }

    /// The members, in no order. O(1); O(n) for all.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.nodes.iter().filter_map(|node| node.member.as_ref())
    }

    /// The members, the one that was not used for the longest time first. O(1); O(n) for all.
    pub fn in_order(&self) -> impl Iterator<Item = &T> {
        let node = |place: Place| &self.nodes[place as usize];
        let places = core::iter::successors(self.oldest, move |&place| node(place).newer);
        places.filter_map(move |place| node(place).member.as_ref())
    }

    fn find(&self, number: usize) -> Option<Slot> {
        self.places.find(number as u64, |own, _| *own == number)
    }

    fn link(&mut self, place: Place) {
        let older = self.newest.replace(place);
        match older {
            Some(older) => self.nodes[older as usize].newer = Some(place),
            None => self.oldest = Some(place),
        }
        let node = &mut self.nodes[place as usize];
        (node.older, node.newer) = (older, None);
    }

    fn unlink(&mut self, place: Place) {
        let Node { newer, older, .. } = self.nodes[place as usize];
        match newer {
            Some(newer) => self.nodes[newer as usize].older = older,
            None => self.newest = older,
        }
        match older {
            Some(older) => self.nodes[older as usize].newer = newer,
            None => self.oldest = newer,
        }
    }
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self::new()
    }
}
