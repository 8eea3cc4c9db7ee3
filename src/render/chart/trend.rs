//! Values over time.

use super::axis::{self, DayTick};
use super::canvas::{Canvas, Hang, Place, Stroke, Type, paint};
use super::ends::{self, End, Frame};
use super::ink::Ink;
use super::notes::{self, Note};
use super::scale::{Plot, value_ticks};
use super::{Drawn, MarkPoint, nominal, strokes};
use crate::render::measure::{Weight, width as width_of};
use crate::report::{ChartSize, LineRole, Trend};
use crate::words::Locale;

/// A line that reaches this share of the axis gets its label at the right edge.
const AT_EDGE: f64 = 0.75;

/// Draws it.
pub(super) fn draw(trend: &Trend, size: ChartSize, locale: Locale) -> Drawn {
    let plan = Plan::of(trend, size, locale);
    let svg = paint(plan.width, plan.height, |canvas| plan.paint(canvas));
    Drawn { svg, marks: plan.marks(), width: plan.width, height: plan.height }
}

/// Everything decided before the first stroke.
struct Plan<'a> {
    trend: &'a Trend,
    locale: Locale,
    width: f64,
    height: f64,
    label_size: f64,
    ticks: Vec<f64>,
    tick_labels: Vec<String>,
    days: Vec<DayTick>,
    notes: Vec<(f64, Note)>,
    notes_top: f64,
    inks: Vec<Ink>,
    plot: Plot,
    ends: Vec<End>,
}

impl<'a> Plan<'a> {
    fn of(trend: &'a Trend, size: ChartSize, locale: Locale) -> Self {
        let (width, least) = nominal(size);
        let (label_size, limit, steps, least_plot) = match size {
            ChartSize::Wide => (9.5, 104.0, 4.0, 120.0),
            ChartSize::Small => (9.0, 64.0, 3.0, 52.0),
        };
        let values = shown_values(trend);
        let whole = !trend.percent && values.iter().all(|value| value.fract() == 0.0);
        let ticks = value_ticks(&values, trend.from_zero, whole, steps);
        let tick_labels = axis::value_labels(&ticks, trend.percent, locale);
        let inks = strokes::inks(&trend.lines);
        let (column, inside) = line_labels(trend, &inks, locale, label_size, limit);

        let left = axis::widest(&tick_labels) + 8.0;
        let column_width = column.iter().map(|end| end.width).fold(0.0, f64::max);
        let right = width - if column.is_empty() { 10.0 } else { column_width + 10.0 };
        let mut days = axis::days(trend.days, right - left, locale);
        if size == ChartSize::Small {
            axis::leave_out_the_only_year(&mut days);
        }
        let years = days.iter().any(|tick| tick.year.is_some());
        let (notes, rows) = placed_notes(trend, (left, right), width);

        // The unit stands in the notes' first row where that is free so far to the left, else above it.
        let unit_end = width_of(&trend.unit, axis::SIZE, Weight::Regular) + 8.0;
        let beside = rows > 0 && notes.iter().all(|(_, note)| note.row > 0 || note.x > unit_end);
        let notes_top = if trend.unit.is_empty() || beside { 2.0 } else { 14.0 };
        let top = notes_top + f64::from(u32::try_from(rows).unwrap_or(0)) * notes::ROW + 6.0;
        let below = if years { 28.0 } else { 17.0 };
        let bottom = (least - below).max(top + ends::needed(&column)).max(top + least_plot);
        let plot = Plot::new((left, top), (right, bottom), trend.days, (ticks[0], ticks[ticks.len() - 1]));
        let mut plan = Self {
            trend,
            locale,
            width,
            height: bottom + below,
            label_size,
            ticks,
            tick_labels,
            days,
            notes,
            notes_top,
            inks,
            plot,
            ends: Vec::new(),
        };
        plan.place_ends(column, inside);
        plan
    }

    /// Labels at the edge in a column; those of lines that stop earlier inside the plot, or in the column after all.
    fn place_ends(&mut self, column: Vec<End>, inside: Vec<End>) {
        let plot = &self.plot;
        let frame = Frame { left: plot.left, top: plot.top, right: plot.right, bottom: plot.bottom };
        let traces = self.traces();
        let mut column: Vec<End> = column.into_iter().map(|end| self.at_its_line(end)).collect();
        ends::in_column(&mut column, plot.right + 8.0, (plot.top - 4.0, plot.bottom + 4.0));
        let mut taken: Vec<Frame> = column.iter().map(End::frame).collect();
        for end in inside {
            let mut end = self.at_its_line(end);
            if ends::inside(&mut end, frame, &traces, &taken) {
                taken.push(end.frame());
                column.push(end);
            }
        }
        self.ends = column;
    }

    /// `at` holds the end as day number and value until the plot is known.
    fn at_its_line(&self, mut end: End) -> End {
        let (number, value) = end.at;
        #[expect(clippy::cast_possible_truncation, reason = "day numbers are small whole numbers")]
        let day = chrono::NaiveDate::from_num_days_from_ce_opt(number as i32).unwrap_or(self.trend.days.1);
        end.at = self.plot.place(day, value);
        end
    }

    /// Places along every line, close together: what a label should not hide.
    fn traces(&self) -> Vec<Place> {
        let runs = self.trend.lines.iter().flat_map(|line| strokes::runs(line, self.trend.days, &self.plot));
        runs.flat_map(|run| {
            let mut dense = run.clone();
            for pair in run.windows(2) {
                let (from, to) = (pair[0], pair[1]);
                let steps = f64::midpoint((to.0 - from.0).abs(), (to.1 - from.1).abs());
                let mut step = 1.0;
                while step < steps {
                    let share = step / steps;
                    dense.push((from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share));
                    step += 1.0;
                }
            }
            dense
        })
        .collect()
    }

    fn paint(&self, canvas: &Canvas<'_>) {
        let (trend, plot) = (self.trend, &self.plot);
        for span in trend.spans.iter().filter(|span| span.end >= trend.days.0 && span.start <= trend.days.1) {
            strokes::span(canvas, span, plot, self.line_top(plot.x(span.start)));
        }
        axis::values(canvas, plot, &self.ticks, &self.tick_labels);
        axis::day_labels(canvas, plot, &self.days, self.width);
        if !trend.unit.is_empty() {
            canvas.text(&trend.unit, (0.0, axis::SIZE), Hang::Left, axis::LOOK);
        }
        if let Some(band) = &trend.band {
            strokes::band(canvas, band, trend.days, plot);
        }
        for mark in trend.breaks.iter().filter(|mark| within(trend, mark.day)) {
            let x = plot.x(mark.day);
            canvas.line(&[(x, self.line_top(x)), (x, plot.bottom)], Ink::Break, 1.0, Stroke::Dashed(4.0, 2.5));
        }
        for role in [LineRole::Comparison, LineRole::Pace, LineRole::Target, LineRole::Forecast, LineRole::Measured] {
            for (line, ink) in trend.lines.iter().zip(&self.inks).filter(|(line, _)| line.role == role) {
                strokes::line(canvas, line, trend.days, *ink, plot);
            }
        }
        let notes: Vec<Note> = self.notes.iter().map(|(_, note)| note.clone()).collect();
        notes::write(canvas, &notes, self.notes_top);
        self.paint_ends(canvas);
    }

    /// Up to where the line of a note reaches: its own row.
    fn line_top(&self, x: f64) -> f64 {
        let own = self.notes.iter().find(|(at, _)| (at - x).abs() < 0.01);
        let row = own.map_or(0, |(_, note)| note.row);
        self.notes_top + f64::from(u32::try_from(row).unwrap_or(0)) * notes::ROW + 1.0
    }

    fn paint_ends(&self, canvas: &Canvas<'_>) {
        for end in &self.ends {
            let frame = end.frame();
            let middle = f64::midpoint(frame.top, frame.bottom);
            // A label that had to move away is led back to the height of its line.
            if frame.left > self.plot.right && (middle - end.at.1).abs() > ends::LINE {
                let from = (end.at.0 + 4.0, end.at.1);
                canvas.line(&[from, (frame.left - 2.0, middle)], Ink::Muted, 0.5, Stroke::Solid);
            }
            let mut base = frame.top + self.label_size * 0.9;
            for (index, line) in end.lines.iter().enumerate() {
                let weight = if end.value && index == 0 { Weight::Semibold } else { Weight::Regular };
                let look = Type { ink: end.ink, size: self.label_size, weight, halo: frame.left < self.plot.right };
                canvas.text(line, (frame.left, base), Hang::Left, look);
                base += ends::LINE;
            }
        }
    }

    fn marks(&self) -> Vec<MarkPoint> {
        let mut marks = Vec::new();
        for line in &self.trend.lines {
            if !matches!(line.role, LineRole::Measured | LineRole::Comparison) {
                continue;
            }
            for (day, value) in line.points.iter().filter(|(day, _)| within(self.trend, *day)) {
                let Some(value) = value else { continue };
                let (x, y) = self.plot.place(*day, *value);
                let label = format!("{}, {}", line.label, self.locale.date(*day));
                marks.push(MarkPoint { x, y, label, value_text: value_text(*value, self.trend.percent, self.locale) });
            }
        }
        marks
    }
}

fn within(trend: &Trend, day: chrono::NaiveDate) -> bool {
    trend.days.0 <= day && day <= trend.days.1
}

fn value_text(value: f64, percent: bool, locale: Locale) -> String {
    if percent {
        return locale.percent(value, 1);
    }
    locale.number(value, usize::from(value.fract() != 0.0 && value.abs() < 100.0))
}

fn shown_values(trend: &Trend) -> Vec<f64> {
    let lines = trend.lines.iter().flat_map(|line| strokes::within(line, trend.days)).filter_map(|(_, value)| value);
    let banded = trend.band.iter().flat_map(|band| &band.points).filter(|(day, _, _)| within(trend, *day));
    let band = banded.flat_map(|(_, lower, upper)| [*lower, *upper]);
    lines.chain(band).filter(|value| value.is_finite()).collect()
}

/// The labels of the lines and the band: those for the column at the right edge, and those for inside the plot.
fn line_labels(trend: &Trend, inks: &[Ink], locale: Locale, size: f64, limit: f64) -> (Vec<End>, Vec<End>) {
    use chrono::Datelike;
    let number = |day: chrono::NaiveDate| f64::from(day.num_days_from_ce());
    let (first, last) = (number(trend.days.0), number(trend.days.1));
    let mut column = Vec::new();
    let mut inside = Vec::new();
    for (line, ink) in trend.lines.iter().zip(inks) {
        let shown = strokes::within(line, trend.days);
        let Some((day, value)) = shown.iter().rev().find_map(|(day, value)| Some((*day, (*value)?))) else { continue };
        let text = (line.role == LineRole::Measured).then(|| value_text(value, trend.percent, locale));
        let mut end = End::new(*ink, &line.label, text, size, limit);
        end.at = (number(day), value);
        let share = (number(day) - first) / (last - first).max(1.0);
        if share >= AT_EDGE { column.push(end) } else { inside.push(end) }
    }
    for band in trend.band.iter().filter(|band| !band.label.is_empty()) {
        let shown = band.points.iter().rev().find(|(day, _, _)| within(trend, *day));
        if let Some((day, lower, upper)) = shown {
            let mut end = End::new(Ink::Measured, &band.label, None, size, limit);
            end.at = (number(*day), f64::midpoint(*lower, *upper));
            column.push(end);
        }
    }
    (column, inside)
}

/// The labels of breaks and campaigns with the place of each, and how many rows they take.
fn placed_notes(trend: &Trend, (left, right): (f64, f64), width: f64) -> (Vec<(f64, Note)>, usize) {
    // The mapping of days is the same whatever the height.
    let plot = Plot::new((left, 0.0), (right, 1.0), trend.days, (0.0, 1.0));
    let breaks = trend.breaks.iter().filter(|mark| within(trend, mark.day)).map(|mark| (mark.day, &mark.label));
    let seen = trend.spans.iter().filter(|span| span.end >= trend.days.0 && span.start <= trend.days.1);
    let spans = seen.map(|span| (span.start, &span.label));
    let mut labels: Vec<(f64, &str)> = breaks.chain(spans).map(|(day, label)| (plot.x(day), label.as_str())).collect();
    labels.sort_by(|one, other| one.0.total_cmp(&other.0));
    let placed = notes::place(&labels, (left, width));
    let rows = notes::rows(&placed);
    (labels.iter().map(|(at, _)| *at).zip(placed).collect(), rows)
}
