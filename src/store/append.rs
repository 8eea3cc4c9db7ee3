//! Appending a run: what is new or different is kept, what is known already is counted.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};
use polars::prelude::*;

use super::frame::{Rows, from_observations, from_posts, must, must_moment, to_posts};
use super::fresh::{Key, Known, fresh_rows, key};
use super::schema::Kind;
use super::table::{Committed, Intent, Snapshot, Table};
use super::view::{Range, bounded};
use super::{Store, StoreError, blocking, computed, parquet};
use crate::model::{ChannelId, Observation, Post, PostId, State, Value};

/// Rows per file: a longer history is cut into several.
const ROWS_PER_FILE: usize = 4_000_000;

/// What one run brought.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// The values.
    pub observations: &'a [Observation],
    /// The posts.
    pub posts: &'a [Post],
    /// The stable name of what collects, e.g. `collect/fb-kommun`; not a new name per run.
    pub application: &'a str,
    /// The run's number: grows from run to run of the same application.
    pub version: i64,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appended {
    /// Values of something that was not known before.
    pub new: u64,
    /// Values that differ from what was known.
    pub restated: u64,
    /// The value that was known, in another state: preliminary values that are settled now.
    pub settled: u64,
    /// What was known already: nothing to tell. Kept again only where another source says it too.
    pub unchanged: u64,
    /// Values that differ from the one that stands, of a source that is believed less, or of an older file: kept beside it.
    pub stood_back: u64,
    /// Posts that were not known before.
    pub posts_new: u64,
    /// Posts whose text, link or kind changed.
    pub posts_changed: u64,
    /// Rows that a decision on retention would have removed already; not kept.
    pub too_old: u64,
    /// The same run had landed before: nothing was done.
    pub skipped_duplicate_run: bool,
}

impl Store {
    /// Appends what is new in the batch. The same application and version again appends nothing, also after a crash
    /// between the two tables: each remembers for itself.
    pub async fn append(&self, batch: Batch<'_>) -> Result<Appended, StoreError> {
        self.check(&batch)?;
        let observations = allowed(batch.observations, |row| self.kept.allows(row));
        let posts = allowed(batch.posts, |post| self.kept.allows_post(post));
        let all = batch.observations.len() + batch.posts.len();
        let batch = Batch { observations: &observations, posts: &posts, ..batch };
        let too_old = all - observations.len() - posts.len();
        if too_old > 0 {
            tracing::info!(batch.application, too_old, "not kept: older than the decision on retention allows");
        }
        let mut appended = Appended { too_old: too_old as u64, ..Appended::default() };
        let posts = self.append_posts(&batch, &mut appended).await?;
        let observations = self.append_observations(&batch, &mut appended).await?;
        appended.skipped_duplicate_run = !posts && !observations;
        Ok(appended)
    }

    fn check(&self, batch: &Batch<'_>) -> Result<(), StoreError> {
        if batch.application.is_empty() || batch.application.starts_with("rewrite/") {
            return Err(StoreError::Wrong(format!("`{}` as the name of what collects", batch.application)));
        }
        let stranger =
            batch.observations.iter().map(|it| &it.organisation).chain(batch.posts.iter().map(|it| &it.organisation));
        if let Some(stranger) = stranger.into_iter().find(|it| **it != self.organisation) {
            return Err(StoreError::Wrong(format!("a row of `{stranger}` in the store of `{}`", self.organisation)));
        }
        for row in batch.observations {
            let reading = &row.reading;
            if reading.value.is_some() != reading.state.has_value() {
                let what = format!(
                    "`{}` of {}: state {:?} and value {:?}",
                    reading.metric, row.channel, reading.state, reading.value
                );
                return Err(StoreError::Wrong(what));
            }
            if reading.start >= reading.end {
                let what = format!(
                    "`{}` of {}: {} to {} is no stretch",
                    reading.metric, row.channel, reading.start, reading.end
                );
                return Err(StoreError::Wrong(what));
            }
        }
        Ok(())
    }

    /// Whether the run was new to the table.
    async fn append_posts(&self, batch: &Batch<'_>, appended: &mut Appended) -> Result<bool, StoreError> {
        if batch.posts.is_empty() {
            return Ok(false);
        }
        loop {
            let snapshot = self.posts.snapshot().await?;
            if landed(&self.posts, &snapshot, batch).await? {
                return Ok(false);
            }
            let known = self.known_posts(&snapshot, batch.posts).await?;
            let (rows, new, changed) = fresh_posts(batch.posts, known);
            if rows.is_empty()
                || put(&self.posts, &snapshot, batch, from_posts(&rows)?, Kind::Posts, latest_post(&rows)).await?
            {
                (appended.posts_new, appended.posts_changed) = (new, changed);
                return Ok(true);
            }
        }
    }

    /// What the store holds of the posts' channels.
    async fn known_posts(&self, snapshot: &Snapshot, posts: &[Post]) -> Result<Vec<Post>, StoreError> {
        let (files, organisation) = (snapshot.files.clone(), self.organisation.clone());
        let channels = posts.iter().map(|post| post.channel.as_str().to_owned()).collect();
        let range = Range { channels, ..Range::default() };
        blocking(move || to_posts(&computed(bounded(Kind::Posts, &files, &range)?)?, &organisation)).await
    }

    /// Whether the run was new to the table.
    async fn append_observations(&self, batch: &Batch<'_>, appended: &mut Appended) -> Result<bool, StoreError> {
        if batch.observations.is_empty() {
            return Ok(false);
        }
        // The same key twice in one answer set (overlapping slices, a post on two pages) is one row, the later answer.
        let rows = within_batch(batch.observations);
        loop {
            let snapshot = self.observations.snapshot().await?;
            if landed(&self.observations, &snapshot, batch).await? {
                return Ok(false);
            }
            let known = known_values(&snapshot, &rows).await?;
            let doubled = batch.observations.len() - rows.len();
            let mut counts = Appended { unchanged: doubled as u64, ..*appended };
            let fresh = fresh_rows(&rows, &known, &self.files_first, &mut counts);
            let seen = fresh.iter().map(|row| row.seen).max();
            if fresh.is_empty()
                || put(&self.observations, &snapshot, batch, from_observations(&fresh)?, Kind::Observations, seen)
                    .await?
            {
                *appended = counts;
                return Ok(true);
            }
        }
    }
}

/// The rows that may be kept: all of them, as they are, where nothing forbids one.
fn allowed<T: Clone>(rows: &[T], may: impl Fn(&T) -> bool) -> Cow<'_, [T]> {
    if rows.iter().all(&may) { Cow::Borrowed(rows) } else { rows.iter().filter(|row| may(row)).cloned().collect() }
}

async fn landed(table: &Table, snapshot: &Snapshot, batch: &Batch<'_>) -> Result<bool, StoreError> {
    Ok(table.last_version(snapshot, batch.application).await?.is_some_and(|last| last >= batch.version))
}

/// Puts the frame and commits it. Not committed: the same run landed meanwhile, and the caller asks again.
async fn put(
    table: &Table,
    snapshot: &Snapshot,
    batch: &Batch<'_>,
    frame: DataFrame,
    kind: Kind,
    seen: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let encoded = blocking(move || {
        let offsets = (0..frame.height()).step_by(ROWS_PER_FILE);
        let parts = offsets.map(|offset| frame.slice(i64::try_from(offset).unwrap_or(i64::MAX), ROWS_PER_FILE));
        Ok(parts.map(|part| parquet::encode(&part, kind)).collect::<PolarsResult<Vec<_>>>()?)
    })
    .await?;
    let mut files = Vec::new();
    for file in encoded {
        files.push(table.put(file, seen.unwrap_or_default()).await?);
    }
    let intent = Intent::Append { application: batch.application, version: batch.version };
    Ok(table.commit(snapshot, files, intent).await? == Committed::Yes)
}

/// The rows of the batch in the order of their reading, one per key and moment.
fn within_batch(observations: &[Observation]) -> Vec<&Observation> {
    let mut rows: Vec<&Observation> = Vec::with_capacity(observations.len());
    let mut places: HashMap<(Key<'_>, i64, &str), usize> = HashMap::with_capacity(observations.len());
    for row in observations {
        match places.entry((key(row), row.seen.timestamp_micros(), row.source.as_str())) {
            Entry::Occupied(place) => rows[*place.get()] = row,
            Entry::Vacant(place) => {
                place.insert(rows.len());
                rows.push(row);
            }
        }
    }
    rows.sort_by_key(|row| row.seen);
    rows
}

/// The columns that say what a value is of; empty texts stand for none, so that they join.
fn keys() -> [Expr; 7] {
    [
        col("channel"),
        col("object").fill_null(lit("")),
        col("metric"),
        col("dimension").fill_null(lit("")),
        col("window"),
        col("start"),
        col("end"),
    ]
}

/// What the store holds for the keys of the rows, by the row's place.
async fn known_values(snapshot: &Snapshot, rows: &[&Observation]) -> Result<HashMap<usize, Vec<Known>>, StoreError> {
    let frame = from_observations(rows)?;
    let range = Range {
        channels: rows.iter().map(|row| row.channel.as_str().to_owned()).collect(),
        metrics: rows.iter().map(|row| row.reading.metric.clone()).collect(),
        start: rows.iter().map(|row| row.reading.start).min(),
        end: rows.iter().map(|row| row.reading.start).max(),
        ..Range::default()
    };
    let files = snapshot.files.clone();
    blocking(move || {
        let asked = frame.lazy().select(keys()).with_row_index("row", None);
        let names = ["channel", "object", "metric", "dimension", "window", "start", "end"];
        let on: Vec<Expr> = names.iter().map(|name| col(*name)).collect();
        let values = ["value", "decimal", "state", "seen", "source", "run"].map(col);
        let stored =
            bounded(Kind::Observations, &files, &range)?.select([keys().as_slice(), values.as_slice()].concat());
        let found = computed(asked.join(stored, &on, &on, JoinArgs::new(JoinType::Inner)))?;
        read_known(&found)
    })
    .await
}

fn read_known(found: &DataFrame) -> Result<HashMap<usize, Vec<Known>>, StoreError> {
    let rows = Rows(found);
    let (row, value, seen) = (rows.whole("row")?, rows.whole("value")?, rows.whole("seen")?);
    let (decimal, state) = (rows.decimal("decimal")?, rows.text("state")?);
    let (source, run) = (rows.text("source")?, rows.text("run")?);
    let mut known: HashMap<usize, Vec<Known>> = HashMap::new();
    for at in 0..found.height() {
        let source = must(source, at)?.to_owned();
        let place = row.get(at).and_then(|row| usize::try_from(row).ok()).unwrap_or_default();
        known.entry(place).or_default().push(Known {
            seen: must_moment(&seen, at)?,
            value: value.get(at).map(Value::Whole).or_else(|| decimal.get(at).map(Value::Decimal)),
            state: super::frame::word(state, at, State::parse)?,
            source,
            run: must(run, at)?.to_owned(),
            rank: 0,
        });
    }
    Ok(known)
}

/// The posts that are new or changed, and how many of each.
fn fresh_posts(posts: &[Post], known: Vec<Post>) -> (Vec<&Post>, u64, u64) {
    let mut latest: HashMap<(ChannelId, PostId), Post> = HashMap::new();
    for post in known {
        remember(&mut latest, post);
    }
    let (mut fresh, mut new, mut changed) = (Vec::new(), 0, 0);
    for post in posts {
        match latest.get(&(post.channel.clone(), post.id.clone())) {
            Some(before) if content(before) == content(post) => continue,
            Some(_) => changed += 1,
            None => new += 1,
        }
        fresh.push(post);
        remember(&mut latest, post.clone());
    }
    (fresh, new, changed)
}

fn remember(latest: &mut HashMap<(ChannelId, PostId), Post>, post: Post) {
    match latest.entry((post.channel.clone(), post.id.clone())) {
        Entry::Occupied(mut place) if place.get().seen <= post.seen => {
            place.insert(post);
        }
        Entry::Occupied(_) => {}
        Entry::Vacant(place) => {
            place.insert(post);
        }
    }
}

fn content(post: &Post) -> (i64, &'static str, &str, Option<&str>, Option<&str>) {
    (
        post.published.timestamp_micros(),
        post.format.as_str(),
        &post.text,
        post.permalink.as_deref(),
        post.link.as_deref(),
    )
}

fn latest_post(posts: &[&Post]) -> Option<DateTime<Utc>> {
    posts.iter().map(|post| post.seen).max()
}
