//! Retention (gallring): rows that are older than a decision allows are removed for good. Nothing else ever removes a row.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use polars::prelude::*;

use super::schema::Kind;
use super::table::{Committed, DataFile, Intent, Table};
use super::{Store, StoreError, blocking, computed, parquet};
use crate::model::{Observation, Post};

/// How often it starts again because somebody else rewrote the same files meanwhile.
const ROUNDS: usize = 20;

/// For how many days rows are kept; none: for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Observations, counted from the end of what they cover.
    pub observations: Option<u32>,
    /// Posts, counted from when they were published.
    pub posts: Option<u32>,
}

/// What is weeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weeds {
    /// Observations whose window ended at the day or before.
    Observations,
    /// Posts that were published before the day.
    Posts,
}

impl Store {
    /// The same store, which takes no row that a decision would have removed already: what was weeded does not come back
    /// with the next fetch.
    #[must_use]
    pub fn keeping(mut self, kept: Kept) -> Self {
        self.kept = kept;
        self
    }

    /// How many rows are older than the day (in UTC).
    pub async fn weed_dry(&self, what: Weeds, before: NaiveDate) -> Result<u64, StoreError> {
        let (table, kind) = self.weeded(what);
        let files = candidates(table.snapshot().await?.files, kind, before);
        blocking(move || old_rows(&files, kind, before)).await
    }

    /// Removes every row that is older than the day (in UTC); how many. Takes the rewrite lock, hinders no append, and is
    /// done wholly or not at all. Views that are open keep reading the old files, until a vacuum deletes them.
    pub async fn weed(&self, what: Weeds, before: NaiveDate) -> Result<u64, StoreError> {
        let (table, kind) = self.weeded(what);
        for _ in 0..ROUNDS {
            let snapshot = table.snapshot().await?;
            let files = candidates(snapshot.files.clone(), kind, before);
            let (mut replaced, mut added, mut removed) = (Vec::new(), Vec::new(), 0);
            for file in files {
                let looked = file.clone();
                let (encoded, gone) = blocking(move || without_old(&looked, kind, before)).await?;
                if gone == 0 {
                    continue;
                }
                removed += gone;
                replaced.push(file);
                if let Some(encoded) = encoded {
                    added.push(table.put(encoded, DateTime::UNIX_EPOCH).await?);
                }
            }
            if replaced.is_empty() {
                return Ok(0);
            }
            if table.commit(&snapshot, added, Intent::Weed { replaced: &replaced }).await? == Committed::Yes {
                return Ok(removed);
            }
        }
        Err(StoreError::Racing { organisation: self.organisation.to_string() })
    }

    fn weeded(&self, what: Weeds) -> (&Table, Kind) {
        match what {
            Weeds::Observations => (&self.observations, Kind::Observations),
            Weeds::Posts => (&self.posts, Kind::Posts),
        }
    }
}

impl Kept {
    /// Whether the observation was already too old when it was seen.
    pub(super) fn allows(self, row: &Observation) -> bool {
        self.observations.is_none_or(|days| row.reading.end > limit(row.seen, days))
    }

    /// Whether the post was already too old when it was seen.
    pub(super) fn allows_post(self, post: &Post) -> bool {
        self.posts.is_none_or(|days| post.published.date_naive() >= limit(post.seen, days))
    }
}

/// The day that is so many days before the moment.
pub(super) fn limit(at: DateTime<Utc>, days: u32) -> NaiveDate {
    (at - TimeDelta::days(i64::from(days))).date_naive()
}

/// The files that may hold an old row.
fn candidates(files: Vec<DataFile>, kind: Kind, before: NaiveDate) -> Vec<DataFile> {
    let (column, day) = match kind {
        Kind::Observations => ("end", before.to_string()),
        Kind::Posts => ("published", format!("{before}T00:00:00.000Z")),
    };
    files.into_iter().filter(|file| file.bounds.may_hold(column, None, Some(&day))).collect()
}

/// Which rows are old.
fn old(kind: Kind, before: NaiveDate) -> Expr {
    match kind {
        Kind::Observations => col("end").lt_eq(lit(before)),
        Kind::Posts => {
            let moment = before.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros();
            col("published").lt(lit(moment).cast(DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))))
        }
    }
}

fn old_rows(files: &[DataFile], kind: Kind, before: NaiveDate) -> Result<u64, StoreError> {
    let files: Vec<&DataFile> = files.iter().collect();
    let frame = computed(parquet::scan(kind, &files)?.filter(old(kind, before)).select([col("seen")]))?;
    Ok(frame.height() as u64)
}

/// The file without its old rows, if any are left, and how many those were.
fn without_old(file: &DataFile, kind: Kind, before: NaiveDate) -> Result<(Option<parquet::Encoded>, u64), StoreError> {
    let frame = computed(parquet::scan(kind, &[file])?)?;
    let all = frame.height() as u64;
    if file.bounds.rows.is_some_and(|rows| rows != all) {
        let what = format!("{all} rows read where the log names {:?}; nothing was changed", file.bounds.rows);
        return Err(StoreError::Wrong(what));
    }
    let left = computed(frame.lazy().filter(old(kind, before).not()))?;
    let gone = all - left.height() as u64;
    let encoded = if gone == 0 || left.height() == 0 { None } else { Some(parquet::encode(&left, kind)?) };
    Ok((encoded, gone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_so_many_days_before() {
        let at = "2026-11-18T06:00:00Z".parse().expect("an instant");
        assert_eq!(limit(at, 365), NaiveDate::from_ymd_opt(2025, 11, 18).expect("a day"));
    }
}
