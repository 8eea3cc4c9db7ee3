//! A view: the files of one version of the tables, and the time as known at which they are read.

use chrono::{DateTime, NaiveDate, Utc};
use polars::prelude::*;

use super::StoreError;
use super::parquet::{self, moment_floor};
use super::rank::FilesFirst;
use super::schema::Kind;
use super::table::DataFile;
use crate::model::OrganisationId;

/// What the store knew at one time: never changes while it is read, whatever is appended meanwhile. Its methods compute;
/// call them where that may take a while.
#[derive(Debug, Clone)]
pub struct View {
    pub(super) organisation: OrganisationId,
    observations: Vec<DataFile>,
    posts: Vec<DataFile>,
    as_known_at: Option<DateTime<Utc>>,
    pub(super) files_first: FilesFirst,
}

/// What a question is about, so that nothing else need be read. Empty means everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Range {
    /// The channels.
    pub(super) channels: Vec<String>,
    /// The platforms' own metrics.
    pub(super) metrics: Vec<String>,
    /// The least `start`.
    pub(super) start: Option<NaiveDate>,
    /// The greatest `start`.
    pub(super) end: Option<NaiveDate>,
    /// The greatest `seen`, in microseconds.
    pub(super) seen: Option<i64>,
}

impl View {
    pub(super) fn new(
        organisation: OrganisationId,
        observations: Vec<DataFile>,
        posts: Vec<DataFile>,
        as_known_at: Option<DateTime<Utc>>,
        files_first: FilesFirst,
    ) -> Self {
        Self { organisation, observations, posts, as_known_at, files_first }
    }

    /// The time as known at which the view is read; none: now.
    pub fn as_known_at(&self) -> Option<DateTime<Utc>> {
        self.as_known_at
    }

    /// How many observations the view's files hold, restatements among them: what the log says, nothing is read.
    pub fn rows(&self) -> u64 {
        self.observations.iter().filter_map(|file| file.bounds.rows).sum()
    }

    /// The observations in the range, as known.
    pub(super) fn observations(&self, mut range: Range) -> Result<LazyFrame, StoreError> {
        range.seen = self.as_known_at.map(|moment| moment.timestamp_micros());
        bounded(Kind::Observations, &self.observations, &range)
    }

    /// The same, file by file: only those that may hold a row of the range.
    pub(super) fn observations_by_file(&self, range: &Range) -> Result<Vec<LazyFrame>, StoreError> {
        let range = Range { seen: self.as_known_at.map(|moment| moment.timestamp_micros()), ..range.clone() };
        let wanted = self.observations.iter().filter(|file| range.may_be_in(file));
        wanted.map(|file| bounded(Kind::Observations, std::slice::from_ref(file), &range)).collect()
    }

    /// The posts of the channels, as known.
    pub(super) fn post_rows(&self, channels: Vec<String>) -> Result<LazyFrame, StoreError> {
        let seen = self.as_known_at.map(|moment| moment.timestamp_micros());
        bounded(Kind::Posts, &self.posts, &Range { channels, seen, ..Range::default() })
    }
}

impl Range {
    /// Whether a row of the range may be in the file, by what the log knows of it.
    fn may_be_in(&self, file: &DataFile) -> bool {
        let bounds = &file.bounds;
        let among = |column: &str, values: &[String]| {
            let (least, greatest) = (values.iter().min(), values.iter().max());
            bounds.may_hold(column, least.map(String::as_str), greatest.map(String::as_str))
        };
        let (start, end) = (self.start.map(|day| day.to_string()), self.end.map(|day| day.to_string()));
        let seen = self.seen.map(moment_floor);
        among("channel", &self.channels)
            && among("metric", &self.metrics)
            && bounds.may_hold("start", start.as_deref(), end.as_deref())
            && bounds.may_hold("seen", None, seen.as_deref())
    }
}

/// A scan of the files that may hold rows of the range, filtered to it. The bounds are said beside the lists: row groups
/// are pruned by them.
pub(super) fn bounded(kind: Kind, files: &[DataFile], range: &Range) -> Result<LazyFrame, StoreError> {
    let mut conditions = Vec::new();
    listed("channel", &range.channels, &mut conditions);
    listed("metric", &range.metrics, &mut conditions);
    if let Some(start) = range.start {
        conditions.push(col("start").gt_eq(lit(start)));
    }
    if let Some(end) = range.end {
        conditions.push(col("start").lt_eq(lit(end)));
    }
    if let Some(seen) = range.seen {
        let moment = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        conditions.push(col("seen").lt_eq(lit(seen).cast(moment)));
    }
    let wanted: Vec<&DataFile> = files.iter().filter(|file| range.may_be_in(file)).collect();
    let frame = parquet::scan(kind, &wanted)?;
    Ok(match conditions.into_iter().reduce(Expr::and) {
        Some(condition) => frame.filter(condition),
        None => frame,
    })
}

/// Adds "the column is one of these" to the conditions.
fn listed(column: &str, values: &[String], conditions: &mut Vec<Expr>) {
    let (Some(least), Some(greatest)) = (values.iter().min(), values.iter().max()) else { return };
    if least == greatest {
        conditions.push(col(column).eq(lit(least.as_str())));
    } else {
        let mut distinct: Vec<&str> = values.iter().map(String::as_str).collect();
        distinct.sort_unstable();
        distinct.dedup();
        conditions.push(col(column).gt_eq(lit(least.as_str())));
        conditions.push(col(column).lt_eq(lit(greatest.as_str())));
        conditions.push(col(column).is_in(lit(Series::new(column.into(), distinct)).implode(true), false));
    }
}
