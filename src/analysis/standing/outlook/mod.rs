//! Where a goal is going: the chance that it is met on its last day, and the range in which the value will lie. Stands
//! beside the status word and never changes it.

mod cadence;
mod course;
mod history;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::Facts;
use super::super::scope::Cut;
use super::case::Case;
use super::level::sign;
use super::{Standing, standing};
use crate::catalog::Catalog;
use crate::model::{Figure, Goal, GoalId, GoalKind, How, Missing, Period, Unit};

/// A forecast with its range, for one day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FanPoint {
    /// The day.
    pub day: NaiveDate,
    /// The value that lies in the middle.
    pub middle: f64,
    /// The ends of the range that holds it in eight cases of ten.
    pub eighty: (f64, f64),
    /// The ends of the range that holds it in nineteen cases of twenty.
    pub ninety_five: (f64, f64),
}

/// What a forecast does not know of and that lies between now and the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmodelled {
    /// The summer: July.
    Summer,
    /// Christmas and New Year.
    Christmas,
    /// Less than two years of history, so no yearly pattern is known.
    Year,
}

/// Where a goal is going.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GoalForecast {
    /// The goal.
    pub goal: GoalId,
    /// The day on which it was made: the day after the last that was known.
    pub made: NaiveDate,
    /// The day that it is about.
    pub due: NaiveDate,
    /// The chance that the goal is met: `goal.<id>.forecast.chance`.
    pub chance: Figure,
    /// The value in the middle: `goal.<id>.forecast.middle`.
    pub middle: Figure,
    /// The ends of the range that holds the value in eight cases of ten: `goal.<id>.forecast.low` and `.high`.
    pub low: Figure,
    /// See `low`.
    pub high: Figure,
    /// What each of the last eight weeks brought, on average: `goal.<id>.forecast.pace`. Only kinds with a way to go.
    pub pace: Option<Figure>,
    /// The course of the value, a point per step, for the chart.
    pub fan: Vec<FanPoint>,
    /// How many steps of history it rests on.
    pub history: u32,
    /// What it does not know of.
    pub unmodelled: Vec<Unmodelled>,
}

/// How it went: a mixture's figures at the end, in the unit of the goal.
struct Outlook {
    chance: f64,
    middle: f64,
    low: f64,
    high: f64,
    fan: Vec<FanPoint>,
    history: u32,
    how: How,
}

/// Where every goal is going.
pub fn forecasts(goals: &[Goal], facts: &Facts, catalog: &Catalog) -> Vec<GoalForecast> {
    goals.iter().map(|goal| forecast(goal, facts, catalog)).collect()
}

/// The same for standings that are known already.
pub fn forecasts_of(standings: &[Standing], facts: &Facts, catalog: &Catalog) -> Vec<GoalForecast> {
    standings.iter().map(|standing| forecast_of(standing, facts, catalog)).collect()
}

/// Where the goal is going, as seen on the day of the facts.
pub fn forecast(goal: &Goal, facts: &Facts, catalog: &Catalog) -> GoalForecast {
    let standing = standing(goal, facts, catalog);
    forecast_of(&standing, facts, catalog)
}

/// The same for a standing that is known already.
pub fn forecast_of(standing: &Standing, facts: &Facts, catalog: &Catalog) -> GoalForecast {
    match Cut::of(&standing.goal, facts, catalog) {
        Some(Ok(cut)) => {
            let standing = Standing { goal: cut.goal.clone(), ..standing.clone() };
            cut.traced_forecast(forecast_of_all(&standing, &cut.facts, catalog))
        }
        // Where nothing could be cut out, the standing says why.
        Some(Err(_)) | None => forecast_of_all(standing, facts, catalog),
    }
}

fn forecast_of_all(standing: &Standing, facts: &Facts, catalog: &Catalog) -> GoalForecast {
    let goal = &standing.goal;
    let outlook = opened(goal, facts, catalog).and_then(|case| outlook(&case, standing));
    let horizon = Period::new(facts.today, Period::day(goal.due).end());
    let name = |part: &str| crate::model::FigureId(format!("goal.{}.forecast.{part}", goal.id));
    let figure = |part: &str, unit: Unit, value: Result<f64, Missing>, how: How| {
        let period = horizon.unwrap_or(Period::day(goal.due));
        let mut figure = Figure { id: name(part), period, ..standing.now.clone() };
        figure.value = value.map(|value| crate::model::Number { value, unit });
        figure.trace.figures = vec![standing.now.id.clone(), standing.target.id.clone()];
        figure.trace.how = how;
        figure
    };
    let unit = standing.now.value.as_ref().or(standing.target.value.as_ref()).map_or(Unit::Count, |it| it.unit);
    let how = outlook.as_ref().map_or(How::default(), |it| it.how.clone());
    let of = |part: &str, unit: Unit, value: fn(&Outlook) -> f64| {
        figure(part, unit, outlook.as_ref().map(value).map_err(Clone::clone), how.clone())
    };
    GoalForecast {
        goal: goal.id.clone(),
        made: facts.today,
        due: goal.due,
        chance: of("chance", Unit::Share, |it| it.chance),
        middle: of("middle", unit, |it| it.middle),
        low: of("low", unit, |it| it.low),
        high: of("high", unit, |it| it.high),
        pace: opened(goal, facts, catalog).ok().and_then(|case| history::pace(&case)),
        fan: outlook.as_ref().map(|it| it.fan.clone()).unwrap_or_default(),
        history: outlook.as_ref().map_or(0, |it| it.history),
        unmodelled: horizon.map(|it| unmodelled(it, outlook.as_ref().map_or(0, |it| it.history))).unwrap_or_default(),
    }
}

/// The case, as far as its values go: a goal that is over has nothing left to foresee.
fn opened<'a>(goal: &'a Goal, facts: &'a Facts, catalog: &'a Catalog) -> Result<Case<'a>, Missing> {
    if matches!(goal.kind, GoalKind::Milestone { .. } | GoalKind::SurveyShare { .. } | GoalKind::Benchmark { .. }) {
        return Err(Missing::NotJudged);
    }
    let case = Case::open(goal, facts, catalog)?;
    if case.over { Err(Missing::NotJudged) } else { Ok(case) }
}

fn outlook(case: &Case<'_>, standing: &Standing) -> Result<Outlook, Missing> {
    if let Some(reason) = standing.reason.clone().filter(|reason| !matches!(reason, Missing::NothingClosed)) {
        return Err(reason);
    }
    match case.goal.kind {
        GoalKind::Cadence { per_week } => cadence::outlook(case, per_week),
        GoalKind::Direction => Err(Missing::NotJudged),
        _ => course::outlook(case, standing),
    }
}

/// Whether the value is on the right side of the goal.
fn wanted(case: &Case<'_>, target: f64) -> (Option<f64>, Option<f64>) {
    match case.goal.kind {
        GoalKind::Floor { target } | GoalKind::Conversion { target } => (Some(target), None),
        GoalKind::Ceiling { target } => (None, Some(target)),
        GoalKind::Range { low, high } => (Some(low), Some(high)),
        _ if sign(case.goal.direction) > 0.0 => (Some(target), None),
        _ => (None, Some(target)),
    }
}

fn unmodelled(horizon: Period, history: u32) -> Vec<Unmodelled> {
    use chrono::Datelike;
    let holds = |month: u32, from: u32, to: u32| {
        horizon.iter_days().any(|day| day.month() == month && (from..=to).contains(&day.day()))
    };
    let mut found = Vec::new();
    if holds(7, 1, 31) {
        found.push(Unmodelled::Summer);
    }
    if holds(12, 20, 31) || holds(1, 1, 6) {
        found.push(Unmodelled::Christmas);
    }
    if history > 0 && history < 104 {
        found.push(Unmodelled::Year);
    }
    found
}
