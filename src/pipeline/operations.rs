//! How everything stands, for the questions of health, readiness and metrics, and the sign of life to whoever listens.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::deliver::opened_pass;
use super::serve::Pulse;
use super::{App, PipelineError};
use crate::delivery::web;
use crate::model::told::faults;
use crate::model::{Gravity, ReportSpec, Secret};
use crate::state::DraftApproval;

/// A scheduler that has not looked at the clock for so long is not well.
const SILENCE: TimeDelta = TimeDelta::minutes(3);

/// How everything stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operations {
    /// Jobs by state.
    pub jobs: Vec<(String, u64)>,
    /// Deliveries by status.
    pub deliveries: Vec<(String, u64)>,
    /// Open alerts by gravity.
    pub alerts: Vec<(String, u64)>,
    /// Drafts that wait for their owner.
    pub approvals: u64,
    /// Channels: when each last gave everything.
    pub channels: Vec<(String, Option<DateTime<Utc>>)>,
    /// Tokens: when each ends, where that is known.
    pub tokens: Vec<(String, Option<DateTime<Utc>>, bool)>,
    /// When the last run began, and whether it gave everything.
    pub last_run: Option<(DateTime<Utc>, Option<String>)>,
}

/// How everything stands now.
///
/// # Errors
/// When the state cannot be read.
pub async fn operations(app: &App) -> Result<Operations, PipelineError> {
    let state = &app.state;
    let alerts = state.open_alerts().await?;
    let grave = |gravity: Gravity| alerts.iter().filter(|alert| alert.gravity == gravity).count() as u64;
    let known = state.last_successes().await?;
    let channels = app.config.channels.iter().map(|it| (it.id.to_string(), known.get(&it.id).copied())).collect();
    let tokens = state.tokens().await?;
    let last = state.last_runs(1).await?.into_iter().next();
    Ok(Operations {
        jobs: state.job_counts().await?.into_iter().map(|(word, many)| (word.to_string(), many)).collect(),
        deliveries: state.delivery_counts().await?.into_iter().map(|(word, many)| (word.to_string(), many)).collect(),
        alerts: vec![
            ("action".to_owned(), grave(Gravity::Action)),
            ("warning".to_owned(), grave(Gravity::Warning)),
            ("notice".to_owned(), grave(Gravity::Notice)),
        ],
        approvals: state.waiting_approvals().await?.len() as u64,
        channels,
        tokens: tokens.into_iter().map(|it| (it.check.subject.clone(), it.ends(), it.check.valid)).collect(),
        last_run: last.map(|run| (run.started, run.outcome.map(|outcome| outcome.to_string()))),
    })
}

/// What keeps the service from being ready, if anything.
pub async fn unready(app: &App, pulse: &Pulse, now: DateTime<Utc>) -> Vec<String> {
    let mut why = Vec::new();
    if let Err(error) = app.state.answers().await {
        why.push(error.to_string());
    }
    if let Err(error) = app.store.view(None).await {
        why.push(error.to_string());
    }
    match pulse.last() {
        Some(last) if now - last <= SILENCE => {}
        Some(last) => why.push(format!("the scheduler last looked at the clock at {last}")),
        None => why.push("the scheduler has not looked at the clock yet".to_owned()),
    }
    why
}

/// Gives a sign of life to the address that is configured; what went wrong is logged and nothing more.
pub async fn heartbeat(app: &App) {
    let Some(reference) = &app.config.serve.heartbeat_url else { return };
    let called = match app.secret(faults::secret_heartbeat(), reference) {
        Ok(address) => {
            web::call(&address, Duration::from_secs(10)).await.map(|_| ()).map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    if let Err(why) = called {
        tracing::warn!(why, "the heartbeat was not heard");
    }
}

/// Whom a link to unsubscribe is about, and from what; none if the link is not ours.
pub fn unsubscription(app: &App, pass: &str) -> Option<(String, Option<ReportSpec>)> {
    let (address, spec) = opened_pass(app, pass)?;
    Some((address, app.config.report(&spec).cloned()))
}

/// Takes an unsubscription by its link; whose it was, none if the link is not ours.
///
/// # Errors
/// When the state cannot be used.
pub async fn unsubscribe(
    app: &App,
    pass: &str,
    how: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, PipelineError> {
    let Some((address, spec)) = opened_pass(app, pass) else { return Ok(None) };
    if app.state.unsubscribe(&address, Some(&spec), how, now).await? {
        let detail = serde_json::json!({"report": spec, "how": how});
        app.state.note(how, "unsubscribed", &address, &detail, now).await?;
    }
    Ok(Some(address))
}

/// The draft that a link is about.
///
/// # Errors
/// When the state cannot be used.
pub async fn draft_of_link(app: &App, pass: &str) -> Result<Option<DraftApproval>, PipelineError> {
    Ok(app.state.approval_of_pass(&Secret::new(pass)).await?)
}
