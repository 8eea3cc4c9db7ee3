//! One goal's case: what it is judged on, and up to which day.

use chrono::{Days, NaiveDate};

use super::super::{Facts, Standing, aggregate};
use super::normalise;
use crate::catalog::{Canonical, Catalog};
use crate::model::told::traces;
use crate::model::{
    Break, BreakPolicy, ChannelId, Figure, FigureId, Goal, Granularity, How, Missing, Normalise, Number, Period,
    Rollup, Status, Trace, Unit,
};

/// How the metric of a goal behaves over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// There is so much of it on a day.
    Stock,
    /// It adds up from the start of the goal.
    Flow,
    /// A rate: it has a level, not a sum.
    Level,
    /// People counted once: only the platform's own count of a period.
    Unique,
}

/// A goal with all that is needed to judge it.
pub(super) struct Case<'a> {
    pub goal: &'a Goal,
    pub facts: &'a Facts,
    pub catalog: &'a Catalog,
    pub canonical: &'a Canonical,
    pub channels: Vec<ChannelId>,
    /// The first day that counts.
    pub start: NaiveDate,
    /// The day after the last that counts: the end of the last closed period, or of `due` once that has passed.
    pub end: NaiveDate,
    /// Whether `due` has passed.
    pub over: bool,
    /// Whether a change of definition made the goal start again.
    pub rebased: bool,
}

impl<'a> Case<'a> {
    /// Opens the case, or says why there is none.
    pub fn open(goal: &'a Goal, facts: &'a Facts, catalog: &'a Catalog) -> Result<Self, Missing> {
        let canonical = catalog.canonical(&goal.metric).ok_or(Missing::NotFetched)?;
        let channels = channels_of(goal, facts, catalog);
        if channels.is_empty() {
            return Err(Missing::NotFetched);
        }
        let after_due = goal.due.checked_add_days(Days::new(1)).unwrap_or(goal.due);
        let over = facts.today >= after_due;
        let closed = Period::last_closed(facts.today, goal.period, facts.calendar).end();
        let end = if over { after_due } else { closed };
        Ok(Self { goal, facts, catalog, canonical, channels, start: goal.start, end, over, rebased: false })
    }

    /// The days that count so far, if there are any.
    pub fn stretch(&self) -> Result<Period, Missing> {
        Period::new(self.start, self.end).ok_or(Missing::NothingClosed)
    }

    /// The day after `due`.
    pub fn after_due(&self) -> NaiveDate {
        self.goal.due.checked_add_days(Days::new(1)).unwrap_or(self.goal.due)
    }

    /// How the metric behaves, as the goal counts it.
    pub fn nature(&self) -> Nature {
        match self.canonical.rollup {
            Rollup::Last => Nature::Stock,
            // So much per post is a rate, however long one counts.
            Rollup::Sum if self.goal.normalise == Some(Normalise::PerPost) => Nature::Level,
            Rollup::Sum => Nature::Flow,
            Rollup::RatioOfSums { .. } => Nature::Level,
            Rollup::Never => Nature::Unique,
        }
    }

    /// The whole closed periods of the kind within the days that count, ascending.
    pub fn closed(&self, granularity: Granularity) -> Vec<Period> {
        closed_between(self.start, self.end, granularity, self.facts)
    }

    /// The id of one of the goal's figures.
    pub fn id(&self, name: &str) -> FigureId {
        FigureId(format!("goal.{}.{name}", self.goal.id))
    }

    /// The value of the period as the goal counts it.
    pub fn value(&self, name: &str, period: Period) -> Figure {
        self.value_of(&self.channels, name, period)
    }

    /// The same for some of the channels.
    pub fn value_of(&self, channels: &[ChannelId], name: &str, period: Period) -> Figure {
        let figure = aggregate::total(self.facts, self.catalog, &self.goal.metric, channels, period, self.id(name));
        normalise::normalised(self, figure, channels)
    }

    /// The value at the end of a day, whatever that means for the metric: the stock then, the sum since the start, the
    /// aggregate of the last four closed periods, the platform's own count of the last one.
    pub fn value_at(&self, channels: &[ChannelId], name: &str, end: NaiveDate) -> Figure {
        match self.judged_on(end) {
            Ok(period) => self.value_of(channels, name, period),
            Err(missing) => self.without(name, missing),
        }
    }

    /// The stretch on which the value at the end of a day rests.
    pub fn judged_on(&self, end: NaiveDate) -> Result<Period, Missing> {
        let stretch = Period::new(self.start, end).ok_or(Missing::NothingClosed)?;
        let closed = || closed_between(self.start, end, self.goal.period, self.facts);
        match self.nature() {
            Nature::Stock => Ok(Period::day(stretch.last())),
            Nature::Flow => Ok(stretch),
            Nature::Level => joined(last_of(&closed(), 4)).ok_or(Missing::NothingClosed),
            Nature::Unique => closed().last().copied().ok_or(Missing::NothingClosed),
        }
    }

    /// The unit that the goal's values come in.
    pub fn unit(&self) -> Unit {
        normalise::unit(self.goal.normalise, self.canonical.unit)
    }

    /// A figure that was computed from others.
    pub fn computed(&self, name: &str, value: Result<f64, Missing>, unit: Unit, how: impl Into<How>) -> Figure {
        let period =
            Period::new(self.goal.start, self.end.max(self.goal.start)).unwrap_or(Period::day(self.goal.start));
        Figure {
            id: self.id(name),
            metric: self.goal.metric.clone(),
            period,
            value: value.map(|value| Number { value, unit }),
            preliminary: false,
            trace: Trace { how: how.into(), ..Trace::default() },
        }
    }

    /// A figure that is not there.
    pub fn without(&self, name: &str, missing: Missing) -> Figure {
        self.computed(name, Err(missing), self.unit(), How::default())
    }

    /// A value that stands in the configuration.
    pub fn configured(&self, name: &str, value: f64, unit: Unit) -> Figure {
        let mut figure = self.computed(name, Ok(value), unit, traces::as_configured());
        figure.trace.config.push(traces::goal_value(&self.goal.id, name, value));
        figure
    }

    /// The breaks under the goal's metric, for every channel, within the days from `from` up to `self.end`.
    pub fn breaks(&self, from: NaiveDate) -> Vec<(ChannelId, Break)> {
        let of = |id: &ChannelId| {
            let breaks = self.facts.breaks_of(self.catalog, id, &self.goal.metric);
            let within = breaks.into_iter().filter(|it| from < it.day && it.day < self.end);
            within.map(|it| (id.clone(), it)).collect::<Vec<_>>()
        };
        self.channels.iter().flat_map(of).collect()
    }

    /// Moves the days that count as the goal's policy says when a definition changes among them: `flag` leaves them,
    /// `freeze` ends them before the first change, `rebase` begins them with the last.
    pub fn obey(&mut self, breaks: &[(ChannelId, Break)]) {
        let days = breaks.iter().map(|(_, it)| it.day);
        match self.goal.on_metric_break {
            BreakPolicy::Flag => {}
            BreakPolicy::Freeze => self.end = days.min().unwrap_or(self.end),
            BreakPolicy::Rebase => {
                self.rebased = !breaks.is_empty();
                self.start = days.max().unwrap_or(self.start).max(self.start);
            }
        }
    }

    /// Refuses when a definition changed among the goal's days and the goal does not say what to do then: the number
    /// that was decided was one of the old definition, whatever is measured now.
    pub fn unbroken(&self, breaks: &[(ChannelId, Break)]) -> Result<(), Missing> {
        let first = breaks.iter().map(|(_, it)| it.day).min();
        match (self.goal.on_metric_break, first) {
            (BreakPolicy::Flag, Some(on)) => Err(Missing::MetricBreak { on }),
            _ => Ok(()),
        }
    }

    /// A standing without any value yet, for the kinds to fill in.
    pub fn blank(&self, missing: &Missing) -> Standing {
        let without = |name: &str| self.without(name, missing.clone());
        Standing {
            goal: self.goal.clone(),
            status: Status::CannotBeJudged,
            reason: Some(missing.clone()),
            now: without("now"),
            baseline: without("baseline"),
            target: without("target"),
            expected: without("expected"),
            ahead: without("ahead"),
            needed_per_week: None,
            lately_per_week: None,
            coverage: without("coverage"),
            tolerance: None,
            history: Vec::new(),
            path: Vec::new(),
            breaks: self.breaks(aggregate::days::day_before(self.goal.start, 1)),
            parts: Vec::new(),
        }
    }
}

/// The channels that a goal is about: those it names, else all of its unit and below that can have the metric.
pub(in super::super) fn channels_of(goal: &Goal, facts: &Facts, catalog: &Catalog) -> Vec<ChannelId> {
    if !goal.scope.channels.is_empty() {
        return goal.scope.channels.clone();
    }
    let all = facts.channels_of(goal.unit.as_ref()).into_iter();
    all.filter(|channel| facts.offers(catalog, channel, &goal.metric)).map(|channel| channel.id.clone()).collect()
}

/// The whole periods of the kind between the days, ascending.
pub(super) fn closed_between(start: NaiveDate, end: NaiveDate, granularity: Granularity, facts: &Facts) -> Vec<Period> {
    let mut periods = Vec::new();
    if start >= end {
        return periods;
    }
    let mut period = Period::last_closed(end, granularity, facts.calendar);
    while period.start() >= start && period.end() <= end {
        periods.push(period);
        period = period.previous(facts.calendar);
    }
    periods.reverse();
    periods
}

/// The last so many.
pub(super) fn last_of(periods: &[Period], count: usize) -> &[Period] {
    &periods[periods.len().saturating_sub(count)..]
}

/// From the first day of the first to the last day of the last.
pub(super) fn joined(periods: &[Period]) -> Option<Period> {
    Period::new(periods.first()?.start(), periods.last()?.end())
}
