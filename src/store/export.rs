//! The long table: one row per observation with every key column, for files and other tools.

use std::path::Path;

use polars::prelude::*;

use super::frame::to_observations;
use super::resolve::latest;
use super::view::Range;
use super::{StoreError, View, computed};
use crate::catalog::{Catalog, Subject};
use crate::model::{ChannelId, MetricName, Observation, Period};

/// What is exported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportFilter {
    /// Only these channels; empty: all.
    pub channels: Vec<ChannelId>,
    /// Only these of the platforms' own metrics; empty: all.
    pub metrics: Vec<String>,
    /// Only values whose stretch begins on these days.
    pub days: Option<Period>,
    /// Every reading ever, not only the one that counts.
    pub every_reading: bool,
}

/// A row of the long table.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportRow {
    /// What was observed.
    pub observation: Observation,
    /// The canonical metric that it feeds, where it feeds one by itself.
    pub canonical: Option<MetricName>,
}

const KEYS: [&str; 7] = ["channel", "object", "metric", "dimension", "window", "start", "end"];

impl View {
    /// The rows that the filter lets through, sorted by channel, metric, post, day and time of reading.
    pub fn export(&self, catalog: &Catalog, filter: &ExportFilter) -> Result<Vec<ExportRow>, StoreError> {
        let frame = computed(self.exported(filter)?)?;
        let canonical = |row: &Observation| {
            let subject = if row.reading.post.is_some() { Subject::Post } else { Subject::Account };
            catalog.metric(row.platform, subject, &row.reading.metric).and_then(|metric| metric.canonical.clone())
        };
        let rows = to_observations(&frame, &self.organisation)?;
        Ok(rows.into_iter().map(|row| ExportRow { canonical: canonical(&row), observation: row }).collect())
    }

    /// The same rows as one Parquet file; how many they are.
    pub fn export_parquet(&self, filter: &ExportFilter, path: &Path) -> Result<u64, StoreError> {
        let organisation = lit(self.organisation.as_str()).alias("organisation");
        let mut frame = computed(self.exported(filter)?.select([organisation, all().as_expr()]))?;
        let file =
            std::fs::File::create(path).map_err(|source| StoreError::Folder { path: path.to_owned(), source })?;
        ParquetWriter::new(file).with_compression(ParquetCompression::Zstd(None)).finish(&mut frame)?;
        Ok(frame.height() as u64)
    }

    fn exported(&self, filter: &ExportFilter) -> Result<LazyFrame, StoreError> {
        let range = Range {
            channels: filter.channels.iter().map(|channel| channel.as_str().to_owned()).collect(),
            metrics: filter.metrics.clone(),
            start: filter.days.map(Period::start),
            end: filter.days.map(Period::last),
            ..Range::default()
        };
        let rows = self.observations(range)?;
        let rows = if filter.every_reading {
            rows
        } else {
            latest(rows, &KEYS, &self.files_first)?.drop(cols(["rank", "made"]))
        };
        let order = ["channel", "metric", "object", "dimension", "window", "start", "end", "seen", "run"];
        Ok(rows.sort(order, SortMultipleOptions::default().with_maintain_order(true)))
    }
}
