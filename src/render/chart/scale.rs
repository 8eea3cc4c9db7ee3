//! From values and days to places, and which values and days get a tick.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{Cartesian2d, CoordTranslate};

use super::canvas::Place;

/// A part of the canvas with a mapping: days to the right, values upwards.
pub(super) struct Plot {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
    mapping: Cartesian2d<RangedCoordf64, RangedCoordf64>,
}

/// The fine grid that plotters maps to: it counts in whole pixels.
const FINE: f64 = 100.0;

impl Plot {
    /// A plot between the edges.
    pub(super) fn new(
        (left, top): Place,
        (right, bottom): Place,
        days: (NaiveDate, NaiveDate),
        values: (f64, f64),
    ) -> Self {
        let first = day_number(days.0);
        // A single day still needs a stretch.
        let last = day_number(days.1).max(first + 1.0);
        let fine = |length: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "a chart is a few thousand pixels wide")]
            let whole = (length * FINE).round() as i32;
            whole
        };
        // The second range runs upwards: plotters maps, it does not turn.
        let pixels = (fine(left)..fine(right), fine(bottom)..fine(top));
        let mapping = Cartesian2d::new(first..last, values.0..values.1, pixels);
        Self { left, top, right, bottom, mapping }
    }

    /// Where a value on a day lies.
    pub(super) fn place(&self, day: NaiveDate, value: f64) -> Place {
        let (x, y) = self.mapping.translate(&(day_number(day), value));
        (f64::from(x) / FINE, f64::from(y) / FINE)
    }

    /// Where a day lies.
    pub(super) fn x(&self, day: NaiveDate) -> f64 {
        let inside = day_number(day);
        let (x, _) = self.mapping.translate(&(inside, self.mapping.get_y_range().start));
        (f64::from(x) / FINE).clamp(self.left, self.right)
    }

    /// Where a value lies.
    pub(super) fn y(&self, value: f64) -> f64 {
        let (_, y) = self.mapping.translate(&(self.mapping.get_x_range().start, value));
        f64::from(y) / FINE
    }
}

fn day_number(day: NaiveDate) -> f64 {
    f64::from(day.num_days_from_ce())
}

/// Round values for an axis that holds all the given ones, about `steps` apart: the first and last are its ends.
pub(super) fn value_ticks(values: &[f64], from_zero: bool, whole: bool, steps: f64) -> Vec<f64> {
    let mut low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let mut high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        (low, high) = (0.0, 1.0);
    }
    if from_zero {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    if high - low < f64::EPSILON * high.abs().max(1.0) {
        let room = if whole { (high.abs() * 0.02).max(1.0) } else { (high.abs() * 0.05).max(0.01) };
        let floor = if low >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
        (low, high) = ((low - room).max(floor), high + room);
    }
    let step = round_step((high - low) / steps, whole);
    let first = (low / step).floor();
    let last = (high / step).ceil().max(first + 1.0);
    let mut ticks = Vec::new();
    let mut count = first;
    while count <= last {
        ticks.push(count * step);
        count += 1.0;
    }
    ticks
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not smaller.
fn round_step(least: f64, whole: bool) -> f64 {
    let least = if whole { least.max(1.0) } else { least };
    let power = 10_f64.powf(least.log10().floor());
    let fits =
        |factor: &&f64| **factor * power >= least * (1.0 - 1e-9) && (!whole || (**factor * power).fract() == 0.0);
    [1.0, 2.0, 2.5, 5.0, 10.0].iter().find(fits).copied().unwrap_or(10.0) * power
}

/// How many decimals the ticks need to be told apart.
pub(super) fn decimals(ticks: &[f64]) -> usize {
    let step = ticks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1.0);
    (0..6)
        .find(|decimals| {
            let scaled = step * 10_f64.powi(*decimals);
            (scaled - scaled.round()).abs() < 1e-6
        })
        .map_or(6, |decimals| usize::try_from(decimals).unwrap_or(0))
}

/// How far apart the ticks of a time axis are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stride {
    /// So many days, counted from the first.
    Days(u64),
    /// So many weeks, on Mondays.
    Weeks(u64),
    /// So many months, on the first.
    Months(u32),
}

/// Strides from fine to coarse that suit a stretch.
pub(super) fn strides((first, last): (NaiveDate, NaiveDate)) -> Vec<Stride> {
    let days = (last - first).num_days();
    let fine: &[Stride] = match days {
        i64::MIN..=16 => &[Stride::Days(1), Stride::Days(2), Stride::Weeks(1)],
        17..=100 => &[Stride::Weeks(1), Stride::Weeks(2), Stride::Weeks(4)],
        _ => &[],
    };
    let coarse = [1, 2, 3, 4, 6, 12, 24, 60].map(Stride::Months);
    fine.iter().copied().chain(coarse).collect()
}

/// The days of a stretch that get a tick.
pub(super) fn day_ticks((first, last): (NaiveDate, NaiveDate), stride: Stride) -> Vec<NaiveDate> {
    let start = match stride {
        Stride::Days(_) => Some(first),
        Stride::Weeks(_) => {
            let behind = u64::from(first.weekday().days_since(Weekday::Mon));
            first.checked_add_days(Days::new((7 - behind) % 7))
        }
        Stride::Months(months) => first_of_months(first, months),
    };
    std::iter::successors(start, |day| match stride {
        Stride::Days(days) => day.checked_add_days(Days::new(days)),
        Stride::Weeks(weeks) => day.checked_add_days(Days::new(7 * weeks)),
        Stride::Months(months) => day.checked_add_months(Months::new(months)),
    })
    .take_while(|day| *day <= last)
    .collect()
}

/// The first day at or after `from` that begins a month in step with January.
fn first_of_months(from: NaiveDate, months: u32) -> Option<NaiveDate> {
    let mut day = if from.day() == 1 { from } else { from.with_day(1)?.checked_add_months(Months::new(1))? };
    let years = i32::try_from(months.div_ceil(12)).unwrap_or(1);
    while day.month0() % months.min(12) != 0 || (months > 12 && day.year() % years != 0) {
        day = day.checked_add_months(Months::new(1))?;
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn ticks_are_round_and_hold_every_value() {
        assert_eq!(value_ticks(&[11_000.0, 14_000.0], false, true, 4.0), [11_000.0, 12_000.0, 13_000.0, 14_000.0]);
        assert_eq!(value_ticks(&[0.0, 3.0], true, true, 4.0), [0.0, 1.0, 2.0, 3.0]);
        let shares = value_ticks(&[0.021, 0.034], true, false, 4.0);
        assert_eq!(shares.len(), 5);
        assert!((shares[4] - 0.04).abs() < 1e-12, "{shares:?}");
        assert_eq!(value_ticks(&[5.0, 5.0], false, true, 4.0), [4.0, 5.0, 6.0]);
        assert_eq!(value_ticks(&[0.0], true, true, 4.0), [0.0, 1.0]);
        let ticks = value_ticks(&[], true, true, 4.0);
        assert!(ticks.len() >= 2);
    }

    #[test]
    fn decimals_are_those_that_the_step_needs() {
        assert_eq!(decimals(&[0.0, 0.01, 0.02]), 2);
        assert_eq!(decimals(&[0.0, 250.0]), 0);
        assert_eq!(decimals(&[0.0, 2.5]), 1);
    }

    #[test]
    fn months_begin_in_step_with_january() {
        let days = (day("2026-01-15"), day("2026-12-31"));
        assert_eq!(day_ticks(days, Stride::Months(3)), ["2026-04-01", "2026-07-01", "2026-10-01"].map(day));
        assert_eq!(day_ticks(days, Stride::Months(12)), Vec::<NaiveDate>::new());
        let weeks = day_ticks((day("2026-11-10"), day("2026-11-24")), Stride::Weeks(1));
        assert_eq!(weeks, ["2026-11-16", "2026-11-23"].map(day));
    }

    #[test]
    fn places_are_proportional() {
        let plot = Plot::new((40.0, 10.0), (240.0, 110.0), (day("2026-01-01"), day("2026-01-11")), (0.0, 50.0));
        assert_eq!(plot.place(day("2026-01-01"), 0.0), (40.0, 110.0));
        assert_eq!(plot.place(day("2026-01-06"), 25.0), (140.0, 60.0));
        assert_eq!(plot.place(day("2026-01-11"), 50.0), (240.0, 10.0));
    }
}
