//! Keeping the tables in shape: many small files into few sorted ones, and files that nobody needs any more away.

use polars::prelude::*;

use super::schema::Kind;
use super::table::{Committed, DataFile, Intent, Table};
use super::{Store, StoreError, blocking, computed, parquet};

/// Files with fewer rows than this are worth putting together.
const SMALL: u64 = 2_000_000;

/// At most so many rows at once: a compaction holds them in memory.
const AT_ONCE: u64 = 8_000_000;

/// Rows per file afterwards.
const ROWS_PER_FILE: usize = 4_000_000;

/// What a compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// Files that were put together.
    pub before: usize,
    /// Files that hold their rows now.
    pub after: usize,
    /// The rows.
    pub rows: u64,
}

/// What a vacuum did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Vacuumed {
    /// Files that were deleted.
    pub files: usize,
}

impl Store {
    /// Puts small files together. No row changes; views that are open keep reading the old files until a vacuum.
    /// Takes the rewrite lock: of two at the same time one is told [`StoreError::Racing`]. Appends are not hindered.
    pub async fn compact(&self) -> Result<Compacted, StoreError> {
        let observations = self.compact_table(&self.observations, Kind::Observations).await?;
        let posts = self.compact_table(&self.posts, Kind::Posts).await?;
        Ok(Compacted {
            before: observations.before + posts.before,
            after: observations.after + posts.after,
            rows: observations.rows + posts.rows,
        })
    }

    /// Portion by portion, until no two small files are left: each portion leaves one at most.
    async fn compact_table(&self, table: &Table, kind: Kind) -> Result<Compacted, StoreError> {
        let mut all = Compacted::default();
        loop {
            let portion = self.compact_portion(table, kind).await?;
            if portion.before == 0 {
                return Ok(all);
            }
            all.before += portion.before;
            all.after += portion.after;
            all.rows += portion.rows;
        }
    }

    async fn compact_portion(&self, table: &Table, kind: Kind) -> Result<Compacted, StoreError> {
        let snapshot = table.snapshot().await?;
        let chosen = worth_compacting(&snapshot.files);
        if chosen.len() < 2 {
            return Ok(Compacted::default());
        }
        let files = chosen.clone();
        let encoded = blocking(move || rewritten(&files, kind)).await?;
        let rows = chosen.iter().filter_map(|file| file.bounds.rows).sum();
        let after = encoded.len();
        let mut added = Vec::new();
        for file in encoded {
            added.push(table.put(file, chrono::DateTime::UNIX_EPOCH).await?);
        }
        match table.commit(&snapshot, added, Intent::Rewrite { replaced: &chosen }).await? {
            Committed::Yes => Ok(Compacted { before: chosen.len(), after, rows }),
            Committed::Overtaken => Err(StoreError::Racing { organisation: self.organisation.to_string() }),
        }
    }

    /// Deletes the files that no version younger than `keep` needs, and what killed runs left behind. A file of a run that
    /// is writing right now is younger than a day; a shorter `keep` than that is lengthened to it.
    pub async fn vacuum(&self, keep: std::time::Duration) -> Result<Vacuumed, StoreError> {
        let keep = chrono::Duration::from_std(keep).unwrap_or(chrono::Duration::days(36_500));
        let keep = keep.max(chrono::Duration::days(1));
        let files = self.observations.vacuum(keep).await? + self.posts.vacuum(keep).await?;
        Ok(Vacuumed { files })
    }
}

/// Small files, as many as fit in memory.
fn worth_compacting(files: &[DataFile]) -> Vec<DataFile> {
    let mut rows = 0;
    let small = files.iter().filter(|file| file.bounds.rows.is_some_and(|rows| rows < SMALL));
    let fitting = small.take_while(|file| {
        rows += file.bounds.rows.unwrap_or_default();
        rows <= AT_ONCE
    });
    fitting.cloned().collect()
}

fn rewritten(files: &[DataFile], kind: Kind) -> Result<Vec<parquet::Encoded>, StoreError> {
    let references: Vec<&DataFile> = files.iter().collect();
    let options = SortMultipleOptions::default().with_maintain_order(true);
    let frame = computed(parquet::scan(kind, &references)?.sort(kind.order().iter().copied(), options))?;
    let wanted: u64 = files.iter().filter_map(|file| file.bounds.rows).sum();
    if frame.height() as u64 != wanted {
        let what = format!("{} rows read where the log names {wanted}; nothing was changed", frame.height());
        return Err(StoreError::Wrong(what));
    }
    let offsets = (0..frame.height()).step_by(ROWS_PER_FILE);
    let parts = offsets.map(|offset| frame.slice(i64::try_from(offset).unwrap_or(i64::MAX), ROWS_PER_FILE));
    Ok(parts.map(|part| parquet::encode(&part, kind)).collect::<PolarsResult<Vec<_>>>()?)
}
