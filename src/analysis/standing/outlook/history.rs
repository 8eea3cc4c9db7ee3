//! The steps of the past on which a forecast rests: closed weeks, counted back from the last day that is known. A
//! definition that changed ends them.

use chrono::NaiveDate;

use super::super::super::aggregate::{self, days::day_before};
use super::super::case::{Case, Nature};
use crate::model::told::traces;
use crate::model::{ChannelId, Figure, MetricName, Missing, Normalise, Number, Period, Rollup};

/// Two years and a half: further back a channel was another one.
const MOST: usize = 130;
/// A week.
const STEP: u64 = 7;
/// The weeks behind the pace.
const PACE: u64 = 8;

/// The weeks back from the end of the case, ascending, none reaching over a change of definition.
pub(super) fn weeks(case: &Case<'_>) -> Vec<Period> {
    let of = |id: &ChannelId| case.facts.breaks_of(case.catalog, id, &case.goal.metric);
    let broken = case.channels.iter().flat_map(of).map(|it| it.day).filter(|day| *day < case.end).max();
    let first = broken.into_iter().chain(first_day(case)).max();
    let Some(first) = first else { return Vec::new() };
    let mut weeks = Vec::new();
    let mut end = case.end;
    while weeks.len() < MOST {
        let start = day_before(end, STEP);
        let Some(week) = Period::new(start, end).filter(|week| week.start() >= first) else { break };
        weeks.push(week);
        end = start;
    }
    weeks.reverse();
    weeks
}

/// The first day on which every channel has a value: the sum before would be of fewer channels.
fn first_day(case: &Case<'_>) -> Option<NaiveDate> {
    let parts: Vec<MetricName> = match &case.canonical.rollup {
        Rollup::RatioOfSums { numerator, denominator } => vec![numerator.clone(), denominator.clone()],
        _ => vec![case.goal.metric.clone()],
    };
    if case.nature() == Nature::Unique {
        return case.facts.wholes.iter().map(|whole| whole.period.start()).min();
    }
    let known = |channel: &ChannelId| {
        let first = |metric: &MetricName| {
            if metric.as_str() == super::super::super::POSTS && case.facts.series_of(channel, metric).is_none() {
                let posts = case.facts.posts.iter().filter(|post| &post.channel == channel);
                return posts.map(|post| case.facts.local_day(post.published)).min();
            }
            let points = &case.facts.series_of(channel, metric)?.points;
            points.iter().find(|point| aggregate::days::usable(point).is_some()).map(|point| point.day)
        };
        parts.iter().map(first).collect::<Option<Vec<_>>>()?.into_iter().max()
    };
    case.channels.iter().map(known).collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// How a stock moved in each week; none where one of its ends is not known.
pub(super) fn changes(case: &Case<'_>, weeks: &[Period]) -> Vec<Option<f64>> {
    let at = |day: NaiveDate| case.value("history", Period::day(day)).number();
    let mut ends: Vec<Option<f64>> = weeks.iter().take(1).map(|week| at(day_before(week.start(), 1))).collect();
    ends.extend(weeks.iter().map(|week| at(week.last())));
    ends.windows(2).map(|pair| Some(pair[1]? - pair[0]?)).collect()
}

/// The value of each week as the goal counts it.
pub(super) fn values(case: &Case<'_>, weeks: &[Period]) -> Vec<Option<f64>> {
    weeks.iter().map(|week| case.value("history", *week).number()).collect()
}

/// The logarithm of a rate in each week, a half added to both parts so that a week without any says something too.
pub(super) fn log_rates(case: &Case<'_>, weeks: &[Period]) -> Result<Vec<Option<f64>>, Missing> {
    let (above, below) = parts(case)?;
    let total = |metric: &MetricName, week: Period| {
        let id = case.id("history");
        aggregate::total(case.facts, case.catalog, metric, &case.channels, week, id).number()
    };
    let rate = |week: &Period| Some(((total(&above, *week)? + 0.5) / (total(&below, *week)? + 0.5)).ln());
    Ok(weeks.iter().map(rate).collect())
}

/// What a rate is made of.
fn parts(case: &Case<'_>) -> Result<(MetricName, MetricName), Missing> {
    match (&case.canonical.rollup, case.goal.normalise) {
        (Rollup::RatioOfSums { numerator, denominator }, None) => Ok((numerator.clone(), denominator.clone())),
        (Rollup::Sum, Some(Normalise::PerPost)) => {
            Ok((case.goal.metric.clone(), MetricName::from(super::super::super::POSTS)))
        }
        _ => Err(Missing::NotJudged),
    }
}

/// What each of the last eight weeks brought, where there is a way to go.
pub(super) fn pace(case: &Case<'_>) -> Option<Figure> {
    let kind = &case.goal.kind;
    if !matches!(kind, crate::model::GoalKind::Absolute { .. } | crate::model::GoalKind::RelativeGrowth { .. }) {
        return None;
    }
    let span = Period::new(day_before(case.end, PACE * STEP), case.end)?;
    let mut figure = match case.nature() {
        Nature::Flow => case.value("forecast.pace", span),
        Nature::Stock => {
            let now = case.value("forecast.pace", Period::day(span.last()));
            let before = case.value("forecast.pace", Period::day(day_before(span.start(), 1)));
            let broken = case.breaks(day_before(span.start(), 1)).first().map(|(_, it)| it.day);
            let mut moved = now;
            moved.value =
                moved.value.and_then(|later| Ok(Number { value: later.value - before.value?.value, ..later }));
            if let Some(on) = broken {
                moved.value = Err(Missing::MetricBreak { on });
            }
            moved.trace.how = traces::moved_in_eight_weeks().into();
            moved.trace.sources.extend(before.trace.sources);
            moved
        }
        Nature::Level | Nature::Unique => return None,
    };
    figure.period = span;
    figure.trace.how.within(traces::over_eight_weeks);
    figure.value = figure.value.map(|number| Number { value: number.value / 8.0, ..number });
    Some(figure)
}
