//! The observations as a table for other tools.

use std::io::Write;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::{App, PipelineError, computing};
use crate::imports::longtable;
use crate::model::ChannelId;
use crate::model::told::faults;
use crate::render::sheet;
use crate::store::ExportFilter;

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated, UTF-8: the long table.
    Csv,
    /// Parquet.
    Parquet,
    /// Excel.
    Xlsx,
}

/// What is exported.
#[derive(Debug, Clone)]
pub struct ExportOrder {
    /// The format.
    pub format: ExportFormat,
    /// Only these channels; none: all.
    pub channels: Vec<ChannelId>,
    /// Every reading ever, not only the one that counts.
    pub every_reading: bool,
    /// Only with what was known then.
    pub as_known_at: Option<DateTime<Utc>>,
}

/// The most rows that a sheet holds besides its head.
const SHEET_ROWS: usize = 1_048_575;

/// Writes the observations; gives back how many. CSV goes to `out`, the others need a file.
///
/// # Errors
/// When the store cannot be read or the file not be written.
pub async fn export(
    app: &App,
    order: ExportOrder,
    file: Option<&Path>,
    out: &mut (dyn Write + Send),
) -> Result<u64, PipelineError> {
    let view = app.store.view(order.as_known_at).await?;
    let filter =
        ExportFilter { channels: order.channels, every_reading: order.every_reading, ..ExportFilter::default() };
    let needs_file = || PipelineError::hinted(faults::format_without_file(), faults::mend_name_file());
    if order.format == ExportFormat::Parquet {
        let path = file.ok_or_else(needs_file)?.to_owned();
        return Ok(computing(move || view.export_parquet(&filter, &path)).await??);
    }
    let catalog = app.catalog;
    let rows = computing(move || view.export(catalog, &filter)).await??;
    let lines: Vec<[String; 16]> = rows.iter().map(|row| longtable::row(&row.observation, catalog)).collect();
    let count = lines.len();
    if order.format == ExportFormat::Xlsx {
        let path = file.ok_or_else(needs_file)?;
        if count > SHEET_ROWS {
            let what = faults::sheet_too_long(SHEET_ROWS, count);
            return Err(PipelineError::hinted(what, faults::mend_export_less()));
        }
        let bytes = computing(move || sheet::long_table(&longtable::HEADER, &lines)).await??;
        std::fs::write(path, bytes).map_err(|error| PipelineError::file(path, &error))?;
        return Ok(count as u64);
    }
    let wrote = |error: std::io::Error| PipelineError::File {
        path: file.map_or_else(|| "standard output".to_owned(), |path| path.display().to_string()),
        why: faults::io(&error),
    };
    match file {
        Some(path) => write_csv(&mut std::fs::File::create(path).map_err(wrote)?, &lines).map_err(wrote)?,
        None => write_csv(out, &lines).map_err(wrote)?,
    }
    Ok(count as u64)
}

fn write_csv(out: &mut dyn Write, lines: &[[String; 16]]) -> std::io::Result<()> {
    out.write_all(longtable::text(lines).as_bytes())?;
    out.flush()
}
