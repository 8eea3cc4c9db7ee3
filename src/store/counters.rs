//! The rows about posts, without the readings that nobody can ask for any more. A counter that is read every day for two
//! years has 730 rows and one that counts: those that are overtaken go file by file, before anything is put side by side, so
//! that memory follows the number of counters and not the number of readings.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::view::Range;
use super::{StoreError, View, computed};
use crate::model::Window;

/// What is read of a row.
const NEEDED: [&str; 13] = [
    "platform", "channel", "object", "metric", "window", "start", "end", "value", "decimal", "state", "seen", "source",
    "run",
];

/// Metrics of channels of which something but the interface spoke. Which of several sources counts, all of their rows say
/// together (see `resolve::latest`), so there nothing is overtaken.
struct Filed {
    channels: BTreeSet<String>,
    metrics: BTreeSet<String>,
}

impl View {
    /// The rows about posts in the range that may count, with three numbers beside them: `post` is the same for all rows of
    /// a post (and ascends by channel and post), `counter` for all rows of a metric of a post, and `kept` for all rows of
    /// one of its windows.
    pub(super) fn of_posts(&self, range: &Range) -> Result<DataFrame, StoreError> {
        let filed = self.filed(range)?;
        let mut left = vec![
            DataFrame::empty_with_schema(&super::parquet::schema(super::schema::Kind::Observations))
                .lazy()
                .select(NEEDED.map(col)),
        ];
        for rows in self.observations_by_file(range)? {
            left.push(computed(standing(about_posts(rows).select(NEEDED.map(col)), &filed))?.lazy());
        }
        numbered(computed(concat(left, UnionArgs::default())?)?)
    }

    /// Which metrics of posts something but the interface spoke of.
    fn filed(&self, range: &Range) -> Result<Filed, StoreError> {
        let rows = about_posts(self.observations(range.clone())?)
            .filter(by_interface().not())
            .select([col("channel"), col("metric")])
            .unique(None, UniqueKeepStrategy::Any);
        let frame = computed(rows)?;
        let words = |name: &str| -> PolarsResult<BTreeSet<String>> {
            Ok(frame.column(name)?.str()?.iter().flatten().map(str::to_owned).collect())
        };
        Ok(Filed { channels: words("channel")?, metrics: words("metric")? })
    }
}

/// The rows under numbers, and only those that may count over all files.
fn numbered(rows: DataFrame) -> Result<DataFrame, StoreError> {
    let first = |keys: [&str; 2]| col("row").first().over(keys.map(col));
    let name = || [col("channel"), col("object")];
    let rows = rows.lazy();
    let posts = rows.clone().select(name()).unique(None, UniqueKeepStrategy::Any);
    let posts = posts.sort(["channel", "object"], SortMultipleOptions::default()).with_row_index("post", None);
    let rows = rows
        .join(posts, name(), name(), JoinArgs::new(JoinType::Inner))
        .with_row_index("row", None)
        .with_column(first(["post", "metric"])?.alias("counter"))
        .with_column(first(["counter", "window"])?.alias("kept"));
    computed(newest(rows)?)
}

fn about_posts(rows: LazyFrame) -> LazyFrame {
    rows.filter(col("object").is_not_null().and(col("dimension").is_null()))
}

fn by_interface() -> Expr {
    col("source").str().starts_with(lit("api:"))
}

fn per_day() -> Expr {
    col("window").eq(lit(Window::Day.as_str()))
}

/// The rows of one file but those whose next row is a later reading of the same counter. Whatever the order of the file,
/// only what is overtaken goes; in the order in which files are written, all of it does.
fn standing(rows: LazyFrame, filed: &Filed) -> LazyFrame {
    let next = |name: &str| col(name).shift(lit(-1));
    let same = ["metric", "object", "channel", "window"].map(|name| col(name).eq(next(name)));
    let overtaken = same.into_iter().fold(col("start").lt(next("start")), Expr::and).fill_null(lit(false));
    let among = |name: &str, words: &BTreeSet<String>| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        col(name).is_in(lit(Series::new(name.into(), words)).implode(true), false)
    };
    let mut stays = per_day();
    if !filed.channels.is_empty() {
        stays = stays.or(among("channel", &filed.channels).and(among("metric", &filed.metrics)));
    }
    // A column of its own: which row is next must be asked of these rows, not of those before any filter.
    rows.with_column(overtaken.alias("overtaken")).filter(col("overtaken").not().or(stays)).drop(cols(["overtaken"]))
}

/// Of counters that only the interface tells, and it tells them every day, the last day's alone, over all files.
fn newest(rows: LazyFrame) -> PolarsResult<LazyFrame> {
    let told = by_interface().all(true).over([col("kept")])?;
    let last = col("start").eq(col("start").max().over([col("kept")])?);
    Ok(rows.filter(per_day().or(told.not()).or(last)))
}
