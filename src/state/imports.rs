//! Files that were taken in, by their hash: the same file twice is known, whatever it is called.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, cells};
use super::{State, StateError};
use crate::model::ChannelId;

/// A file that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedFile {
    /// The hash of its bytes.
    pub hash: String,
    /// What it was called.
    pub name: String,
    /// The channel that it belongs to; none for a table of several.
    pub channel: Option<ChannelId>,
    /// What kind of file it was seen to be.
    pub format: String,
    /// When it was taken in.
    pub imported_at: DateTime<Utc>,
    /// Values that were taken.
    pub rows: u64,
    /// Rows that were passed over, with their reasons in the run.
    pub skipped: u64,
    /// The run that took it.
    pub run: String,
}

impl State {
    /// Keeps that a file was taken in; whether it was new. A file that is known stays as it was first taken.
    pub async fn keep_import(&self, file: &ImportedFile) -> Result<bool, StateError> {
        let changed = self
            .database
            .run(
                "INSERT INTO imports (hash, name, channel, format, imported, taken, skipped, run) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (hash) DO NOTHING",
                cells![
                    &file.hash,
                    &file.name,
                    file.channel.as_ref().map(ChannelId::as_str),
                    &file.format,
                    file.imported_at,
                    file.rows,
                    file.skipped,
                    &file.run,
                ],
            )
            .await?;
        Ok(changed > 0)
    }

    /// The file of the hash, if it was taken in.
    pub async fn import(&self, hash: &str) -> Result<Option<ImportedFile>, StateError> {
        let row = self.database.first("SELECT * FROM imports WHERE hash = $1", cells![hash]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Every file that was taken in, newest first.
    pub async fn imports(&self) -> Result<Vec<ImportedFile>, StateError> {
        self.database.all("SELECT * FROM imports ORDER BY imported DESC, hash", cells![], read).await
    }

    /// Forgets a file, so that it may be taken in again; whether it was known.
    pub async fn forget_import(&self, hash: &str) -> Result<bool, StateError> {
        Ok(self.database.run("DELETE FROM imports WHERE hash = $1", cells![hash]).await? > 0)
    }
}

fn read(row: &Row) -> Result<ImportedFile, StateError> {
    Ok(ImportedFile {
        hash: row.text("hash")?,
        name: row.text("name")?,
        channel: row.maybe_text("channel")?.map(ChannelId::from),
        format: row.text("format")?,
        imported_at: row.time("imported")?,
        rows: row.count("taken")?,
        skipped: row.count("skipped")?,
        run: row.text("run")?,
    })
}
