//! Strange days and shifts of level in daily series with a weekly season. Faults of the source are told from what
//! happened in the world, and come first.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Facts;
use super::aggregate::days::{channel_days, day_before};
use super::statistics::shifts::{levels, shifts};
use super::statistics::strange::{rests, threshold};
use super::statistics::{float, mean, median};
use crate::catalog::Catalog;
use crate::model::{ChannelId, MetricName, Period, Rollup};

/// A week.
const SEASON: usize = 7;
/// So many days are needed.
const FEWEST: usize = 28;
/// Where a typical day has fewer than this, one more or less is chance and no day is strange.
const FEWEST_A_DAY: f64 = 5.0;
/// How far back is looked.
const BACK: u64 = 400;
/// A strange day lies at least so far from what was expected, as a share.
const FAR: f64 = 0.3;
/// A level holds for at least so many days.
const SHORTEST: usize = 14;
/// Where this many are usual, none at all is a fault of the source until somebody says otherwise.
const NEVER_ZERO: f64 = 20.0;

/// What a strange day looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// Nothing at all where many are usual: a fault of the source, most likely.
    NothingCounted,
    /// Exactly twice what is usual: counted twice, maybe.
    CountedTwice,
    /// Unusual, for reasons in the world.
    Unusual,
}

/// A day that was not like others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StrangeDay {
    /// The channel.
    pub channel: ChannelId,
    /// The canonical metric.
    pub metric: MetricName,
    /// The day.
    pub day: NaiveDate,
    /// Its value.
    pub value: f64,
    /// The range in which nineteen of twenty such days lie.
    pub expected: (f64, f64),
    /// How many robust deviations it lies away.
    pub distance: f64,
    /// What it looks like.
    pub oddity: Oddity,
}

/// A day on which the level changed and stayed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelShift {
    /// The channel.
    pub channel: ChannelId,
    /// The canonical metric.
    pub metric: MetricName,
    /// The first day of the new level.
    pub day: NaiveDate,
    /// The typical day before, and after.
    pub levels: (f64, f64),
}

/// The strange days of the period, in all series of the channels that add up. Many are looked at together, so a day must
/// be the stranger the more there are.
pub fn strange_days(facts: &Facts, catalog: &Catalog, channels: &[ChannelId], period: Period) -> Vec<StrangeDay> {
    let looked_at = daily_series(facts, catalog, channels, period);
    let all: usize = looked_at.iter().map(|it| it.values.len()).sum();
    let limit = threshold(all);
    let mut found: Vec<StrangeDay> = looked_at.iter().flat_map(|it| it.strange(limit, period)).collect();
    found.sort_by(|a, b| {
        let key = |it: &StrangeDay| (it.day, it.channel.clone(), it.metric.clone());
        key(a).cmp(&key(b))
    });
    found
}

/// The shifts of level in the period.
pub fn level_shifts(facts: &Facts, catalog: &Catalog, channels: &[ChannelId], period: Period) -> Vec<LevelShift> {
    daily_series(facts, catalog, channels, period).iter().flat_map(|it| it.shifts(period)).collect()
}

/// A series without gaps at its ends, short ones inside bridged, in logarithms of one more.
struct DailySeries {
    channel: ChannelId,
    metric: MetricName,
    first: NaiveDate,
    values: Vec<Option<f64>>,
    /// Where nothing was counted and many are usual.
    empty: Vec<bool>,
    logarithms: Vec<f64>,
}

fn daily_series(facts: &Facts, catalog: &Catalog, channels: &[ChannelId], period: Period) -> Vec<DailySeries> {
    // The organisation's own metrics say again what their parts say.
    let counted = |metric: &MetricName| catalog.derived(metric).is_none();
    let series = facts.series.iter().filter(|it| channels.contains(&it.channel) && counted(&it.metric));
    let sums = series.filter(|it| catalog.canonical(&it.metric).is_some_and(|found| found.rollup == Rollup::Sum));
    sums.filter_map(|it| DailySeries::of(facts, catalog, (&it.channel, &it.metric), period)).collect()
}

impl DailySeries {
    /// None where too little is known: under four weeks, or under nine days of ten.
    fn of(
        facts: &Facts,
        catalog: &Catalog,
        (channel, metric): (&ChannelId, &MetricName),
        period: Period,
    ) -> Option<Self> {
        let broken = facts.breaks_of(catalog, channel, metric).into_iter().map(|it| it.day);
        let broken = broken.filter(|day| *day < period.end()).max().unwrap_or(NaiveDate::MIN);
        let span = Period::new(day_before(period.start(), BACK).max(broken), period.end())?;
        let known = channel_days(facts, channel, metric, span).values;
        let (first, last) = (known.first()?.0, known.last()?.0);
        let span = Period::new(first, Period::day(last).end())?;
        if known.len() < FEWEST || f64::from(span.days()) * 0.9 > float(known.len()) {
            return None;
        }
        let mut counts: Vec<f64> = known.iter().map(|(_, value)| *value).collect();
        counts.sort_by(f64::total_cmp);
        if counts[counts.len() / 2] < FEWEST_A_DAY {
            return None;
        }
        let mut rest = known.into_iter().peekable();
        let values: Vec<Option<f64>> =
            span.iter_days().map(|day| rest.next_if(|(known, _)| *known == day).map(|(_, value)| value)).collect();
        let empty: Vec<bool> = (0..values.len()).map(|index| is_empty(&values, index)).collect();
        // A fault of the source says nothing about what is usual.
        let sound =
            values.iter().zip(&empty).map(|(value, empty)| value.filter(|_| !empty).map(|it| it.max(0.0).ln_1p()));
        let logarithms = bridged(&sound.collect::<Vec<_>>())?;
        Some(Self { channel: channel.clone(), metric: metric.clone(), first, values, empty, logarithms })
    }

    fn day(&self, index: usize) -> NaiveDate {
        self.first + chrono::Days::new(u64::try_from(index).unwrap_or(0))
    }

    fn strange(&self, limit: f64, period: Period) -> Vec<StrangeDay> {
        let Some(found) = rests(&self.logarithms, SEASON) else { return Vec::new() };
        let of = |(index, value): (usize, &Option<f64>)| {
            let value = (*value)?;
            let away = value.max(0.0).ln_1p() - self.logarithms[index];
            let distance = found.distances[index] + away / found.spread;
            let usual = found.expected[index].exp_m1().max(0.0);
            let far = (value - usual).abs() >= FAR * usual.max(1.0);
            if !period.contains(self.day(index)) || distance.abs() < limit || !far {
                return None;
            }
            let reach = 1.96 * found.spread;
            let end = |away: f64| (found.expected[index] + away).exp_m1().max(0.0);
            Some(StrangeDay {
                channel: self.channel.clone(),
                metric: self.metric.clone(),
                day: self.day(index),
                value,
                expected: (end(-reach), end(reach)),
                distance,
                oddity: oddity(value, usual, self.empty[index]),
            })
        };
        self.values.iter().enumerate().filter_map(of).collect()
    }

    fn shifts(&self, period: Period) -> Vec<LevelShift> {
        let Some(found) = rests(&self.logarithms, SEASON) else { return Vec::new() };
        let plain: Vec<f64> = self.logarithms.iter().zip(&found.season).map(|(value, season)| value - season).collect();
        let ends = shifts(&plain, SHORTEST);
        let heights: Vec<f64> = levels(&plain, &ends).into_iter().map(f64::exp_m1).collect();
        let of = |(pair, end): (&[f64], &usize)| {
            let day = self.day(*end);
            period.contains(day).then(|| LevelShift {
                channel: self.channel.clone(),
                metric: self.metric.clone(),
                day,
                levels: (pair[0].max(0.0), pair[1].max(0.0)),
            })
        };
        heights.windows(2).zip(&ends).filter_map(of).collect()
    }
}

fn oddity(value: f64, usual: f64, empty: bool) -> Oddity {
    if empty {
        Oddity::NothingCounted
    } else if usual >= NEVER_ZERO && value % 2.0 == 0.0 && (value / usual - 2.0).abs() < 0.02 {
        Oddity::CountedTwice
    } else {
        Oddity::Unusual
    }
}

/// Nothing at all, where the same weekdays around it have many.
fn is_empty(values: &[Option<f64>], index: usize) -> bool {
    let near = [7_usize, 14, 21].iter().flat_map(|away| [index.checked_sub(*away), Some(index + away)]);
    let like: Vec<f64> = near.flatten().filter_map(|at| values.get(at).copied().flatten()).collect();
    values[index] == Some(0.0) && median(&like).is_some_and(|usual| usual >= NEVER_ZERO)
}

/// Gaps bridged by the mean of the same weekday around them, else of the neighbours.
fn bridged(values: &[Option<f64>]) -> Option<Vec<f64>> {
    let whole = median(&values.iter().flatten().copied().collect::<Vec<f64>>())?;
    let at = |index: usize| {
        let near = [7_usize, 14].iter().flat_map(|away| [index.checked_sub(*away), Some(index + away)]);
        let like: Vec<f64> = near.flatten().filter_map(|at| values.get(at).copied().flatten()).collect();
        values[index].or_else(|| mean(&like)).unwrap_or(whole)
    };
    Some((0..values.len()).map(at).collect())
}
