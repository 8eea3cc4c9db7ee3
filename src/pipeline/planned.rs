//! What was planned against what was published.

use std::path::PathBuf;

use chrono::{DateTime, Days, NaiveTime, Utc};

use super::judge::last_closed;
use super::written;
use super::{App, PipelineError, computing};
use crate::analysis::{PlanSummary, plan_summary};
use crate::imports::{Limits, Skipped, expand, read_plan};
use crate::model::told::Told;
use crate::model::{Granularity, Period};

/// The plan of some files against the posts.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Planned {
    /// The days.
    pub period: Period,
    /// What became of what was planned.
    pub summary: PlanSummary,
    /// What was not taken, by file.
    #[serde(serialize_with = "written::rows_of_files")]
    pub skipped: Vec<(String, Skipped)>,
    /// Files that are no plans, each with the reason.
    #[serde(serialize_with = "written::files")]
    pub refused: Vec<(String, Told)>,
}

/// Compares plans with the posts of the period (none: the last closed month).
///
/// # Errors
/// When the store cannot be read; a file that is no plan is told in the result.
pub async fn planned(
    app: &App,
    paths: &[PathBuf],
    period: Option<Period>,
    now: DateTime<Utc>,
) -> Result<Planned, PipelineError> {
    let zone = app.config.organisation.zone;
    let period = period.unwrap_or_else(|| last_closed(app, Granularity::Month, now));
    let expanded = expand(paths, Limits::default());
    let (mut plans, mut skipped, mut refused) = (Vec::new(), Vec::new(), expanded.faults);
    for file in expanded.files {
        let bytes = match file.bytes {
            Some(bytes) => bytes,
            None => std::fs::read(&file.path).map_err(|error| PipelineError::file(&file.path, &error))?,
        };
        match read_plan(&file.name, &bytes, zone) {
            Ok(plan) => {
                plans.extend(plan.posts);
                skipped.extend(plan.skipped.into_iter().map(|row| (file.name.clone(), row)));
            }
            Err(error) => refused.push((file.name, error.told())),
        }
    }
    let view = app.store.view(None).await?;
    let at = |day: chrono::NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    // Posts around the period too: what was due in it may have come late.
    let (from, to) = (at(period.start() - Days::new(7)), at(period.end() + Days::new(31)));
    let summary = computing(move || {
        let posts = view.posts(&[], Some(from), Some(to))?;
        Ok::<_, PipelineError>(plan_summary(&plans, &posts, period, zone, now))
    })
    .await??;
    Ok(Planned { period, summary, skipped, refused })
}
