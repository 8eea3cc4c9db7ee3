//! The rows about posts, without the readings that nobody can ask for any more. A counter that is read every day for two
//! years has 730 rows and one that counts: those that are overtaken go file by file, before anything is put side by side, so
//! that memory follows the number of counters and not the number of readings.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::parquet::schema;
use super::schema::Kind;
use super::view::Range;
use super::{StoreError, View, computed};
use crate::model::Window;

/// What is read of a row.
const NEEDED: [&str; 13] = [
    "platform", "channel", "object", "metric", "window", "start", "end", "value", "decimal", "state", "seen", "source",
    "run",
];

/// What a reading of a counter is of.
const COUNTER: [&str; 4] = ["metric", "object", "channel", "window"];

/// So many rows of single files are put side by side at least.
const TOGETHER: usize = 1_000_000;

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
        let nothing = DataFrame::empty_with_schema(&schema(Kind::Observations)).select(NEEDED)?;
        // What is left of the files so far, then the files since: ties go by the order of the files.
        let (mut parts, mut least, mut more) = (vec![nothing.lazy()], TOGETHER, 0);
        for rows in self.observations_by_file(range)? {
            let part = computed(standing(about_posts(rows).select(NEEDED.map(col)), &filed))?;
            more += part.height();
            parts.push(part.lazy());
            if more > least {
                let left = newest(std::mem::take(&mut parts), &filed)?;
                least = left.height().max(TOGETHER);
                parts = vec![left.lazy()];
                more = 0;
            }
        }
        numbered(newest(parts, &filed)?)
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

/// The rows under numbers.
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
    computed(rows)
}

fn about_posts(rows: LazyFrame) -> LazyFrame {
    rows.filter(col("object").is_not_null().and(col("dimension").is_null()))
}

fn by_interface() -> Expr {
    col("source").str().starts_with(lit("api:"))
}

/// The rows in which nothing can be overtaken.
fn stays(filed: &Filed) -> Expr {
    let per_day = col("window").eq(lit(Window::Day.as_str()));
    if filed.channels.is_empty() {
        return per_day;
    }
    let among = |name: &str, words: &BTreeSet<String>| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        col(name).is_in(lit(Series::new(name.into(), words)).implode(true), false)
    };
    per_day.or(among("channel", &filed.channels).and(among("metric", &filed.metrics)))
}

/// The rows of one file but those whose next row is a later reading of the same counter. Whatever the order of the file,
/// only what is overtaken goes; in the order in which files are written, all of it does.
fn standing(rows: LazyFrame, filed: &Filed) -> LazyFrame {
    let next = |name: &str| col(name).shift(lit(-1));
    let same = COUNTER.map(|name| col(name).eq(next(name)));
    let overtaken = same.into_iter().fold(col("start").lt(next("start")), Expr::and).fill_null(lit(false));
    // A column of its own: which row is next must be asked of these rows, not of those before any filter.
    let rows = rows.with_column(overtaken.alias("overtaken"));
    rows.filter(col("overtaken").not().or(stays(filed))).drop(cols(["overtaken"]))
}

/// Of the rows of several files, of each counter those of its last day.
fn newest(parts: Vec<LazyFrame>, filed: &Filed) -> Result<DataFrame, StoreError> {
    let last = col("start").eq(col("start").max().over(COUNTER.map(col))?);
    computed(concat(parts, UnionArgs::default())?.filter(last.or(stays(filed))))
}
