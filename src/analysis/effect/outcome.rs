//! What a campaign is measured on: one value per day or week, from the channels' days. Missing stays missing.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::super::Facts;
use super::super::aggregate::days::{channel_days, day_before};
use super::super::statistics::{float, median};
use super::ControlRefusal;
use crate::catalog::Catalog;
use crate::model::{Campaign, ChannelId, MetricName, Missing, Period, Rollup, Source};

/// What is tried when the campaign does not say, the nearest to what it wants first.
const DEFAULTS: [&str; 6] = ["campaign_visits", "social_visits", "visits", "clicks", "engagements", "views"];
/// How far back is looked: further back a channel was another one.
pub(super) const BACK: u64 = 500;
/// So many days with a value are needed before anything is tried on a metric by default.
const FEWEST_DAYS: usize = 28;
/// Days with fewer than this, typically, are judged by weeks.
const FEW_A_DAY: f64 = 5.0;
/// The share of the days that must have a value.
pub(super) const PRESENT: f64 = 0.9;

/// What is counted, where.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub metric: MetricName,
    pub channels: Vec<ChannelId>,
    pub rollup: Rollup,
}

impl Outcome {
    /// The campaign's own, else the nearest that there is.
    pub fn of(campaign: &Campaign, facts: &Facts, catalog: &Catalog) -> Result<Self, Missing> {
        let candidates: Vec<MetricName> = match &campaign.outcome {
            Some(metric) => vec![metric.clone()],
            None => DEFAULTS.iter().map(|name| MetricName::from(*name)).collect(),
        };
        let mut first_found = None;
        for metric in candidates {
            let Some(outcome) = Self::on(campaign, &metric, facts, catalog) else { continue };
            let before = Period::new(day_before(campaign.start, BACK), campaign.start);
            let known = before.map_or(0, |before| outcome.days(facts, before).values.iter().flatten().count());
            if known >= FEWEST_DAYS {
                return Ok(outcome);
            }
            first_found.get_or_insert(outcome);
        }
        first_found.ok_or(Missing::NotFetched)
    }

    fn on(campaign: &Campaign, metric: &MetricName, facts: &Facts, catalog: &Catalog) -> Option<Self> {
        let rollup = catalog.canonical(metric)?.rollup.clone();
        if !matches!(rollup, Rollup::Sum | Rollup::RatioOfSums { .. }) {
            return None;
        }
        let offers = |id: &&ChannelId| facts.channel(id).is_some_and(|it| facts.offers(catalog, it, metric));
        let named = if campaign.outcome_channels.is_empty() { &campaign.channels } else { &campaign.outcome_channels };
        let mut channels: Vec<ChannelId> = named.iter().filter(offers).cloned().collect();
        if channels.is_empty() {
            // Nothing of the campaign's own has it: the website of the unit, else of the organisation.
            let around = |unit| facts.channels_of(unit).into_iter().map(|it| &it.id).collect::<Vec<_>>();
            let below = around(campaign.unit.as_ref()).into_iter().filter(offers).cloned().collect::<Vec<_>>();
            channels =
                if below.is_empty() { around(None).into_iter().filter(offers).cloned().collect() } else { below };
            channels.retain(|id| !campaign.control_channels.contains(id));
        }
        let platforms: Vec<_> = channels.iter().filter_map(|id| Some(facts.channel(id)?.platform)).collect();
        let may_sum = channels.len() < 2 || catalog.may_sum(metric, &platforms);
        (!channels.is_empty() && may_sum).then(|| Self { metric: metric.clone(), channels, rollup })
    }

    /// The same on a control: its own value of the metric, else the nearest that it has.
    pub fn of_control(&self, id: &ChannelId, facts: &Facts, catalog: &Catalog, whole: Period) -> Option<Self> {
        let names = std::iter::once(self.metric.clone()).chain(DEFAULTS.iter().map(|name| MetricName::from(*name)));
        let channel = facts.channel(id)?;
        let usable = names.filter(|metric| facts.offers(catalog, channel, metric)).filter_map(|metric| {
            let rollup = catalog.canonical(&metric)?.rollup.clone();
            let fits = matches!(rollup, Rollup::Sum | Rollup::RatioOfSums { .. });
            fits.then(|| Self { metric, channels: vec![id.clone()], rollup })
        });
        let mut usable: Vec<Self> = usable.collect();
        let known = |outcome: &Self| outcome.days(facts, whole).values.iter().flatten().count();
        let best = usable.iter().position(|outcome| known(outcome) >= FEWEST_DAYS)?;
        Some(usable.swap_remove(best))
    }

    /// What has to be read for it.
    pub fn parts(&self) -> Vec<MetricName> {
        match &self.rollup {
            Rollup::RatioOfSums { numerator, denominator } => vec![numerator.clone(), denominator.clone()],
            _ => vec![self.metric.clone()],
        }
    }

    /// The day of the first value of the channel that began last.
    pub fn first_day(&self, facts: &Facts) -> Option<NaiveDate> {
        let all = Period::new(NaiveDate::MIN, facts.today)?;
        let first = |channel: &ChannelId, metric: &MetricName| {
            let series = facts.series_of(channel, metric)?;
            series.points.iter().find(|point| all.contains(point.day) && point.value.is_some()).map(|point| point.day)
        };
        let firsts = self.channels.iter().map(|id| self.parts().iter().map(|metric| first(id, metric)).max().flatten());
        firsts.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// The last break of a definition before the day, and the first within the period.
    pub fn breaks(&self, facts: &Facts, catalog: &Catalog, within: Period) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let all = self.channels.iter().flat_map(|id| facts.breaks_of(catalog, id, &self.metric));
        let days: Vec<NaiveDate> = all.map(|it| it.day).collect();
        let before = days.iter().copied().filter(|day| *day <= within.start()).max();
        let inside = days.iter().copied().filter(|day| within.start() < *day && *day < within.end()).min();
        (before, inside)
    }

    /// The days of the period, one value each; none where a channel has none.
    pub fn days(&self, facts: &Facts, period: Period) -> Daily {
        let mut sources = Vec::new();
        let mut of = |metric: &MetricName| -> Vec<Option<f64>> {
            let mut sums: BTreeMap<NaiveDate, (f64, usize)> = BTreeMap::new();
            for channel in &self.channels {
                let found = channel_days(facts, channel, metric, period);
                sources.extend(found.source);
                for (day, value) in found.values {
                    let entry = sums.entry(day).or_default();
                    *entry = (entry.0 + value, entry.1 + 1);
                }
            }
            let whole = |day: NaiveDate| sums.get(&day).filter(|(_, count)| *count == self.channels.len());
            period.iter_days().map(|day| whole(day).map(|(sum, _)| *sum)).collect()
        };
        let mut parts: Vec<Vec<Option<f64>>> = self.parts().iter().map(&mut of).collect();
        let values = if parts.len() == 1 { parts.swap_remove(0) } else { Vec::new() };
        if parts.len() == 2 {
            let below = parts.swap_remove(1);
            let above = parts.swap_remove(0);
            // A day counts when both parts are there.
            let both = above.iter().zip(&below).map(|(above, below)| Some((*above)?).zip(*below));
            let (above, below): (Vec<_>, Vec<_>) = both.map(|pair| (pair.map(|it| it.0), pair.map(|it| it.1))).unzip();
            return Daily { first: period.start(), values: above, below: Some(below), sources };
        }
        Daily { first: period.start(), values, below: None, sources }
    }

    /// Whether days are judged by weeks: rates always, counts when there are few a day.
    pub fn is_weekly(&self, before: &Daily) -> bool {
        let known: Vec<f64> = before.values.iter().flatten().copied().collect();
        matches!(self.rollup, Rollup::RatioOfSums { .. }) || median(&known).is_some_and(|typical| typical < FEW_A_DAY)
    }
}

/// Values day by day, for a rate with what they are divided by.
#[derive(Debug, Clone)]
pub(super) struct Daily {
    pub first: NaiveDate,
    pub values: Vec<Option<f64>>,
    pub below: Option<Vec<Option<f64>>>,
    pub sources: Vec<Source>,
}

impl Daily {
    /// How many days have a value.
    pub fn known(&self) -> usize {
        self.values.iter().flatten().count()
    }

    /// The steps of the engine: days as they are, or weeks counted from the start of `from`; a week with fewer than
    /// five known days has no value, one with five or six is brought up to seven.
    pub fn steps(&self, from: usize, weekly: bool) -> Steps {
        if !weekly {
            let logarithms = self.values.iter().map(|value| value.map(|it| it.max(0.0).ln_1p())).collect();
            return Steps { values: self.values.clone(), logarithms, before: from, days: 1, first: self.first };
        }
        let lead = from % 7;
        let sums = |values: &[Option<f64>]| -> Vec<Option<f64>> {
            values[lead.min(values.len())..].chunks_exact(7).map(week).collect()
        };
        let above = sums(&self.values);
        let (values, logarithms) = match &self.below {
            None => (above.clone(), above.iter().map(|it| it.map(|it| it.max(0.0).ln_1p())).collect()),
            Some(below) => {
                let below = sums(below);
                let pairs: Vec<Option<(f64, f64)>> =
                    above.iter().zip(&below).map(|(above, below)| (*above).zip(*below)).collect();
                let rate = |pair: &Option<(f64, f64)>| pair.filter(|it| it.1 > 0.0).map(|it| it.0 / it.1);
                let logarithm = |pair: &Option<(f64, f64)>| pair.map(|it| ((it.0 + 0.5) / (it.1 + 0.5)).ln());
                (pairs.iter().map(rate).collect(), pairs.iter().map(logarithm).collect())
            }
        };
        let first = self.first + Days::new(u64::try_from(lead).unwrap_or(0));
        Steps { values, logarithms, before: from / 7, days: 7, first }
    }
}

fn week(days: &[Option<f64>]) -> Option<f64> {
    let known: Vec<f64> = days.iter().flatten().copied().collect();
    (known.len() >= 5).then(|| known.iter().sum::<f64>() * 7.0 / float(known.len()))
}

impl Daily {
    /// The same without the values of the stretches.
    pub fn without(&self, stretches: &[Period]) -> Self {
        let mut kept = self.clone();
        for (day, value) in self.first.iter_days().zip(&mut kept.values) {
            if stretches.iter().any(|it| it.contains(day)) {
                *value = None;
            }
        }
        kept
    }
}

/// What the engine counts in.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    /// Values as they are.
    pub values: Vec<Option<f64>>,
    /// Their logarithm: of one more for counts, of the rate for rates.
    pub logarithms: Vec<Option<f64>>,
    /// How many lie before the campaign.
    pub before: usize,
    /// How many days each has.
    pub days: u64,
    /// The first day of the first.
    pub first: NaiveDate,
}

impl Steps {
    /// The first day of the step.
    pub fn day(&self, step: usize) -> NaiveDate {
        self.first + Days::new(self.days * u64::try_from(step).unwrap_or(0))
    }
}

/// A control's steps beside those of the outcome, or why it cannot be used.
pub(super) fn control(
    (id, outcome): (&ChannelId, &Outcome),
    others: &[Campaign],
    (facts, catalog): (&Facts, &Catalog),
    (whole, window, weekly): (Period, Period, bool),
) -> Result<(MetricName, Steps), ControlRefusal> {
    let own = others.iter().find(|other| {
        let days = Period::new(other.start, Period::day(other.end).end());
        other.channels.contains(id) && days.and_then(|it| it.intersect(window)).is_some()
    });
    if let Some(own) = own {
        return Err(ControlRefusal::OwnCampaign { title: own.title.clone() });
    }
    let control = outcome.of_control(id, facts, catalog, whole).ok_or(ControlRefusal::NothingCounted)?;
    if control.breaks(facts, catalog, whole).1.is_some() {
        return Err(ControlRefusal::DefinitionChange);
    }
    let days = control.days(facts, whole);
    let known = float(days.known());
    if known < PRESENT * float(days.values.len()) {
        return Err(ControlRefusal::Gaps);
    }
    let from = usize::try_from((window.start() - whole.start()).num_days()).unwrap_or(0);
    // A control that is a rate while the outcome is a count of days cannot be brought to days.
    if days.below.is_some() && !weekly {
        return Err(ControlRefusal::NothingCounted);
    }
    Ok((control.metric.clone(), days.steps(from, weekly)))
}

/// The series that may be asked for.
pub(super) fn needs(campaign: &Campaign, facts: &Facts, catalog: &Catalog) -> Vec<(ChannelId, MetricName)> {
    let mut found = Vec::new();
    let mut add = |id: &ChannelId, metric: &MetricName| {
        let parts = match catalog.canonical(metric).map(|it| &it.rollup) {
            Some(Rollup::Sum | Rollup::RatioOfSums { .. }) => catalog.counted(metric),
            _ => Vec::new(),
        };
        for part in parts {
            let offered = facts.channel(id).is_some_and(|channel| facts.offers(catalog, channel, &part));
            if offered && !found.contains(&(id.clone(), part.clone())) {
                found.push((id.clone(), part));
            }
        }
    };
    let names: Vec<MetricName> =
        campaign.outcome.iter().cloned().chain(DEFAULTS.iter().map(|name| MetricName::from(*name))).collect();
    for channel in &facts.channels {
        for metric in &names {
            add(&channel.id, metric);
        }
    }
    found
}
