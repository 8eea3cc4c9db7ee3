//! Values side by side: horizontal bars, each with its label before and its value behind it.

use super::canvas::{Canvas, Hang, Stroke, Type, paint};
use super::ink::Ink;
use super::{Drawn, MarkPoint, nominal};
use crate::render::measure::{Weight, width, wrap};
use crate::report::{Bar, Bars, ChartSize};

/// The size of labels and values.
const SIZE: f64 = 9.5;
/// The height of a line of a label.
const LINE: f64 = 11.5;
/// The thickness of a bar.
const THICK: f64 = 11.0;
/// The room between two rows.
const APART: f64 = 8.0;

/// A bar with its place.
struct Row<'a> {
    bar: &'a Bar,
    lines: Vec<String>,
    middle: f64,
}

/// Everything decided before the first stroke.
struct Plan<'a> {
    bars: &'a Bars,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    low: f64,
    high: f64,
    top: f64,
    rows: Vec<Row<'a>>,
}

/// Draws it.
pub(super) fn draw(bars: &Bars, size: ChartSize) -> Drawn {
    let plan = Plan::of(bars, size);
    let svg = paint(plan.width, plan.height, |canvas| plan.paint(canvas));
    Drawn { svg, marks: plan.marks(), width: plan.width, height: plan.height }
}

impl<'a> Plan<'a> {
    fn of(bars: &'a Bars, size: ChartSize) -> Self {
        let (wide, _) = nominal(size);
        let limit = wide * 0.38;
        let labels: Vec<Vec<String>> =
            bars.bars.iter().map(|bar| wrap(&bar.label, SIZE, Weight::Regular, limit, 2)).collect();
        let widest = labels.iter().flatten().map(|line| width(line, SIZE, Weight::Regular)).fold(0.0, f64::max);
        let with_value = bars.bars.iter().filter(|bar| bar.value.is_some());
        let value_width = with_value.map(|bar| width(&bar.text, SIZE, Weight::Semibold)).fold(0.0, f64::max);
        let top = if bars.unit.is_empty() { 2.0 } else { 16.0 };

        let mut y = top;
        let rows: Vec<Row<'a>> = bars
            .bars
            .iter()
            .zip(labels)
            .map(|(bar, lines)| {
                let high = (f64::from(u32::try_from(lines.len()).unwrap_or(1)) * LINE).max(THICK + 2.0);
                let middle = y + APART / 2.0 + high / 2.0;
                y += high + APART;
                Row { bar, lines, middle }
            })
            .collect();
        let values = || bars.bars.iter().flat_map(|bar| [bar.value, bar.before]).flatten();
        let low = values().fold(0.0, f64::min);
        let high = values().fold(0.0, f64::max);
        let high = if high > low { high } else { 1.0 };
        let left = widest + 8.0;
        let right = (wide - value_width - 8.0).max(left + 30.0);
        Self { bars, width: wide, height: y + 2.0, left, right, low, high, top, rows }
    }

    fn x(&self, value: f64) -> f64 {
        self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)
    }

    fn paint(&self, canvas: &Canvas<'_>) {
        let quiet = Type { ink: Ink::Muted, size: 9.0, weight: Weight::Regular, halo: false };
        if !self.bars.unit.is_empty() {
            canvas.text(&self.bars.unit, (0.0, 9.0), Hang::Left, quiet);
        }
        for row in &self.rows {
            self.paint_row(canvas, row);
        }
        let zero = self.x(0.0);
        canvas.line(&[(zero, self.top), (zero, self.height - 2.0)], Ink::Muted, 0.75, Stroke::Solid);
    }

    fn paint_row(&self, canvas: &Canvas<'_>, row: &Row<'_>) {
        let words = Type { ink: Ink::Words, size: SIZE, weight: Weight::Regular, halo: false };
        let high = f64::from(u32::try_from(row.lines.len()).unwrap_or(1)) * LINE;
        let mut base = row.middle - high / 2.0 + SIZE * 0.93;
        for line in &row.lines {
            canvas.text(line, (self.left - 8.0, base), Hang::Right, words);
            base += LINE;
        }
        let base = row.middle + SIZE * 0.33;
        let zero = self.x(0.0);
        let Some(value) = row.bar.value else {
            let reason = wrap(&row.bar.text, SIZE, Weight::Regular, self.width - zero - 8.0, 1);
            let look = Type { ink: Ink::Muted, ..words };
            canvas.text(&reason.concat(), (zero + 6.0, base), Hang::Left, look);
            return;
        };
        let (from, to) = (zero.min(self.x(value)), zero.max(self.x(value)));
        canvas.rectangle((from, row.middle - THICK / 2.0), (to, row.middle + THICK / 2.0), Ink::Bar, 1.0);
        let mut end = to;
        if let Some(before) = row.bar.before {
            let x = self.x(before);
            let (up, down) = (row.middle - THICK / 2.0 - 2.5, row.middle + THICK / 2.0 + 2.5);
            canvas.line(&[(x, up), (x, down)], Ink::Words, 1.75, Stroke::Solid);
            end = end.max(x);
        }
        let look = Type { weight: Weight::Semibold, ..words };
        canvas.text(&row.bar.text, (end + 6.0, base), Hang::Left, look);
    }

    fn marks(&self) -> Vec<MarkPoint> {
        let mark = |row: &Row<'_>| MarkPoint {
            x: self.x(row.bar.value.unwrap_or(0.0)),
            y: row.middle,
            label: row.bar.label.clone(),
            value_text: row.bar.text.clone(),
        };
        self.rows.iter().map(mark).collect()
    }
}
