//! Series of days, and values that a platform counted for a whole stretch.

use polars::prelude::{DataFrame, SortMultipleOptions, col, lit};

use super::frame::{Rows, must, must_day, must_moment, to_observations};
use super::plan::{Grain, Plan, Question};
use super::resolve::{latest, state_of};
use super::view::Range;
use super::{StoreError, View, computed};
use crate::catalog::Catalog;
use crate::model::{ChannelId, MetricName, Observation, Period, Platform, Point, Series, Value, Window};

/// A series that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The channel.
    pub channel: ChannelId,
    /// Its platform.
    pub platform: Platform,
    /// The canonical metric.
    pub metric: MetricName,
    /// The platform's days.
    pub days: Period,
}

/// A whole that is wanted: the same, for exactly the stretch.
pub type WholeWanted = Wanted;

/// A value that a platform counted for a whole stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// The channel.
    pub channel: ChannelId,
    /// The canonical metric.
    pub metric: MetricName,
    /// The stretch.
    pub period: Period,
    /// The value; its `day` is the first of the stretch.
    pub point: Point,
}

impl Wanted {
    pub(super) fn question(&self) -> Question<'_> {
        Question { channel: &self.channel, platform: self.platform, metric: &self.metric, days: self.days }
    }
}

impl View {
    /// The series that are wanted, in the same order, one scan for all of them. A series without any row has no points.
    /// Ratios and `posts` have no rows of their own: they are made from their parts.
    pub fn series(&self, catalog: &Catalog, wanted: &[Wanted]) -> Result<Vec<Series>, StoreError> {
        let mut series: Vec<Series> = wanted.iter().map(|wanted| empty(catalog, wanted)).collect();
        for (question, point) in self.points(catalog, wanted, Grain::Days)? {
            series[question].points.push(point);
        }
        Ok(series)
    }

    /// The values that the platform counted for exactly the stretches that are wanted; those that are not there are left
    /// out.
    pub fn wholes(&self, catalog: &Catalog, wanted: &[WholeWanted]) -> Result<Vec<Whole>, StoreError> {
        let points = self.points(catalog, wanted, Grain::Whole)?;
        let whole = |(question, point): (usize, Point)| {
            let Wanted { channel, metric, days, .. } = wanted[question].clone();
            Whole { channel, metric, period: days, point }
        };
        Ok(points.into_iter().map(whole).collect())
    }

    fn points(&self, catalog: &Catalog, wanted: &[Wanted], grain: Grain) -> Result<Vec<(usize, Point)>, StoreError> {
        let questions: Vec<_> = wanted.iter().map(Wanted::question).collect();
        let plan = Plan::new(catalog, &questions, grain);
        if plan.is_empty() {
            return Ok(Vec::new());
        }
        read_points(&computed(self.resolved(&plan)?)?, &plan)
    }
}

/// A value of a day under a breakdown.
#[derive(Debug, Clone, PartialEq)]
pub struct DimensionDay {
    /// The breakdown, `campaign=familjehem`.
    pub dimension: String,
    /// The value on its day; the metric is the platform's own name.
    pub point: Point,
}

impl View {
    /// The days of a platform's metric of the channel under each breakdown, ascending by day.
    pub fn dimension_days(
        &self,
        channel: &ChannelId,
        metric: &str,
        days: Period,
    ) -> Result<Vec<DimensionDay>, StoreError> {
        let range = Range {
            channels: vec![channel.as_str().to_owned()],
            metrics: vec![metric.to_owned()],
            start: Some(days.start()),
            end: Some(days.last()),
            ..Range::default()
        };
        let rows = self
            .observations(range)?
            .filter(col("object").is_null().and(col("dimension").is_not_null()))
            .filter(col("window").eq(lit(Window::Day.as_str())));
        let counting = latest(rows, &["metric", "dimension", "start", "end"], &self.files_first)?;
        let frame = computed(counting.sort(["start", "dimension"], SortMultipleOptions::default()))?;
        let day = |found: Observation| DimensionDay {
            dimension: found.reading.dimension.unwrap_or_default(),
            point: Point {
                day: found.reading.start,
                value: found.reading.value.map(Value::as_f64),
                state: found.reading.state,
                seen: found.seen,
                metric: found.reading.metric,
                source: found.source,
            },
        };
        Ok(to_observations(&frame, &self.organisation)?.into_iter().map(day).collect())
    }
}

fn empty(catalog: &Catalog, wanted: &Wanted) -> Series {
    let mut breaks = catalog.breaks(&wanted.metric, wanted.platform);
    // A break on the first day lies before the series: nothing of the old definition is in it.
    breaks.retain(|it| wanted.days.start() < it.day && it.day < wanted.days.end());
    breaks.sort_by_key(|it| it.day);
    Series { channel: wanted.channel.clone(), metric: wanted.metric.clone(), points: Vec::new(), breaks }
}

fn read_points(frame: &DataFrame, plan: &Plan) -> Result<Vec<(usize, Point)>, StoreError> {
    let rows = Rows(frame);
    let [question, way, start] = [rows.whole("question")?, rows.whole("way")?, rows.whole("start")?];
    let [badness, seen] = [rows.whole("badness")?, rows.whole("seen")?];
    let (complete, preliminary) = (frame.column("complete")?.bool()?, frame.column("preliminary")?.bool()?);
    let (amount, source, other) = (rows.decimal("amount")?, rows.text("source")?, rows.text("source_other")?);
    let index = |number: Option<i64>| number.and_then(|it| usize::try_from(it).ok()).unwrap_or_default();
    (0..frame.height())
        .map(|row| {
            let number = index(question.get(row));
            let (latest, first) = (must(source, row)?, must(other, row)?);
            let point = Point {
                day: must_day(&start, row)?,
                value: amount.get(row).filter(|_| complete.get(row) == Some(true)),
                state: state_of(badness.get(row).unwrap_or_default(), preliminary.get(row) == Some(true)),
                seen: must_moment(&seen, row)?,
                metric: plan.names[number][index(way.get(row))].clone(),
                source: if latest == first { latest.to_owned() } else { format!("{first}+{latest}") },
            };
            Ok((number, point))
        })
        .collect()
}
