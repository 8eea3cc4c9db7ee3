//! Charts, drawn once for every medium: an SVG by plotters, and where its points lie, so that a page can lay
//! something focusable over them. Mapping and strokes are plotters'; axes, labels and their places are ours.

mod axis;
mod bars;
mod canvas;
mod ends;
mod ink;
mod notes;
mod scale;
mod strokes;
mod trend;

use crate::report::{Chart, ChartSize, Drawing};
use crate::words::Locale;

/// A chart as it was drawn. Lengths are points (1/72 inch), the origin is the upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The picture. Every coloured thing also has a class (`measured-line`, `target-line` …) that a style sheet may use.
    pub svg: String,
    /// The points that stand for values.
    pub marks: Vec<MarkPoint>,
    /// How wide it is.
    pub width: f64,
    /// How high it is; more than the nominal height where the labels need it.
    pub height: f64,
}

/// A point that stands for a value.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkPoint {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// What it is: the line's label and the day, or the bar's label.
    pub label: String,
    /// The value, written.
    pub value_text: String,
}

/// Draws a chart.
pub fn svg(chart: &Chart, locale: Locale) -> Drawn {
    match &chart.drawing {
        Drawing::Trend(trend) => trend::draw(trend, chart.size, locale),
        Drawing::Bars(bars) => bars::draw(bars, chart.size),
    }
}

/// Width and least height of a size.
fn nominal(size: ChartSize) -> (f64, f64) {
    match size {
        ChartSize::Wide => (480.0, 200.0),
        ChartSize::Small => (232.0, 100.0),
    }
}
