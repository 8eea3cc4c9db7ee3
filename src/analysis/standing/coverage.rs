//! Whether there are enough data to say anything.

use super::super::{Facts, Standing, aggregate, aggregate::days, facts::POSTS};
use super::case::{Case, Nature};
use crate::model::told::traces;
use crate::model::{ChannelId, Figure, MetricName, Missing, Normalise, Period, Rollup, Unit};

/// The share of the days with a value that is needed: the same as for a sum.
const NEEDED: f64 = 0.8;

/// The coverage of the stretch: the share of its days that have a value, for the channel that has least.
///
/// - A stock is judged by its latest reading alone, so its coverage is that of the last closed period, and a day counts
///   when a reading lies at most seven days from it (that is how old the latest may be).
/// - A rate's day counts when both parts are there.
/// - The platform's own count of a whole period is there or not.
pub(super) fn figure(case: &Case<'_>, stretch: Period) -> Figure {
    let stretch = match case.nature() {
        Nature::Stock => case.closed(case.goal.period).last().copied().unwrap_or(stretch),
        _ => stretch,
    };
    let worst = case
        .channels
        .iter()
        .map(|channel| (channel, have(case, channel, stretch), stretch.days()))
        .min_by_key(|(_, have, _)| *have);
    let Some((channel, have, of)) = worst else { return case.without("coverage", Missing::NotFetched) };
    let how = traces::days_known_least(have, of, channel);
    let mut figure = case.computed("coverage", Ok(f64::from(have) / f64::from(of.max(1))), Unit::Share, how);
    figure.period = stretch;
    figure
}

fn have(case: &Case<'_>, channel: &ChannelId, stretch: Period) -> u32 {
    match (&case.canonical.rollup, case.nature()) {
        (_, Nature::Stock) => near_readings(case.facts, channel, &case.goal.metric, stretch),
        (_, Nature::Unique) => {
            let asked = |whole: &&super::super::Whole| {
                &whole.channel == channel && whole.metric == case.goal.metric && whole.period == stretch
            };
            let there = case.facts.wholes.iter().find(asked).is_some_and(|it| days::usable(&it.point).is_some());
            if there { stretch.days() } else { 0 }
        }
        (Rollup::RatioOfSums { numerator, denominator }, _) => {
            let (above, below) =
                (day_set(case, channel, numerator, stretch), day_set(case, channel, denominator, stretch));
            count(above.intersection(&below).count())
        }
        _ => days::channel_days(case.facts, channel, &case.goal.metric, stretch).have(),
    }
}

fn day_set(
    case: &Case<'_>,
    channel: &ChannelId,
    metric: &MetricName,
    stretch: Period,
) -> std::collections::BTreeSet<chrono::NaiveDate> {
    days::channel_days(case.facts, channel, metric, stretch).values.into_iter().map(|(day, _)| day).collect()
}

fn near_readings(facts: &Facts, channel: &ChannelId, metric: &MetricName, stretch: Period) -> u32 {
    let Some(series) = facts.series_of(channel, metric) else { return 0 };
    let near = |day: &chrono::NaiveDate| {
        let after = (*day + chrono::Days::new(aggregate::STOCK_AGE + 1)).min(facts.today);
        let around = series.between(days::day_before(*day, aggregate::STOCK_AGE), after);
        around.iter().any(|point| days::usable(point).is_some())
    };
    count(stretch.iter_days().filter(near).count())
}

/// Refuses when the coverage figure is under 80 %.
pub(super) fn check(standing: &Standing) -> Result<(), Missing> {
    let coverage = &standing.coverage;
    match &coverage.value {
        Ok(number) if super::at_least(number.value, NEEDED) => Ok(()),
        Ok(number) => {
            let of = coverage.period.days();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count of days")]
            let have = (number.value * f64::from(of)).round() as u32;
            Err(Missing::Coverage { have, of })
        }
        Err(missing) => Err(missing.clone()),
    }
}

/// Refuses when there are fewer cases than the goal asks for. Cases are what a rate is divided by (views, visits,
/// posts); for other values, the observations behind the value now.
pub(super) fn sample(case: &Case<'_>, standing: &Standing) -> Result<(), Missing> {
    let Some(need) = case.goal.min_sample else { return Ok(()) };
    let below = match &case.canonical.rollup {
        Rollup::RatioOfSums { denominator, .. } => Some(denominator.clone()),
        _ if case.goal.normalise == Some(Normalise::PerPost) => Some(MetricName::from(POSTS)),
        _ => None,
    };
    let have = match below {
        Some(metric) => {
            let (period, id) = (standing.now.period, case.id("sample"));
            let cases = aggregate::total(case.facts, case.catalog, &metric, &case.channels, period, id);
            cases.value.map(|number| number.value)?
        }
        None => standing.now.trace.sources.iter().map(|source| f64::from(source.observations)).sum(),
    };
    if at_least_whole(have, need) {
        return Ok(());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "fewer than `need`, never negative")]
    let have = have.max(0.0) as u32;
    Err(Missing::SampleTooSmall { have, need })
}

fn at_least_whole(have: f64, need: u32) -> bool {
    have >= f64::from(need)
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
