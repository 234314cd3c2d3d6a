//! Creating the value of a key once: one maker at a time, for whom the others wait.
//!
//! Who finds no value claims the key: a table of its own holds the keys that are being made, each
//! with its [`Turn`]. Who finds a claim waits for its turn to end, and looks again. Who has the claim
//! looks once more, because another maker may have ended just before, and then makes the value.
//!
//! A claim ends with its maker: when the value is there, when making it failed or panicked, when its
//! future is dropped. The next one then finds the value or claims the key. A value that was dead by
//! then is made again.

use core::convert::Infallible;

use super::claims::Claim;
use super::find::FindGiven;
use super::held::Held;
use super::map::{Map, locate_asking};
use super::query::{ByQuery, Memory};
use super::side::{CopyOut, Side};
use super::turn::Turn;
use crate::room::no_room;
use crate::table::Search;

/// A key that was given, to be compared and inserted.
struct Asked<'a, K: Side + 'a> {
    hash: u64,
    key: K,
    owner: K::Owner<'a>,
    guard: K::Guard,
}

impl<'a, K: Side + 'a> Asked<'a, K> {
    fn new(hash: u64, given: K::Given<'a>) -> Self {
        let (mut key, owner) = K::new(given);
        let guard = key.guard().expect("who gives a key owns it");
        Self {
            hash,
            key,
            owner,
            guard,
        }
    }
}

/// What is to be done for a key.
enum Next<'a, K, V> {
    Take(V),
    Wait(Turn),
    Make(Claim<'a, K>),
}

impl<K: Side, V: CopyOut, F: FindGiven<K>, H: Held<K, V>> Map<K, V, F, H> {
    /// The value beside `key`; if there is none, or it is dead, the one that `make_value` returns,
    /// which is put there.
    pub(crate) fn get_or_insert_with(
        &self,
        key: K::Given<'_>,
        make_value: impl FnOnce() -> V::Out,
    ) -> V::Out {
        let Ok(value) = self.get_or_try_insert_with(key, |_| Ok::<_, Infallible>(make_value()));
        value
    }

    /// As [`Map::get_or_insert_with`], with a maker that sees the key and may fail.
    pub(crate) fn get_or_try_insert_with<E>(
        &self,
        key: K::Given<'_>,
        make_value: impl FnOnce(&K::Guard) -> Result<V::Out, E>,
    ) -> Result<V::Out, E> {
        let (hash, found) = self.look_for(&key);
        if let Some(found) = found {
            return Ok(found);
        }
        let asked = Asked::<K>::new(hash, key);
        loop {
            match self.next(&asked) {
                Next::Take(value) => return Ok(value),
                Next::Wait(turn) => turn.wait(),
                Next::Make(claim) => {
                    let made = claim.turn.make(|| make_value(&asked.guard))?;
                    return Ok(self.put(asked, made));
                }
            }
        }
    }

    /// As [`Map::get_or_insert_with`], for makers that are futures.
    #[cfg(feature = "async")]
    pub(crate) async fn get_or_insert_with_async<M: Future<Output = V::Out>>(
        &self,
        key: K::Given<'_>,
        make_value: impl FnOnce() -> M,
    ) -> V::Out {
        let make_value = || {
            let making = make_value();
            async { Ok::<_, Infallible>(making.await) }
        };
        let Ok(value) = self.get_or_try_insert_with_async(key, make_value).await;
        value
    }

    /// As [`Map::get_or_try_insert_with`], for makers that are futures.
    #[cfg(feature = "async")]
    pub(crate) async fn get_or_try_insert_with_async<E, M>(
        &self,
        key: K::Given<'_>,
        make_value: impl FnOnce() -> M,
    ) -> Result<V::Out, E>
    where
        M: Future<Output = Result<V::Out, E>>,
    {
        let (hash, found) = self.look_for(&key);
        if let Some(found) = found {
            return Ok(found);
        }
        let asked = Asked::<K>::new(hash, key);
        loop {
            match self.next(&asked) {
                Next::Take(value) => return Ok(value),
                Next::Wait(turn) => turn.wait_async().await,
                Next::Make(claim) => {
                    let making = claim.turn.make(make_value);
                    let made = claim.turn.make_async(making).await?;
                    return Ok(self.put(asked, made));
                }
            }
        }
    }

    /// The value beside `key`; if there is none, or it is dead, `value`, which is put there. Nobody
    /// is waited for.
    pub(crate) fn get_or_insert(&self, key: K::Given<'_>, value: V::Given<'_>) -> V::Out {
        let (hash, found) = self.look_for(&key);
        if let Some(found) = found {
            return found;
        }
        self.put(Asked::new(hash, key), V::take(value))
    }

    fn look_for(&self, key: &K::Given<'_>) -> (u64, Option<V::Out>) {
        let query = F::query(key);
        let hash = self.hasher().hash(query);
        (hash, self.get_hashed(hash, query))
    }

    fn next(&self, asked: &Asked<'_, K>) -> Next<'_, K, V::Out> {
        let query = F::query_guarded(&asked.guard);
        if let Some(found) = self.get_hashed(asked.hash, query) {
            return Next::Take(found);
        }
        let claim = match self.claim(asked) {
            Ok(claim) => claim,
            Err(turn) => return Next::Wait(turn),
        };
        match self.get_hashed(asked.hash, query) {
            Some(found) => Next::Take(found),
            None => Next::Make(claim),
        }
    }

    /// Claims the key, or returns the turn of who has claimed it.
    fn claim(&self, asked: &Asked<'_, K>) -> Result<Claim<'_, K>, Turn> {
        let claims = self.claims();
        let query = F::query_guarded(&asked.guard);
        let key = K::of_guard(&asked.guard);
        let turn = Turn::new().unwrap_or_else(|_| no_room());
        let mut memory = Memory::<K, F::Kept>::new();
        let mut compare = ByQuery::<K, F, F::Query>::new(query, &mut memory.kept);
        let search = memory.search.insert(Search::new(asked.hash));
        let mut table = claims.lock();
        let step = search.begin(&mut table, &mut compare);
        let lock = || claims.lock();
        let (mut table, slot) = locate_asking(lock, asked.hash, compare, search, table, step);
        if let Some(slot) = slot {
            return Err(table.value(slot).clone());
        }
        if table.try_reserve(1).is_err() {
            drop(table);
            no_room();
        }
        table.insert(asked.hash, key, turn.clone());
        drop(table);
        Ok(Claim {
            claims,
            hash: asked.hash,
            turn,
        })
    }

    /// Puts `made` beside the key that was asked for, if there is still no value, and returns the
    /// value that is there then.
    fn put<'a>(&self, asked: Asked<'a, K>, made: V::Out) -> V::Out
    where
        K: 'a,
    {
        let Asked {
            hash,
            key,
            owner,
            guard,
        } = asked;
        // Before the lock: it may be a clone.
        let value = V::give(&made);
        let mut memory = Memory::new();
        let (mut table, slot) = self.locate(hash, F::query_guarded(&guard), &mut memory);
        match slot {
            Some(slot) => match table.value_mut(slot).snapshot() {
                Some(found) => {
                    drop(table);
                    return V::finish(found);
                }
                None => drop(self.replace(table, slot, value)),
            },
            None => self.add_side(table, hash, key, owner, value),
        }
        made
    }
}
