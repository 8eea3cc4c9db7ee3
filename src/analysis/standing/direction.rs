//! Direction: get better, without a number.

use super::super::{Standing, aggregate::days};
use super::case::{Case, Nature, closed_between, joined, last_of};
use super::level::sign;
use super::{conclude, coverage};
use crate::model::told::traces;
use crate::model::{Figure, Granularity, Missing, Number, Period, Status};

/// By how much it must be better, or may be worse and still be called the same.
const MARGIN: f64 = 0.02;
/// How many closed weeks are compared.
const WEEKS: usize = 4;
/// Fifty-two weeks back, so that weekdays meet.
const YEAR: i64 = -364;

/// Judges the last four closed weeks against the same weeks last year, else against the baseline.
pub(super) fn judge(case: &mut Case<'_>) -> Standing {
    let breaks = case.breaks(case.start);
    case.obey(&breaks);
    let mut standing = case.blank(&Missing::NothingClosed);
    let all = case.closed(Granularity::Week);
    let weeks = last_of(&all, WEEKS);
    standing.history = all.iter().map(|week| (week.last(), value(case, "week", &[*week]).number())).collect();
    let Some(span) = joined(weeks) else { return standing };
    standing.now = value(case, "now", weeks);
    standing.coverage =
        coverage::figure(case, if case.nature() == Nature::Unique { weeks[weeks.len() - 1] } else { span });
    standing.baseline = reference(case, weeks, span);
    standing.target = Figure { id: case.id("target"), ..standing.baseline.clone() };
    standing.expected = Figure { id: case.id("expected"), ..standing.baseline.clone() };
    let pair = standing.now.value.clone().and_then(|now| Ok((now.value, standing.baseline.value.clone()?.value)));
    let word = case.unbroken(&breaks).and(pair).and_then(|(now, before)| {
        let better = sign(case.goal.direction) * (now - before);
        standing.ahead = case.computed("ahead", Ok(better), case.unit(), traces::ahead_of_before());
        standing.ahead.trace.figures = vec![standing.now.id.clone(), standing.baseline.id.clone()];
        standing.tolerance = Some(MARGIN * before.abs());
        if before == 0.0 { Err(Missing::ZeroDenominator) } else { Ok(word(better / before.abs(), case.over)) }
    });
    conclude(case, standing, word)
}

fn word(better: f64, over: bool) -> Status {
    // Two per cent to the dot is the same, not better and not worse.
    if better > MARGIN + 1e-12 {
        if over { Status::Achieved } else { Status::OnTrack }
    } else if better >= -MARGIN - 1e-12 {
        Status::Lagging
    } else {
        Status::Behind
    }
}

/// The value of the weeks: counts per week, rates divided anew, the latest stock, the last week's unique count.
fn value(case: &Case<'_>, name: &str, weeks: &[Period]) -> Figure {
    let (Some(span), Some(last)) = (joined(weeks), weeks.last()) else {
        return case.without(name, Missing::NothingClosed);
    };
    match case.nature() {
        Nature::Stock => case.value(name, Period::day(last.last())),
        Nature::Level => case.value(name, span),
        Nature::Unique => case.value(name, *last),
        Nature::Flow => {
            let count = f64::from(u32::try_from(weeks.len()).unwrap_or(u32::MAX));
            let mut figure = case.value(name, span);
            figure.trace.how.within(|how| traces::mean_of_weeks(how, weeks.len()));
            figure.value = figure.value.map(|number| Number { value: number.value / count, ..number });
            figure
        }
    }
}

/// What the weeks are compared with: the same weeks last year; else the configured baseline (per week, for counts);
/// else the four weeks before the start, or the first four after a change of definition.
fn reference(case: &Case<'_>, weeks: &[Period], span: Period) -> Figure {
    let last_year: Vec<Period> = weeks.iter().map(|week| week.shifted(YEAR)).collect();
    let figure = unbroken(case, &last_year, span, value(case, "baseline", &last_year));
    if figure.value.is_ok() {
        return figure;
    }
    if let Some(baseline) = case.goal.baseline.filter(|_| !case.rebased) {
        return case.configured("baseline", baseline, case.unit());
    }
    let before = if case.rebased {
        let all = case.closed(Granularity::Week);
        let first: Vec<Period> = all.into_iter().take(WEEKS).filter(|week| week.end() <= span.start()).collect();
        first
    } else {
        let back = days::day_before(case.start, 7 * (WEEKS as u64 + 1));
        let all = closed_between(back, case.start, Granularity::Week, case.facts);
        last_of(&all, WEEKS).to_vec()
    };
    let measured = unbroken(case, &before, span, value(case, "baseline", &before));
    if measured.value.is_ok() || matches!(measured.value, Err(Missing::MetricBreak { .. })) {
        return measured;
    }
    case.without("baseline", Missing::NoBaseline)
}

/// The figure, unless a definition changed between its weeks and the ones that are judged.
fn unbroken(case: &Case<'_>, weeks: &[Period], judged: Period, mut figure: Figure) -> Figure {
    let Some(start) = weeks.first().map(|week| week.start()) else { return figure };
    let breaks = case.channels.iter().flat_map(|id| case.facts.breaks_of(case.catalog, id, &case.goal.metric));
    if let Some(on) = breaks.map(|it| it.day).find(|day| start < *day && *day < judged.end()) {
        figure.value = Err(Missing::MetricBreak { on });
    }
    figure
}
