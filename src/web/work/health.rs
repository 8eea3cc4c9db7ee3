//! How everything runs, and the few things that a person can do about it.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Tongue, allowed, go, who};
use crate::model::{ChannelId, Gravity, Platform};
use crate::pipeline::{
    self, App, COST_DAYS, CoverageDays, Health, JobState, Role, Run, RunOutcome, TokenLine, TokenWarning,
};
use crate::web::Shared;
use crate::web::gate::{Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::show;
use crate::words::problems;

/// The calendar shows so many days unless another number is asked for.
const DAYS: u32 = 28;
/// So many channels stand in the calendar at once: it has a cell for each of their days.
const ROWS: usize = 50;

/// What is asked for.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Asked {
    days: Option<u32>,
    from: Option<usize>,
    consent: Option<String>,
}

/// Nothing but the form's mark.
#[derive(Debug, Deserialize)]
pub(super) struct Pressed {}

/// The page.
pub(super) async fn page(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let now = shared.now();
    let tongue = Tongue::of(&visitor, &app);
    let days = asked.days.unwrap_or(DAYS).clamp(7, 120);
    let health = pipeline::health(&app, now).await?;
    let coverage = pipeline::coverage(&app, days, now).await?;
    let seen =
        |id: &ChannelId| app.config.channel(id).is_some_and(|channel| allowed(&visitor, &app, Some(&channel.unit)));
    let rows: Vec<&CoverageDays> = coverage.iter().filter(|row| seen(&row.channel)).collect();
    let whole = allowed(&visitor, &app, None);
    let context = json!({
        "alerts": alerts(&app, &visitor, tongue, &health),
        "tokens": health.tokens.iter().filter(|it| seen(&it.channel)).map(|it| token(&app, tongue, it)).collect::<Vec<_>>(),
        "runs": health.runs.iter().map(|(run, channels)| {
            let channels: Vec<Value> =
                channels.iter().filter(|it| seen(&it.channel)).map(|it| channel_run(&app, tongue, it)).collect();
            of_run(tongue, run, &channels)
        }).collect::<Vec<_>>(),
        "costs": health.costs.iter().filter(|it| seen(&it.channel)).map(|it| json!({
            "channel": title(&app, &it.channel),
            "runs": tongue.whole(it.runs),
            "incomplete": tongue.whole(it.incomplete),
            "calls": tongue.whole(it.calls),
            "bytes": tongue.size(it.bytes),
            "retries": tongue.whole(it.retries),
            "throttled": tongue.whole(it.throttled),
        })).collect::<Vec<_>>(),
        "cost_days": COST_DAYS,
        "successes": health.successes.iter().filter(|(id, _)| seen(id)).map(|(id, at)| json!({
            "channel": title(&app, id),
            "at": at.map(|at| tongue.moment(at)),
        })).collect::<Vec<_>>(),
        "jobs": if whole { jobs(tongue, &health) } else { Vec::new() },
        "upcoming": if whole {
            health.upcoming.iter().map(|(at, name)| json!({"at": tongue.moment(*at), "name": planned(tongue, name)})).collect()
        } else {
            Vec::new()
        },
        "calendar": calendar(&app, tongue, &rows, asked.from.unwrap_or_default()),
        "days": days,
        "consented": asked.consent.is_some(),
        "consents": visitor.needs(Role::Administrator).is_ok().then(|| {
            [Platform::Facebook, Platform::LinkedIn]
                .into_iter()
                .filter(|platform| app.config.platforms_used().contains(platform))
                .map(|platform| json!({
                    "id": platform.as_str(),
                    "title": if platform == Platform::Facebook { "Facebook, Instagram" } else { platform.title() },
                }))
                .collect::<Vec<_>>()
        }),
        "may_acknowledge": visitor.needs(Role::Editor).is_ok(),
        "may_administer": visitor.needs(Role::Administrator).is_ok(),
    });
    Ok(show(&shared, &visitor, "work-operations.html", tongue.text("work.operations"), "/operations", context))
}

/// Lets a dead job be tried again.
pub(super) async fn retry(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(Pressed {}): Signed<Pressed>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    pipeline::retry_job(&shared.app(), &id, &who(&visitor), shared.now()).await?;
    Ok(go("/operations#jobs"))
}

/// Notes that somebody knows of an alert.
pub(super) async fn acknowledge(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(Pressed {}): Signed<Pressed>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let alert = pipeline::alert(&app, &id).await?.ok_or(Refusal::NotFound)?;
    visitor.may_see(&app, unit_of(&app, &alert.subject))?;
    pipeline::acknowledge(&app, &id, &who(&visitor), shared.now()).await?;
    Ok(go("/operations#alerts"))
}

/// The unit that an alert is about: its channel's, its goal's, its report's; none: the whole organisation.
fn unit_of<'a>(app: &'a App, subject: &str) -> Option<&'a crate::model::UnitId> {
    let config = &app.config;
    let channel = config.channel(&ChannelId::from(subject)).map(|channel| &channel.unit);
    let goal = || config.goals.iter().find(|goal| goal.id.as_str() == subject).and_then(|goal| goal.unit.as_ref());
    channel.or_else(goal).or_else(|| config.report(subject).and_then(|report| report.unit.as_ref()))
}

/// What an alert is about, as readers call it.
fn subject_of(app: &App, subject: &str) -> String {
    let channel = app.config.channel(&ChannelId::from(subject)).map(|channel| channel.title.clone());
    let goal = || app.config.goals.iter().find(|goal| goal.id.as_str() == subject).map(|goal| goal.title.clone());
    channel.or_else(goal).unwrap_or_else(|| subject.to_owned())
}

fn alerts(app: &App, visitor: &Visitor, tongue: Tongue, health: &Health) -> Vec<Value> {
    let theirs = |alert: &&pipeline::Alert| visitor.sees(app, unit_of(app, &alert.subject));
    health
        .alerts
        .iter()
        .filter(theirs)
        .map(|alert| {
            json!({
                "id": alert.id,
                "gravity": gravity(alert.gravity),
                "subject": subject_of(app, &alert.subject),
                "what": alert.what,
                "since": tongue.moment(alert.raised_at),
                "times": alert.times,
                "acknowledged_by": alert.acknowledged_by,
                "acknowledged_at": alert.acknowledged_at.map(|at| tongue.moment(at)),
            })
        })
        .collect()
}

fn gravity(gravity: Gravity) -> &'static str {
    match gravity {
        Gravity::Notice => "notice",
        Gravity::Warning => "warning",
        Gravity::Action => "action",
    }
}

fn token(app: &App, tongue: Tongue, line: &TokenLine) -> Value {
    let standing = line.standing.as_ref();
    json!({
        "channel": title(app, &line.channel),
        "platform": line.platform.as_str(),
        "platform_title": line.platform.title(),
        "valid": standing.map(|it| it.check.valid),
        "never": standing.is_some_and(|it| it.check.never_expires && it.check.data_access_expires.is_none()),
        "ends": standing.and_then(pipeline::TokenStanding::ends).map(|end| tongue.date(end)),
        "days_left": line.days_left,
        "warning": line.warning.map(TokenWarning::as_str),
        "checked": standing.map(|it| tongue.moment(it.checked_at)),
        "scopes": standing.map(|it| it.check.scopes.clone()).unwrap_or_default(),
    })
}

fn of_run(tongue: Tongue, run: &Run, channels: &[Value]) -> Value {
    json!({
        "id": run.id,
        "kind": run.kind.as_str(),
        "started": tongue.moment(run.started),
        "outcome": run.outcome.map(RunOutcome::as_str),
        "channels": channels,
    })
}

fn channel_run(app: &App, tongue: Tongue, run: &pipeline::ChannelRun) -> Value {
    json!({
        "channel": title(app, &run.channel),
        "complete": run.complete,
        "calls": tongue.whole(run.calls),
        "bytes": tongue.size(run.bytes),
        "new": tongue.whole(run.new),
        "restated": tongue.whole(run.restated),
        "posts_new": tongue.whole(run.posts_new),
        "problems": run.problems.iter().map(|problem| json!({
            "what": problems::what(tongue.language, problem),
            "mend": problems::mend(tongue.language, problem),
        })).collect::<Vec<_>>(),
    })
}

fn jobs(tongue: Tongue, health: &Health) -> Vec<Value> {
    health
        .jobs
        .iter()
        .map(|job| {
            json!({
                "id": job.id,
                "kind": job.kind,
                "key": job.key,
                "state": job.state.as_str(),
                "dead": job.state == JobState::Dead,
                "attempts": job.attempts,
                "most": job.max_attempts,
                "at": tongue.moment(job.finished.unwrap_or(job.run_at)),
                "error": job.error,
            })
        })
        .collect()
}

/// What is planned, in words: `report/veckorapport` is a report to be made and sent.
fn planned(tongue: Tongue, name: &str) -> String {
    let (kind, of) = name.split_once('/').map_or((name, None), |(kind, of)| (kind, Some(of)));
    match (tongue.text(&format!("work.job_{kind}")), of) {
        ("", _) => name.to_owned(),
        (text, Some(of)) => format!("{text} ({of})"),
        (text, None) => text.to_owned(),
    }
}

/// The calendar: a row for each channel, a cell for each day, newest last; [`ROWS`] channels, and where the others are.
fn calendar(app: &App, tongue: Tongue, coverage: &[&CoverageDays], from: usize) -> Value {
    let first = coverage.first().map(|row| row.days.as_slice()).unwrap_or_default();
    let days: Vec<Value> = first
        .iter()
        .map(|cell| {
            let number = cell.day.format("%-d").to_string();
            let month = (number == "1" || Some(cell.day) == first.first().map(|cell| cell.day))
                .then(|| tongue.locale().month_short(chrono::Datelike::month(&cell.day)));
            json!({"number": number, "month": month, "date": tongue.day(cell.day), "weekday": tongue.locale().weekday(cell.day)})
        })
        .collect();
    let chunks: Vec<&[&CoverageDays]> = coverage.chunks(ROWS).collect();
    let here = (from / ROWS).min(chunks.len().saturating_sub(1));
    let rows = chunks.get(here).copied().unwrap_or_default().iter().map(|row| {
        let cells = row.days.iter();
        let cells = cells
            .map(|cell| json!({"state": cell.state, "have": cell.have, "of": cell.of, "date": tongue.day(cell.day)}));
        json!({"channel": title(app, &row.channel), "cells": cells.collect::<Vec<_>>()})
    });
    let parts = chunks.iter().enumerate().map(|(at, chunk)| {
        json!({"from": at * ROWS, "first": at * ROWS + 1, "last": at * ROWS + chunk.len(), "here": at == here})
    });
    let parts: Vec<Value> = if chunks.len() > 1 { parts.collect() } else { Vec::new() };
    json!({"days": days, "rows": rows.collect::<Vec<_>>(), "parts": parts, "from": here * ROWS, "all": coverage.len()})
}

fn title(app: &App, id: &ChannelId) -> String {
    app.config.channel(id).map_or_else(|| id.to_string(), |channel| channel.title.clone())
}
