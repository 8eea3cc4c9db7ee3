//! A report that a person wants now: a job like any other, so that it survives a restart, done at once by whoever is free.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::model::told::faults;
use crate::model::{Granularity, Period, ReportKind};
use crate::pipeline::deliver::make_and_keep;
use crate::pipeline::judge::last_closed;
use crate::pipeline::{App, Live, MakeWish, Order, Patience, PipelineError, RealSteps, Task, Worker};
use crate::report::OPTIONAL_SECTIONS;
use crate::state::JobState;

/// Where the making of a report stands.
#[derive(Debug, Clone, PartialEq)]
pub struct MakingStands {
    /// What was wanted.
    pub wish: MakeWish,
    /// Where its job stands.
    pub state: JobState,
    /// What went wrong, if anything.
    pub error: Option<String>,
    /// The report, once it is made.
    pub report: Option<String>,
    /// When it was asked for.
    pub since: DateTime<Utc>,
}

/// Puts down the wish for a report. The same ticket again is the same wish.
///
/// # Errors
/// When the report, the unit or a section does not exist, or the state cannot be used.
pub async fn ask_for_report(app: &App, wish: &MakeWish, now: DateTime<Utc>) -> Result<(), PipelineError> {
    if let Some(spec) = wish.spec.as_ref().filter(|spec| app.config.report(spec).is_none()) {
        return Err(PipelineError::unknown(faults::no_report_configured(spec)));
    }
    if let Some(unit) = wish.unit.as_ref().filter(|unit| app.config.units.find(unit).is_none()) {
        return Err(PipelineError::unknown(faults::no_unit_of(unit.as_str())));
    }
    if wish.kind == ReportKind::Unit && wish.unit.is_none() {
        return Err(PipelineError::unknown(faults::unit_report_without_unit()));
    }
    if let Some(section) = wish.without.iter().find(|it| !OPTIONAL_SECTIONS.contains(&it.as_str())) {
        return Err(PipelineError::unknown(faults::section_stays(section)));
    }
    app.state.enqueue(&Task::Make(wish.clone()).job(key(&wish.ticket), now), now).await?;
    Ok(())
}

/// Does the wishes that wait, in the process that was asked: with a service beside it, whoever claims one first does it.
/// How many.
///
/// # Errors
/// When the state cannot be used. A report that cannot be made is told where its wish stands.
pub async fn do_wanted(app: &App, now: DateTime<Utc>) -> Result<usize, PipelineError> {
    let steps = Arc::new(RealSteps::new(Live::new(app.clone())));
    let name = format!("{}/desk-{:08x}", app.worker, rand::random::<u32>());
    Box::pin(Worker::new(name, app.state.clone(), steps, Patience::default()).only(&["make"]).drain(now)).await
}

/// Makes what is wanted and keeps it; the report's id.
pub(in crate::pipeline) async fn make_wanted(
    app: &App,
    wish: &MakeWish,
    now: DateTime<Utc>,
) -> Result<String, PipelineError> {
    let spec = wish.spec.as_ref().and_then(|spec| app.config.report(spec));
    let order = Order {
        language: wish.language,
        unit: wish.unit.clone(),
        period: Some(wish.period),
        without: wish.without.clone(),
        ..spec.map_or_else(|| Order::kind(wish.kind, wish.language), Order::of)
    };
    let id = make_and_keep(app, &order, now).await?;
    let detail = serde_json::json!({
        "period": wish.period.code(app.config.organisation.calendar),
        "language": wish.language.code(),
        "unit": wish.unit,
        "without": wish.without,
    });
    app.state.note(&wish.by, "report made", &id, &detail, now).await?;
    app.state.keep_setting(&made(&wish.ticket), &id, now).await?;
    Ok(id)
}

/// Where the wish of the ticket stands; none if there is no such wish.
///
/// # Errors
/// When the state cannot be read.
pub async fn making(app: &App, ticket: &str) -> Result<Option<MakingStands>, PipelineError> {
    let Some(job) = app.state.job_of_key(&key(ticket)).await? else { return Ok(None) };
    let Ok(Task::Make(wish)) = serde_json::from_value(job.payload) else { return Ok(None) };
    let report = app.state.setting(&made(ticket)).await?;
    Ok(Some(MakingStands { wish, state: job.state, error: job.error, report, since: job.created }))
}

/// The periods that somebody is likely to want of a kind, the latest closed one first: it, the two before it, the same a
/// year ago, and the one that is running.
pub fn suggested_periods(app: &App, granularity: Granularity, now: DateTime<Utc>) -> Vec<Period> {
    let calendar = app.config.organisation.calendar;
    let last = last_closed(app, granularity, now);
    let before = last.previous(calendar);
    let today = now.with_timezone(&app.config.organisation.zone).date_naive();
    let running = Period::containing(today, granularity, calendar);
    vec![last, before, before.previous(calendar), last.year_before(calendar), running]
}

fn key(ticket: &str) -> String {
    format!("make {ticket}")
}

fn made(ticket: &str) -> String {
    format!("made/{ticket}")
}
