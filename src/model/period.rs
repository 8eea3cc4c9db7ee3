//! Periods: half-open stretches of days, and the one resolver that preview, on-demand and schedule share.

use std::fmt;

use crate::model::told::{Told, faults};

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long the periods of a report or a goal are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// An ISO week, Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Four months: a third of the organisation's year.
    Tertial,
    /// Three months.
    Quarter,
    /// The organisation's year.
    Year,
}

/// When the organisation's year begins: January, or another month (Göteborg: November).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Calendar {
    /// The month in which the year begins, 1 to 12.
    pub year_start: u32,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { year_start: 1 }
    }
}

/// A half-open stretch of days: never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    start: NaiveDate,
    end: NaiveDate,
}

/// Why a text is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a period; write a week `2026-W46`, a month `2026-11`, a tertial `2026-T3`, a quarter `2026-Q4`, a year `2026` or two days `2026-11-01..2026-11-15` (the last day counted)"
)]
pub struct PeriodError {
    /// What was written.
    pub text: String,
}

impl PeriodError {
    /// The same in no language yet.
    pub fn told(&self) -> Told {
        faults::period_unreadable(&self.text)
    }
}

impl Period {
    /// The days from `start` up to, not including, `end`; none if that is no day at all.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// One day.
    pub fn day(day: NaiveDate) -> Self {
        Self { start: day, end: day + Days::new(1) }
    }

    /// The first day.
    pub fn start(self) -> NaiveDate {
        self.start
    }

    /// The day after the last.
    pub fn end(self) -> NaiveDate {
        self.end
    }

    /// The last day.
    pub fn last(self) -> NaiveDate {
        self.end - Days::new(1)
    }

    /// How many days.
    pub fn days(self) -> u32 {
        u32::try_from((self.end - self.start).num_days()).unwrap_or(0)
    }

    /// Whether the day lies within.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.start <= day && day < self.end
    }

    /// Every day, ascending.
    pub fn iter_days(self) -> impl Iterator<Item = NaiveDate> {
        self.start.iter_days().take(self.days() as usize)
    }

    /// The days that both have, if any.
    pub fn intersect(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// The same stretch moved by days, backwards when negative.
    #[must_use]
    pub fn shifted(self, days: i64) -> Self {
        let delta = chrono::TimeDelta::days(days);
        Self { start: self.start + delta, end: self.end + delta }
    }

    /// The period of the kind that holds the day.
    pub fn containing(day: NaiveDate, granularity: Granularity, calendar: Calendar) -> Self {
        if granularity == Granularity::Week {
            let start = day - Days::new(u64::from(day.weekday().num_days_from_monday()));
            return Self { start, end: start + Days::new(7) };
        }
        let year = year_holding(day, calendar);
        let length = months_of(granularity);
        let months_in = (day.year() - year.year()) * 12 + day.month0().cast_signed() - year.month0().cast_signed();
        let index = u32::try_from(months_in).unwrap_or(0) / length;
        let start = year + Months::new(index * length);
        Self { start, end: start + Months::new(length) }
    }

    /// The period of the kind just before. A stretch that is no whole period moves back by its own length.
    #[must_use]
    pub fn previous(self, calendar: Calendar) -> Self {
        match self.granularity(calendar) {
            Some(granularity) => Self::containing(self.start - Days::new(1), granularity, calendar),
            None => self.shifted(-i64::from(self.days())),
        }
    }

    /// The period of the kind just after. A stretch that is no whole period moves on by its own length.
    #[must_use]
    pub fn following(self, calendar: Calendar) -> Self {
        match self.granularity(calendar) {
            Some(granularity) => Self::containing(self.end, granularity, calendar),
            None => self.shifted(i64::from(self.days())),
        }
    }

    /// The same stretch a year earlier, with the same weekdays: 52 weeks back for weeks and free stretches, the same
    /// calendar period for months and longer (their weekday mix differs by at most two days; said in the method note).
    #[must_use]
    pub fn year_before(self, calendar: Calendar) -> Self {
        match self.granularity(calendar) {
            None | Some(Granularity::Week) => self.shifted(-364),
            Some(granularity) => Self::containing(self.start - Months::new(12), granularity, calendar),
        }
    }

    /// What kind of whole period it is, if any.
    pub fn granularity(self, calendar: Calendar) -> Option<Granularity> {
        [Granularity::Week, Granularity::Month, Granularity::Quarter, Granularity::Tertial, Granularity::Year]
            .into_iter()
            .find(|granularity| Self::containing(self.start, *granularity, calendar) == self)
    }

    /// The latest whole period of the kind that ended on or before the day.
    pub fn last_closed(day: NaiveDate, granularity: Granularity, calendar: Calendar) -> Self {
        let current = Self::containing(day, granularity, calendar);
        if current.end <= day { current } else { Self::containing(current.start - Days::new(1), granularity, calendar) }
    }

    /// Reads `2026-W46`, `2026-11`, `2026-T3`, `2026-Q4`, `2026`, `2026-11-01` or `2026-11-01..2026-11-15`.
    /// Tertials, quarters and years are the organisation's: with a year that begins in November, `2026` ends in
    /// October 2026.
    pub fn parse(text: &str, calendar: Calendar) -> Result<Self, PeriodError> {
        parse(text.trim(), calendar).ok_or_else(|| PeriodError { text: text.to_owned() })
    }

    /// The way the period is written in commands and file names; the inverse of `parse`.
    pub fn code(self, calendar: Calendar) -> String {
        match self.granularity(calendar) {
            Some(Granularity::Week) => {
                let week = self.start.iso_week();
                format!("{}-W{:02}", week.year(), week.week())
            }
            Some(Granularity::Month) => self.start.format("%Y-%m").to_string(),
            Some(Granularity::Year) => named_year(self.start, calendar).to_string(),
            Some(granularity) => {
                let letter = if granularity == Granularity::Tertial { 'T' } else { 'Q' };
                let year = year_holding(self.start, calendar);
                let months = (self.start.year() - year.year()) * 12 + self.start.month0().cast_signed()
                    - year.month0().cast_signed();
                let number = u32::try_from(months).unwrap_or(0) / months_of(granularity) + 1;
                format!("{}-{letter}{number}", named_year(self.start, calendar))
            }
            None if self.days() == 1 => self.start.to_string(),
            None => format!("{}..{}", self.start, self.last()),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.last())
    }
}

fn months_of(granularity: Granularity) -> u32 {
    match granularity {
        Granularity::Week | Granularity::Month => 1,
        Granularity::Quarter => 3,
        Granularity::Tertial => 4,
        Granularity::Year => 12,
    }
}

/// The first day of the organisation's year that holds the day.
fn year_holding(day: NaiveDate, calendar: Calendar) -> NaiveDate {
    let month = calendar.year_start.clamp(1, 12);
    let year = if day.month() >= month { day.year() } else { day.year() - 1 };
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(day)
}

/// The number that the organisation's year goes by: that of the calendar year in which it ends.
fn named_year(day: NaiveDate, calendar: Calendar) -> i32 {
    let start = year_holding(day, calendar);
    (start + Months::new(12) - Days::new(1)).year()
}

fn parse(text: &str, calendar: Calendar) -> Option<Period> {
    if let Some((first, last)) = text.split_once("..") {
        let first: NaiveDate = first.trim().parse().ok()?;
        let last: NaiveDate = last.trim().parse().ok()?;
        return Period::new(first, last.checked_add_days(Days::new(1))?);
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(Period::day(day));
    }
    let (year, rest) = match text.split_once('-') {
        Some((year, rest)) => (year, Some(rest)),
        None => (text, None),
    };
    if year.len() != 4 {
        return None;
    }
    let year: i32 = year.parse().ok()?;
    let first_of_year = first_of_named_year(year, calendar)?;
    let Some(rest) = rest else {
        return Period::new(first_of_year, first_of_year.checked_add_months(Months::new(12))?);
    };
    if let Some(week) = rest.strip_prefix(['W', 'w', 'v', 'V']) {
        let start = NaiveDate::from_isoywd_opt(year, week.parse().ok()?, Weekday::Mon)?;
        return Period::new(start, start + Days::new(7));
    }
    if let Some(tertial) = rest.strip_prefix(['T', 't']) {
        return nth(first_of_year, tertial.parse().ok()?, 4, 3);
    }
    if let Some(quarter) = rest.strip_prefix(['Q', 'q', 'K', 'k']) {
        return nth(first_of_year, quarter.parse().ok()?, 3, 4);
    }
    let start = NaiveDate::from_ymd_opt(year, rest.parse().ok()?, 1)?;
    Period::new(start, start + Months::new(1))
}

fn first_of_named_year(year: i32, calendar: Calendar) -> Option<NaiveDate> {
    let month = calendar.year_start.clamp(1, 12);
    NaiveDate::from_ymd_opt(if month == 1 { year } else { year - 1 }, month, 1)
}

fn nth(first_of_year: NaiveDate, number: u32, months: u32, count: u32) -> Option<Period> {
    if number == 0 || number > count {
        return None;
    }
    let start = first_of_year.checked_add_months(Months::new((number - 1) * months))?;
    Period::new(start, start.checked_add_months(Months::new(months))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn every_kind_is_read_and_written_back() {
        // Days counted by hand on a wall calendar.
        let cases = [
            ("2026-W46", "2026-11-09", "2026-11-15"),
            ("2026-W01", "2025-12-29", "2026-01-04"),
            ("2026-W53", "2026-12-28", "2027-01-03"),
            ("2026-11", "2026-11-01", "2026-11-30"),
            ("2026-T3", "2026-09-01", "2026-12-31"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("2026", "2026-01-01", "2026-12-31"),
            ("2026-11-03..2026-11-05", "2026-11-03", "2026-11-05"),
            ("2026-11-03", "2026-11-03", "2026-11-03"),
        ];
        for (text, first, last) in cases {
            let period = Period::parse(text, Calendar::default()).expect(text);
            assert_eq!((period.start(), period.last()), (day(first), day(last)), "{text}");
            assert_eq!(period.code(Calendar::default()), text);
        }
    }

    #[test]
    fn a_year_that_begins_in_november_is_named_by_its_end() {
        let goteborg = Calendar { year_start: 11 };
        let year = Period::parse("2026", goteborg).expect("a year");
        assert_eq!((year.start(), year.last()), (day("2025-11-01"), day("2026-10-31")));
        assert_eq!(year.code(goteborg), "2026");
        let tertial = Period::parse("2026-T3", goteborg).expect("a tertial");
        assert_eq!((tertial.start(), tertial.last()), (day("2026-07-01"), day("2026-10-31")));
        assert_eq!(tertial.code(goteborg), "2026-T3");
        assert_eq!(tertial.previous(goteborg).code(goteborg), "2026-T2");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["2026-W54", "2025-W53", "2026-13", "2026-T4", "2026-Q0", "", "26", "2026-11-05..2026-11-03"] {
            assert!(Period::parse(text, Calendar::default()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_week_before_and_the_year_before_keep_their_weekdays() {
        let week = Period::parse("2026-W46", Calendar::default()).expect("a week");
        assert_eq!(week.previous(Calendar::default()).code(Calendar::default()), "2026-W45");
        assert_eq!(week.following(Calendar::default()).code(Calendar::default()), "2026-W47");
        let tertial = Period::parse("2026-T3", Calendar::default()).expect("a tertial");
        assert_eq!(tertial.following(Calendar::default()).code(Calendar::default()), "2027-T1");
        let days = Period::parse("2026-11-03..2026-11-05", Calendar::default()).expect("days");
        assert_eq!(days.following(Calendar::default()).code(Calendar::default()), "2026-11-06..2026-11-08");
        assert_eq!(week.year_before(Calendar::default()).code(Calendar::default()), "2025-W46");
        // 2026 has 53 weeks: 52 weeks before 4 January 2027 lies 5 January 2026, which is in W02.
        let first = Period::parse("2027-W01", Calendar::default()).expect("a week");
        assert_eq!(first.year_before(Calendar::default()).code(Calendar::default()), "2026-W02");
    }

    #[test]
    fn the_last_closed_week_on_a_wednesday_is_the_one_before() {
        let closed = Period::last_closed(day("2026-11-18"), Granularity::Week, Calendar::default());
        assert_eq!(closed.code(Calendar::default()), "2026-W46");
        let monday = Period::last_closed(day("2026-11-16"), Granularity::Week, Calendar::default());
        assert_eq!(monday.code(Calendar::default()), "2026-W46");
    }
}
