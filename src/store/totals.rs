//! Totals of a stretch, by the rule of the catalogue: days that add are added, of a stock the last stands, unique counts
//! are refused.

use chrono::{DateTime, Utc};
use polars::prelude::*;

use super::frame::{Rows, must_moment};
use super::plan::{Grain, Plan};
use super::series::Wanted;
use super::{StoreError, View, computed};
use crate::catalog::Catalog;
use crate::model::{ChannelId, MetricName, Period, Rollup};

/// Why there is no total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A unique count: no sum over days means anything; the platform must have counted the whole stretch.
    NotAdditive,
    /// A ratio is made from its parts, sum by sum.
    MadeFromParts {
        /// What is divided.
        numerator: MetricName,
        /// What it is divided by.
        denominator: MetricName,
    },
    /// No day has a value.
    NoValue,
    /// The catalogue does not know the metric.
    Unknown,
}

/// The total of a metric of a channel over a stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// The channel.
    pub channel: ChannelId,
    /// The canonical metric.
    pub metric: MetricName,
    /// The stretch.
    pub period: Period,
    /// The value, or why there is none. Too few days make it too small: compare the two counts.
    pub value: Result<f64, Refusal>,
    /// Days with a value.
    pub days: u32,
    /// Days in the stretch.
    pub expected: u32,
    /// Whether a value under it is preliminary.
    pub preliminary: bool,
    /// When the earliest of its values was seen.
    pub first_seen: Option<DateTime<Utc>>,
    /// When the latest of its values was seen.
    pub last_seen: Option<DateTime<Utc>>,
}

impl View {
    /// The totals that are wanted, in the same order, computed in one scan.
    pub fn totals(&self, catalog: &Catalog, wanted: &[Wanted]) -> Result<Vec<Total>, StoreError> {
        let mut totals: Vec<Total> = wanted.iter().map(|wanted| refused(catalog, wanted)).collect();
        let questions: Vec<_> = wanted.iter().map(Wanted::question).collect();
        let plan = Plan::new(catalog, &questions, Grain::Days);
        if plan.is_empty() {
            return Ok(totals);
        }
        let days = self.resolved(&plan)?.filter(col("complete")).group_by([col("question")]).agg([
            col("amount").sum().alias("sum"),
            col("amount").sort_by([col("start")], SortMultipleOptions::default()).last().alias("last"),
            len().cast(DataType::UInt32).alias("days"),
            col("preliminary").any(true),
            col("seen_first").min(),
            col("seen").max(),
        ]);
        fill(&computed(days)?, catalog, &mut totals)?;
        Ok(totals)
    }
}

fn refused(catalog: &Catalog, wanted: &Wanted) -> Total {
    let refusal = match catalog.canonical(&wanted.metric).map(|canonical| &canonical.rollup) {
        Some(Rollup::Never) => Refusal::NotAdditive,
        Some(Rollup::RatioOfSums { numerator, denominator }) => {
            Refusal::MadeFromParts { numerator: numerator.clone(), denominator: denominator.clone() }
        }
        Some(Rollup::Sum | Rollup::Last) => Refusal::NoValue,
        None => Refusal::Unknown,
    };
    Total {
        channel: wanted.channel.clone(),
        metric: wanted.metric.clone(),
        period: wanted.days,
        value: Err(refusal),
        days: 0,
        expected: wanted.days.days(),
        preliminary: false,
        first_seen: None,
        last_seen: None,
    }
}

fn fill(frame: &DataFrame, catalog: &Catalog, totals: &mut [Total]) -> Result<(), StoreError> {
    let rows = Rows(frame);
    let (question, days) = (rows.whole("question")?, rows.whole("days")?);
    let (first, seen) = (rows.whole("seen_first")?, rows.whole("seen")?);
    let (sum, last) = (rows.decimal("sum")?, rows.decimal("last")?);
    let preliminary = frame.column("preliminary")?.bool()?;
    for row in 0..frame.height() {
        let Some(number) = question.get(row).and_then(|it| usize::try_from(it).ok()) else { continue };
        let total = &mut totals[number];
        total.days = days.get(row).and_then(|it| u32::try_from(it).ok()).unwrap_or_default();
        total.preliminary = preliminary.get(row) == Some(true);
        total.first_seen = Some(must_moment(&first, row)?);
        total.last_seen = Some(must_moment(&seen, row)?);
        let rolled = match catalog.canonical(&total.metric).map(|canonical| &canonical.rollup) {
            Some(Rollup::Sum) => sum.get(row),
            Some(Rollup::Last) => last.get(row),
            Some(Rollup::Never | Rollup::RatioOfSums { .. }) | None => None,
        };
        if let Some(value) = rolled {
            total.value = Ok(value);
        }
    }
    Ok(())
}
