//! Forecasts by the engine: a stock by its weekly change, what adds up by its weekly sums, a rate by the logarithm of
//! the weekly rates, a bound by the weeks that are judged on the last day.

use chrono::{Days, NaiveDate};

use super::super::super::statistics::engine::{Question, Refusal, answer};
use super::super::super::statistics::mixture::Mixture;
use super::super::super::statistics::posterior::Posterior;
use super::super::super::statistics::{float, mean};
use super::super::Standing;
use super::super::case::{Case, Nature, closed_between};
use super::{FanPoint, Outlook, history, wanted};
use crate::model::told::{Told, traces};
use crate::model::{GoalKind, Granularity, Missing, Period, Unit};

/// Under so many a week chance rules, and a forecast would only say so.
const FEWEST_EVENTS: f64 = 10.0;
/// The points of a fan at most; a longer course is drawn in longer steps.
const FAN: usize = 60;
/// The weeks that a bound is judged on.
const JUDGED: usize = 4;
/// The shares of a fan's ends, and of its middle.
const SHARES: [f64; 5] = [0.025, 0.1, 0.5, 0.9, 0.975];

/// What the engine foresees.
struct Ahead {
    posterior: Posterior,
    /// The steps ahead; the last may be a part of one, as a share.
    steps: usize,
    rest: f64,
    /// The last day of each step.
    days: Vec<NaiveDate>,
    history: u32,
}

pub(super) fn outlook(case: &Case<'_>, standing: &Standing) -> Result<Outlook, Missing> {
    let target = standing.target.value.clone().map(|number| number.value)?;
    let has_way = matches!(case.goal.kind, GoalKind::Absolute { .. } | GoalKind::RelativeGrowth { .. });
    match case.nature() {
        Nature::Stock => stock(case, standing, target),
        Nature::Flow if has_way => sum(case, standing, target),
        Nature::Flow => bound(case, target),
        Nature::Level => rate(case, target),
        Nature::Unique => unique(case, target),
    }
}

/// Now, and what the weeks ahead bring.
fn stock(case: &Case<'_>, standing: &Standing, target: f64) -> Result<Outlook, Missing> {
    let now = standing.now.value.clone()?.value;
    let weeks = history::weeks(case);
    let ahead = ahead(case, history::changes(case, &weeks))?;
    let how = traces::foreseen_stock(ahead.steps, ahead.history);
    from(case, &ahead, now, target, how)
}

/// The sum so far, and what the weeks ahead bring.
fn sum(case: &Case<'_>, standing: &Standing, target: f64) -> Result<Outlook, Missing> {
    let now = standing.now.value.clone()?.value;
    let weeks = history::weeks(case);
    let values = history::values(case, &weeks);
    enough_events(case, &values)?;
    let ahead = ahead(case, values)?;
    let how = traces::foreseen_sum(ahead.steps, ahead.history);
    let mut outlook = from(case, &ahead, now, target, how)?;
    // What has been counted cannot be lost again.
    let floor = |value: &mut f64| *value = value.max(now);
    [&mut outlook.low, &mut outlook.middle, &mut outlook.high].into_iter().for_each(floor);
    for point in &mut outlook.fan {
        [&mut point.eighty.0, &mut point.ninety_five.0, &mut point.middle].into_iter().for_each(floor);
    }
    Ok(outlook)
}

fn from(case: &Case<'_>, ahead: &Ahead, now: f64, target: f64, how: Told) -> Result<Outlook, Missing> {
    let until = |steps: usize| {
        let mut weights: Vec<f64> = (0..ahead.steps).map(|step| if step < steps { 1.0 } else { 0.0 }).collect();
        if steps == ahead.steps
            && let Some(last) = weights.last_mut()
        {
            *last = ahead.rest;
        }
        ahead.posterior.predict(&weights).map(|it| it.moved(now, 1.0)).ok_or(Missing::NotJudged)
    };
    let last = until(ahead.steps)?;
    let stride = ahead.steps.div_ceil(FAN);
    let mut fan = Vec::new();
    for step in (1..=ahead.steps).filter(|step| step % stride == 0 || *step == ahead.steps) {
        fan.push(point(ahead.days[step - 1], &until(step)?, |value| value));
    }
    Ok(told(case, &last, target, fan, |value| value, |value| value, (ahead.history, how)))
}

/// The mean of the last weeks before the last day, of which some may be known already.
fn bound(case: &Case<'_>, target: f64) -> Result<Outlook, Missing> {
    let weeks = history::weeks(case);
    let values = history::values(case, &weeks);
    enough_events(case, &values)?;
    // The bound is one for a period of the goal; the engine counts weeks.
    let per_week = 7.0 / mean_days(case);
    let span = span(case);
    let logarithms = values.iter().map(|value| value.map(|it| it.max(0.0).ln_1p())).collect();
    let ahead = ahead(case, logarithms)?;
    let how = traces::foreseen_week(span, ahead.history);
    let back = |value: f64| value.exp_m1() / per_week;
    let into = |value: f64| (value * per_week).max(0.0).ln_1p();
    last_weeks(case, &ahead, span, target, (&back, &into), how)
}

fn rate(case: &Case<'_>, target: f64) -> Result<Outlook, Missing> {
    let weeks = history::weeks(case);
    let ahead = ahead(case, history::log_rates(case, &weeks)?)?;
    let span = span(case);
    let how = traces::foreseen_rate(span, ahead.history);
    let ceiling = if case.unit() == Unit::Share { 1.0 } else { f64::INFINITY };
    let back = |value: f64| value.exp().min(ceiling);
    let into = |value: f64| value.max(1e-12).ln();
    last_weeks(case, &ahead, span, target, (&back, &into), how)
}

/// People counted once per period: the platform's own counts, period by period.
fn unique(case: &Case<'_>, target: f64) -> Result<Outlook, Missing> {
    let first = case.facts.wholes.iter().map(|whole| whole.period.start()).min().ok_or(Missing::NotFetched)?;
    let broken = case.channels.iter().flat_map(|id| case.facts.breaks_of(case.catalog, id, &case.goal.metric));
    let first = broken.map(|it| it.day).filter(|day| *day < case.end).max().map_or(first, |day| day.max(first));
    let periods = closed_between(first, case.end, case.goal.period, case.facts);
    let logarithms = periods.iter().map(|it| case.value("history", *it).number().map(|it| it.max(0.0).ln_1p()));
    let steps = later_periods(case);
    let ahead = asked(logarithms.collect(), steps)?;
    let how = traces::foreseen_period(ahead.history);
    let (back, into) = (|value: f64| value.exp_m1(), |value: f64| value.max(0.0).ln_1p());
    last_weeks(case, &ahead, 1, target, (&back, &into), how)
}

/// The last days of the periods to come.
fn later_periods(case: &Case<'_>) -> Vec<NaiveDate> {
    let mut days = Vec::new();
    let mut period = Period::containing(case.end, case.goal.period, case.facts.calendar);
    while period.end() <= case.after_due() {
        days.push(period.last());
        period = Period::containing(period.end(), case.goal.period, case.facts.calendar);
    }
    days
}

/// A way from the values of the goal to those of the engine, and back.
type Ways<'a> = (&'a dyn Fn(f64) -> f64, &'a dyn Fn(f64) -> f64);

fn last_weeks(
    case: &Case<'_>,
    ahead: &Ahead,
    span: usize,
    target: f64,
    (back, into): Ways<'_>,
    how: Told,
) -> Result<Outlook, Missing> {
    let span = span.min(ahead.steps);
    let around = |last: usize| {
        let from = last.saturating_sub(span);
        let weight = 1.0 / float(last - from);
        let weights: Vec<f64> =
            (0..ahead.steps).map(|step| if (from..last).contains(&step) { weight } else { 0.0 }).collect();
        ahead.posterior.predict(&weights).ok_or(Missing::NotJudged)
    };
    let last = around(ahead.steps)?;
    let stride = ahead.steps.div_ceil(FAN);
    let mut fan = Vec::new();
    for step in (1..=ahead.steps).filter(|step| step % stride == 0 || *step == ahead.steps) {
        fan.push(point(ahead.days[step - 1], &around(step)?, back));
    }
    Ok(told(case, &last, target, fan, back, into, (ahead.history, how)))
}

fn told(
    case: &Case<'_>,
    last: &Mixture,
    target: f64,
    fan: Vec<FanPoint>,
    back: impl Fn(f64) -> f64,
    into: impl Fn(f64) -> f64,
    (history, how): (u32, Told),
) -> Outlook {
    let (low, high) = wanted(case, target);
    let under = low.map_or(0.0, |low| last.up_to(into(low)));
    let over = high.map_or(0.0, |high| last.above(into(high)));
    let ends = last.quantiles(&SHARES);
    let chance = (1.0 - under - over).clamp(0.0, 1.0);
    Outlook { chance, middle: back(ends[2]), low: back(ends[1]), high: back(ends[3]), fan, history, how: how.into() }
}

fn point(day: NaiveDate, mixture: &Mixture, back: impl Fn(f64) -> f64) -> FanPoint {
    let ends: Vec<f64> = mixture.quantiles(&SHARES).into_iter().map(back).collect();
    FanPoint { day, middle: ends[2], eighty: (ends[1], ends[3]), ninety_five: (ends[0], ends[4]) }
}

/// The weeks to the last day.
fn ahead(case: &Case<'_>, past: Vec<Option<f64>>) -> Result<Ahead, Missing> {
    let left = Period::new(case.end, case.after_due()).ok_or(Missing::NotJudged)?.days();
    let steps = left.div_ceil(7);
    let days = (1..=steps).map(|step| (case.end + Days::new(u64::from((7 * step).min(left)))) - Days::new(1));
    let rest = if left % 7 == 0 { 1.0 } else { f64::from(left % 7) / 7.0 };
    Ok(Ahead { rest, ..asked(past, days.collect())? })
}

fn asked(past: Vec<Option<f64>>, days: Vec<NaiveDate>) -> Result<Ahead, Missing> {
    let known = past.iter().flatten().count();
    let question = Question { past, controls: Vec::new(), season: 1, steps: days.len() };
    if days.is_empty() {
        return Err(Missing::NotJudged);
    }
    let posterior = answer(&question).map_err(|refusal| match refusal {
        Refusal::TooShort { have, need } => Missing::TooShort { have: small(have), need: small(need) },
        Refusal::Constant | Refusal::TooManyControls { .. } => Missing::NoVariation,
    })?;
    Ok(Ahead { posterior, steps: days.len(), rest: 1.0, days, history: small(known) })
}

fn enough_events(case: &Case<'_>, values: &[Option<f64>]) -> Result<(), Missing> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let (Some(typical), true) = (mean(&known), case.goal.normalise.is_none()) else { return Ok(()) };
    if case.canonical.unit != Unit::Count || typical >= FEWEST_EVENTS {
        return Ok(());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than ten, and not negative")]
    let have = typical.max(0.0) as u32;
    Err(Missing::TooFewEvents { have, need: 10 })
}

/// How many weeks the goal is judged on at its end: four periods.
fn span(case: &Case<'_>) -> usize {
    match case.goal.period {
        Granularity::Week => JUDGED,
        Granularity::Month => 17,
        Granularity::Quarter => 52,
        Granularity::Tertial => 69,
        Granularity::Year => 208,
    }
}

/// How long the goal's periods are, on average.
fn mean_days(case: &Case<'_>) -> f64 {
    match case.goal.period {
        Granularity::Week => 7.0,
        Granularity::Month => 365.25 / 12.0,
        Granularity::Quarter => 365.25 / 4.0,
        Granularity::Tertial => 365.25 / 3.0,
        Granularity::Year => 365.25,
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
