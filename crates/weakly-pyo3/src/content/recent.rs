//! The objects that were used last, held as long as there is room for them.

use pyo3::{PyTraverseError, PyVisit};
use weakly::table::{Slot, Table};

use crate::interpreter::alloc::NoMemory;
use crate::interpreter::owned_object::OwnedObject;
use crate::interpreter::stored::Stored;
use crate::interpreter::vector;

/// Objects in the order of their last use. They are told by their addresses, which no other object can
/// have while they are here: nothing is hashed or compared.
///
/// Each step is O(1). What comes out is dropped by the caller, outside the lock.
#[derive(Default)]
pub(super) struct Recent {
    /// The places of the objects, by their addresses.
    places: Table<usize, Place>,
    /// A list in both directions, in which free places are linked too.
    nodes: Vec<Node>,
    newest: Option<Place>,
    oldest: Option<Place>,
    free: Option<Place>,
    weight: u128,
}

type Place = u32;

struct Node {
    /// None in a free place.
    object: Option<OwnedObject>,
    weight: u64,
    newer: Option<Place>,
    older: Option<Place>,
}

impl Recent {
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// What all weigh together.
    pub(super) fn weight(&self) -> u128 {
        self.weight
    }

    /// Makes the object of this address the newest, if it is here. Says whether it is.
    pub(super) fn touch(&mut self, address: usize) -> bool {
        let Some(slot) = self.find(address) else {
            return false;
        };
        let place = *self.places.value(slot);
        if self.newest != Some(place) {
            self.unlink(place);
            self.link(place);
        }
        true
    }

    /// Makes room for one more object.
    pub(super) fn reserve(&mut self) -> Result<(), NoMemory> {
        self.places.try_reserve(1)?;
        vector::reserve_one(&mut self.nodes)
    }

    /// Takes over an object as the newest, which is not here and for which there is room.
    pub(super) fn add(&mut self, object: OwnedObject, weight: u64) {
        let address = object.as_ptr().addr();
        let node = Node {
            object: Some(object),
            weight,
            newer: None,
            older: None,
        };
        let place = match self.free {
            Some(place) => {
                let free = std::mem::replace(&mut self.nodes[place as usize], node);
                self.free = free.older;
                place
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as Place
            }
        };
        self.link(place);
        self.places.insert(hash(address), address, place);
        self.weight += u128::from(weight);
    }

    /// Gives up the object of this address.
    pub(super) fn remove(&mut self, address: usize) -> Option<OwnedObject> {
        let slot = self.find(address)?;
        let (_, place) = self.places.remove(slot);
        self.unlink(place);
        let node = &mut self.nodes[place as usize];
        node.older = self.free;
        self.free = Some(place);
        self.weight -= u128::from(node.weight);
        node.object.take()
    }

    /// Gives up the object that was not used for the longest time.
    pub(super) fn remove_oldest(&mut self) -> Option<OwnedObject> {
        let oldest = self.nodes[self.oldest? as usize].object.as_ref()?;
        self.remove(oldest.as_ptr().addr())
    }

    pub(super) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let mut objects = self.nodes.iter().filter_map(|node| node.object.as_ref());
        objects.try_for_each(|object| object.visit(visit))
    }

    fn find(&self, address: usize) -> Option<Slot> {
        self.places.find(hash(address), |own, _| *own == address)
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

fn hash(address: usize) -> u64 {
    address.rotate_right(4) as u64
}
