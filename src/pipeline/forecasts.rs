//! Forecasts are kept when a report is made, and held to their word when their day has come and its figures are complete.

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use super::facts::{Asked, facts};
use super::fresh::stale_of;
use super::{App, PipelineError, computing};
use crate::analysis::{GoalForecast, KeptForecast, Standing, standing};
use crate::model::{Figure, Goal, Period, Status};
use crate::state::{ForecastEntry, ForecastOutcome};

/// A forecast made later than so many days after the day that it was made for is hindsight, and is not kept.
const IN_TIME: u64 = 21;

/// Keeps the forecasts of a report.
pub(super) async fn keep(
    app: &App,
    report: &str,
    forecasts: &[(Goal, GoalForecast)],
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let today = now.with_timezone(&app.config.organisation.zone).date_naive();
    for (goal, forecast) in forecasts {
        let numbers = [&forecast.chance, &forecast.low, &forecast.middle, &forecast.high].map(Figure::number);
        let [Some(chance), Some(low), Some(middle), Some(high)] = numbers else { continue };
        if forecast.made + Days::new(IN_TIME) < today {
            continue;
        }
        let definition = definition(goal);
        let entry = ForecastEntry {
            goal: forecast.goal.clone(),
            made: forecast.made,
            about: hex::encode(&Sha256::digest(&definition)[..8]),
            due: forecast.due,
            definition,
            report: report.to_owned(),
            chance,
            low,
            middle,
            high,
            kept: now,
            outcome: None,
        };
        app.state.keep_forecast(&entry).await?;
    }
    Ok(())
}

/// What of a goal a forecast is about: a better sentence of purpose does not make it another.
fn definition(goal: &Goal) -> String {
    let bare = Goal {
        title: String::new(),
        why: None,
        owner_role: None,
        contributes_to: None,
        weight: 1.0,
        audience: None,
        rivals: Vec::new(),
        record: crate::model::GoalRecord::default(),
        ..goal.clone()
    };
    serde_json::to_string(&bare).unwrap_or_default()
}

/// Holds every forecast whose day has come to its word, as far as that day's figures are complete.
///
/// # Errors
/// When store or state cannot be read.
pub(super) async fn settle(app: &App, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let today = now.with_timezone(&app.config.organisation.zone).date_naive();
    let open: Vec<ForecastEntry> =
        app.state.forecasts().await?.into_iter().filter(|it| it.outcome.is_none() && it.due < today).collect();
    let mut judged: Vec<(String, NaiveDate, Option<Standing>)> = Vec::new();
    for entry in &open {
        let known = judged.iter().find(|(definition, due, _)| definition == &entry.definition && due == &entry.due);
        let found = if let Some((_, _, standing)) = known {
            standing.clone()
        } else {
            let standing = at_due(app, entry, now).await?;
            judged.push((entry.definition.clone(), entry.due, standing.clone()));
            standing
        };
        if let Some(standing) = found {
            app.state.settle_forecast(entry, &outcome(&standing, now)).await?;
        }
    }
    Ok(())
}

/// Where the goal stood when its day was over; none while that is not settled, or not read since.
async fn at_due(app: &App, entry: &ForecastEntry, now: DateTime<Utc>) -> Result<Option<Standing>, PipelineError> {
    let Ok(goal) = serde_json::from_str::<Goal>(&entry.definition) else { return Ok(None) };
    let last = Period::day(entry.due);
    let view = app.store.view(None).await?;
    let goals = std::slice::from_ref(&goal);
    let facts =
        facts(app, &view, Asked { goals, metrics: &[], campaigns: &[], period: last, at: now, only: None }).await?;
    let (catalog, facts) = (app.catalog, Arc::new(facts));
    let channels: Vec<_> = match &goal.scope.channels[..] {
        [] => facts.channels_of(goal.unit.as_ref()).into_iter().map(|it| it.id.clone()).collect(),
        named => named.to_vec(),
    };
    let days = computing(move || view.last_days()).await??;
    let judged = app.config.channels.iter().filter(|channel| channels.contains(&channel.id)).collect();
    if !stale_of(app, judged, &days, last, now).await?.is_empty() {
        return Ok(None);
    }
    Ok(Some(computing(move || standing(&goal, &facts, catalog)).await?))
}

fn outcome(standing: &Standing, now: DateTime<Utc>) -> ForecastOutcome {
    let met = match standing.status {
        Status::Achieved => Some(true),
        Status::CannotBeJudged => None,
        Status::OnTrack | Status::Lagging | Status::Behind => Some(false),
    };
    let why = standing.reason.as_ref().and_then(|reason| serde_json::to_string(reason).ok());
    ForecastOutcome { met, value: standing.now.number(), why, scored: now }
}

/// The forecasts that were kept, the settled ones with what came of them: those about days before `until`, as known at
/// `at`.
///
/// # Errors
/// When the state cannot be read.
pub async fn kept_forecasts(
    app: &App,
    until: Option<NaiveDate>,
    at: DateTime<Utc>,
) -> Result<Vec<KeptForecast>, PipelineError> {
    let all = app.state.forecasts().await?.into_iter();
    let wanted = all.filter(|it| it.kept <= at && until.is_none_or(|until| it.due < until));
    let kept = |entry: ForecastEntry| {
        let outcome = entry.outcome.filter(|it| it.scored <= at);
        KeptForecast {
            goal: entry.goal,
            made: entry.made,
            due: entry.due,
            chance: entry.chance,
            range: (entry.low, entry.high),
            settled: outcome.is_some(),
            met: outcome.as_ref().and_then(|it| it.met),
            value: outcome.and_then(|it| it.value),
        }
    };
    Ok(wanted.map(kept).collect())
}

/// Settles what can be settled now, and gives all forecasts that were kept.
///
/// # Errors
/// When store or state cannot be read.
pub async fn scored_forecasts(app: &App, now: DateTime<Utc>) -> Result<Vec<KeptForecast>, PipelineError> {
    settle(app, now).await?;
    kept_forecasts(app, None, now).await
}
