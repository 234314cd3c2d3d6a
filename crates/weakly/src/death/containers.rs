//! The containers that objects know, by number.

use std::any::{Any, TypeId};
use std::sync::{Arc, OnceLock};

use super::cells::Cells;
use super::container::Container;
use crate::room::reserve_one;
use crate::sync::{Mutex, lock, one_for_all};
use crate::table::TryReserveError;

type Shared = dyn Container + Send + Sync;

one_for_all! {
    static CONTAINERS: Containers = Containers::new();
}

/// The containers that ever had an entry. None is ever taken out: so a death, however late, reaches
/// the container that it was to tell, without a lock and without a count of owners.
///
/// A container that is no longer used is kept, empty, and becomes the next one of its type. A death
/// that was to tell its predecessor finds nothing in it, because an entry keeps the address of its
/// object from being another's.
struct Containers {
    /// Number 0 is not used, so that no [`Entry`](super::entry::Entry) is zero.
    numbered: Cells<OnceLock<Arc<Shared>>>,
    stock: Mutex<Stock>,
}

struct Stock {
    next_number: u32,
    /// As many as the program has types of containers.
    types: Vec<OfType>,
}

/// The containers of one type.
struct OfType {
    id: TypeId,
    registered: usize,
    /// There is room for all that are registered.
    unused: Vec<Arc<dyn Any + Send + Sync>>,
}

impl Containers {
    const fn new() -> Self {
        Self {
            numbered: Cells::new(),
            stock: Mutex::new(Stock {
                next_number: 1,
                types: Vec::new(),
            }),
        }
    }
}

impl Stock {
    fn of<C: 'static>(&mut self) -> Option<&mut OfType> {
        self.types.iter_mut().find(|of| of.id == TypeId::of::<C>())
    }

    /// The containers of type `C`, with room for one more.
    fn try_of<C: 'static>(&mut self) -> Result<&mut OfType, TryReserveError> {
        if self.of::<C>().is_none() {
            reserve_one(&mut self.types)?;
            self.types.push(OfType {
                id: TypeId::of::<C>(),
                registered: 0,
                unused: Vec::new(),
            });
        }
        let of = self.of::<C>().ok_or(TryReserveError)?;
        let missing = of.registered + 1 - of.unused.len();
        let reserved = of.unused.try_reserve(missing);
        reserved.map_err(|_| TryReserveError)?;
        Ok(of)
    }
}

/// Gives `container` a number, by which objects can tell it of their deaths. O(1) amortised.
pub(crate) fn register<C: Container + Send + Sync + 'static>(
    container: Arc<C>,
) -> Result<u32, TryReserveError> {
    let mut stock = lock(&CONTAINERS.stock);
    let number = stock.next_number;
    let cell = CONTAINERS.numbered.try_make(number)?;
    stock.try_of::<C>()?.registered += 1;
    stock.next_number += 1;
    drop(stock);
    let _ = cell.set(container);
    Ok(number)
}

/// A registered container of this type that is not used. O(1).
pub(crate) fn reuse<C: Container + Send + Sync + 'static>() -> Option<Arc<C>> {
    let unused = lock(&CONTAINERS.stock).of::<C>()?.unused.pop()?;
    unused.downcast().ok()
}

/// Keeps a registered container for the next one of its type. It is empty. O(1).
pub(crate) fn retire<C: Container + Send + Sync + 'static>(container: Arc<C>) {
    if let Some(of) = lock(&CONTAINERS.stock).of::<C>() {
        of.unused.push(container);
    }
}

/// The container of this number.
#[inline]
pub(super) fn numbered(number: u32) -> Option<&'static Shared> {
    let cell = CONTAINERS.numbered.get(number)?;
    cell.get().map(|container| &**container)
}
