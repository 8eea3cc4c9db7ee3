//! How good the data of a period are: what is complete, what is missing, and what was refused.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::aggregate::days::{channel_days, usable};
use super::{Facts, POSTS};
use crate::catalog::Catalog;
use crate::model::told::traces;
use crate::model::{
    ChannelId, Figure, FigureId, MetricName, Number, Period, Platform, Rollup, State, Trace, Unit, Window,
};

/// Days of a metric that have no value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The canonical metric.
    pub metric: MetricName,
    /// The days, unbroken.
    pub days: Period,
}

/// How many of the answers within a period came in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StateCounts {
    /// Settled values.
    pub ok: u32,
    /// Values that may still change.
    pub preliminary: u32,
    /// Answers without a value.
    pub absent: u32,
    /// Small numbers that the platform hid.
    pub suppressed: u32,
    /// Refusals.
    pub refused: u32,
    /// Answers that could not be understood.
    pub unreadable: u32,
}

impl StateCounts {
    fn add(&mut self, state: State) {
        let count = match state {
            State::Ok => &mut self.ok,
            State::Preliminary => &mut self.preliminary,
            State::Absent => &mut self.absent,
            State::Suppressed => &mut self.suppressed,
            State::Refused => &mut self.refused,
            State::Unreadable => &mut self.unreadable,
        };
        *count = count.saturating_add(1);
    }
}

/// The quality of one channel's data in a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelQuality {
    /// The channel.
    pub channel: ChannelId,
    /// Its platform.
    pub platform: Platform,
    /// The last day that the platform has completed, where known.
    pub complete_through: Option<NaiveDate>,
    /// The last day up to the period's end on which any of the metrics has a value: data through.
    pub data_through: Option<NaiveDate>,
    /// Whether every day of the period is complete.
    pub complete: bool,
    /// Whether any value in the period may still change.
    pub preliminary: bool,
    /// Per metric, the share of the days with a value: `channel.<id>.<metric>.coverage`.
    pub coverage: Vec<Figure>,
    /// Days without a value. Stocks have none: their latest value stands.
    pub gaps: Vec<Gap>,
    /// What became of the questions.
    pub states: StateCounts,
}

/// The quality of the channels' data in the period, for the metrics that each can have.
pub fn quality(
    facts: &Facts,
    catalog: &Catalog,
    metrics: &[MetricName],
    channels: &[ChannelId],
    period: Period,
) -> Vec<ChannelQuality> {
    channels.iter().filter_map(|channel| of_channel(facts, catalog, metrics, channel, period)).collect()
}

/// The channels whose days are not complete through the period, with the last day that is. Any makes a report
/// preliminary.
pub fn not_complete(facts: &Facts, channels: &[ChannelId], period: Period) -> Vec<(ChannelId, Option<NaiveDate>)> {
    let through = |channel: &ChannelId| (channel.clone(), facts.complete_through_of(channel));
    channels.iter().map(through).filter(|(_, day)| day.is_none_or(|day| day < period.last())).collect()
}

fn of_channel(
    facts: &Facts,
    catalog: &Catalog,
    metrics: &[MetricName],
    id: &ChannelId,
    period: Period,
) -> Option<ChannelQuality> {
    let channel = facts.channel(id)?;
    let complete_through = facts.complete_through_of(id);
    let mut found = ChannelQuality {
        channel: id.clone(),
        platform: channel.platform,
        complete_through,
        data_through: None,
        complete: complete_through.is_some_and(|day| day >= period.last()),
        preliminary: false,
        coverage: Vec::new(),
        gaps: Vec::new(),
        states: StateCounts::default(),
    };
    for metric in metrics {
        let rollup = catalog.canonical(metric).map(|canonical| &canonical.rollup);
        // A rate's quality is that of its parts; a unique count is asked for whole periods, not for days.
        if !matches!(rollup, Some(Rollup::Sum | Rollup::Last)) || !facts.offers(catalog, channel, metric) {
            continue;
        }
        look_at(facts, &mut found, metric, period, rollup == Some(&Rollup::Last));
    }
    found.preliminary = found.states.preliminary > 0 || !found.complete;
    Some(found)
}

fn look_at(facts: &Facts, found: &mut ChannelQuality, metric: &MetricName, period: Period, stock: bool) {
    let mut days = channel_days(facts, &found.channel, metric, period);
    if let Some(source) = days.source.as_mut().filter(|_| stock) {
        // A stock is read at an instant of each day.
        source.window = Window::Instant;
    }
    let series = facts.series_of(&found.channel, metric);
    for point in series.map_or(&[][..], |series| series.between(period.start(), period.end())) {
        found.states.add(point.state);
    }
    let points = series.map_or(&[][..], |series| &series.points[..]).iter();
    let last = points.rev().find(|point| point.day < period.end() && usable(point).is_some()).map(|point| point.day);
    let last = if metric.as_str() == POSTS { None } else { last };
    found.data_through = found.data_through.max(last);
    let (have, of) = (days.have(), days.of);
    found.coverage.push(Figure {
        id: FigureId(format!("channel.{}.{metric}.coverage", found.channel)),
        metric: metric.clone(),
        period,
        value: Ok(Number { value: f64::from(have) / f64::from(of.max(1)), unit: Unit::Share }),
        preliminary: false,
        trace: Trace {
            how: traces::days_known(have, of).into(),
            sources: days.source.iter().cloned().collect(),
            ..Trace::default()
        },
    });
    if !stock {
        let known: Vec<NaiveDate> = days.values.iter().map(|(day, _)| *day).collect();
        found.gaps.extend(gaps(&known, period).into_iter().map(|days| Gap { metric: metric.clone(), days }));
    }
}

/// The unbroken stretches of the period's days that are not among the known ones (ascending).
fn gaps(known: &[NaiveDate], period: Period) -> Vec<Period> {
    let mut gaps = Vec::new();
    let mut from = period.start();
    for day in known.iter().copied().chain([period.end()]) {
        gaps.extend(Period::new(from, day));
        from = day.succ_opt().unwrap_or(day);
    }
    gaps
}
