//! A figure beside what it was the period before and the same period last year.

use chrono::NaiveDate;

use super::aggregate::days::{ChannelDays, channel_days};
use super::{Compared, Facts, total};
use crate::catalog::Catalog;
use crate::model::told::traces;
use crate::model::{
    Channel, ChannelId, Figure, FigureId, How, MetricName, Missing, Number, Period, Rollup, Trace, Unit,
};

/// Every metric of every channel that can have it, in the order of `channels`, then of `metrics`.
pub fn compared(
    facts: &Facts,
    catalog: &Catalog,
    metrics: &[MetricName],
    channels: &[ChannelId],
    period: Period,
) -> Vec<Compared> {
    let channels = channels.iter().filter_map(|id| facts.channel(id));
    let pairs = channels.flat_map(|channel| metrics.iter().map(move |metric| (channel, metric)));
    pairs
        .filter(|(channel, metric)| facts.offers(catalog, channel, metric))
        .map(|(channel, metric)| one(facts, catalog, metric, channel, period))
        .collect()
}

fn one(facts: &Facts, catalog: &Catalog, metric: &MetricName, channel: &Channel, period: Period) -> Compared {
    let id = |name: &str| FigureId(format!("channel.{}.{metric}.{name}", channel.id));
    let ids = [channel.id.clone()];
    let of = |name: &str, period| total(facts, catalog, metric, &ids, period, id(name));
    let now = of("total", period);
    let previous = of("previous", period.previous(facts.calendar));
    let year_before = of("year_before", period.year_before(facts.calendar));
    let pair = Pair { facts, catalog, metric, channel: &channel.id };
    let change = pair.change(&now, &previous, id("change"));
    let change_year = pair.change(&now, &year_before, id("change_year"));
    let (channel, platform) = (channel.id.clone(), channel.platform);
    Compared { channel, platform, metric: metric.clone(), total: now, previous, year_before, change, change_year }
}

/// What two figures of one channel and metric have in common.
struct Pair<'a> {
    facts: &'a Facts,
    catalog: &'a Catalog,
    metric: &'a MetricName,
    channel: &'a ChannelId,
}

impl Pair<'_> {
    /// The relative change, where both are there and mean the same.
    ///
    /// When a day is missing from either side, the day that answers to it is left out of the other side too: else the
    /// gap would show as a fall.
    fn change(&self, now: &Figure, before: &Figure, id: FigureId) -> Figure {
        let mut how = How::from(traces::relative_change(&now.id, &before.id));
        let value = self.values(now, before, &mut how).and_then(|(now, before)| {
            if before > 0.0 { Ok((now - before) / before) } else { Err(Missing::ZeroDenominator) }
        });
        Figure {
            id,
            metric: self.metric.clone(),
            period: now.period,
            value: value.map(|value| Number { value, unit: Unit::Change }),
            preliminary: now.preliminary || before.preliminary,
            trace: Trace { how, figures: vec![now.id.clone(), before.id.clone()], ..Trace::default() },
        }
    }

    fn values(&self, now: &Figure, before: &Figure, how: &mut How) -> Result<(f64, f64), Missing> {
        let (later, earlier) = (now.value.clone()?.value, before.value.clone()?.value);
        if let Some(on) = self.break_between(before.period, now.period) {
            return Err(Missing::MetricBreak { on });
        }
        if self.catalog.canonical(self.metric).map(|it| &it.rollup) != Some(&Rollup::Sum) {
            return Ok((later, earlier));
        }
        let (days, days_before) = (self.days(now.period), self.days(before.period));
        if days.have() == days.of && days_before.have() == days_before.of {
            return Ok((later, earlier));
        }
        if days.of != days_before.of {
            let fuller = if days.have() < days.of { &days } else { &days_before };
            return Err(Missing::Coverage { have: fuller.have(), of: fuller.of });
        }
        let (sums, common) = over_common_days(&days, now.period.start(), &days_before, before.period.start());
        how.within(|how| traces::over_common_days(how, common, days.of));
        if super::aggregate::days::enough(common, days.of) {
            Ok(sums)
        } else {
            Err(Missing::Coverage { have: common, of: days.of })
        }
    }

    fn days(&self, period: Period) -> ChannelDays {
        channel_days(self.facts, self.channel, self.metric, period)
    }

    /// The first day of a new definition that parts the two periods: a stock is read on their last days.
    fn break_between(&self, before: Period, now: Period) -> Option<NaiveDate> {
        let stock = self.catalog.canonical(self.metric).map(|it| &it.rollup) == Some(&Rollup::Last);
        let from = if stock { before.last() } else { before.start() };
        let breaks = self.facts.breaks_of(self.catalog, self.channel, self.metric);
        breaks.into_iter().map(|it| it.day).find(|day| from < *day && *day <= now.last())
    }
}

/// Both sums over the days, counted from the start of each period, that have a value on both sides; and how many.
fn over_common_days(
    now: &ChannelDays,
    start: NaiveDate,
    before: &ChannelDays,
    start_before: NaiveDate,
) -> ((f64, f64), u32) {
    let earlier: std::collections::BTreeMap<i64, f64> =
        before.values.iter().map(|(day, value)| ((*day - start_before).num_days(), *value)).collect();
    let mut sums = (0.0, 0.0);
    let mut common = 0;
    for (day, value) in &now.values {
        if let Some(other) = earlier.get(&(*day - start).num_days()) {
            sums = (sums.0 + value, sums.1 + other);
            common += 1;
        }
    }
    (sums, common)
}
