//! Days, moments and periods as people write them.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{Locale, fill};
use crate::model::{Calendar, Granularity, Language, Period};

/// How much of a day is written in a stretch.
#[derive(Clone, Copy)]
enum Detail {
    Day,
    DayMonth,
    DayMonthYear,
}

impl Locale {
    /// `15 november 2026`.
    pub fn date(self, day: NaiveDate) -> String {
        format!("{} {}", self.day_month(day), day.year())
    }

    /// `15 november`.
    pub fn day_month(self, day: NaiveDate) -> String {
        format!("{} {}", day.day(), self.words().calendar.months[day.month0() as usize])
    }

    /// `15 nov`.
    pub fn short_date(self, day: NaiveDate) -> String {
        format!("{} {}", day.day(), self.month_short(day.month()))
    }

    /// `nov`; 1 is January. What is no month is written as its number.
    pub fn month_short(self, month: u32) -> String {
        let at = usize::try_from(month).ok().and_then(|month| month.checked_sub(1));
        let name = at.and_then(|at| self.words().calendar.months_short.get(at));
        name.cloned().unwrap_or_else(|| month.to_string())
    }

    /// `onsdag`.
    pub fn weekday(self, day: NaiveDate) -> String {
        self.words().calendar.weekdays[day.weekday().num_days_from_monday() as usize].clone()
    }

    /// `18 november 2026 kl. 07.00`, by the clock of the zone.
    pub fn instant(self, moment: DateTime<Utc>, zone: Tz) -> String {
        let local = moment.with_timezone(&zone);
        let clock = local.format(if self.language() == Language::Swedish { "%H.%M" } else { "%H:%M" }).to_string();
        fill(&self.words().calendar.instant, &[("date", &self.date(local.date_naive())), ("clock", &clock)])
    }

    /// `vecka 46, 9–15 november 2026`, `november 2026`, `andra tertialet 2026 (1 maj–31 augusti)`, `1–15 november 2026`.
    pub fn period(self, period: Period, calendar: Calendar) -> String {
        let words = &self.words().calendar;
        let days = self.days(period, true);
        let code = period.code(calendar);
        let year = code.get(..4).unwrap_or_default();
        // A stretch within the year it is named by does not need to tell it again.
        let within =
            self.days(period, period.start().year().to_string() != year || period.last().year().to_string() != year);
        match period.granularity(calendar) {
            Some(Granularity::Week) => {
                let number = period.start().iso_week().week().to_string();
                fill(&words.week, &[("number", &number), ("days", &days)])
            }
            Some(Granularity::Month) => self.month(period.start()),
            Some(Granularity::Tertial) => fill(nth(&words.tertials, &code), &[("year", year), ("days", &within)]),
            Some(Granularity::Quarter) => fill(nth(&words.quarters, &code), &[("year", year), ("days", &within)]),
            Some(Granularity::Year) => fill(&words.year, &[("year", year), ("days", &within)]),
            None => days,
        }
    }

    /// `v. 46`, `nov 2026`, `T3 2026`, `1–15 nov`.
    pub fn period_short(self, period: Period, calendar: Calendar) -> String {
        let words = &self.words().calendar;
        let code = period.code(calendar);
        let (year, number) = (code.get(..4).unwrap_or_default(), code.get(6..).unwrap_or_default());
        match period.granularity(calendar) {
            Some(Granularity::Week) => {
                fill(&words.week_short, &[("number", &period.start().iso_week().week().to_string())])
            }
            Some(Granularity::Month) => {
                format!("{} {}", self.month_short(period.start().month()), period.start().year())
            }
            Some(Granularity::Tertial) => fill(&words.tertial_short, &[("year", year), ("number", number)]),
            Some(Granularity::Quarter) => fill(&words.quarter_short, &[("year", year), ("number", number)]),
            Some(Granularity::Year) => code,
            None if period.days() == 1 => self.short_date(period.start()),
            None if same_month(period) => format!("{}–{}", period.start().day(), self.short_date(period.last())),
            None => format!("{}–{}", self.short_date(period.start()), self.short_date(period.last())),
        }
    }

    /// The days of a stretch: `9–15 november 2026`, `26 oktober–1 november 2026`; without the year where it is told already.
    pub fn days(self, period: Period, with_year: bool) -> String {
        let (first, last) = (period.start(), period.last());
        let end = if with_year { Detail::DayMonthYear } else { Detail::DayMonth };
        if period.days() == 1 {
            return self.day(last, end);
        }
        let start = if with_year && first.year() != last.year() {
            Detail::DayMonthYear
        } else if same_month(period) {
            Detail::Day
        } else {
            Detail::DayMonth
        };
        format!("{}–{}", self.day(first, start), self.day(last, end))
    }

    /// `november 2026`.
    fn month(self, day: NaiveDate) -> String {
        format!("{} {}", self.words().calendar.months[day.month0() as usize], day.year())
    }

    fn day(self, day: NaiveDate, detail: Detail) -> String {
        match detail {
            Detail::Day => day.day().to_string(),
            Detail::DayMonth => self.day_month(day),
            Detail::DayMonthYear => self.date(day),
        }
    }
}

fn same_month(period: Period) -> bool {
    let (first, last) = (period.start(), period.last());
    (first.year(), first.month()) == (last.year(), last.month())
}

/// The phrase of the number at the end of `2026-T3`.
fn nth<'a>(phrases: &'a [String], code: &str) -> &'a str {
    let number: usize = code.get(6..).and_then(|number| number.parse().ok()).unwrap_or(1);
    phrases.get(number.saturating_sub(1)).map_or("{days}", String::as_str)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn period(text: &str, calendar: Calendar) -> Period {
        Period::parse(text, calendar).expect("a period")
    }

    #[test]
    fn periods_read_as_people_write_them() {
        let (sv, en) = (Locale::of(Language::Swedish), Locale::of(Language::English));
        let cases = [
            ("2026-W46", "vecka 46, 9–15 november 2026", "week 46, 9–15 November 2026"),
            ("2026-W44", "vecka 44, 26 oktober–1 november 2026", "week 44, 26 October–1 November 2026"),
            ("2026-W53", "vecka 53, 28 december 2026–3 januari 2027", "week 53, 28 December 2026–3 January 2027"),
            ("2026-11", "november 2026", "November 2026"),
            ("2026-T2", "andra tertialet 2026 (1 maj–31 augusti)", "second tertial of 2026 (1 May–31 August)"),
            (
                "2026-Q4",
                "fjärde kvartalet 2026 (1 oktober–31 december)",
                "fourth quarter of 2026 (1 October–31 December)",
            ),
            ("2026", "helåret 2026 (1 januari–31 december)", "full year 2026 (1 January–31 December)"),
            ("2026-11-01..2026-11-15", "1–15 november 2026", "1–15 November 2026"),
            ("2026-11-03", "3 november 2026", "3 November 2026"),
        ];
        for (code, swedish, english) in cases {
            let period = period(code, Calendar::default());
            assert_eq!(sv.period(period, Calendar::default()), swedish);
            assert_eq!(en.period(period, Calendar::default()), english);
        }
    }

    #[test]
    fn a_year_that_begins_in_november_tells_both_years() {
        let goteborg = Calendar { year_start: 11 };
        let sv = Locale::of(Language::Swedish);
        let first = period("2026-T1", goteborg);
        assert_eq!(sv.period(first, goteborg), "första tertialet 2026 (1 november 2025–28 februari 2026)");
        assert_eq!(sv.period(period("2026-T3", goteborg), goteborg), "tredje tertialet 2026 (1 juli–31 oktober)");
    }

    #[test]
    fn short_forms_fit_an_axis() {
        let sv = Locale::of(Language::Swedish);
        let short = |code: &str| sv.period_short(period(code, Calendar::default()), Calendar::default());
        assert_eq!(short("2026-W46"), "v. 46");
        assert_eq!(short("2026-11"), "nov 2026");
        assert_eq!(short("2026-T2"), "T2 2026");
        assert_eq!(short("2026-11-01..2026-11-15"), "1–15 nov");
        assert_eq!(sv.month_short(6), "juni");
    }

    #[test]
    fn moments_are_told_by_the_clock_of_the_zone() {
        let moment = Utc.with_ymd_and_hms(2026, 11, 18, 6, 0, 0).single().expect("a moment");
        let zone = chrono_tz::Europe::Stockholm;
        assert_eq!(Locale::of(Language::Swedish).instant(moment, zone), "18 november 2026 kl. 07.00");
        assert_eq!(Locale::of(Language::English).instant(moment, zone), "18 November 2026, 07:00");
        assert_eq!(Locale::of(Language::Swedish).weekday(moment.date_naive()), "onsdag");
    }
}
