//! How each rollup makes one value.

use std::collections::BTreeSet;

use super::days::{ChannelDays, channel_days, day_before, lacking, source_of, usable};
use super::{Outcome, Question, Summable};
use crate::model::told::{Told, traces};
use crate::model::{ChannelId, MetricName, Missing, Period, Source, State, Trace, Window};

/// How old the latest value of a stock may be, in days before the period's last day.
pub(in super::super) const STOCK_AGE: u64 = 7;

/// Days and channels added.
pub(super) fn sum(question: &Question<'_>, summable: Summable<'_>) -> Outcome {
    let metric = summable.metric();
    let (mut total, mut have, mut of) = (0.0, 0, 0);
    let (mut sources, mut preliminary) = (Vec::new(), false);
    for channel in question.channels {
        let days = channel_days(question.facts, channel, metric, question.period);
        if let Some(missing) = trouble(question, channel, metric, &days) {
            return spoiled(missing, channel, &days, metric);
        }
        total += days.sum();
        have += days.have();
        of += days.of;
        preliminary |= days.preliminary;
        sources.extend(days.source);
    }
    let how = over(question.channels.len(), traces::sum_of_days(metric, have, of));
    Outcome { value: Ok(total), preliminary, trace: Trace { how: how.into(), sources, ..Trace::default() } }
}

/// Numerator and denominator summed over the days on which both are known, then divided.
pub(super) fn ratio(question: &Question<'_>, numerator: &MetricName, denominator: &MetricName) -> Outcome {
    let mut parts = (0.0, 0.0);
    let (mut sources, mut preliminary, mut have, mut of): (Vec<Source>, _, _, _) = (Vec::new(), false, 0, 0);
    for channel in question.channels {
        let (above, below) = both(question, channel, numerator, denominator);
        for (metric, days) in [(numerator, &above), (denominator, &below)] {
            if let Some(missing) = trouble(question, channel, metric, days) {
                return spoiled(missing, channel, days, metric);
            }
        }
        parts = (parts.0 + above.sum(), parts.1 + below.sum());
        have += above.have();
        of += above.of;
        preliminary |= above.preliminary || below.preliminary;
        sources.extend(above.source.into_iter().chain(below.source));
    }
    let how = traces::ratio_of_days(numerator, parts.0, denominator, parts.1, have, of);
    let how = over(question.channels.len(), how).into();
    let value = if parts.1 == 0.0 { Err(Missing::ZeroDenominator) } else { Ok(parts.0 / parts.1) };
    Outcome { value, preliminary, trace: Trace { how, sources, ..Trace::default() } }
}

/// The days of both parts, reduced to those that both have.
pub(in super::super) fn both(
    question: &Question<'_>,
    channel: &ChannelId,
    numerator: &MetricName,
    denominator: &MetricName,
) -> (ChannelDays, ChannelDays) {
    let mut above = channel_days(question.facts, channel, numerator, question.period);
    let mut below = channel_days(question.facts, channel, denominator, question.period);
    let had = (!above.values.is_empty(), !below.values.is_empty());
    let first: BTreeSet<_> = above.values.iter().map(|(day, _)| *day).collect();
    below.values.retain(|(day, _)| first.contains(day));
    let second: BTreeSet<_> = below.values.iter().map(|(day, _)| *day).collect();
    above.values.retain(|(day, _)| second.contains(day));
    match had {
        (true, false) => above.lacking = below.lacking.clone(),
        (true, true) => above.lacking = Missing::Coverage { have: 0, of: above.of },
        (false, _) => {}
    }
    (above, below)
}

/// The latest value of a stock, added over channels when each has one.
pub(super) fn last(question: &Question<'_>) -> Outcome {
    let metric = &question.canonical.name;
    let (mut total, mut have, mut first_lacking) = (0.0, 0_u32, None);
    let (mut sources, mut preliminary) = (Vec::new(), false);
    for channel in question.channels {
        match latest(question, channel, metric) {
            Ok((value, source, still_open)) => {
                total += value;
                have += 1;
                preliminary |= still_open;
                sources.push(source);
            }
            Err(missing) => {
                first_lacking.get_or_insert((*channel, missing));
            }
        }
    }
    let of = u32::try_from(question.channels.len()).unwrap_or(u32::MAX);
    let last = question.period.last();
    let Some((lacking, missing)) = first_lacking else {
        let how = over(question.channels.len(), traces::latest_of(metric, last)).into();
        return Outcome { value: Ok(total), preliminary, trace: Trace { how, sources, ..Trace::default() } };
    };
    let how = traces::latest_lacking(lacking, metric, STOCK_AGE, last).into();
    let missing = if of == 1 || have == 0 { missing } else { Missing::ChannelsLacking { have, of } };
    Outcome { value: Err(missing), preliminary: false, trace: Trace { how, sources, ..Trace::default() } }
}

/// The latest value of one channel's stock: value, source, and whether the platform may still change it.
fn latest(question: &Question<'_>, channel: &ChannelId, metric: &MetricName) -> Result<(f64, Source, bool), Missing> {
    let last = question.period.last().min(day_before(question.facts.today, 1));
    let oldest = day_before(question.period.last(), STOCK_AGE);
    let end = last.succ_opt().unwrap_or(last);
    let series = question.facts.series_of(channel, metric).ok_or(Missing::NotFetched)?;
    let recent = series.between(oldest, end);
    let why = || lacking(recent.iter().map(|point| point.state));
    let (point, value) = recent.iter().rev().find_map(|point| Some((point, usable(point)?))).ok_or_else(why)?;
    let source = source_of(channel, &[point], Window::Instant, Period::day(point.day)).ok_or(Missing::NotFetched)?;
    Ok((value, source, point.state == State::Preliminary))
}

/// What the platform itself counted for exactly the period.
pub(super) fn whole(question: &Question<'_>) -> Outcome {
    let (metric, period) = (&question.canonical.name, question.period);
    let Some(channel) = question.channels.first() else {
        return Outcome::missing(Missing::NotFetched, traces::no_channel());
    };
    let counted = question
        .facts
        .wholes
        .iter()
        .find(|whole| whole.channel == **channel && &whole.metric == metric && whole.period == period)
        .map(|whole| &whole.point);
    // One day is a whole too: its daily value is what the platform counted for it.
    let daily = || {
        let series = question.facts.series_of(channel, metric).filter(|_| period.days() == 1)?;
        series.between(period.start(), period.end()).first()
    };
    let Some(point) = counted.or_else(daily) else {
        return Outcome::missing(Missing::NotAdditive, traces::not_counted_for(metric, *channel, period));
    };
    let Some(value) = usable(point) else {
        return Outcome::missing(lacking(std::iter::once(point.state)), traces::gave_none(*channel, metric));
    };
    let source = source_of(channel, &[point], window_of(period), period);
    let how = traces::counted_by_platform(metric, period).into();
    let open = question.facts.counted_end(channel, period.end()) < period.end();
    let trace = Trace { how, sources: source.into_iter().collect(), ..Trace::default() };
    Outcome { value: Ok(value), preliminary: open || point.state == State::Preliminary, trace }
}

fn window_of(period: Period) -> Window {
    match period.days() {
        1 => Window::Day,
        7 => Window::Week,
        28 => Window::Days28,
        _ => Window::Range,
    }
}

/// What forbids to use the days: a definition that changes among them, or too few of them.
fn trouble(question: &Question<'_>, channel: &ChannelId, metric: &MetricName, days: &ChannelDays) -> Option<Missing> {
    let breaks = question.facts.breaks_of(question.catalog, channel, metric);
    days.broken_on(&breaks).map(|on| Missing::MetricBreak { on }).or_else(|| days.problem())
}

fn spoiled(missing: Missing, channel: &ChannelId, days: &ChannelDays, metric: &MetricName) -> Outcome {
    let how = traces::days_lacking(channel, metric, days.have(), days.of).into();
    let sources = days.source.iter().cloned().collect();
    Outcome { value: Err(missing), preliminary: false, trace: Trace { how, sources, ..Trace::default() } }
}

/// Over how many channels, where they are several.
fn over(channels: usize, how: Told) -> Told {
    if channels == 1 { how } else { traces::over_channels(how, channels) }
}
