//! Vectors, where there may be no memory for them: then the error is a `MemoryError`.
//!
//! What grows with the content of a container goes through here or through `Table::try_reserve`. Small
//! allocations of a fixed size (the shared part of a new container, an error) are not: the standard
//! library has no form of `Arc::new` and `Box::new` that may fail.

use std::collections::TryReserveError;

use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;

/// Adds an element.
#[inline]
pub(crate) fn push<T>(vector: &mut Vec<T>, element: T) -> PyResult<()> {
    if vector.len() == vector.capacity() {
        vector.try_reserve(1).map_err(out_of_memory)?;
    }
    vector.push(element);
    Ok(())
}

/// Makes room for so many more elements.
pub(crate) fn reserve<T>(vector: &mut Vec<T>, additional: usize) -> PyResult<()> {
    vector.try_reserve(additional).map_err(out_of_memory)
}

/// Moves all elements of another to the end.
pub(crate) fn append<T>(vector: &mut Vec<T>, other: &mut Vec<T>) -> PyResult<()> {
    vector.try_reserve(other.len()).map_err(out_of_memory)?;
    vector.append(other);
    Ok(())
}

/// An empty vector with room for so many elements. Runs no Python code.
pub(crate) fn with_room<T>(len: usize) -> PyResult<Vec<T>> {
    let mut vector = Vec::new();
    vector.try_reserve_exact(len).map_err(out_of_memory)?;
    Ok(vector)
}

/// All elements. Runs no Python code but that of the iterator.
pub(crate) fn collect<T>(elements: impl ExactSizeIterator<Item = T>) -> PyResult<Vec<T>> {
    let mut vector = with_room(elements.len())?;
    vector.extend(elements.take(vector.capacity()));
    Ok(vector)
}

#[cold]
fn out_of_memory(_: TryReserveError) -> PyErr {
    PyMemoryError::new_err(())
}
