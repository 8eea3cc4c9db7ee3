//! How each thing of a trend is drawn, so that the roles differ without colour: solid, dashed, dotted, thin.

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

/// The unbroken stretches of a line, as places: a gap in the values is a gap here.
pub(super) fn runs(line: &Line, plot: &Plot) -> Vec<Vec<Place>> {
    let mut runs: Vec<Vec<Place>> = vec![Vec::new()];
    for (day, value) in &line.points {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push(plot.place(*day, *value)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Draws a line.
pub(super) fn line(canvas: &Canvas<'_>, line: &Line, ink: Ink, plot: &Plot) {
    let (width, stroke) = match line.role {
        LineRole::Measured => (2.0, Stroke::Solid),
        LineRole::Target => (1.5, Stroke::Dashed(7.0, 4.0)),
        LineRole::Pace => (1.0, Stroke::Dashed(2.5, 3.0)),
        LineRole::Forecast => (1.75, Stroke::Dotted(4.5)),
        LineRole::Comparison => (1.0, Stroke::Solid),
    };
    let runs = runs(line, plot);
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
pub(super) fn band(canvas: &Canvas<'_>, band: &Band, plot: &Plot) {
    let upper = band.points.iter().map(|(day, _, upper)| plot.place(*day, *upper));
    let lower = band.points.iter().rev().map(|(day, lower, _)| plot.place(*day, *lower));
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
