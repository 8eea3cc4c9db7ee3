//! What is there and what is not: days with a value, gaps, restatements, and how far each channel has been read.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use polars::prelude::*;

use super::frame::{Rows, must, must_day, must_moment};
use super::plan::{Grain, Plan};
use super::rank::ranked;
use super::resolve::{amount, state_in};
use super::series::Wanted;
use super::view::Range;
use super::{StoreError, View, computed};
use crate::catalog::Catalog;
use crate::model::{ChannelId, MetricName, Period, State};

/// How complete a metric of a channel is in a stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The channel.
    pub channel: ChannelId,
    /// The canonical metric.
    pub metric: MetricName,
    /// The stretch.
    pub period: Period,
    /// Days in the stretch.
    pub expected: u32,
    /// Days with a value.
    pub days: u32,
    /// The days without, as stretches, ascending.
    pub gaps: Vec<Period>,
    /// Days whose value changed from one reading to another of the same kind of source.
    pub restated: u32,
    /// Days for which a source that is believed less says another value than the one that stands.
    pub stood_back: u32,
}

/// How far the store has been filled: what planning the next fetch needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastDays {
    /// The newest day with a value, per channel and the platform's own name of an account's metric.
    pub days: BTreeMap<(ChannelId, String), NaiveDate>,
    /// When something was last seen, per channel.
    pub seen: BTreeMap<ChannelId, DateTime<Utc>>,
}

impl View {
    /// The coverage of each metric that is asked for, in the same order.
    pub fn coverage(&self, catalog: &Catalog, wanted: &[Wanted]) -> Result<Vec<Coverage>, StoreError> {
        let (restated, stood_back) = (self.restated(catalog, wanted)?, self.stood_back(catalog, wanted)?);
        let series = self.series(catalog, wanted)?;
        let covered = wanted.iter().zip(series).zip(restated.into_iter().zip(stood_back));
        let covered = covered.map(|((wanted, series), (restated, stood_back))| {
            let there: Vec<NaiveDate> =
                series.points.iter().filter(|point| point.value.is_some()).map(|point| point.day).collect();
            Coverage {
                channel: wanted.channel.clone(),
                metric: wanted.metric.clone(),
                period: wanted.days,
                expected: wanted.days.days(),
                days: u32::try_from(there.len()).unwrap_or(u32::MAX),
                gaps: gaps(wanted.days, &there),
                restated,
                stood_back,
            }
        });
        Ok(covered.collect())
    }

    /// How many days of each question have seen more than one value of the same kind of source.
    fn restated(&self, catalog: &Catalog, wanted: &[Wanted]) -> Result<Vec<u32>, StoreError> {
        self.differing(catalog, wanted, |rows| {
            let keys = ["question", "metric", "window", "start", "rank"].map(col);
            ranked(rows, &self.files_first).group_by(keys).agg([amount().n_unique().alias("values")])
        })
    }

    /// How many days of each question have another value from another kind of source than the one that stands.
    fn stood_back(&self, catalog: &Catalog, wanted: &[Wanted]) -> Result<Vec<u32>, StoreError> {
        self.differing(catalog, wanted, |rows| {
            let keys = ["question", "metric", "window", "start"];
            let newest = SortMultipleOptions::default().with_order_descending_multi([true, true, true]);
            ranked(rows, &self.files_first)
                .sort_by_exprs([col("made"), col("seen"), col("run")], newest.with_maintain_order(true))
                .unique_stable(Some(cols(keys.into_iter().chain(["rank"]))), UniqueKeepStrategy::First)
                .group_by(keys.map(col))
                .agg([amount().n_unique().alias("values")])
        })
    }

    /// How many days of each question have more than one of the `values` that are counted.
    fn differing(
        &self,
        catalog: &Catalog,
        wanted: &[Wanted],
        counted: impl Fn(LazyFrame) -> LazyFrame,
    ) -> Result<Vec<u32>, StoreError> {
        let mut counts = vec![0; wanted.len()];
        let questions: Vec<_> = wanted.iter().map(Wanted::question).collect();
        let plan = Plan::new(catalog, &questions, Grain::Days);
        if plan.is_empty() {
            return Ok(counts);
        }
        let valued = self.candidates(&plan)?.filter(state_in(&[State::Ok, State::Preliminary]));
        let frame = computed(
            counted(valued)
                .filter(col("values").gt(lit(1)))
                .group_by([col("question")])
                .agg([col("start").n_unique().alias("days")]),
        )?;
        let (question, days) = (Rows(&frame).whole("question")?, Rows(&frame).whole("days")?);
        for (question, days) in question.iter().zip(days.iter()) {
            let place = question.and_then(|it| usize::try_from(it).ok()).and_then(|it| counts.get_mut(it));
            if let (Some(place), Some(days)) = (place, days) {
                *place = u32::try_from(days).unwrap_or(u32::MAX);
            }
        }
        Ok(counts)
    }

    /// How far each channel has been read.
    pub fn last_days(&self) -> Result<LastDays, StoreError> {
        let needed = ["channel", "metric", "object", "start", "state", "seen"].map(col);
        let valued = col("object").is_null().and(state_in(&[State::Ok, State::Preliminary]));
        let day = when(valued).then(col("start")).otherwise(lit(NULL)).max().alias("day");
        let frame = computed(
            self.observations(Range::default())?
                .select(needed)
                .group_by([col("channel"), col("metric")])
                .agg([day, col("seen").max()]),
        )?;
        let rows = Rows(&frame);
        let (channel, metric) = (rows.text("channel")?, rows.text("metric")?);
        let (day, seen) = (rows.whole("day")?, rows.whole("seen")?);
        let mut last = LastDays::default();
        for row in 0..frame.height() {
            let id = ChannelId::from(must(channel, row)?);
            let moment = must_moment(&seen, row)?;
            last.seen.entry(id.clone()).and_modify(|it| *it = moment.max(*it)).or_insert(moment);
            if day.get(row).is_some() {
                last.days.insert((id, must(metric, row)?.to_owned()), must_day(&day, row)?);
            }
        }
        Ok(last)
    }
}

/// The stretches of the period between the days that are there, which ascend.
fn gaps(period: Period, there: &[NaiveDate]) -> Vec<Period> {
    let mut gaps = Vec::new();
    let mut next = period.start();
    for day in there {
        gaps.extend(Period::new(next, *day));
        next = Period::day(*day).end();
    }
    gaps.extend(Period::new(next, period.end()));
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    #[test]
    fn what_lies_between_is_a_gap() {
        let period = Period::new(day(1), day(11)).unwrap();
        let found = gaps(period, &[day(1), day(4), day(5), day(9)]);
        let wanted = [(2, 4), (6, 9), (10, 11)].map(|(from, to)| Period::new(day(from), day(to)).unwrap());
        assert_eq!(found, wanted);
        assert_eq!(gaps(period, &[]), [period]);
        assert_eq!(gaps(Period::day(day(3)), &[day(3)]), []);
    }
}
