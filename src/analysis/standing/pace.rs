//! The way from baseline to target: what is expected by when.

use chrono::{Days, NaiveDate};

use super::super::aggregate;
use super::case::{Case, Nature};
use crate::model::{Figure, Missing, Pace, Period, Step};

/// Fifty-two weeks: a year back with the same weekdays.
const YEAR: u64 = 364;

/// How the expected value moves.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// In proportion to the days gone.
    Linear,
    /// From interim value to interim value.
    Steps(Vec<Step>),
    /// In proportion to what the same days of last year had moved.
    Seasonal,
}

/// The way that a goal has to go.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Way {
    /// The value at the beginning of `start`: the baseline, or nothing for what is summed.
    pub origin: f64,
    /// The value wanted at the end of `due`.
    pub target: f64,
    pub shape: Shape,
}

impl Way {
    /// The shape that the goal asks for. What is to grow against last year's sum follows last year's days.
    pub fn shape(case: &Case<'_>, against_last_year: bool) -> Shape {
        match case.goal.pace {
            Pace::Linear if against_last_year => Shape::Seasonal,
            Pace::Linear => Shape::Linear,
            Pace::Steps => Shape::Steps(case.goal.steps.clone()),
            Pace::Seasonal => Shape::Seasonal,
        }
    }

    /// The value expected when the day before `end` has ended.
    pub fn expected(&self, case: &Case<'_>, end: NaiveDate) -> Result<f64, Missing> {
        match &self.shape {
            Shape::Linear => Ok(between((case.start, self.origin), (case.after_due(), self.target), end)),
            Shape::Steps(steps) => Ok(self.stepped(case, steps, end)),
            Shape::Seasonal => {
                let share = share_of_last_year(case, end)?;
                Ok(self.origin + (self.target - self.origin) * share)
            }
        }
    }

    /// Interim values hold at the end of their day.
    fn stepped(&self, case: &Case<'_>, steps: &[Step], end: NaiveDate) -> f64 {
        let mut from = (case.start, self.origin);
        let after_due = case.after_due();
        let inner = steps.iter().map(|step| (step.date + Days::new(1), step.value));
        let inner = inner.filter(|(day, _)| case.start < *day && *day < after_due);
        for to in inner.chain([(after_due, self.target)]) {
            if end <= to.0 {
                return between(from, to, end);
            }
            from = to;
        }
        self.target
    }

    /// The points to draw: the corners of a straight way or of steps, every week of a seasonal one.
    pub fn path(&self, case: &Case<'_>) -> Vec<(NaiveDate, f64)> {
        let before = |end: NaiveDate| end.pred_opt().unwrap_or(end);
        let mut ends = vec![case.start];
        match &self.shape {
            Shape::Linear => {}
            Shape::Steps(steps) => ends.extend(steps.iter().map(|step| step.date + Days::new(1))),
            Shape::Seasonal => ends.extend(case.start.iter_weeks().skip(1).take_while(|day| *day < case.after_due())),
        }
        ends.push(case.after_due());
        ends.retain(|end| case.start <= *end && *end <= case.after_due());
        ends.dedup();
        ends.into_iter().filter_map(|end| Some((before(end), self.expected(case, end).ok()?))).collect()
    }
}

/// The straight line between two values.
fn between(from: (NaiveDate, f64), to: (NaiveDate, f64), at: NaiveDate) -> f64 {
    let (length, gone) = ((to.0 - from.0).num_days(), (at - from.0).num_days());
    if length <= 0 || gone >= length {
        return to.1;
    }
    let days = |count: i64| f64::from(i32::try_from(count).unwrap_or(i32::MAX));
    from.1 + (to.1 - from.1) * days(gone.max(0)) / days(length)
}

/// Which share of last year's whole movement had been made by the same day.
fn share_of_last_year(case: &Case<'_>, end: NaiveDate) -> Result<f64, Missing> {
    if end <= case.start {
        return Ok(0.0);
    }
    if end >= case.after_due() {
        return Ok(1.0);
    }
    let gone = moved_last_year(case, end)?;
    let all = moved_last_year(case, case.after_due())?;
    if all == 0.0 { Err(Missing::ZeroDenominator) } else { Ok((gone / all).clamp(0.0, 1.0)) }
}

/// How far the metric moved last year, from the start of the goal to the day before `end`.
fn moved_last_year(case: &Case<'_>, end: NaiveDate) -> Result<f64, Missing> {
    let number = |figure: Figure| figure.value.map(|number| number.value);
    match case.nature() {
        Nature::Flow => number(last_year(case, "last_year", end)),
        Nature::Stock => {
            let (start, end) = (year_back(case.start), year_back(end));
            let at = |day: NaiveDate| number(case.value("last_year", Period::day(day)));
            let breaks = case.channels.iter().flat_map(|id| case.facts.breaks_of(case.catalog, id, &case.goal.metric));
            if let Some(on) = breaks.map(|it| it.day).find(|day| start <= *day && *day < end) {
                return Err(Missing::MetricBreak { on });
            }
            Ok(at(aggregate::days::day_before(end, 1))? - at(aggregate::days::day_before(start, 1))?)
        }
        // A rate and a unique count do not move along a year in a way that could be divided.
        Nature::Level | Nature::Unique => Err(Missing::NotJudged),
    }
}

/// The sum of the same days last year, from the start of the goal to the day before `end`.
pub(super) fn last_year(case: &Case<'_>, name: &str, end: NaiveDate) -> Figure {
    match Period::new(year_back(case.start), year_back(end)) {
        Some(period) => case.value(name, period),
        None => case.without(name, Missing::NothingClosed),
    }
}

fn year_back(day: NaiveDate) -> NaiveDate {
    aggregate::days::day_before(day, YEAR)
}
