//! The one place where values of days and channels become one figure.
//!
//! - **Sum**: days and channels add. Every channel needs a value on at least 80 % of the days; a channel that has less
//!   spoils the total, since a total without it would pass for one with it.
//! - **Last**: the latest value on or before the last day, at most seven days older; over several channels every one
//!   must have it (`ChannelsLacking` otherwise).
//! - **Ratio of sums**: numerator and denominator are summed over exactly the days on which both are known.
//! - **Never**: only what the platform itself counted for exactly the period, for one channel.

pub(super) mod days;
mod kinds;
pub(super) use kinds::STOCK_AGE;

use std::fmt;

use super::Facts;
use crate::catalog::{Canonical, Catalog};
use crate::model::told::{Told, traces};
use crate::model::{ChannelId, Figure, FigureId, MetricName, Missing, Number, Period, Platform, Rollup, Trace};

/// A metric whose days may be added. Only [`Summable::of`] makes one, so the sum of a unique count cannot be written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summable<'a>(&'a Canonical);

/// Why the days of a metric may not be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSummable {
    /// People counted once per stretch would be counted again every day.
    Unique,
    /// A stock is not used up by a day.
    Stock,
    /// Rates of days have different denominators.
    Ratio,
    /// The catalogue does not have it.
    Unknown,
}

impl fmt::Display for NotSummable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&traces::english(&self.told()))
    }
}

impl NotSummable {
    /// The same for a figure.
    fn told(self) -> Told {
        match self {
            Self::Unique => traces::unique_not_added(),
            Self::Stock => traces::stock_not_added(),
            Self::Ratio => traces::rates_not_added(),
            Self::Unknown => traces::no_such_metric(),
        }
    }
}

impl From<NotSummable> for Missing {
    fn from(reason: NotSummable) -> Self {
        match reason {
            NotSummable::Unique | NotSummable::Stock | NotSummable::Ratio => Self::NotAdditive,
            NotSummable::Unknown => Self::NotFetched,
        }
    }
}

impl<'a> Summable<'a> {
    /// The metric, if its days add.
    pub fn of(catalog: &'a Catalog, metric: &MetricName) -> Result<Self, NotSummable> {
        let canonical = catalog.canonical(metric).ok_or(NotSummable::Unknown)?;
        match canonical.rollup {
            Rollup::Sum => Ok(Self(canonical)),
            Rollup::Last => Err(NotSummable::Stock),
            Rollup::RatioOfSums { .. } => Err(NotSummable::Ratio),
            Rollup::Never => Err(NotSummable::Unique),
        }
    }

    /// Its name.
    pub fn metric(self) -> &'a MetricName {
        &self.0.name
    }
}

/// What is asked of the facts.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub facts: &'a Facts,
    pub catalog: &'a Catalog,
    pub canonical: &'a Canonical,
    pub channels: &'a [&'a ChannelId],
    pub period: Period,
}

/// What became of it.
pub(super) struct Outcome {
    pub value: Result<f64, Missing>,
    pub preliminary: bool,
    pub trace: Trace,
}

impl Outcome {
    /// No value, and why.
    pub fn missing(missing: Missing, how: Told) -> Self {
        Self { value: Err(missing), preliminary: false, trace: Trace { how: how.into(), ..Trace::default() } }
    }
}

/// The metric's value for the channels in the period, by the metric's own way of becoming one.
pub fn total(
    facts: &Facts,
    catalog: &Catalog,
    metric: &MetricName,
    channels: &[ChannelId],
    period: Period,
    id: FigureId,
) -> Figure {
    let mut asked: Vec<&ChannelId> = Vec::new();
    for channel in channels {
        if !asked.contains(&channel) {
            asked.push(channel);
        }
    }
    let canonical = catalog.canonical(metric);
    let outcome = match canonical {
        None => Outcome::missing(Missing::NotFetched, traces::metric_unknown(metric)),
        Some(canonical) => answer(&Question { facts, catalog, canonical, channels: &asked, period }),
    };
    let unit = canonical.map_or(crate::model::Unit::Count, |canonical| canonical.unit);
    let mut trace = outcome.trace;
    if let Some(formula) = catalog.formula_of(metric) {
        trace.config.push(traces::formula(formula));
    }
    Figure {
        id,
        metric: metric.clone(),
        period,
        // What no number can hold is no number.
        value: outcome
            .value
            .and_then(|value| if value.is_finite() { Ok(Number { value, unit }) } else { Err(Missing::Unreadable) }),
        preliminary: outcome.preliminary,
        trace,
    }
}

fn answer(question: &Question<'_>) -> Outcome {
    let Question { catalog, canonical, channels, .. } = *question;
    if channels.is_empty() {
        return Outcome::missing(Missing::NotFetched, traces::no_channel_has(&canonical.name));
    }
    if channels.len() > 1 {
        if canonical.rollup == Rollup::Never {
            return Outcome::missing(Missing::NotAdditive, NotSummable::Unique.told());
        }
        if !may_sum(question) {
            return Outcome::missing(Missing::DefinitionsDiffer, traces::means_different(&canonical.name));
        }
    }
    match &canonical.rollup {
        Rollup::Sum => match Summable::of(catalog, &canonical.name) {
            Ok(summable) => kinds::sum(question, summable),
            Err(reason) => Outcome::missing(reason.into(), reason.told()),
        },
        Rollup::Last => kinds::last(question),
        Rollup::RatioOfSums { numerator, denominator } => kinds::ratio(question, numerator, denominator),
        Rollup::Never => kinds::whole(question),
    }
}

/// Whether the metric, and for a ratio both parts, may be summed over the platforms of the channels.
fn may_sum(question: &Question<'_>) -> bool {
    let Question { facts, catalog, canonical, channels, .. } = *question;
    let platforms: Vec<Platform> = channels.iter().filter_map(|id| Some(facts.channel(id)?.platform)).collect();
    let parts = match &canonical.rollup {
        Rollup::RatioOfSums { numerator, denominator } => vec![&canonical.name, numerator, denominator],
        _ => vec![&canonical.name],
    };
    parts.into_iter().all(|metric| catalog.may_sum(metric, &platforms))
}
