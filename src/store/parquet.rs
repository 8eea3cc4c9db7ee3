//! Frames to Parquet bytes, with what the log keeps of them so that a reader need not open a file in vain.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use polars::prelude::*;
use serde_json::{Map, Value, json};

use super::schema::Kind;

/// Rows per row group: small enough that a question for one channel reads little, large enough to compress.
const ROW_GROUP: usize = 65_536;

/// Longer texts are not kept as bounds.
const LONGEST_BOUND: usize = 32;

/// A file that is ready to be put.
pub(super) struct Encoded {
    /// The file.
    pub(super) bytes: Vec<u8>,
    /// What the log keeps of it, as JSON.
    pub(super) stats: String,
}

/// What the log knows of a file's values. What it does not know excludes nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Bounds {
    /// How many rows.
    pub(super) rows: Option<u64>,
    least: Map<String, Value>,
    greatest: Map<String, Value>,
}

impl Bounds {
    /// From the log's JSON.
    pub(super) fn read(stats: Option<&str>) -> Self {
        let Some(Value::Object(mut stats)) = stats.and_then(|text| serde_json::from_str(text).ok()) else {
            return Self::default();
        };
        let mut object = |key| match stats.remove(key) {
            Some(Value::Object(object)) => object,
            _ => Map::new(),
        };
        let (least, greatest) = (object("minValues"), object("maxValues"));
        Self { rows: stats.get("numRecords").and_then(Value::as_u64), least, greatest }
    }

    /// Whether a value of the column between the two (both counted) may be in the file. Dates and moments are compared as
    /// text: both are written so that the order of the letters is that of time.
    pub(super) fn may_hold(&self, column: &str, least: Option<&str>, greatest: Option<&str>) -> bool {
        let text = |map: &Map<String, Value>| map.get(column).and_then(Value::as_str).map(str::to_owned);
        let too_low = text(&self.greatest).zip(least).is_some_and(|(top, least)| top.as_str() < least);
        let too_high = text(&self.least).zip(greatest).is_some_and(|(bottom, greatest)| bottom.as_str() > greatest);
        !too_low && !too_high
    }
}

/// A moment as the log writes it, milliseconds rounded down.
pub(super) fn moment_floor(micros: i64) -> String {
    moment(micros.div_euclid(1000))
}

fn moment(millis: i64) -> String {
    DateTime::from_timestamp_millis(millis)
        .map(|moment| moment.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
        .unwrap_or_default()
}

/// Writes the frame, sorted, compressed and with statistics.
pub(super) fn encode(frame: &DataFrame, kind: Kind) -> PolarsResult<Encoded> {
    let options = SortMultipleOptions::default().with_nulls_last(false).with_maintain_order(true);
    let mut frame = frame.sort(kind.order().iter().copied(), options)?;
    frame.rechunk_mut_par();
    let stats = stats(&frame, kind)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_statistics(StatisticsOptions::default())
        .with_row_group_size(Some(ROW_GROUP))
        .finish(&mut frame)?;
    Ok(Encoded { bytes, stats })
}

fn stats(frame: &DataFrame, kind: Kind) -> PolarsResult<String> {
    let (mut least, mut greatest, mut nulls) = (Map::new(), Map::new(), Map::new());
    for (name, ..) in kind.columns() {
        let column = frame.column(name)?;
        nulls.insert((*name).to_owned(), json!(column.null_count()));
        if kind.bounded().contains(name) {
            let (bottom, top) = (column.min_reduce()?, column.max_reduce()?);
            if let (Some(bottom), Some(top)) = (bound(bottom.value(), false), bound(top.value(), true)) {
                least.insert((*name).to_owned(), bottom);
                greatest.insert((*name).to_owned(), top);
            }
        }
    }
    let stats = json!({
        "numRecords": frame.height(), "minValues": least, "maxValues": greatest, "nullCount": nulls,
    });
    Ok(stats.to_string())
}

/// The value as the log writes it. Moments have milliseconds there: the least is rounded down and the greatest up, or
/// pruning would lose rows.
fn bound(value: &AnyValue<'_>, up: bool) -> Option<Value> {
    match value {
        AnyValue::String(text) if text.len() <= LONGEST_BOUND => Some(json!(text)),
        AnyValue::StringOwned(text) if text.len() <= LONGEST_BOUND => Some(json!(text.as_str())),
        AnyValue::Date(days) => {
            let day = NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(i64::from(*days)))?;
            Some(json!(day.to_string()))
        }
        AnyValue::Datetime(micros, TimeUnit::Microseconds, _)
        | AnyValue::DatetimeOwned(micros, TimeUnit::Microseconds, _) => {
            Some(json!(moment(if up { (micros + 999).div_euclid(1000) } else { micros.div_euclid(1000) })))
        }
        _ => None,
    }
}

/// Scans the files, or an empty frame of the same columns where there are none.
pub(super) fn scan(kind: Kind, files: &[&super::table::DataFile]) -> PolarsResult<LazyFrame> {
    if files.is_empty() {
        return Ok(DataFrame::empty_with_schema(&schema(kind)).lazy());
    }
    let paths = files.iter().map(|file| PlRefPath::try_from_path(&file.path)).collect::<PolarsResult<Vec<_>>>()?;
    // The partition is in the folder's name, and a view is of one organisation only: no Hive parsing, no globbing.
    let arguments = ScanArgsParquet {
        glob: false,
        cache: false,
        schema: Some(Arc::new(schema(kind))),
        hive_options: HiveOptions { enabled: Some(false), ..HiveOptions::default() },
        ..ScanArgsParquet::default()
    };
    LazyFrame::scan_parquet_files(paths.into(), arguments)
}

/// The columns as Polars types.
pub(super) fn schema(kind: Kind) -> Schema {
    kind.columns().iter().map(|(name, kind, _)| Field::new((*name).into(), data_type(*kind))).collect()
}

fn data_type(kind: super::schema::Type) -> DataType {
    use super::schema::Type;
    match kind {
        Type::Text => DataType::String,
        Type::Whole => DataType::Int64,
        Type::Decimal => DataType::Float64,
        Type::Day => DataType::Date,
        Type::Moment => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
    }
}
