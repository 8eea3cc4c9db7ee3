//! The reports that were made: where they lie and what they were made of.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, cells};
use super::{State, StateError};
use crate::model::{Language, Period, ReportKind, UnitId};

/// A report that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportEntry {
    /// Its id, as it is printed.
    pub id: String,
    /// The report in the configuration.
    pub spec: String,
    /// Its kind.
    pub kind: ReportKind,
    /// Its days.
    pub period: Period,
    /// Its days as people write them, `2026-W46`.
    pub period_code: String,
    /// The unit that it is about; none: the whole organisation.
    pub unit: Option<UnitId>,
    /// Its language.
    pub language: Language,
    /// The hash of its content.
    pub hash: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Whether it is a draft or a preview, not yet for readers.
    pub draft: bool,
    /// Whether it was made before its figures were complete.
    pub preliminary: bool,
    /// The folder of the archive where it lies.
    pub folder: String,
    /// What was known when it was made: `as known at`.
    pub known_at: DateTime<Utc>,
    /// The digest of the configuration that it was made with.
    pub config_digest: String,
}

/// Which reports are wanted; what is none is not asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportFilter {
    /// The report in the configuration.
    pub spec: Option<String>,
    /// The kind.
    pub kind: Option<ReportKind>,
    /// The period, `2026-W46`.
    pub period_code: Option<String>,
    /// The unit.
    pub unit: Option<UnitId>,
    /// Only drafts, or only what is none.
    pub draft: Option<bool>,
    /// At most so many; none: all.
    pub most: Option<u32>,
}

impl State {
    /// Keeps a report. The same id again is the same report made again: it keeps its place, and a report that is no draft
    /// never becomes one.
    pub async fn keep_report(&self, report: &ReportEntry) -> Result<(), StateError> {
        self.database
            .run(
                "INSERT INTO reports (id, spec, kind, period_start, period_end, period_code, unit, language, hash, made, \
                 draft, preliminary, folder, known_at, config_digest) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
                 ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, made = excluded.made, \
                 draft = CASE WHEN reports.draft = 0 THEN 0 ELSE excluded.draft END, \
                 preliminary = excluded.preliminary, folder = excluded.folder, known_at = excluded.known_at, \
                 config_digest = excluded.config_digest",
                cells![
                    &report.id,
                    &report.spec,
                    report.kind.as_str(),
                    report.period.start().to_string(),
                    report.period.end().to_string(),
                    &report.period_code,
                    report.unit.as_ref().map(UnitId::as_str),
                    report.language.code(),
                    &report.hash,
                    report.made_at,
                    report.draft,
                    report.preliminary,
                    &report.folder,
                    report.known_at,
                    &report.config_digest,
                ],
            )
            .await?;
        Ok(())
    }

    /// The report of the id, or of the only id that begins so.
    pub async fn report(&self, id_or_prefix: &str) -> Result<Option<ReportEntry>, StateError> {
        if id_or_prefix.is_empty() {
            return Ok(None);
        }
        let sql = "SELECT * FROM reports WHERE substr(id, 1, length($1)) = $1 ORDER BY id LIMIT 20";
        let mut found = self.database.all(sql, cells![id_or_prefix], read).await?;
        if let Some(exact) = found.iter().position(|report| report.id == id_or_prefix) {
            return Ok(Some(found.swap_remove(exact)));
        }
        if found.len() > 1 {
            let ids = found.into_iter().map(|report| report.id).collect();
            return Err(StateError::Ambiguous { prefix: id_or_prefix.to_owned(), ids });
        }
        Ok(found.pop())
    }

    /// The reports that are wanted, newest first.
    pub async fn reports(&self, filter: &ReportFilter) -> Result<Vec<ReportEntry>, StateError> {
        let sql = "SELECT * FROM reports WHERE ($1 IS NULL OR spec = $1) AND ($2 IS NULL OR kind = $2) \
                   AND ($3 IS NULL OR period_code = $3) AND ($4 IS NULL OR unit = $4) AND ($5 IS NULL OR draft = $5) \
                   ORDER BY made DESC, id LIMIT $6";
        let cells = cells![
            filter.spec.as_deref(),
            filter.kind.map(ReportKind::as_str),
            filter.period_code.as_deref(),
            filter.unit.as_ref().map(UnitId::as_str),
            filter.draft,
            filter.most.map_or(i64::MAX, i64::from),
        ];
        self.database.all(sql, cells, read).await
    }

    /// Makes a draft the report that readers get, in the folder where it lies now; whether it was a draft.
    pub async fn finalise_report(&self, id: &str, folder: &str) -> Result<bool, StateError> {
        let sql = "UPDATE reports SET draft = 0, folder = $2 WHERE id = $1 AND draft = 1";
        Ok(self.database.run(sql, cells![id, folder]).await? > 0)
    }
}

fn read(row: &Row) -> Result<ReportEntry, StateError> {
    let start: NaiveDate = row.word("period_start", |text| text.parse().ok())?;
    let period = row.word("period_end", |text| Period::new(start, text.parse().ok()?))?;
    Ok(ReportEntry {
        id: row.text("id")?,
        spec: row.text("spec")?,
        kind: row.word("kind", ReportKind::parse)?,
        period,
        period_code: row.text("period_code")?,
        unit: row.maybe_text("unit")?.map(UnitId::from),
        language: row.word("language", Language::parse)?,
        hash: row.text("hash")?,
        made_at: row.time("made")?,
        draft: row.flag("draft")?,
        preliminary: row.flag("preliminary")?,
        folder: row.text("folder")?,
        known_at: row.time("known_at")?,
        config_digest: row.text("config_digest")?,
    })
}
