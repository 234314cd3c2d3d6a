//! Those who are to be run at the end of the process, if not before.

use crate::table::Table;

/// Finalizers by their number, the oldest first.
pub(super) type Finalizers<T> = Table<u64, T>;

/// The finalizers that live. It knows neither a lock nor how to run one.
pub(super) struct Registry<T> {
    finalizers: Finalizers<T>,
    /// Those that were made by other finalizers at exit.
    late: Finalizers<T>,
    /// Those that were there when the end of the process began. A finalizer that does not run at
    /// exit still runs when its object dies.
    passed: Finalizers<T>,
    next_number: u64,
}

/// What a finalizer is taken off the registry with.
pub(crate) struct Ticket {
    is_late: bool,
    number: u64,
}

impl<T> Registry<T> {
    pub(super) const fn new() -> Self {
        Self {
            finalizers: Table::new(),
            late: Table::new(),
            passed: Table::new(),
            next_number: 0,
        }
    }

    /// Adds a finalizer, or gives it back if there is no memory for it: it must be dropped without
    /// the lock. `is_late` says whether another finalizer makes it at exit. O(1), amortised.
    pub(super) fn try_add(&mut self, finalizer: T, is_late: bool) -> Result<Ticket, T> {
        let number = self.next_number;
        let finalizers = self.of(is_late);
        if finalizers.try_reserve(1).is_err() {
            return Err(finalizer);
        }
        finalizers.insert(number, number, finalizer);
        self.next_number += 1;
        Ok(Ticket { is_late, number })
    }

    /// Takes the finalizer of `ticket` out, if it is still there. O(1).
    pub(super) fn remove(&mut self, ticket: &Ticket) -> Option<T> {
        let finalizers = self.of(ticket.is_late);
        let slot = finalizers.find(ticket.number, |&number, _| number == ticket.number)?;
        let (_, finalizer) = finalizers.remove(slot);
        Some(finalizer)
    }

    /// All that live when the end begins. Tickets no longer find them. O(1).
    pub(super) fn take_all(&mut self) -> Finalizers<T> {
        self.finalizers.take()
    }

    /// Keeps alive those that the end has passed. O(1).
    pub(super) fn keep(&mut self, passed: Finalizers<T>) -> Finalizers<T> {
        std::mem::replace(&mut self.passed, passed)
    }

    /// The newest of those made at exit that is due. O(number of those made at exit).
    pub(super) fn newest_late(&self, is_due: impl Fn(&T) -> bool) -> Option<&T> {
        let late = self.late.iter_unordered();
        let due = late.filter(|(_, _, finalizer)| is_due(finalizer));
        due.max_by_key(|(_, number, _)| **number)
            .map(|(_, _, finalizer)| finalizer)
    }

    fn of(&mut self, is_late: bool) -> &mut Finalizers<T> {
        if is_late {
            &mut self.late
        } else {
            &mut self.finalizers
        }
    }
}
