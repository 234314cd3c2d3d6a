//! A container, as the objects in it see it.

use super::aftermath::Aftermath;
use crate::table::Fingerprint;

/// What an object tells of its death.
pub(crate) trait Container {
    /// Removes an entry of this fingerprint whose object was at `address` and is dead, if there is
    /// one, and hands over what it held.
    fn forget(&self, fingerprint: Fingerprint, address: usize, aftermath: &mut Aftermath);
}
