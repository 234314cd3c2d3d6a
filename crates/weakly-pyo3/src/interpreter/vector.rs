//! Vectors, where there may be no memory for them: then the error is a `MemoryError`.
//!
//! What grows with the content of a container goes through here or through `Table::try_reserve`.

use crate::interpreter::alloc::NoMemory;

/// Adds an element.
#[inline]
pub fn push<T>(vector: &mut Vec<T>, element: T) -> Result<(), NoMemory> {
    reserve_one(vector)?;
    vector.push(element);
    Ok(())
}

/// Makes room for one more element.
#[inline]
pub fn reserve_one<T>(vector: &mut Vec<T>) -> Result<(), NoMemory> {
    if vector.len() == vector.capacity() {
        vector.try_reserve(1)?;
    }
    Ok(())
}

/// Moves all elements of another to the end.
pub fn append<T>(vector: &mut Vec<T>, other: &mut Vec<T>) -> Result<(), NoMemory> {
    vector.try_reserve(other.len())?;
    vector.append(other);
    Ok(())
}

/// An empty vector with room for so many elements. Runs no Python code.
pub(crate) fn with_room<T>(len: usize) -> Result<Vec<T>, NoMemory> {
    let mut vector = Vec::new();
    vector.try_reserve_exact(len)?;
    Ok(vector)
}

/// All elements. Runs no Python code but that of the iterator.
pub fn collect<T>(elements: impl ExactSizeIterator<Item = T>) -> Result<Vec<T>, NoMemory> {
    let mut vector = with_room(elements.len())?;
    vector.extend(elements.take(vector.capacity()));
    Ok(vector)
}
