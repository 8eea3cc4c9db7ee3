//! Retention (gallring): what is removed, class by class, each by a decision that is named in the log of removals. Without
//! a decision in the configuration nothing is ever removed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::{App, PipelineError, computing};
use crate::config::{Config, Retention};
use crate::state::{ReportFilter, WeedClass};
use crate::store::{Kept, Weeds};

/// The classes that lie in the store.
pub(super) const OBSERVATIONS: &str = "observations";
pub(super) const POSTS: &str = "posts";

/// What the audit log calls it.
const WEEDED: &str = "weeded";

/// What became of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Weeded {
    /// The class.
    pub class: String,
    /// What was older than this.
    pub before: DateTime<Utc>,
    /// The decision.
    pub decision: String,
    /// How much was removed, or would be.
    pub count: u64,
    /// What it was, by name; rows of the store have none and are told as one line.
    pub removed: Vec<String>,
    /// Whether nothing was really removed.
    pub dry: bool,
}

/// Removes what the decisions in the configuration say; `dry`: only says what that would be.
///
/// # Errors
/// When state or archive cannot be used. What was removed before that stays removed, and logged.
pub async fn weed(app: &App, dry: bool, now: DateTime<Utc>) -> Result<Vec<Weeded>, PipelineError> {
    let mut weeded = Vec::new();
    for rule in &app.config.retention {
        let before = now - TimeDelta::days(i64::from(rule.keep_days));
        let mut removed = Vec::new();
        for class in classes(&rule.class) {
            removed.extend(one(app, rule, *class, before, dry, now).await?);
        }
        let mut count = removed.len() as u64;
        if let Some(what) = rows_of(&rule.class) {
            count = rows_older(app, rule, what, before.date_naive(), dry, now).await?;
            removed.extend((count > 0).then(|| format!("{count} {} before {}", rule.class, before.date_naive())));
        }
        weeded.push(Weeded { class: rule.class.clone(), before, decision: rule.decision.clone(), count, removed, dry });
    }
    Ok(weeded)
}

/// The state's classes behind a word of the configuration.
fn classes(word: &str) -> &'static [WeedClass] {
    match word {
        "drafts" => &[WeedClass::Drafts],
        "reports" => &[WeedClass::Reports],
        "runs" => &[WeedClass::Runs, WeedClass::Versions],
        "jobs" => &[WeedClass::Jobs, WeedClass::Slots],
        "alerts" => &[WeedClass::Alerts],
        "audit" => &[WeedClass::Audit],
        "sessions" => &[
            WeedClass::Sessions,
            WeedClass::LoginFailures,
            WeedClass::Invitations,
            WeedClass::ApiTokens,
            WeedClass::ShareLinks,
        ],
        _ => &[],
    }
}

/// The store's rows behind a word of the configuration.
fn rows_of(word: &str) -> Option<Weeds> {
    match word {
        OBSERVATIONS => Some(Weeds::Observations),
        POSTS => Some(Weeds::Posts),
        _ => None,
    }
}

/// For how long the store keeps its rows, by the decisions of the configuration.
pub(super) fn kept(config: &Config) -> Kept {
    let days = |class: &str| config.retention.iter().find(|rule| rule.class == class).map(|rule| rule.keep_days);
    Kept { observations: days(OBSERVATIONS), posts: days(POSTS) }
}

/// Removes rows of the store; how many. The files that held them are deleted a day later at the earliest, at the
/// next look: somebody may be reading them.
async fn rows_older(
    app: &App,
    rule: &Retention,
    what: Weeds,
    day: NaiveDate,
    dry: bool,
    now: DateTime<Utc>,
) -> Result<u64, PipelineError> {
    if dry {
        return Ok(app.store.weed_dry(what, day).await?);
    }
    let rows = app.store.weed(what, day).await?;
    app.store.vacuum(Duration::from_hours(24)).await?;
    if rows > 0 {
        let detail = serde_json::json!({"before": day, "decision": rule.decision, "removed": rows});
        app.state.note("genomslag", WEEDED, &rule.class, &detail, now).await?;
        tracing::info!(class = rule.class, decision = rule.decision, removed = rows, "weeded");
    }
    Ok(rows)
}

/// Observations or posts that were removed by a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RowsWeeded {
    /// The class: `observations` or `posts`.
    pub class: String,
    /// What was older than this day.
    pub before: NaiveDate,
    /// The decision.
    pub decision: String,
    /// When it was done.
    pub at: DateTime<Utc>,
}

/// What a decision removed of the class that touches the days from `start`: the removal that went furthest; none if there
/// was none.
///
/// # Errors
/// When the state cannot be read.
pub(super) async fn weeded(app: &App, class: &str, start: NaiveDate) -> Result<Option<RowsWeeded>, PipelineError> {
    let log = app.state.audit_log(Some(class), 1_000).await?;
    let read = log.into_iter().filter(|entry| entry.what == WEEDED).filter_map(|entry| {
        let before: NaiveDate = entry.detail.get("before")?.as_str()?.parse().ok()?;
        let decision = entry.detail.get("decision")?.as_str()?.to_owned();
        Some(RowsWeeded { class: class.to_owned(), before, decision, at: entry.at })
    });
    Ok(read.filter(|it| start < it.before).max_by_key(|it| it.before))
}

async fn one(
    app: &App,
    rule: &Retention,
    class: WeedClass,
    before: DateTime<Utc>,
    dry: bool,
    now: DateTime<Utc>,
) -> Result<Vec<String>, PipelineError> {
    let old = app.state.weed_dry(class, before).await?;
    if dry || old.is_empty() {
        return Ok(old);
    }
    if matches!(class, WeedClass::Reports | WeedClass::Drafts) {
        // Files first: if we are stopped between, the rows are still there to say what is to be removed.
        let folders = folders(app, &old).await?;
        computing(move || folders.iter().try_for_each(|folder| remove(folder))).await??;
    }
    let removed = app.state.weed(class, before, &rule.decision, now).await?;
    tracing::info!(class = %class, decision = rule.decision, removed = removed.len(), "weeded");
    Ok(removed)
}

/// The folders of the reports that lie in the archive; any other is not ours to remove.
async fn folders(app: &App, reports: &[String]) -> Result<Vec<PathBuf>, PipelineError> {
    let archive = std::path::absolute(&app.config.places.archive).unwrap_or_else(|_| app.config.places.archive.clone());
    let known = app.state.reports(&ReportFilter::default()).await?;
    let old = known.into_iter().filter(|entry| reports.contains(&entry.id));
    Ok(old.map(|entry| PathBuf::from(entry.folder)).filter(|folder| lies_below(folder, &archive)).collect())
}

fn lies_below(folder: &Path, archive: &Path) -> bool {
    let plain = folder.components().all(|part| !matches!(part, std::path::Component::ParentDir));
    plain && folder != archive && folder.starts_with(archive)
}

fn remove(folder: &Path) -> Result<(), PipelineError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(PipelineError::file(folder, &error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_in_the_archive_is_removed() {
        let archive = Path::new("/srv/archive");
        assert!(lies_below(Path::new("/srv/archive/2026/weekly-1"), archive));
        for other in ["/srv/archive", "/srv", "/srv/archive/../data", "/srv/archives/2026", "/home"] {
            assert!(!lies_below(Path::new(other), archive), "{other}");
        }
    }

    #[test]
    fn every_class_of_the_configuration_is_known() {
        for word in crate::config::RETENTION_CLASSES {
            assert!(!classes(word).is_empty() || rows_of(word).is_some(), "{word}");
        }
    }
}
