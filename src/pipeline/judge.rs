//! How the goals stand: facts from the store, judged by `analysis`.

use chrono::{DateTime, Utc};

use super::facts::{Asked, facts};
use super::{App, PipelineError, computing};
use crate::analysis::{Facts, RolledUp, Standing, UnitStanding, not_complete, roll_up, roll_up_units, standings};
use crate::model::told::faults;
use crate::model::{ChannelId, Goal, Granularity, Period, UnitId};

/// What is to be judged.
#[derive(Debug, Clone, Default)]
pub struct JudgeOrder {
    /// Up to the end of which period; none: the last closed week.
    pub period: Option<Period>,
    /// Only with what was known then.
    pub as_known_at: Option<DateTime<Utc>>,
    /// Only the goals of this unit and those below.
    pub unit: Option<UnitId>,
}

/// How the goals stand.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The period up to the end of which was judged.
    pub period: Period,
    /// Each goal, in the order of the configuration.
    pub standings: Vec<Standing>,
    /// Goals that others contribute to.
    pub rolled_up: Vec<RolledUp>,
    /// The units with goals of their own or below.
    pub units: Vec<UnitStanding>,
    /// Channels whose days are not complete through the period: the judgement is preliminary.
    pub not_complete: Vec<ChannelId>,
    /// What was judged on.
    pub facts: Facts,
}

/// Judges the goals.
///
/// # Errors
/// When the store cannot be read, or there is no such unit.
pub async fn judge(app: &App, order: &JudgeOrder, now: DateTime<Utc>) -> Result<Judged, PipelineError> {
    let at = order.as_known_at.unwrap_or(now);
    let period = order.period.unwrap_or_else(|| last_closed(app, Granularity::Week, at));
    let goals = goals_of(app, order.unit.as_ref(), period)?;
    let view = app.store.view(order.as_known_at).await?;
    let facts =
        facts(app, &view, Asked { goals: &goals, metrics: &[], campaigns: &[], period, at, only: None }).await?;
    let catalog = app.catalog;
    computing(move || {
        let standings = standings(&goals, &facts, catalog);
        let rolled_up = roll_up(&standings, &facts, catalog);
        let units = roll_up_units(&standings, &facts);
        let channels: Vec<ChannelId> = facts.channels.iter().map(|channel| channel.id.clone()).collect();
        let not_complete = not_complete(&facts, &channels, period).into_iter().map(|(channel, _)| channel).collect();
        Judged { period, standings, rolled_up, units, not_complete, facts }
    })
    .await
}

/// The latest whole period of the kind, by the organisation's clock.
pub(super) fn last_closed(app: &App, granularity: Granularity, at: DateTime<Utc>) -> Period {
    let organisation = &app.config.organisation;
    Period::last_closed(at.with_timezone(&organisation.zone).date_naive(), granularity, organisation.calendar)
}

/// The goals of the unit and those below, as they were valid when the period ended; all without a unit.
pub(super) fn goals_of(app: &App, unit: Option<&UnitId>, period: Period) -> Result<Vec<Goal>, PipelineError> {
    let goals = app.config.goals_on(period.last());
    let Some(unit) = unit else { return Ok(goals) };
    if app.config.units.find(unit).is_none() {
        let names: Vec<&str> = app.config.units.0.iter().map(|unit| unit.id.as_str()).collect();
        let there_are = faults::mend_there_are(names.join(", "));
        return Err(PipelineError::hinted(faults::no_unit_of(unit.as_str()), there_are));
    }
    let within = |goal: &&Goal| goal.unit.as_ref().is_some_and(|own| app.config.units.within(own, unit));
    Ok(goals.iter().filter(within).cloned().collect())
}
