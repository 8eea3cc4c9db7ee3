//! Goals with a way to go: absolute and relative growth.

use chrono::NaiveDate;

use super::super::{Standing, aggregate::days};
use super::case::{Case, Nature, closed_between, joined, last_of};
use super::level::sign;
use super::pace::{self, Way};
use super::{at_least, conclude, coverage, normalise};
use crate::model::told::{Told, traces};
use crate::model::{ChannelId, Direction, Figure, GoalKind, Missing, Number, Period, Status};

/// How many days after the start the first reading of a stock may still be its baseline.
const FIRST_READING: u64 = 7;
/// The days behind "lately": four weeks.
const LATELY: u64 = 28;

/// Judges by the distance to what the pace expects: a stock by its latest value, what adds up by its sum since the
/// start, a rate or a unique count as floors are.
///
/// Baselines: a stock's is its value on the day before `start`, else the first within seven days from it. What adds up
/// begins at nothing; where it is to grow against last year, its baseline is the sum of the same stretch 52 weeks
/// earlier and the way follows those days, so that now is compared with the same days last year × (1 + growth); with a
/// configured baseline the way is the pace's.
pub(super) fn judge(case: &mut Case<'_>) -> Standing {
    let from = if case.nature() == Nature::Flow { case.start } else { days::day_before(case.start, 1) };
    let breaks = case.breaks(from);
    case.obey(&breaks);
    let mut standing = case.blank(&Missing::NothingClosed);
    let Ok(stretch) = case.stretch() else { return standing };
    standing.now = case.value_at(&case.channels, "now", case.end);
    standing.coverage = coverage::figure(case, case.judged_on(case.end).unwrap_or(stretch));
    standing.parts = parts(case);
    // A sum that may not be shown may not be drawn either.
    if case.nature() != Nature::Flow || standing.now.value.is_ok() {
        standing.history = history(case, stretch);
    }
    standing.baseline = baseline(case);
    standing.target = target(case, &standing.baseline);
    standing.lately_per_week = lately(case);
    let word = case.unbroken(&breaks).and_then(|()| walk(case, &mut standing));
    conclude(case, standing, word)
}

/// Compares now with what the way expects, and writes down what was found.
fn walk(case: &Case<'_>, standing: &mut Standing) -> Result<Status, Missing> {
    let number = |figure: &Figure| figure.value.clone().map(|number| number.value);
    let target = number(&standing.target);
    let origin = if case.nature() == Nature::Flow { Ok(0.0) } else { number(&standing.baseline) };
    let (Ok(target), Ok(origin)) = (&target, &origin) else {
        // Without a value now, that is the reason to tell first.
        number(&standing.now)?;
        return origin.and(target).map(|_| Status::CannotBeJudged);
    };
    let (target, origin) = (*target, *origin);
    let way = Way { origin, target, shape: Way::shape(case, grows_against_last_year(case)) };
    standing.path = way.path(case);
    let expected = way.expected(case, case.end);
    standing.expected = case.computed("expected", expected.clone(), case.unit(), how(&way));
    standing.expected.trace.figures = vec![standing.baseline.id.clone(), standing.target.id.clone()];
    let (now, expected) = (number(&standing.now)?, expected?);
    let sign = sign(case.goal.direction);
    let ahead = sign * (now - expected);
    standing.ahead = case.computed("ahead", Ok(ahead), case.unit(), traces::ahead_of_expected());
    standing.ahead.trace.figures = vec![standing.now.id.clone(), standing.expected.id.clone()];
    standing.needed_per_week = needed(case, now, target);
    let from = if grows_against_last_year(case) { number(&standing.baseline)? } else { origin };
    let tolerance = case.goal.tolerance.0 * (target - from).abs();
    standing.tolerance = Some(tolerance);
    Ok(word(case, now, expected, target, tolerance))
}

fn word(case: &Case<'_>, now: f64, expected: f64, target: f64, tolerance: f64) -> Status {
    let sign = sign(case.goal.direction);
    // A sum that is to stay low is below its target from the first day; it has arrived only when the time is over.
    let may_be_achieved = case.over || case.nature() != Nature::Flow || case.goal.direction == Direction::Up;
    if may_be_achieved && at_least(sign * now, sign * target) {
        return Status::Achieved;
    }
    if at_least(sign * now, sign * expected - tolerance) {
        Status::OnTrack
    } else if at_least(sign * now, sign * expected - 3.0 * tolerance) {
        Status::Lagging
    } else {
        Status::Behind
    }
}

fn how(way: &Way) -> Told {
    match way.shape {
        pace::Shape::Linear => traces::way_by_days(way.origin, way.target),
        pace::Shape::Steps(_) => traces::way_by_steps(way.origin, way.target),
        pace::Shape::Seasonal => traces::way_by_last_year(way.origin, way.target),
    }
}

/// Whether the goal is to exceed last year's measured sum.
fn grows_against_last_year(case: &Case<'_>) -> bool {
    matches!(case.goal.kind, GoalKind::RelativeGrowth { .. })
        && case.nature() == Nature::Flow
        && case.goal.baseline.is_none()
}

fn baseline(case: &Case<'_>) -> Figure {
    if let Some(baseline) = case.goal.baseline.filter(|_| !case.rebased) {
        return case.configured("baseline", baseline, case.unit());
    }
    match case.nature() {
        Nature::Stock => first_reading(case),
        Nature::Flow if grows_against_last_year(case) => pace::last_year(case, "baseline", case.after_due()),
        Nature::Flow if matches!(case.goal.kind, GoalKind::RelativeGrowth { .. }) => {
            // The configured sum is of the old definition.
            case.without("baseline", Missing::NoBaseline)
        }
        Nature::Flow => case.computed("baseline", Ok(0.0), case.unit(), traces::counted_from_nothing()),
        Nature::Level | Nature::Unique => periods_at_start(case),
    }
}

/// A stock on the day before the start, else the first that is known within seven days. After a change of definition
/// only readings from the new one count.
fn first_reading(case: &Case<'_>) -> Figure {
    let before = case.value("baseline", Period::day(days::day_before(case.start, 1)));
    if before.value.is_ok() && !case.rebased {
        return before;
    }
    if before.value == Err(Missing::NoPopulation) {
        return before;
    }
    let new = |figure: &Figure| !case.rebased || figure.trace.sources.iter().all(|it| it.start >= case.start);
    let later = case.start.iter_days().take(usize::try_from(FIRST_READING).unwrap_or(7));
    later
        .map(|day| case.value("baseline", Period::day(day)))
        .find(|figure| figure.value.is_ok() && new(figure))
        .unwrap_or_else(|| case.without("baseline", Missing::NoBaseline))
}

/// A rate or unique count over the closed periods before the start, or the first after a change of definition.
fn periods_at_start(case: &Case<'_>) -> Figure {
    let count = if case.nature() == Nature::Unique { 1 } else { 4 };
    let periods = if case.rebased {
        case.closed(case.goal.period).into_iter().take(count).collect()
    } else {
        let back = days::day_before(case.start, 366 * 5);
        let all = closed_between(back, case.start, case.goal.period, case.facts);
        last_of(&all, count).to_vec()
    };
    let figure = joined(&periods).map(|span| case.value("baseline", span));
    figure
        .filter(|figure| !matches!(figure.value, Err(Missing::NotFetched | Missing::NotAdditive)))
        .unwrap_or_else(|| case.without("baseline", Missing::NoBaseline))
}

fn target(case: &Case<'_>, baseline: &Figure) -> Figure {
    match case.goal.kind {
        GoalKind::RelativeGrowth { growth } => {
            let value = baseline.value.clone().map(|number| number.value * (1.0 + growth));
            let mut figure = case.computed("target", value, case.unit(), traces::growth_on_baseline());
            figure.trace.figures.push(baseline.id.clone());
            figure.trace.config.push(traces::goal_value(&case.goal.id, "growth", growth));
            figure
        }
        GoalKind::Absolute { target } => {
            let mut figure = case.configured("target", target, case.unit());
            if case.rebased && case.nature() == Nature::Flow {
                // What was summed under the old definition is lost; what is wanted shrinks with the days.
                let left = share_left(case);
                figure.trace.how = traces::configured_share(format!("{left:.3}")).into();
                figure.value = figure.value.map(|number| Number { value: number.value * left, ..number });
            }
            figure
        }
        _ => case.without("target", Missing::NotJudged),
    }
}

fn share_left(case: &Case<'_>) -> f64 {
    let length = |from: NaiveDate| Period::new(from, case.after_due()).map_or(0, Period::days);
    f64::from(length(case.start)) / f64::from(length(case.goal.start).max(1))
}

/// What each week from now must bring. Nothing once the target is met; no figure once the time is over.
fn needed(case: &Case<'_>, now: f64, target: f64) -> Option<Figure> {
    if !matches!(case.nature(), Nature::Stock | Nature::Flow) {
        return None;
    }
    let left = Period::new(case.end, case.after_due()).filter(|_| !case.over)?;
    let met = at_least(sign(case.goal.direction) * now, sign(case.goal.direction) * target);
    // A sum that is to stay low has a budget left rather than a need: it is told in full.
    let budget = case.nature() == Nature::Flow && case.goal.direction == Direction::Down;
    let weeks = f64::from(left.days()) / 7.0;
    let value = if met && !budget { 0.0 } else { (target - now) / weeks };
    let how = traces::needed_per_week(left.days());
    let mut figure = case.computed("needed", Ok(value), case.unit(), how);
    figure.period = left;
    figure.trace.figures = vec![case.id("target"), case.id("now")];
    Some(figure)
}

/// What the last four weeks brought, per week.
fn lately(case: &Case<'_>) -> Option<Figure> {
    let start = days::day_before(case.end, LATELY);
    let span = Period::new(start, case.end)?;
    let mut figure = match case.nature() {
        Nature::Flow => case.value("lately", span),
        Nature::Stock => {
            let now = case.value("lately", Period::day(span.last()));
            let before = case.value("lately", Period::day(days::day_before(start, 1)));
            let broken = case.breaks(days::day_before(start, 1)).first().map(|(_, it)| it.day);
            moved(now, before, broken)
        }
        Nature::Level | Nature::Unique => return None,
    };
    figure.period = span;
    figure.trace.how.within(traces::over_four_weeks);
    figure.value = figure.value.map(|number| Number { value: number.value / 4.0, ..number });
    Some(figure)
}

fn moved(mut now: Figure, before: Figure, broken: Option<NaiveDate>) -> Figure {
    now.value = now.value.and_then(|later| Ok(Number { value: later.value - before.value?.value, ..later }));
    if let Some(on) = broken {
        now.value = Err(Missing::MetricBreak { on });
    }
    now.trace.how = traces::moved_in_four_weeks().into();
    now.trace.sources.extend(before.trace.sources);
    now
}

fn parts(case: &Case<'_>) -> Vec<(ChannelId, Figure)> {
    if case.channels.len() < 2 {
        return Vec::new();
    }
    let part = |channel: &ChannelId| {
        let name = format!("now.{channel}");
        (channel.clone(), case.value_at(std::slice::from_ref(channel), &name, case.end))
    };
    case.channels.iter().map(part).collect()
}

/// The value over time as it is judged.
fn history(case: &Case<'_>, stretch: Period) -> Vec<(NaiveDate, Option<f64>)> {
    let of_periods =
        |periods: Vec<Period>| periods.into_iter().map(|it| (it.last(), case.value("history", it).number())).collect();
    match case.nature() {
        Nature::Stock => {
            let first = days::day_before(stretch.start(), 1);
            let all = first.iter_days().take_while(|day| *day < stretch.end());
            all.map(|day| (day, case.value("history", Period::day(day)).number())).collect()
        }
        Nature::Flow => cumulated(case, stretch),
        Nature::Level | Nature::Unique => of_periods(case.closed(case.goal.period)),
    }
}

/// The sum so far, day by day; a day on which a channel has no value is a gap, though what the others had is counted.
fn cumulated(case: &Case<'_>, stretch: Period) -> Vec<(NaiveDate, Option<f64>)> {
    let metric = &case.goal.metric;
    let days: Vec<std::collections::BTreeMap<NaiveDate, f64>> = case
        .channels
        .iter()
        .map(|channel| days::channel_days(case.facts, channel, metric, stretch).values.into_iter().collect())
        .collect();
    let mut sum = 0.0;
    let mut line = Vec::with_capacity(stretch.days() as usize);
    for day in stretch.iter_days() {
        let values: Vec<f64> = days.iter().filter_map(|values| values.get(&day).copied()).collect();
        sum += values.iter().sum::<f64>();
        let complete = values.len() == days.len();
        line.push((day, complete.then(|| normalise::on_day(case, sum, day)).flatten()));
    }
    line
}
