//! Where objects are in a vector, by their addresses.

use crate::interpreter::alloc::NoMemory;
use crate::interpreter::vector;

/// A hash table of positions: as small and as quick as can be, since a search for garbage asks it for
/// each reference. Nothing is removed. The vector has the addresses, so each call is told what is there.
pub(crate) struct Places {
    /// Positions plus one, or 0. At most half of them are taken; the length is a power of two.
    slots: Vec<u32>,
    len: usize,
}

/// The search for an address that is not there ends at such a slot.
pub(crate) struct Vacant(usize);

impl Places {
    pub(crate) fn new() -> Self {
        Self {
            slots: Vec::new(),
            len: 0,
        }
    }

    /// The position of an address, or the slot for it. `at` gives the address at a position.
    #[inline]
    pub(crate) fn find(&self, address: usize, at: impl Fn(u32) -> usize) -> Result<u32, Vacant> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash(address) & mask;
        loop {
            match self.slots.get(slot).and_then(|place| place.checked_sub(1)) {
                None => return Err(Vacant(slot)),
                Some(place) if at(place) == address => return Ok(place),
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    /// Puts the next position into the slot that was found for its address. There must be room.
    #[inline]
    pub(crate) fn insert(&mut self, slot: Vacant) -> u32 {
        let place = self.len as u32;
        self.len += 1;
        self.slots[slot.0] = self.len as u32;
        place
    }

    /// Whether there is room for one more. A slot that was found before is no good after `grow`.
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.len < self.slots.len() / 2
    }

    /// Makes room for as many positions in all: a power of two, and more than there are.
    #[cold]
    pub(crate) fn grow(&mut self, len: usize, at: impl Fn(u32) -> usize) -> Result<(), NoMemory> {
        debug_assert!(len.is_power_of_two() && len > self.len);
        let len = len.checked_mul(2).ok_or(NoMemory)?;
        let mut slots = vector::with_room(len)?;
        slots.resize(len, 0);
        self.slots = slots;
        for place in 0..self.len as u32 {
            if let Err(Vacant(slot)) = self.find(at(place), &at) {
                self.slots[slot] = place + 1;
            }
        }
        Ok(())
    }
}

/// Neighbours get slots far apart: objects lie in rows.
#[inline]
fn hash(address: usize) -> usize {
    let product = (address as u64 >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (product >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_address_and_no_other() {
        let addresses: Vec<usize> = (1..1000).map(|number| number * 16).collect();
        let mut places = Places::new();
        for (number, &address) in addresses.iter().enumerate() {
            if !places.has_room() {
                let len = (number + 1).next_power_of_two();
                places.grow(len, |place| addresses[place as usize]).unwrap();
            }
            let Err(vacant) = places.find(address, |place| addresses[place as usize]) else {
                panic!("it is not there yet");
            };
            assert_eq!(places.insert(vacant) as usize, number);
        }
        for (number, &address) in addresses.iter().enumerate() {
            let found = places.find(address, |place| addresses[place as usize]);
            assert!(found.is_ok_and(|place| place as usize == number));
        }
        assert!(places.find(8, |place| addresses[place as usize]).is_err());
        assert!(Places::new().find(8, |_| 0).is_err());
    }
}
