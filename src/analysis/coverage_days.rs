//! What is there of every channel, day by day: what a person looks at who wonders whether the figures can be trusted.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::aggregate::days::usable;
use super::{Facts, POSTS};
use crate::catalog::{Catalog, Subject};
use crate::model::{Channel, ChannelId, MetricName, Period, Rollup, State};

/// What is there of a channel on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// Every daily count, settled.
    Complete,
    /// Every daily count, and the platform may still change it.
    Preliminary,
    /// Some counts, not all.
    Partial,
    /// Nothing, though the platform should have counted the day by now.
    Missing,
    /// The platform refused, and nothing else came.
    Refused,
    /// The day is not over at the platform, or not counted yet.
    NotYet,
    /// The channel has no daily counts at all.
    NotOffered,
}

/// A day of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageDay {
    /// The day.
    pub day: NaiveDate,
    /// What is there.
    pub state: DayState,
    /// Daily counts with a value.
    pub have: u32,
    /// Daily counts that the platform gives on the day.
    pub of: u32,
}

/// The days of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageDays {
    /// The channel.
    pub channel: ChannelId,
    /// Its days, ascending.
    pub days: Vec<CoverageDay>,
}

/// What is there of the channels, for those of the metrics that are counted by the day and that each can have.
pub fn coverage_days(
    facts: &Facts,
    catalog: &Catalog,
    metrics: &[MetricName],
    channels: &[ChannelId],
    period: Period,
) -> Vec<CoverageDays> {
    let found = channels.iter().filter_map(|id| facts.channel(id));
    found
        .map(|channel| {
            let daily: Vec<&MetricName> =
                metrics.iter().filter(|metric| is_daily(facts, catalog, channel, metric)).collect();
            let days = period.iter_days().map(|day| of_day(facts, catalog, channel, &daily, day)).collect();
            CoverageDays { channel: channel.id.clone(), days }
        })
        .collect()
}

/// Posts are counted from what was read of them: a day without one is no gap.
fn is_daily(facts: &Facts, catalog: &Catalog, channel: &Channel, metric: &MetricName) -> bool {
    let sums = catalog.canonical(metric).is_some_and(|canonical| canonical.rollup == Rollup::Sum);
    sums && metric.as_str() != POSTS && facts.offers(catalog, channel, metric)
}

fn of_day(facts: &Facts, catalog: &Catalog, channel: &Channel, daily: &[&MetricName], day: NaiveDate) -> CoverageDay {
    if daily.is_empty() {
        return CoverageDay { day, state: DayState::NotOffered, have: 0, of: 0 };
    }
    let (mut have, mut of, mut preliminary, mut refused) = (0_u32, 0_u32, false, false);
    for metric in daily {
        let feeding = catalog.feeding(metric, channel.platform, Subject::Account);
        if !feeding.is_empty() && !feeding.iter().any(|metric| metric.valid_on(day)) {
            continue;
        }
        of += 1;
        let series = facts.series_of(&channel.id, metric);
        for point in series.map_or(&[][..], |series| series.between(day, day + chrono::Days::new(1))) {
            have += u32::from(usable(point).is_some());
            preliminary |= point.state == State::Preliminary;
            refused |= point.state == State::Refused;
        }
    }
    let settled = facts.complete_through_of(&channel.id).is_none_or(|through| day <= through);
    let state = match (have, settled) {
        (_, _) if of == 0 => DayState::NotOffered,
        (0, false) => DayState::NotYet,
        (_, false) => DayState::Preliminary,
        (0, true) if refused => DayState::Refused,
        (0, true) => DayState::Missing,
        (have, true) if have < of => DayState::Partial,
        _ if preliminary => DayState::Preliminary,
        _ => DayState::Complete,
    };
    CoverageDay { day, state, have, of }
}
