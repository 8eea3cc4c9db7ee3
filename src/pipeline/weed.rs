//! Retention (gallring): what is removed, class by class, each by a decision that is named in the log of removals. Without
//! a decision in the configuration nothing is ever removed.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{App, PipelineError, computing};
use crate::config::Retention;
use crate::state::{ReportFilter, WeedClass};

/// What became of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Weeded {
    /// The class.
    pub class: String,
    /// What was older than this.
    pub before: DateTime<Utc>,
    /// The decision.
    pub decision: String,
    /// What was removed, or would be, by name.
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
        weeded.push(Weeded { class: rule.class.clone(), before, decision: rule.decision.clone(), removed, dry });
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
            assert!(!classes(word).is_empty(), "{word}");
        }
    }
}
