//! What has to be read from the store before anything can be judged.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::standing::channels_of;
use super::{Facts, POSTS};
use crate::catalog::Catalog;
use crate::model::{ChannelId, Goal, GoalKind, Granularity, MetricName, Normalise, Period, Rollup};

/// A year back with the same weekdays, and what lies before it that a baseline may ask for.
const BACK: u64 = 364 + 5 * 7;

/// What to read: the series and wholes of [`Facts`].
#[derive(Debug, Clone, PartialEq)]
pub struct Needs {
    /// The series: no ratio, no unique count, no `posts`.
    pub series: Vec<(ChannelId, MetricName)>,
    /// The days that the series and posts must cover.
    pub days: Period,
    /// The stretches for which the platform's own count of unique people is asked.
    pub wholes: Vec<(ChannelId, MetricName, Period)>,
}

/// What judging the goals and comparing the metrics of all channels in the period will ask for. Of `facts`, only the
/// calendar, the units, the channels and the day of judging have to be there yet.
pub fn needs(facts: &Facts, catalog: &Catalog, goals: &[Goal], metrics: &[MetricName], period: Period) -> Needs {
    let mut found = Found { facts, catalog, series: BTreeSet::new(), wholes: BTreeSet::new() };
    for goal in goals.iter().filter(|goal| !matches!(goal.kind, GoalKind::Milestone { .. })) {
        found.goal(goal);
    }
    let (previous, year_before) = (period.previous(facts.calendar), period.year_before(facts.calendar));
    for channel in &facts.channels {
        for metric in metrics.iter().filter(|metric| facts.offers(catalog, channel, metric)) {
            found.metric(&channel.id, metric, &[period, previous, year_before]);
        }
    }
    let first = goals.iter().map(|goal| goal.start).chain([previous.start(), year_before.start()]).min();
    let first = first.unwrap_or(period.start()).checked_sub_days(Days::new(BACK)).unwrap_or(NaiveDate::MIN);
    let days = Period::new(first, facts.today.max(period.end())).unwrap_or(period);
    Needs { series: found.series.into_iter().collect(), days, wholes: found.wholes.into_iter().collect() }
}

struct Found<'a> {
    facts: &'a Facts,
    catalog: &'a Catalog,
    series: BTreeSet<(ChannelId, MetricName)>,
    wholes: BTreeSet<(ChannelId, MetricName, Period)>,
}

impl Found<'_> {
    fn goal(&mut self, goal: &Goal) {
        let stretches = self.stretches(goal);
        for channel in channels_of(goal, self.facts, self.catalog) {
            self.metric(&channel, &goal.metric, &stretches);
            if goal.normalise == Some(Normalise::PerFollower) {
                self.metric(&channel, &MetricName::from("followers"), &[]);
            }
        }
    }

    /// The closed periods that a unique count may be asked for: those of the goal, the one before it as baseline, and
    /// for a direction the weeks of last year.
    fn stretches(&self, goal: &Goal) -> Vec<Period> {
        let calendar = self.facts.calendar;
        let weekly = matches!(goal.kind, GoalKind::Direction | GoalKind::Cadence { .. });
        let granularity = if weekly { Granularity::Week } else { goal.period };
        let end = self.facts.today.min(Period::day(goal.due).end());
        let mut stretches = Vec::new();
        let mut period = Period::last_closed(end, granularity, calendar);
        while period.end() > goal.start {
            stretches.push(period);
            period = period.previous(calendar);
        }
        stretches.push(period);
        if weekly {
            let last_year: Vec<Period> = stretches.iter().map(|week| week.shifted(-364)).collect();
            stretches.extend(last_year);
        }
        stretches
    }

    fn metric(&mut self, channel: &ChannelId, metric: &MetricName, stretches: &[Period]) {
        if let Some(derived) = self.catalog.derived(metric) {
            for (_, part) in &derived.terms {
                self.metric(channel, part, stretches);
            }
            return;
        }
        match self.catalog.canonical(metric).map(|canonical| &canonical.rollup) {
            Some(Rollup::RatioOfSums { numerator, denominator }) => {
                let (numerator, denominator) = (numerator.clone(), denominator.clone());
                self.metric(channel, &numerator, stretches);
                self.metric(channel, &denominator, stretches);
            }
            Some(Rollup::Never) => {
                self.wholes.extend(stretches.iter().map(|stretch| (channel.clone(), metric.clone(), *stretch)));
            }
            Some(Rollup::Sum | Rollup::Last) if metric.as_str() != POSTS => {
                self.series.insert((channel.clone(), metric.clone()));
            }
            Some(Rollup::Sum | Rollup::Last) | None => {}
        }
    }
}
