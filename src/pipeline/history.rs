//! Bringing in files of older observations, in the long-table format, once each.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::collect::version;
use super::{App, PipelineError};
use crate::config::HistoryFile;
use crate::imports::longtable;
use crate::model::{Gravity, Problem, told};
use crate::state::ImportedFile;
use crate::store::Batch;
use crate::words::problems::{action, problem};

/// How many rows that were not taken are named one by one.
const NAMED: usize = 5;

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryImport {
    /// The file.
    pub file: String,
    /// Whether it had been taken before: nothing was done.
    pub known: bool,
    /// Rows of the file that were understood.
    pub rows: u64,
    /// Values that were not in the store.
    pub new: u64,
    /// Rows that were not taken.
    pub skipped: u64,
}

/// Takes in every history file of the configuration that has not been taken before.
///
/// # Errors
/// When store or state fail; a file that cannot be read is a problem, not an error.
pub async fn import_history(
    app: &App,
    run: &str,
    now: DateTime<Utc>,
) -> Result<(Vec<HistoryImport>, Vec<Problem>), PipelineError> {
    let (mut imports, mut problems) = (Vec::new(), Vec::new());
    for file in &app.config.history {
        imports.extend(one(app, file, run, now, &mut problems).await?);
    }
    Ok((imports, problems))
}

async fn one(
    app: &App,
    file: &HistoryFile,
    run: &str,
    now: DateTime<Utc>,
    problems: &mut Vec<Problem>,
) -> Result<Option<HistoryImport>, PipelineError> {
    let bytes = match file.bytes() {
        Ok(bytes) => bytes,
        Err(error) => {
            problems.push(action(&file.name, told::file_unreadable(told::faults::io(&error)), told::mend_file_there()));
            return Ok(None);
        }
    };
    let hash = hex::encode(Sha256::digest(&bytes));
    if let Some(known) = app.state.import(&hash).await? {
        return Ok(Some(HistoryImport {
            file: file.name.clone(),
            known: true,
            rows: known.rows,
            new: 0,
            skipped: known.skipped,
        }));
    }
    let table = match longtable::read(&bytes, &app.config.organisation.id, run) {
        Ok(table) => table,
        Err(error) => {
            problems.push(action(&file.name, told::file_refused(error.told()), told::mend_like_export()));
            return Ok(None);
        }
    };
    tell_skipped(file, &table.skipped, problems);
    let application = format!("history/{}", file.name);
    let version = version(app, &application, run, now).await?;
    let batch = Batch { observations: &table.observations, posts: &[], application: &application, version };
    let appended = app.store.append(batch).await?;
    app.state.confirm_version(&application, version, now).await?;
    let (rows, skipped) = (table.observations.len() as u64, table.skipped.len() as u64);
    // Noted after the rows are safe: a crash in between reads the file again, and the store keeps nothing twice.
    let entry = ImportedFile {
        hash,
        name: file.name.clone(),
        channel: None,
        format: "long table".to_owned(),
        imported_at: now,
        rows,
        skipped,
        run: run.to_owned(),
    };
    app.state.keep_import(&entry).await?;
    Ok(Some(HistoryImport { file: file.name.clone(), known: false, rows, new: appended.new, skipped }))
}

fn tell_skipped(file: &HistoryFile, skipped: &[longtable::Skipped], problems: &mut Vec<Problem>) {
    for row in skipped.iter().take(NAMED) {
        let what = match row.column {
            Some(column) => told::row_skipped_column(row.line, column, row.why.clone()),
            None => told::row_skipped(row.line, row.why.clone()),
        };
        problems.push(action(&file.name, what, told::mend_row()));
    }
    if skipped.len() > NAMED {
        let what = told::more_rows_skipped(skipped.len() - NAMED);
        problems.push(problem(&file.name, Gravity::Warning, what, None));
    }
}
