//! The operations of sets, on the content of a weak set and any other operand.

pub(crate) mod operand;

use std::cmp::Ordering;

use pyo3::prelude::*;
use weakly_pyo3::content::by_key::{Hashed, Keys};
use weakly_pyo3::content::key::WeakKey;
use weakly_pyo3::content::put::IfPresent;
use weakly_pyo3::content::source;
use weakly_pyo3::interpreter::interrupt::{self, in_turn};
use weakly_pyo3::interpreter::vector;

use crate::classes::set_operations::operand::{Again, Distinct, Operand, Other};

type Items<K> = Keys<(), K>;

/// Adds the items of `other`.
pub(crate) fn update<K: WeakKey>(own: &Items<K>, other: Other<'_, '_, K>) -> PyResult<()> {
    let py = other.object.py();
    if let Some(set) = other.set {
        return own.update_from(py, set, IfPresent::Keep);
    }
    if own.update_from_keys(other.object)? {
        return Ok(());
    }
    own.expect_len(py, source::len_hint(other.object))?;
    for item in interrupt::items(other.object)? {
        own.insert(&item?, (), IfPresent::Keep)?;
    }
    Ok(())
}

/// Fills `new`, which is empty, with the items of `other` that are also in `own`.
pub(crate) fn intersection<K: WeakKey>(
    own: &Items<K>,
    other: Other<'_, '_, K>,
    new: &Items<K>,
) -> PyResult<()> {
    let py = other.object.py();
    if let Some(set) = other.set {
        return new.refer_to(py, those_in(py, own, &Operand::Weak(py, set), true)?);
    }
    let mut common = Vec::new();
    for item in interrupt::items(other.object)? {
        let item = item?;
        if own.has(&item)? {
            vector::push(&mut common, item)?;
        }
    }
    new.expect_len(py, common.len())?;
    for item in in_turn(py, &common) {
        new.insert(item?, (), IfPresent::Keep)?;
    }
    Ok(())
}

/// Keeps only the items that are also in `other`.
pub(crate) fn intersection_update<K: WeakKey>(
    own: &Items<K>,
    other: Other<'_, '_, K>,
) -> PyResult<()> {
    let py = other.object.py();
    if cfg!(Py_3_11) && other.set.is_none() {
        let items = operand::hashed(other.object, K::hash_of_item)?;
        let most = source::len_hint(other.object);
        let seen = Distinct::<K>::with_capacity(py, most.min(own.len(py)))?;
        return own.keep(py, items, most, |item, hash| seen.add(item, hash));
    }
    let items = other.operand(K::hash_of_item, Again::IsThere)?.live()?;
    let most = items.len();
    own.keep(py, in_turn(py, items), most, |_, _| Ok(true))
}

/// Removes the items of `other`, which is another set than `own`.
pub(crate) fn difference_update<K: WeakKey>(
    own: &Items<K>,
    other: Other<'_, '_, K>,
) -> PyResult<()> {
    let py = other.object.py();
    if let Some(set) = other.set {
        for each in in_turn(py, set.live_hashed(py)?) {
            let (item, hash, ()) = each?;
            own.delete_hashed(&item, hash)?;
        }
        return Ok(());
    }
    for item in interrupt::items(other.object)? {
        own.delete(&item?)?;
    }
    Ok(())
}

/// Fills `new`, which is empty, with the items that are in `own` or in `other`, but not in both.
pub(crate) fn symmetric_difference<K: WeakKey>(
    own: &Items<K>,
    other: Other<'_, '_, K>,
    new: &Items<K>,
) -> PyResult<()> {
    let py = other.object.py();
    let other = other.operand(Items::<K>::hash, Again::IsCompared)?;
    let mut items = Vec::new();
    for each in in_turn(py, own.live_hashed(py)?) {
        let (item, hash, ()) = each?;
        if !other.take(&item, hash)? {
            vector::push(&mut items, (item, hash, ()))?;
        }
    }
    let mut others = match other {
        Operand::Weak(..) => those_in(py, own, &other, false)?,
        // What is left of them is not here.
        Operand::Strong(_) => other.live()?,
    };
    vector::append(&mut items, &mut others)?;
    new.refer_to(py, items)
}

/// Removes the items that are also in `other`, another set than `own`, and adds its other items.
pub(crate) fn symmetric_difference_update<K: WeakKey>(
    own: &Items<K>,
    other: Other<'_, '_, K>,
) -> PyResult<()> {
    let py = other.object.py();
    let other = other.operand(Items::<K>::hash, Again::IsCompared)?;
    for each in in_turn(py, other.live()?) {
        let (item, hash, ()) = each?;
        own.toggle(&item, hash, ())?;
    }
    Ok(())
}

/// `own <= other`, or `own < other` if `is_strict`.
pub(crate) fn is_subset<K: WeakKey>(
    own: &Items<K>,
    other: Other<'_, '_, K>,
    is_strict: bool,
) -> PyResult<bool> {
    let py = other.object.py();
    // As a `set`, which reads no more of an iterable than it must.
    if cfg!(Py_3_12) && !is_strict && other.set.is_none() {
        let within = Distinct::within(own, other.object, K::hash_of_item)?;
        return Ok(within.len() == own.len(py));
    }
    // The strict one makes a set of the references: that has another message for what has no hash.
    let hash = if is_strict {
        Items::<K>::hash
    } else {
        K::hash_of_item
    };
    let other = other.operand(hash, Again::IsThere)?;
    match own.len(py).cmp(&other.len(py)) {
        Ordering::Greater => Ok(false),
        Ordering::Equal if is_strict => Ok(false),
        _ => is_contained(py, own, &other),
    }
}

/// `own >= other`, or `own > other` if `is_strict`.
pub(crate) fn is_superset<K: WeakKey>(
    own: &Items<K>,
    other: Other<'_, '_, K>,
    is_strict: bool,
) -> PyResult<bool> {
    let py = other.object.py();
    // As in `is_subset`.
    if cfg!(Py_3_11) && !is_strict && other.set.is_none() {
        return contains_each(own, other.object);
    }
    let other = other.operand(Items::<K>::hash, Again::IsThere)?;
    match own.len(py).cmp(&other.len(py)) {
        Ordering::Less => Ok(false),
        Ordering::Equal if is_strict => Ok(false),
        _ => contains_all(py, own, &other),
    }
}

/// `own == other`
pub(crate) fn are_equal<K: WeakKey>(own: &Items<K>, other: Other<'_, '_, K>) -> PyResult<bool> {
    let py = other.object.py();
    let other = other.operand(Items::<K>::hash, Again::IsThere)?;
    Ok(own.len(py) == other.len(py) && is_contained(py, own, &other)?)
}

/// Whether no item of an iterable is in the set. It is read to its end, as for an intersection.
pub(crate) fn are_disjoint<K: WeakKey>(
    own: &Items<K>,
    iterable: &Bound<'_, PyAny>,
) -> PyResult<bool> {
    let mut are_disjoint = true;
    for item in interrupt::items(iterable)? {
        are_disjoint &= !own.has(&item?)?;
    }
    Ok(are_disjoint)
}

/// The items of `other` that are in `own`, or those that are not.
fn those_in<'py, K: WeakKey>(
    py: Python<'py>,
    own: &Items<K>,
    other: &Operand<'_, 'py, K>,
    are_in: bool,
) -> PyResult<Vec<Hashed<'py>>> {
    let mut found = Vec::new();
    for each in in_turn(py, other.live()?) {
        let (item, hash, ()) = each?;
        if own.contains_hashed(&item, hash)? == are_in {
            vector::push(&mut found, (item, hash, ()))?;
        }
    }
    Ok(found)
}

/// Whether all items of `other` are in `own`.
fn contains_all<K: WeakKey>(
    py: Python<'_>,
    own: &Items<K>,
    other: &Operand<'_, '_, K>,
) -> PyResult<bool> {
    for each in in_turn(py, other.live()?) {
        let (item, hash, ()) = each?;
        if !own.contains_hashed(&item, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether all items of an iterable are in `own`. It is read up to the first that is not.
fn contains_each<K: WeakKey>(own: &Items<K>, iterable: &Bound<'_, PyAny>) -> PyResult<bool> {
    for item in interrupt::items(iterable)? {
        if !own.contains(&item?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether all items of `own` are in `other`.
fn is_contained<K: WeakKey>(
    py: Python<'_>,
    own: &Items<K>,
    other: &Operand<'_, '_, K>,
) -> PyResult<bool> {
    for each in in_turn(py, own.live_hashed(py)?) {
        let (item, hash, ()) = each?;
        if !other.contains(&item, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}
