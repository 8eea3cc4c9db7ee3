//! How each thing of a trend is drawn, so that the roles differ without colour: solid, dashed, dotted, thin.

use chrono::NaiveDate;

use super::canvas::{Canvas, Place, Stroke};
use super::ink::Ink;
use super::scale::Plot;
use crate::report::{Band, Line, LineRole, Span};

/// A measured line with at most so many points shows each of them.
const FEW: usize = 20;

/// The ink of each line: measured ones in order, the others by role.
pub(super) fn inks(lines: &[Line]) -> Vec<Ink> {
    let mut series = Ink::SERIES.iter().cycle();
    lines
        .iter()
        .map(|line| match line.role {
            LineRole::Measured => series.next().copied().unwrap_or(Ink::Measured),
            LineRole::Target => Ink::Target,
            LineRole::Pace => Ink::Pace,
            LineRole::Forecast => Ink::Measured,
            LineRole::Comparison => Ink::Comparison,
        })
        .collect()
}

/// The part of a line within the axis. Where it comes from beyond or goes on beyond, it is cut at the edge.
pub(super) fn within(line: &Line, (first, last): (NaiveDate, NaiveDate)) -> Vec<(NaiveDate, Option<f64>)> {
    let mut kept = Vec::new();
    let mut before: Option<(NaiveDate, f64)> = None;
    for (day, value) in &line.points {
        let here = value.map(|value| (*day, value));
        if let (Some(from), Some(to)) = (before, here) {
            let edges = [first, last].into_iter().filter(|edge| from.0 < *edge && *edge < to.0);
            kept.extend(edges.map(|edge| (edge, Some(between(from, to, edge)))));
        }
        if (first..=last).contains(day) {
            kept.push((*day, *value));
        }
        before = here;
    }
    kept
}

/// The value on the straight way from one point to another.
fn between(from: (NaiveDate, f64), to: (NaiveDate, f64), day: NaiveDate) -> f64 {
    let days = |days: chrono::TimeDelta| f64::from(i32::try_from(days.num_days()).unwrap_or(i32::MAX));
    from.1 + (to.1 - from.1) * days(day - from.0) / days(to.0 - from.0)
}

/// The unbroken stretches of a line, as places: a gap in the values is a gap here.
pub(super) fn runs(line: &Line, days: (NaiveDate, NaiveDate), plot: &Plot) -> Vec<Vec<Place>> {
    let mut runs: Vec<Vec<Place>> = vec![Vec::new()];
    for (day, value) in within(line, days) {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push(plot.place(day, value)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Draws a line.
pub(super) fn line(canvas: &Canvas<'_>, line: &Line, days: (NaiveDate, NaiveDate), ink: Ink, plot: &Plot) {
    let (width, stroke) = match line.role {
        LineRole::Measured => (2.0, Stroke::Solid),
        LineRole::Target => (1.5, Stroke::Dashed(7.0, 4.0)),
        LineRole::Pace => (1.0, Stroke::Dashed(2.5, 3.0)),
        LineRole::Forecast => (1.75, Stroke::Dotted(4.5)),
        LineRole::Comparison => (1.0, Stroke::Solid),
    };
    let runs = runs(line, days, plot);
    for run in &runs {
        canvas.line(run, ink, width, stroke);
    }
    if line.role == LineRole::Measured {
        dots(canvas, &runs, ink);
    }
}

fn dots(canvas: &Canvas<'_>, runs: &[Vec<Place>], ink: Ink) {
    let few = runs.iter().map(Vec::len).sum::<usize>() <= FEW;
    for run in runs {
        // A single value between two gaps would not be seen as a line.
        if few || run.len() == 1 {
            for place in run {
                canvas.dot(*place, 1.75, ink);
            }
        }
    }
    if let Some(last) = runs.last().and_then(|run| run.last()) {
        canvas.dot(*last, 2.75, ink);
    }
}

/// Draws a band between its lower and upper line.
pub(super) fn band(canvas: &Canvas<'_>, band: &Band, (first, last): (NaiveDate, NaiveDate), plot: &Plot) {
    let points = || band.points.iter().filter(|(day, _, _)| (first..=last).contains(day));
    let upper = points().map(|(day, _, upper)| plot.place(*day, *upper));
    let lower = points().rev().map(|(day, lower, _)| plot.place(*day, *lower));
    let outline: Vec<Place> = upper.chain(lower).collect();
    if outline.len() > 2 {
        canvas.area(&outline, Ink::Band, 0.16);
    }
}

/// Draws a campaign: a shaded stretch with an edge at its beginning, both days included.
pub(super) fn span(canvas: &Canvas<'_>, span: &Span, plot: &Plot, top: f64) {
    let end = span.end.succ_opt().unwrap_or(span.end);
    let (left, right) = (plot.x(span.start), plot.x(end));
    canvas.rectangle((left, plot.top), (right.max(left + 1.0), plot.bottom), Ink::Span, 0.12);
    canvas.line(&[(left, top), (left, plot.bottom)], Ink::Muted, 0.75, Stroke::Solid);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_line_that_goes_on_beyond_the_axis_is_cut_at_its_edge() {
        let points = vec![(day("2026-01-01"), Some(0.0)), (day("2026-01-11"), Some(100.0)), (day("2026-01-21"), None)];
        let line = Line { label: "Takt".to_owned(), role: LineRole::Pace, points };
        let cut = within(&line, (day("2026-01-03"), day("2026-01-06")));
        assert_eq!(cut, [(day("2026-01-03"), Some(20.0)), (day("2026-01-06"), Some(50.0))]);
        let whole = within(&line, (day("2026-01-01"), day("2026-02-01")));
        assert_eq!(whole, line.points);
    }
}
