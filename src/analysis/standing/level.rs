//! Floor, ceiling, range and conversion: to stay on one side of a bound, or between two.

use chrono::NaiveDate;

use super::super::Standing;
use super::case::{Case, Nature, joined, last_of};
use super::{at_least, conclude, coverage};
use crate::model::told::traces;
use crate::model::{ChannelId, Direction, Figure, GoalKind, Missing, Number, Period, Status};

/// How many closed periods are looked at while the goal runs.
const PERIODS: usize = 4;

/// The bounds, either of which may be open. Both belong to the inside.
#[derive(Clone, Copy)]
struct Bounds {
    low: Option<f64>,
    high: Option<f64>,
}

impl Bounds {
    /// The bound that the value is nearest to, or outside of.
    fn nearest(self, value: f64) -> f64 {
        match (self.low, self.high) {
            (Some(low), Some(high)) if (value - low).abs() <= (value - high).abs() => low,
            (Some(low), None) => low,
            (_, Some(high)) => high,
            (None, None) => value,
        }
    }

    /// How far inside the nearest bound the value lies; negative outside.
    fn margin(self, value: f64) -> f64 {
        let above = self.low.map_or(f64::INFINITY, |low| value - low);
        let below = self.high.map_or(f64::INFINITY, |high| high - value);
        above.min(below)
    }

    fn holds(self, value: f64) -> bool {
        self.low.is_none_or(|low| at_least(value, low)) && self.high.is_none_or(|high| at_least(high, value))
    }
}

/// Judges by the aggregate of the last four closed periods, once `due` has passed of all of them.
///
/// What the aggregate is depends on the metric: a rate is divided anew from its sums; counts that add are the mean per
/// period, since the bound is one for a period; a stock is its latest value; a unique count is what the platform
/// counted for the latest period, because neither a sum nor a mean of such counts means anything.
pub(super) fn judge(case: &mut Case<'_>, low: Option<f64>, high: Option<f64>) -> Standing {
    let breaks = case.breaks(case.start);
    case.obey(&breaks);
    let bounds = Bounds { low, high };
    let mut standing = case.blank(&Missing::NothingClosed);
    if let Some(baseline) = case.goal.baseline {
        standing.baseline = case.configured("baseline", baseline, case.unit());
    }
    let mut closed = case.closed(case.goal.period);
    if closed.is_empty() && case.over {
        // Shorter than one of its own periods: judged as one.
        closed.extend(case.stretch());
    }
    let judged = if case.over { &closed[..] } else { last_of(&closed, PERIODS) };
    standing.history = history(case, &closed);
    standing.target = case.configured("target", low.or(high).unwrap_or(0.0), case.unit());
    standing.expected = equal_to_target(case, &standing.target);
    let Some(span) = joined(judged) else { return standing };
    standing.now = value(case, &case.channels, "now", judged);
    standing.coverage = coverage::figure(case, rests_on(case, judged, span));
    standing.parts = parts(case, judged);
    standing.path = vec![(case.goal.start, bound(bounds)), (case.goal.due, bound(bounds))];
    let word = match standing.now.value.clone() {
        Ok(number) => {
            measure(case, &mut standing, bounds, number.value);
            case.unbroken(&breaks).map(|()| word(case, &standing, bounds, number.value))
        }
        Err(missing) => Err(missing),
    };
    conclude(case, standing, word)
}

/// The bound that is drawn.
fn bound(bounds: Bounds) -> f64 {
    bounds.low.or(bounds.high).unwrap_or(0.0)
}

fn equal_to_target(case: &Case<'_>, target: &Figure) -> Figure {
    let mut expected = Figure { id: case.id("expected"), ..target.clone() };
    expected.trace.how = traces::equal_to_target().into();
    expected
}

fn measure(case: &Case<'_>, standing: &mut Standing, bounds: Bounds, now: f64) {
    let nearest = bounds.nearest(now);
    standing.target = case.configured("target", nearest, case.unit());
    if let GoalKind::Range { low, high } = case.goal.kind {
        standing.target.trace.config = [traces::goal_range(&case.goal.id, low, high)].into_iter().collect();
    }
    standing.expected = equal_to_target(case, &standing.target);
    standing.tolerance = Some(case.goal.tolerance.0 * nearest.abs());
    standing.ahead = case.computed("ahead", Ok(bounds.margin(now)), case.unit(), traces::inside_bound());
    standing.ahead.trace.figures = vec![standing.now.id.clone(), standing.target.id.clone()];
}

fn word(case: &Case<'_>, standing: &Standing, bounds: Bounds, now: f64) -> Status {
    if bounds.holds(now) {
        return if case.over && whole_span_inside(case, standing, bounds) { Status::Achieved } else { Status::OnTrack };
    }
    let tolerance = standing.tolerance.unwrap_or(0.0);
    if at_least(bounds.margin(now), -tolerance) { Status::Lagging } else { Status::Behind }
}

/// Rates and sums were judged over the whole span already; of a stock or a unique count every period must be inside.
fn whole_span_inside(case: &Case<'_>, standing: &Standing, bounds: Bounds) -> bool {
    match case.nature() {
        Nature::Level | Nature::Flow => true,
        Nature::Stock | Nature::Unique => {
            standing.history.iter().filter_map(|(_, value)| *value).all(|value| bounds.holds(value))
        }
    }
}

/// The aggregate of the periods.
fn value(case: &Case<'_>, channels: &[ChannelId], name: &str, periods: &[Period]) -> Figure {
    let (Some(span), Some(last)) = (joined(periods), periods.last()) else {
        return case.without(name, Missing::NothingClosed);
    };
    match case.nature() {
        Nature::Stock => case.value_of(channels, name, Period::day(last.last())),
        Nature::Level => case.value_of(channels, name, span),
        Nature::Unique => {
            let mut figure = case.value_of(channels, name, *last);
            figure.trace.how.within(traces::latest_period_alone);
            figure
        }
        Nature::Flow => {
            let mut figure = case.value_of(channels, name, span);
            figure.trace.how.within(|how| traces::mean_of_periods(how, periods.len()));
            let count = f64::from(u32::try_from(periods.len()).unwrap_or(u32::MAX));
            figure.value = figure.value.map(|number| Number { value: number.value / count, ..number });
            figure
        }
    }
}

fn rests_on(case: &Case<'_>, periods: &[Period], span: Period) -> Period {
    match case.nature() {
        Nature::Unique => periods.last().copied().unwrap_or(span),
        _ => span,
    }
}

fn history(case: &Case<'_>, closed: &[Period]) -> Vec<(NaiveDate, Option<f64>)> {
    let of = |period: &Period| {
        let figure = value(case, &case.channels, "history", std::slice::from_ref(period));
        (period.last(), figure.number())
    };
    closed.iter().map(of).collect()
}

fn parts(case: &Case<'_>, judged: &[Period]) -> Vec<(ChannelId, Figure)> {
    if case.channels.len() < 2 {
        return Vec::new();
    }
    let part = |channel: &ChannelId| {
        (channel.clone(), value(case, std::slice::from_ref(channel), &format!("now.{channel}"), judged))
    };
    case.channels.iter().map(part).collect()
}

/// Whether less is better, as a sign.
pub(super) fn sign(direction: Direction) -> f64 {
    match direction {
        Direction::Up => 1.0,
        Direction::Down => -1.0,
    }
}
