//! The order of insertion, written down when somebody asks for it.

use super::entries::Entries;
use super::reserve::TryReserveError;
use super::slot::Line;
use alloc::vec::Vec;

/// The entries of a table in the order of their insertion, and where they are.
///
/// It is made when it is asked for, and kept up while it is of use: insertions add to it. Removals do
/// not touch it: a line whose entry has gone is recognized by the number of the insertion, which no other
/// entry has. As the places stand in it, it is thrown away when entries move.
#[derive(Debug)]
pub(super) struct Order {
    /// Which of all orders this is: a cursor knows its place in one of them.
    pub(super) id: u64,
    lines: Vec<Line>,
    /// The lines before this one are of entries that have gone.
    first: usize,
}

/// More lines than twice the entries and this are too many.
const SPARE: usize = 32;

impl Order {
    /// That of entries which are not being moved, whose numbers are below `next`.
    ///
    /// O(buckets) if most of the numbers since the oldest entry are in use, else O(buckets + len *
    /// log len).
    pub(super) fn try_new<K, V>(
        id: u64,
        entries: &Entries<K, V>,
        next: u32,
    ) -> Result<Self, TryReserveError> {
        let numbered = || {
            entries.slots().filter_map(|slot| {
                let number = entries.get(slot)?.number;
                Some(Line { number, slot })
            })
        };
        let oldest = numbered().map(|line| line.number).min().unwrap_or(next);
        let span = (next - oldest) as usize;
        let mut lines = try_vec(entries.len())?;
        if span / SPARSE > entries.len() {
            lines.extend(numbered());
            lines.sort_unstable_by_key(|line: &Line| line.number);
        } else {
            // No comparisons: each line has its place.
            let mut sparse = try_vec(span)?;
            sparse.resize(span, None);
            numbered().for_each(|line| sparse[(line.number - oldest) as usize] = Some(line.slot));
            let numbered = (oldest..).zip(sparse);
            lines.extend(numbered.filter_map(|(number, slot)| {
                Some(Line {
                    number,
                    slot: slot?,
                })
            }));
        }
        let first = 0;
        Ok(Self { id, lines, first })
    }

    /// Adds the newest entry; says whether there was memory for it.
    pub(super) fn push(&mut self, line: Line) -> bool {
        let has_room = self.lines.try_reserve(1).is_ok();
        if has_room {
            self.lines.push(line);
        }
        has_room
    }

    /// Whether most lines are of entries that have gone, when there are `len`.
    pub(super) fn is_stale(&self, len: usize) -> bool {
        self.lines.len() - self.first > 2 * len + SPARE
    }

    #[inline]
    pub(super) fn line(&self, at: u32) -> Option<Line> {
        self.lines.get(at as usize).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The first line of a number that is not below `number`.
    pub(super) fn position(&mut self, number: u32, is_there: impl Fn(Line) -> bool) -> u32 {
        let gone = |line: &&Line| !is_there(**line);
        self.first += self.lines[self.first..].iter().take_while(gone).count();
        let left = &self.lines[self.first..];
        let passed = left.partition_point(|line| line.number < number);
        (self.first + passed) as u32
    }

    /// The last line of an entry that is there.
    pub(super) fn last(&mut self, is_there: impl Fn(Line) -> bool) -> Option<Line> {
        while let Some(&last) = self.lines.last() {
            if is_there(last) {
                return Some(last);
            }
            self.lines.pop();
            self.first = self.first.min(self.lines.len());
        }
        None
    }

    /// Leaves the lines for which `renumber` returns another number than before, with this.
    pub(super) fn renumber(&mut self, mut renumber: impl FnMut(Line) -> Option<u32>) {
        self.lines.retain_mut(|line| match renumber(*line) {
            Some(number) => {
                line.number = number;
                true
            }
            None => false,
        });
        self.first = 0;
    }
}

/// If there are more than so many numbers for each entry, the lines are sorted.
const SPARSE: usize = 6;

pub(super) fn try_vec<T>(room: usize) -> Result<Vec<T>, TryReserveError> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(room).map_err(|_| TryReserveError)?;
    Ok(vec)
}
