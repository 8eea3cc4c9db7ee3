//! What is new in a batch: each row against what the store knew of the same thing when it was read.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::append::Appended;
use super::rank::{FilesFirst, made, rank};
use crate::model::{ChannelId, Observation, PostId, State, Value, Window};

/// What a value is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key<'a>(&'a ChannelId, Option<&'a PostId>, &'a str, Option<&'a str>, Window, NaiveDate, NaiveDate);

pub(super) fn key(row: &Observation) -> Key<'_> {
    let reading = &row.reading;
    let (post, dimension) = (reading.post.as_ref(), reading.dimension.as_deref());
    Key(&row.channel, post, &reading.metric, dimension, reading.window, reading.start, reading.end)
}

/// A value that is in the store.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    pub(super) seen: DateTime<Utc>,
    pub(super) value: Option<Value>,
    pub(super) state: State,
    pub(super) source: String,
    pub(super) run: String,
    /// How much its source is believed.
    pub(super) rank: u8,
}

impl Known {
    fn of(row: &Observation, files_first: bool) -> Self {
        Self {
            seen: truncated(row.seen),
            value: row.reading.value,
            state: row.reading.state,
            source: row.source.clone(),
            run: row.run.clone(),
            rank: rank(&row.source, files_first),
        }
    }

    /// Its place among those of the same rank, without regard to whether it says anything.
    fn place(&self) -> (&str, DateTime<Utc>, &str) {
        (made(&self.source), self.seen, &self.run)
    }

    fn says(&self) -> bool {
        !matches!(self.state, State::Refused | State::Unreadable)
    }

    /// Whether the newer row is kept although the older says the same: it may outlive it in the order of its kind. What the
    /// interface says anew is known; two files that agree are both kept, or a third, made between them, would change what
    /// stands after the later of them.
    fn covers(&self, newer: &Self) -> bool {
        self.rank == newer.rank && same(self, newer) && made(&self.source) == made(&newer.source)
    }
}

/// The one that stands, as `resolve::latest` finds it.
fn standing<'k>(known: impl Iterator<Item = &'k Known>) -> Option<&'k Known> {
    let mut best: [Option<&Known>; 4] = [None; 4];
    for one in known {
        let slot = &mut best[usize::from(one.rank)];
        if slot.is_none_or(|other| (other.says(), other.place()) <= (one.says(), one.place())) {
            *slot = Some(one);
        }
    }
    best.into_iter().flatten().max_by_key(|one| (one.value.is_some(), one.rank))
}

/// The table keeps microseconds.
fn truncated(moment: DateTime<Utc>) -> DateTime<Utc> {
    super::frame::moment_of(moment.timestamp_micros())
}

/// The rows that say something that was not known when they were read.
pub(super) fn fresh_rows<'a>(
    rows: &[&'a Observation],
    known: &HashMap<usize, Vec<Known>>,
    files_first: &FilesFirst,
    counts: &mut Appended,
) -> Vec<&'a Observation> {
    let mut added: HashMap<Key<'a>, Vec<Known>> = HashMap::new();
    let mut fresh = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let first = files_first.contains(&row.channel);
        let mine = Known::of(row, first);
        let stored = known.get(&place).into_iter().flatten().cloned();
        let stored = stored.map(|it| Known { rank: rank(&it.source, first), ..it });
        let earlier: Vec<Known> = stored.chain(added.get(&key(row)).into_iter().flatten().cloned()).collect();
        let there = earlier.iter().any(|it| it.seen == mine.seen && it.source == mine.source && same(it, &mine));
        let before = || earlier.iter().filter(|it| it.seen <= mine.seen);
        let mates = before().filter(|it| it.rank == mine.rank && it.place() <= mine.place());
        if there || mates.max_by_key(|it| it.place()).is_some_and(|mate| mate.covers(&mine)) {
            counts.unchanged += 1;
            continue;
        }
        *count(standing(before()), &mine, counts) += 1;
        added.entry(key(row)).or_default().push(mine);
        fresh.push(*row);
    }
    fresh
}

/// What becomes of a row where this one stood.
fn count<'c>(stood: Option<&Known>, mine: &Known, counts: &'c mut Appended) -> &'c mut u64 {
    let Some(stood) = stood else { return &mut counts.new };
    let behind = match stood.rank.cmp(&mine.rank) {
        std::cmp::Ordering::Greater => stood.value.is_some(),
        std::cmp::Ordering::Equal => made(&stood.source) > made(&mine.source),
        std::cmp::Ordering::Less => stood.value.is_some() && mine.value.is_none(),
    };
    match (same(stood, mine), behind, stood.value == mine.value) {
        (true, ..) | (_, true, true) => &mut counts.unchanged,
        (_, true, false) => &mut counts.stood_back,
        (_, false, true) => &mut counts.settled,
        (_, false, false) => &mut counts.restated,
    }
}

fn same(left: &Known, right: &Known) -> bool {
    left.value == right.value && left.state == right.state
}
