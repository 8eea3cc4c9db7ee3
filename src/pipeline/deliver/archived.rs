//! The report in the archive: kept before anything is sent from it, and read back for every mail, card and folder.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, Utc};

use crate::delivery::archive::{self, Approved, Manifest};
use crate::model::told::faults;
use crate::pipeline::{App, Made, Order, PipelineError, computing, forecasts};
use crate::report::Report;
use crate::state::ReportEntry;

/// Why a report was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occasion {
    /// The instant that it answers.
    pub(super) instant: DateTime<Utc>,
    /// Whether it is a draft.
    pub(super) draft: bool,
}

/// A report as the archive has it.
pub(super) struct Archived {
    /// Its folder.
    pub(super) place: PathBuf,
    /// What the state knows of it.
    pub(super) entry: ReportEntry,
    /// The report.
    pub(super) report: Report,
}

impl Archived {
    /// A file of it, checked against its hash.
    pub(super) async fn file(&self, name: &str) -> Result<Vec<u8>, PipelineError> {
        let (place, name) = (self.place.clone(), name.to_owned());
        Ok(computing(move || archive::read(&place, &name)).await??)
    }
}

/// Writes a report with all its files into the archive and notes it in the state; its id.
pub(super) async fn keep(
    app: &App,
    order: &Order,
    made: Made,
    occasion: Occasion,
    now: DateTime<Utc>,
) -> Result<String, PipelineError> {
    let report = &made.report;
    let config = &app.config;
    let preliminary = made.preliminary;
    let period = report.period.code(config.organisation.calendar);
    let place = absolute(&folder(&config.places.archive, report, occasion.draft));
    let manifest = Manifest {
        report: report.id.clone(),
        spec: order.spec.clone().unwrap_or_default(),
        hash: report.hash.clone(),
        period: period.clone(),
        draft: occasion.draft,
        preliminary,
        made: report.made,
        known_at: report.as_known_at.unwrap_or(now),
        configuration: config.digest.clone(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        retention: config.organisation.retention.clone(),
        case_no: order.case_no.clone(),
        instant: occasion.instant,
        approved: None,
        files: Vec::new(),
    };
    let entry = ReportEntry {
        id: report.id.clone(),
        spec: order.spec.clone().unwrap_or_default(),
        kind: report.kind,
        period: report.period,
        period_code: period,
        unit: order.unit.clone(),
        language: report.language,
        hash: report.hash.clone(),
        made_at: report.made,
        draft: occasion.draft,
        preliminary,
        folder: place.display().to_string(),
        known_at: manifest.known_at,
        config_digest: config.digest.clone(),
    };
    let (files, forecasts) = (made.files, made.forecasts);
    computing(move || archive::write(&place, manifest, &files)).await??;
    app.state.keep_report(&entry).await?;
    forecasts::keep(app, &entry.id, &forecasts, now).await?;
    Ok(entry.id)
}

/// Makes an approved draft the report that is sent: the same files, to the byte, now among what was sent and no longer
/// among the drafts. May be repeated; its id.
pub(super) async fn promote(app: &App, id: &str, approved: Approved) -> Result<String, PipelineError> {
    let Archived { place, entry, report } = archived_report(app, id).await?;
    let drafts = absolute(&folder(&app.config.places.archive, &report, true));
    if entry.draft {
        let sent = absolute(&folder(&app.config.places.archive, &report, false));
        let to = sent.clone();
        computing(move || {
            let list = Manifest { draft: false, approved: Some(approved), ..archive::manifest(&place)? };
            archive::copy(&place, &to, list)
        })
        .await??;
        app.state.finalise_report(id, &sent.display().to_string()).await?;
    }
    // Only when the state names the new place is the old one no longer needed.
    match std::fs::remove_dir_all(&drafts) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(PipelineError::file(&drafts, &error)),
        _ => Ok(entry.id),
    }
}

/// The report of the id as the archive has it.
pub(super) async fn archived_report(app: &App, id: &str) -> Result<Archived, PipelineError> {
    let unknown = || PipelineError::unknown(faults::no_report_of(id));
    let entry = app.state.report(id).await?.ok_or_else(unknown)?;
    let place = place_of(app, &entry);
    let folder = place.clone();
    let bytes = computing(move || archive::read(&folder, "report.json")).await??;
    let report = serde_json::from_slice(&bytes).map_err(|error| PipelineError::File {
        path: place.join("report.json").display().to_string(),
        why: faults::not_a_report(error.to_string()),
    })?;
    Ok(Archived { place, entry, report })
}

/// Where a report lies: as it was noted, or in the archive as it is configured now, after that was moved or put back.
pub(in crate::pipeline) fn place_of(app: &App, entry: &ReportEntry) -> PathBuf {
    let noted = PathBuf::from(&entry.folder);
    let archive = &app.config.places.archive;
    let (drafts, year) = (archive.join("drafts"), archive.join(entry.period.last().year().to_string()));
    let now = absolute(&if entry.draft { drafts } else { year }.join(&entry.id));
    if now.join("report.json").exists() || !noted.exists() { now } else { noted }
}

/// Drafts lie apart, so that nobody takes one for what was sent.
fn folder(archive: &Path, report: &Report, draft: bool) -> PathBuf {
    let year = report.period.last().year().to_string();
    if draft { archive.join("drafts").join(&report.id) } else { archive.join(year).join(&report.id) }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
