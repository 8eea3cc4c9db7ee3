//! How everything runs: what was fetched and what it cost, which tokens end, what waits and what died, what somebody should
//! know, and what is there of every channel day by day.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, TimeDelta, Utc};

use crate::analysis::{self, CoverageDays};
use crate::model::{ChannelId, MetricName, Period, Platform};
use crate::pipeline::apart::{self, Wanted};
use crate::pipeline::facts::{Asked, COMPARED, facts};
use crate::pipeline::{App, PipelineError, Timetable, computing, stamp};
use crate::state::{Alert, ChannelCost, ChannelRun, Job, JobState, Run, TokenStanding, TokenWarning};

/// So many runs are shown.
const RUNS: u32 = 20;
/// So many jobs of each state are shown.
const JOBS: u32 = 50;
/// Costs are told over so many days.
pub const COST_DAYS: i64 = 28;

/// A credential, as the page tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenLine {
    /// The channel whose it is.
    pub channel: ChannelId,
    /// Its platform.
    pub platform: Platform,
    /// What the ledger knows; none: never checked.
    pub standing: Option<TokenStanding>,
    /// Whole days until it ends; none: no end known.
    pub days_left: Option<i64>,
    /// The warning that it stands at.
    pub warning: Option<TokenWarning>,
}

/// How everything runs.
#[derive(Debug, Clone)]
pub struct Health {
    /// The latest runs, newest first, with what each channel gave.
    pub runs: Vec<(Run, Vec<ChannelRun>)>,
    /// What each channel cost over the last [`COST_DAYS`] days.
    pub costs: Vec<ChannelCost>,
    /// The credentials of the channels that are asked.
    pub tokens: Vec<TokenLine>,
    /// Jobs that wait, run or died, newest first.
    pub jobs: Vec<Job>,
    /// What is on the schedule next.
    pub upcoming: Vec<(DateTime<Utc>, String)>,
    /// What somebody should know, gravest first.
    pub alerts: Vec<Alert>,
    /// When each channel last gave everything.
    pub successes: Vec<(ChannelId, Option<DateTime<Utc>>)>,
}

/// How everything runs now.
///
/// # Errors
/// When the state cannot be read, or a schedule of the configuration cannot.
pub async fn health(app: &App, now: DateTime<Utc>) -> Result<Health, PipelineError> {
    let state = &app.state;
    let mut runs = Vec::new();
    for run in state.last_runs(RUNS).await? {
        let channels = state.channel_runs(&run.id).await?;
        runs.push((run, channels));
    }
    let mut jobs = Vec::new();
    for wanted in [JobState::Dead, JobState::Running, JobState::Waiting] {
        jobs.extend(state.jobs(Some(wanted), JOBS).await?);
    }
    let known = state.last_successes().await?;
    let successes = app.config.channels.iter().map(|it| (it.id.clone(), known.get(&it.id).copied())).collect();
    let mut upcoming = Timetable::of(&app.config)?.upcoming(now);
    upcoming.truncate(12);
    Ok(Health {
        runs,
        costs: state.channel_costs(now - TimeDelta::days(COST_DAYS)).await?,
        tokens: tokens(app, now).await?,
        jobs,
        upcoming,
        alerts: state.open_alerts().await?,
        successes,
    })
}

async fn tokens(app: &App, now: DateTime<Utc>) -> Result<Vec<TokenLine>, PipelineError> {
    let known = app.state.tokens().await?.into_iter().map(|it| (it.check.subject.clone(), it));
    let mut known: BTreeMap<String, TokenStanding> = known.collect();
    let asked = app.config.channels.iter().filter(|channel| app.config.asks(channel));
    Ok(asked
        .map(|channel| {
            let standing = known.remove(channel.id.as_str());
            let days_left = standing.as_ref().and_then(TokenStanding::ends).map(|end| (end - now).num_days());
            let warning = standing.as_ref().and_then(|standing| standing.warning(now));
            TokenLine { channel: channel.id.clone(), platform: channel.platform, standing, days_left, warning }
        })
        .collect())
}

/// What is there of every channel, for so many days up to today: counted anew where something has come since.
///
/// # Errors
/// When the store cannot be read.
pub async fn coverage(app: &App, days: u32, now: DateTime<Utc>) -> Result<Arc<Vec<CoverageDays>>, PipelineError> {
    let place = app.coverage.place(&stamp(app, now).await?, &days, &days);
    place.get_or_try_init(|| counted_somewhere(app, days, now)).await.cloned()
}

async fn counted_somewhere(app: &App, days: u32, now: DateTime<Utc>) -> Result<Arc<Vec<CoverageDays>>, PipelineError> {
    let here = Box::pin(counted(app, days, now));
    Ok(Arc::new(apart::done(app, &Wanted::Coverage { days, now }, here).await?))
}

/// What is there, counted from the store.
pub(in crate::pipeline) async fn counted(
    app: &App,
    days: u32,
    now: DateTime<Utc>,
) -> Result<Vec<CoverageDays>, PipelineError> {
    let tomorrow = now.with_timezone(&app.config.organisation.zone).date_naive() + Days::new(1);
    let first = tomorrow - Days::new(u64::from(days.clamp(1, 400)));
    let Some(period) = Period::new(first, tomorrow) else { return Ok(Vec::new()) };
    let metrics: Vec<MetricName> = COMPARED.map(MetricName::from).to_vec();
    let view = app.store.view(None).await?;
    let facts =
        facts(app, &view, Asked { goals: &[], metrics: &metrics, campaigns: &[], period, at: now, only: None }).await?;
    let catalog = app.catalog;
    computing(move || {
        let channels: Vec<ChannelId> = facts.channels.iter().map(|channel| channel.id.clone()).collect();
        analysis::coverage_days(&facts, catalog, &metrics, &channels, period)
    })
    .await
}

/// Lets a dead job be tried again; whether it was dead.
///
/// # Errors
/// When the state cannot be used.
pub async fn retry_job(app: &App, id: &str, by: &str, now: DateTime<Utc>) -> Result<bool, PipelineError> {
    let tried = app.state.retry_dead_job(id, now).await?;
    if tried {
        app.state.note(by, "job tried again", id, &serde_json::json!({}), now).await?;
    }
    Ok(tried)
}

/// Notes that somebody knows of an alert; whether it was open and nobody had said so.
///
/// # Errors
/// When the state cannot be used.
pub async fn acknowledge(app: &App, id: &str, by: &str, now: DateTime<Utc>) -> Result<bool, PipelineError> {
    let known = app.state.acknowledge_alert(id, by, now).await?;
    if known {
        app.state.note(by, "alert acknowledged", id, &serde_json::json!({}), now).await?;
    }
    Ok(known)
}

/// The alert of the id.
///
/// # Errors
/// When the state cannot be read.
pub async fn alert(app: &App, id: &str) -> Result<Option<Alert>, PipelineError> {
    Ok(app.state.alert(id).await?)
}
