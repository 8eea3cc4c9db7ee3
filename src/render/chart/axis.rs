//! The axes of a trend: hairlines with values, days with ticks. No frame, no mesh.

use chrono::{Datelike, NaiveDate};

use super::canvas::{Canvas, Hang, Stroke, Type};
use super::ink::Ink;
use super::scale::{Plot, Stride, day_ticks, decimals, strides};
use crate::render::measure::{Weight, width};
use crate::words::Locale;

/// The size of what stands at ticks.
pub(super) const SIZE: f64 = 9.0;
/// How much of the size lies above the middle of a line of digits.
const MIDDLE: f64 = 0.33;
/// The least room between the labels of two days.
const APART: f64 = 9.0;

/// The ticks' look.
pub(super) const LOOK: Type = Type { ink: Ink::Muted, size: SIZE, weight: Weight::Regular, halo: false };

/// Values as they are written at the axis.
pub(super) fn value_labels(ticks: &[f64], percent: bool, locale: Locale) -> Vec<String> {
    if percent {
        let scaled: Vec<f64> = ticks.iter().map(|tick| tick * 100.0).collect();
        let decimals = decimals(&scaled);
        return ticks.iter().map(|tick| locale.percent(*tick, decimals)).collect();
    }
    let decimals = decimals(ticks);
    ticks.iter().map(|tick| locale.number(*tick, decimals)).collect()
}

/// How wide the widest is.
pub(super) fn widest(labels: &[String]) -> f64 {
    labels.iter().map(|label| width(label, SIZE, Weight::Regular)).fold(0.0, f64::max)
}

/// Hairlines across the plot, each with its value at the left.
pub(super) fn values(canvas: &Canvas<'_>, plot: &Plot, ticks: &[f64], labels: &[String]) {
    for (tick, label) in ticks.iter().zip(labels) {
        let y = plot.y(*tick);
        canvas.line(&[(plot.left, y), (plot.right, y)], Ink::Grid, 0.5, Stroke::Solid);
        canvas.text(label, (plot.left - 6.0, y + SIZE * MIDDLE), Hang::Right, LOOK);
    }
    canvas.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], Ink::Muted, 0.75, Stroke::Solid);
}

/// A day that gets a tick, its label and, below, the year where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DayTick {
    /// The day.
    pub day: NaiveDate,
    /// What stands below it.
    pub label: String,
    /// The year, below the label.
    pub year: Option<String>,
}

/// The finest ticks whose labels have room over so many points.
pub(super) fn days(stretch: (NaiveDate, NaiveDate), room: f64, locale: Locale) -> Vec<DayTick> {
    let all = strides(stretch);
    let fitting = all.iter().map(|stride| labelled(stretch, *stride, locale)).find(|ticks| fits(ticks, stretch, room));
    let ticks = fitting.unwrap_or_default();
    if !ticks.is_empty() {
        return ticks;
    }
    // Too narrow or too short for two: the first day alone.
    vec![DayTick { day: stretch.0, label: locale.short_date(stretch.0), year: None }]
}

/// A small chart within one year does without its number: the report says which year it is.
pub(super) fn leave_out_the_only_year(ticks: &mut [DayTick]) {
    if ticks.iter().filter(|tick| tick.year.is_some()).count() == 1 {
        for tick in ticks {
            tick.year = None;
        }
    }
}

fn labelled(stretch: (NaiveDate, NaiveDate), stride: Stride, locale: Locale) -> Vec<DayTick> {
    let months = matches!(stride, Stride::Months(_));
    let yearly = matches!(stride, Stride::Months(months) if months >= 12);
    let mut year_before = None;
    day_ticks(stretch, stride)
        .into_iter()
        .map(|day| {
            let label = match (yearly, months) {
                (true, _) => day.year().to_string(),
                (false, true) => locale.month_short(day.month()),
                (false, false) => locale.short_date(day),
            };
            let begins = months && !yearly && year_before != Some(day.year());
            year_before = Some(day.year());
            DayTick { day, label, year: begins.then(|| day.year().to_string()) }
        })
        .collect()
}

fn fits(ticks: &[DayTick], (first, last): (NaiveDate, NaiveDate), room: f64) -> bool {
    let days = f64::from(i32::try_from((last - first).num_days()).unwrap_or(i32::MAX)).max(1.0);
    let far = |from: NaiveDate, to: NaiveDate| {
        f64::from(i32::try_from((to - from).num_days()).unwrap_or(i32::MAX)) / days * room
    };
    let wide = |tick: &DayTick| width(&tick.label, SIZE, Weight::Regular);
    ticks.len() >= 2
        && ticks
            .windows(2)
            .all(|pair| far(pair[0].day, pair[1].day) >= f64::midpoint(wide(&pair[0]), wide(&pair[1])) + APART)
}

/// The ticks below the plot; nothing reaches beyond the canvas's width.
pub(super) fn day_labels(canvas: &Canvas<'_>, plot: &Plot, ticks: &[DayTick], canvas_width: f64) {
    for tick in ticks {
        let x = plot.x(tick.day);
        canvas.line(&[(x, plot.bottom), (x, plot.bottom + 3.0)], Ink::Muted, 0.75, Stroke::Solid);
        let half = width(&tick.label, SIZE, Weight::Regular) / 2.0;
        let centre = x.min(canvas_width - half).max(half);
        canvas.text(&tick.label, (centre, plot.bottom + 13.0), Hang::Centre, LOOK);
        if let Some(year) = &tick.year {
            canvas.text(year, (centre, plot.bottom + 24.0), Hang::Centre, LOOK);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    fn stretch(first: &str, last: &str) -> (NaiveDate, NaiveDate) {
        (first.parse().unwrap(), last.parse().unwrap())
    }

    #[test]
    fn a_year_gets_months_and_its_number_once() {
        let ticks = days(stretch("2026-01-01", "2026-12-31"), 380.0, Locale::of(Language::Swedish));
        assert_eq!(ticks.len(), 12);
        assert_eq!(ticks.iter().filter(|tick| tick.year.is_some()).count(), 1);
    }

    #[test]
    fn a_narrow_chart_gets_fewer_ticks_than_a_wide_one() {
        let two_years = stretch("2025-01-01", "2026-12-31");
        let locale = Locale::of(Language::Swedish);
        assert!(days(two_years, 110.0, locale).len() < days(two_years, 400.0, locale).len());
        assert_eq!(days(stretch("2026-11-09", "2026-11-09"), 300.0, locale).len(), 1);
    }

    #[test]
    fn shares_are_written_as_per_cent_with_the_decimals_they_need() {
        let labels = value_labels(&[0.0, 0.025, 0.05], true, Locale::of(Language::Swedish));
        assert_eq!(labels, ["0,0\u{202f}%", "2,5\u{202f}%", "5,0\u{202f}%"]);
    }
}
