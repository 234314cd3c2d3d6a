//! The keys of a container: owned, or weak and compared by `==` or by identity.

use pyo3::ffi::Py_hash_t;
use pyo3::prelude::*;
use weakly::table::{Slot, Table, Verdict};

use crate::interpreter::known_hash::address_hash;
use crate::interpreter::stored::Stored;
use crate::lookup::hash::{Role, hash_of, hash_of_key, hash_of_referent, hash_of_weak_key};
use crate::lookup::stored_key::{StoredKey, StrongKey, compare_referents, is_keyed_by_identity};
use crate::references::weak_id_ref::WeakIdRef;
use crate::references::weak_ref::{self, WeakRef, is_referenceable};

/// A key as a container makes and stores it.
pub trait Key: StoredKey {
    /// Whether the container refers to its keys weakly.
    const IS_WEAK: bool;

    /// Whether the container tells its keys apart by identity.
    const IS_IDENTITY: bool = false;

    /// The hash of a key. Errors: whatever its `__hash__` raises; TypeError for a key that would have
    /// to be weakly referenced and cannot be.
    fn hash(key: &Bound<'_, PyAny>, role: Role) -> PyResult<Py_hash_t>;

    /// Whether an object can be a key, as far as that can be said without its hash.
    fn can_be(key: &Bound<'_, PyAny>) -> bool;

    /// What is stored for a key of this hash. Errors: as `ref(key, callback)`.
    fn make(key: &Bound<'_, PyAny>, hash: Py_hash_t, callback: &Bound<'_, PyAny>)
    -> PyResult<Self>;

    /// What is stored for a key that the container owns. Runs no Python code.
    fn own(_key: &Bound<'_, PyAny>) -> Option<Self> {
        None
    }

    /// What is stored for a key that `data` shows as `object`, or None if it is dead. A reference that
    /// is the container's own stays the same object.
    ///
    /// Errors: TypeError for what is no reference and would have to be one; as [`Key::hash`].
    fn adopt<'py>(
        object: &Bound<'py, PyAny>,
        callback: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Adopted<'py, Self>>>;

    /// The reference, if the key is weak.
    fn as_weak(&self) -> Option<&WeakRef>;
}

/// What is stored for a key, its hash, and the key itself.
pub type Adopted<'py, K> = (K, Py_hash_t, Bound<'py, PyAny>);

/// A weak key. Its reference remembers its hash.
pub trait WeakKey: Key {
    fn weak(&self) -> &WeakRef;

    /// The hash of an object that as a key is compared by its identity. Runs no Python code.
    fn hash_by_identity(object: &Bound<'_, PyAny>) -> Option<Py_hash_t>;

    /// As [`Key::hash`], without the words of a container for an error.
    fn hash_of_item(item: &Bound<'_, PyAny>) -> PyResult<Py_hash_t>;

    /// Compares two objects of equal hash, as keys are compared. Runs no Python code.
    fn compare_objects(own: &Bound<'_, PyAny>, wanted: &Bound<'_, PyAny>) -> Verdict;
}

/// The entry of a dead weak key, by the hash that the reference remembers, and by its own address.
pub(crate) fn find_dead_key<K: Key, V>(
    table: &Table<K, V>,
    weak: &Bound<'_, PyAny>,
) -> Option<Slot> {
    let hash = WeakRef::from_object(weak.as_unbound())?.cached_hash()?;
    table.find(hash as u64, |key, _| {
        key.as_weak()
            .is_some_and(|key| key.as_ptr() == weak.as_ptr())
    })
}

impl Key for StrongKey {
    const IS_WEAK: bool = false;

    #[inline]
    fn hash(key: &Bound<'_, PyAny>, role: Role) -> PyResult<Py_hash_t> {
        hash_of_key(key, role)
    }

    fn can_be(_key: &Bound<'_, PyAny>) -> bool {
        true
    }

    #[inline]
    fn make(key: &Bound<'_, PyAny>, _: Py_hash_t, _: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(key.into()))
    }

    #[inline]
    fn own(key: &Bound<'_, PyAny>) -> Option<Self> {
        Some(Self(key.into()))
    }

    fn adopt<'py>(
        key: &Bound<'py, PyAny>,
        _callback: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Adopted<'py, Self>>> {
        let hash = Self::hash(key, Role::DictKey)?;
        Ok(Some((Self(key.into()), hash, key.clone())))
    }

    #[inline]
    fn as_weak(&self) -> Option<&WeakRef> {
        None
    }
}

impl Key for WeakRef {
    const IS_WEAK: bool = true;

    #[inline]
    fn hash(key: &Bound<'_, PyAny>, role: Role) -> PyResult<Py_hash_t> {
        hash_of_weak_key(key, role)
    }

    #[inline]
    fn can_be(key: &Bound<'_, PyAny>) -> bool {
        is_referenceable(key)
    }

    #[inline]
    fn make(
        key: &Bound<'_, PyAny>,
        hash: Py_hash_t,
        callback: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let weak = Self::new(key, callback)?;
        weak.cache_hash(hash);
        Ok(weak)
    }

    fn adopt<'py>(
        object: &Bound<'py, PyAny>,
        callback: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Adopted<'py, Self>>> {
        let weak = weak_ref::expect(object)?;
        let Some(key) = weak.upgrade(object.py()) else {
            return Ok(None);
        };
        let hash = hash_of(object)?;
        // Of a subclass nobody knows what `hash` it has: it would not be found when it dies.
        let own = if weak.is_exact() && weak.calls(callback) {
            weak.clone_ref(object.py())
        } else {
            Self::make(&key, hash, callback)?
        };
        Ok(Some((own, hash, key.release())))
    }

    #[inline]
    fn as_weak(&self) -> Option<&WeakRef> {
        Some(self)
    }
}

impl WeakKey for WeakRef {
    #[inline]
    fn weak(&self) -> &WeakRef {
        self
    }

    fn hash_of_item(item: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
        hash_of_referent(item)
    }

    fn hash_by_identity(object: &Bound<'_, PyAny>) -> Option<Py_hash_t> {
        is_keyed_by_identity(object).then(|| address_hash(object.as_ptr()))
    }

    #[inline]
    fn compare_objects(own: &Bound<'_, PyAny>, wanted: &Bound<'_, PyAny>) -> Verdict {
        compare_referents(own, wanted)
    }
}

impl Key for WeakIdRef {
    const IS_WEAK: bool = true;
    const IS_IDENTITY: bool = true;

    #[inline]
    fn hash(key: &Bound<'_, PyAny>, _role: Role) -> PyResult<Py_hash_t> {
        if !is_referenceable(key) {
            // The interpreter finds the words of the error.
            WeakRef::canonical(key)?;
        }
        Ok(address_hash(key.as_ptr()))
    }

    #[inline]
    fn can_be(key: &Bound<'_, PyAny>) -> bool {
        is_referenceable(key)
    }

    #[inline]
    fn make(key: &Bound<'_, PyAny>, _: Py_hash_t, callback: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::new(key, callback)
    }

    fn adopt<'py>(
        object: &Bound<'py, PyAny>,
        callback: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Adopted<'py, Self>>> {
        let py = object.py();
        let Some(key) = weak_ref::expect(object)?.upgrade(py) else {
            return Ok(None);
        };
        let hash = address_hash(key.as_ptr());
        let own =
            Self::from_object(object).filter(|own| own.is_exact(py) && own.weak().calls(callback));
        let own = match own {
            Some(own) => own.clone_ref(py),
            None => Self::new(&key, callback)?,
        };
        Ok(Some((own, hash, key.release())))
    }

    #[inline]
    fn as_weak(&self) -> Option<&WeakRef> {
        Some(self.weak())
    }
}

impl WeakKey for WeakIdRef {
    #[inline]
    fn weak(&self) -> &WeakRef {
        self.weak()
    }

    fn hash_of_item(item: &Bound<'_, PyAny>) -> PyResult<Py_hash_t> {
        Self::hash(item, Role::SetElement)
    }

    #[inline]
    fn hash_by_identity(object: &Bound<'_, PyAny>) -> Option<Py_hash_t> {
        Some(address_hash(object.as_ptr()))
    }

    #[inline]
    fn compare_objects(own: &Bound<'_, PyAny>, wanted: &Bound<'_, PyAny>) -> Verdict {
        if own.is(wanted) {
            Verdict::Same
        } else {
            Verdict::Different
        }
    }
}
