//! When something runs: `wednesday 07:00`, `onsdag 07:00`, `daily 05:00` or the five fields of Unix cron, translated for
//! the `cron` crate, which counts seconds first and Sunday as 1. Every field is spelt out, days of the week by name, so
//! that nothing depends on how either counts.

use std::collections::BTreeSet;

const DAY_NAMES: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTH_NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS_OF_MONTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Days of the week by the words that people write, Unix-numbered.
const DAY_WORDS: [(&str, &[u32]); 22] = [
    ("sunday", &[0]),
    ("monday", &[1]),
    ("tuesday", &[2]),
    ("wednesday", &[3]),
    ("thursday", &[4]),
    ("friday", &[5]),
    ("saturday", &[6]),
    ("söndag", &[0]),
    ("måndag", &[1]),
    ("tisdag", &[2]),
    ("onsdag", &[3]),
    ("torsdag", &[4]),
    ("fredag", &[5]),
    ("lördag", &[6]),
    ("daily", &[]),
    ("dagligen", &[]),
    ("every day", &[]),
    ("varje dag", &[]),
    ("weekdays", &[1, 2, 3, 4, 5]),
    ("vardagar", &[1, 2, 3, 4, 5]),
    ("weekends", &[0, 6]),
    ("helger", &[0, 6]),
];

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Neither form.
    #[error("`{0}` is neither a day and a time nor five fields")]
    Form(String),
    /// A day that there is not.
    #[error("`{found}` is no day of the week{}", near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Day {
        /// What was written.
        found: String,
        /// What may have been meant.
        near: Option<String>,
    },
    /// A time that there is not.
    #[error("`{0}` is no time of day; write `07:00`")]
    Time(String),
    /// A field of cron that cannot be read.
    #[error("`{field}` cannot stand for {name} ({low}–{high})")]
    Field {
        /// What was written.
        field: String,
        /// Which field.
        name: &'static str,
        /// The lowest allowed.
        low: u32,
        /// The highest allowed.
        high: u32,
    },
    /// Unix runs when either holds, others when both do: refused rather than guessed.
    #[error(
        "both a day of the month and a day of the week are restricted, which Unix reads as `either`; use two schedules"
    )]
    BothDays,
    /// 31 February.
    #[error("`{0}` never comes: none of the months has that day")]
    Never(String),
}

impl ScheduleError {
    /// The same in Swedish.
    pub(super) fn swedish(&self) -> String {
        match self {
            Self::Form(_) => "varken en dag med klockslag eller fem fält".to_owned(),
            Self::Day { found, near: Some(near) } => format!("`{found}` är ingen veckodag; menade du `{near}`?"),
            Self::Day { found, near: None } => format!("`{found}` är ingen veckodag"),
            Self::Time(time) => format!("`{time}` är inget klockslag; skriv `07:00`"),
            Self::Field { field, name, low, high } => format!("`{field}` kan inte stå för {name} ({low}–{high})"),
            Self::BothDays => {
                "både dag i månaden och veckodag är begränsade, vilket Unix läser som ”antingen eller”; gör två scheman"
                    .to_owned()
            }
            Self::Never(_) => "den dagen finns inte i någon av månaderna".to_owned(),
        }
    }
}

/// The schedule as the `cron` crate wants it: `0 0 7 * * Wed`.
///
/// # Errors
/// When the text is neither form, or names a time that never comes.
pub fn cron_expression(text: &str) -> Result<String, ScheduleError> {
    let text = text.trim();
    let fields: Vec<&str> = text.split_whitespace().collect();
    if let [minute, hour, day, month, weekday] = fields.as_slice() {
        return five_fields([minute, hour, day, month, weekday], text);
    }
    let Some((day, time)) = text.rsplit_once(char::is_whitespace) else {
        return Err(ScheduleError::Form(text.to_owned()));
    };
    if !time.contains([':', '.']) {
        return Err(ScheduleError::Form(text.to_owned()));
    }
    let (hour, minute) = time_of_day(time).ok_or_else(|| ScheduleError::Time(time.to_owned()))?;
    let days = day_word(day.trim())?;
    Ok(format!("0 {minute} {hour} * * {}", day_names(&days)))
}

fn time_of_day(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once([':', '.'])?;
    let two =
        |part: &str| (part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok());
    let (hour, minute): (u32, u32) = (two(hour)??, two(minute).filter(|_| minute.len() == 2)??);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

fn day_word(text: &str) -> Result<BTreeSet<u32>, ScheduleError> {
    let lower = text.to_lowercase();
    let singular = lower.strip_suffix("ar").filter(|word| word.ends_with("dag")).unwrap_or(&lower);
    let singular = singular.strip_suffix('s').filter(|word| word.ends_with("day")).unwrap_or(singular);
    let found = DAY_WORDS.iter().find(|(word, _)| *word == lower || *word == singular);
    if let Some((_, days)) = found {
        return Ok(days.iter().copied().collect());
    }
    let words = DAY_WORDS.iter().map(|(word, _)| *word);
    let near = super::near::nearest(&lower, words).map(str::to_owned);
    Err(ScheduleError::Day { found: text.to_owned(), near })
}

/// `*` for all or none of them, else their names.
fn day_names(days: &BTreeSet<u32>) -> String {
    if days.is_empty() || days.len() == 7 {
        return "*".to_owned();
    }
    let names: Vec<&str> = days.iter().filter_map(|day| DAY_NAMES.get(*day as usize).copied()).collect();
    names.join(",")
}

struct Field {
    name: &'static str,
    low: u32,
    high: u32,
}

const MINUTE: Field = Field { name: "minute", low: 0, high: 59 };
const HOUR: Field = Field { name: "hour", low: 0, high: 23 };
const DAY: Field = Field { name: "day of month", low: 1, high: 31 };
const MONTH: Field = Field { name: "month", low: 1, high: 12 };
/// Both 0 and 7 are Sunday.
const WEEKDAY: Field = Field { name: "day of week", low: 0, high: 7 };

fn five_fields(fields: [&str; 5], text: &str) -> Result<String, ScheduleError> {
    let [minute, hour, day, month, weekday] = fields;
    let minutes = MINUTE.values(minute)?;
    let hours = HOUR.values(hour)?;
    let days = DAY.values(day)?;
    let months = MONTH.values(month)?;
    let weekdays: BTreeSet<u32> = WEEKDAY.values(weekday)?.into_iter().map(|day| day % 7).collect();
    if days.len() < 31 && weekdays.len() < 7 {
        return Err(ScheduleError::BothDays);
    }
    let comes = |month: &u32| days.iter().any(|day| *day <= DAYS_OF_MONTHS[*month as usize - 1]);
    if !months.iter().any(comes) {
        return Err(ScheduleError::Never(text.to_owned()));
    }
    Ok(format!(
        "0 {} {} {} {} {}",
        MINUTE.written(&minutes),
        HOUR.written(&hours),
        DAY.written(&days),
        MONTH.written(&months),
        day_names(&weekdays)
    ))
}

impl Field {
    fn values(&self, text: &str) -> Result<BTreeSet<u32>, ScheduleError> {
        let wrong = || ScheduleError::Field { field: text.to_owned(), name: self.name, low: self.low, high: self.high };
        let mut values = BTreeSet::new();
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, Some(number(step).filter(|step| *step > 0).ok_or_else(wrong)?)),
                None => (part, None),
            };
            let (first, last) = self.ends(range, step.is_some()).ok_or_else(wrong)?;
            values.extend((first..=last).step_by(step.unwrap_or(1) as usize));
        }
        Ok(values)
    }

    fn ends(&self, range: &str, stepped: bool) -> Option<(u32, u32)> {
        if range == "*" {
            return Some((self.low, if self.high == 7 { 6 } else { self.high }));
        }
        if let Some((first, last)) = range.split_once('-') {
            let (first, mut last) = (self.value(first)?, self.value(last)?);
            if self.high == 7 && last == 0 && first > 0 {
                last = 7;
            }
            return (first <= last).then_some((first, last));
        }
        // `5/10` means different things to different crons.
        if stepped { None } else { self.value(range).map(|value| (value, value)) }
    }

    fn value(&self, text: &str) -> Option<u32> {
        let lower = text.to_ascii_lowercase();
        let named = match self.high {
            12 => MONTH_NAMES.iter().position(|name| *name == lower).map(|index| index + 1),
            7 => DAY_NAMES.iter().position(|name| name.to_ascii_lowercase() == lower),
            _ => None,
        };
        let value = named.and_then(|value| u32::try_from(value).ok()).or_else(|| number(text))?;
        (self.low <= value && value <= self.high).then_some(value)
    }

    fn written(&self, values: &BTreeSet<u32>) -> String {
        if values.len() == (self.high - self.low + 1) as usize {
            return "*".to_owned();
        }
        values.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
    }
}

/// Digits only: `parse` alone would take a sign.
fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use chrono::{DateTime, Datelike, Utc, Weekday};

    use super::*;

    /// The weekdays on which the schedule runs, asked of the crate itself.
    fn runs_on(text: &str) -> Vec<Weekday> {
        let expression = cron_expression(text).expect(text);
        let schedule = cron::Schedule::from_str(&expression).expect(&expression);
        // 2026-11-15 is a Sunday.
        let sunday: DateTime<Utc> = "2026-11-15T00:00:00Z".parse().expect("an instant");
        let mut days: Vec<Weekday> = schedule
            .after(&(sunday - chrono::TimeDelta::seconds(1)))
            .take_while(|at| *at < sunday + chrono::TimeDelta::days(7))
            .map(|at| at.weekday())
            .collect();
        days.dedup();
        days
    }

    #[test]
    fn every_unix_day_number_runs_on_its_day() {
        use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        for (number, day) in [Sun, Mon, Tue, Wed, Thu, Fri, Sat, Sun].into_iter().enumerate() {
            assert_eq!(runs_on(&format!("0 7 * * {number}")), [day], "{number}");
        }
        let cases: [(&str, &[Weekday]); 12] = [
            ("0 7 * * 1-5", &[Mon, Tue, Wed, Thu, Fri]),
            ("0 7 * * 5-7", &[Sun, Fri, Sat]),
            ("0 7 * * 0-2", &[Sun, Mon, Tue]),
            ("0 7 * * 0,3", &[Sun, Wed]),
            ("0 7 * * 3,7", &[Sun, Wed]),
            ("0 7 * * */2", &[Sun, Tue, Thu, Sat]),
            ("0 7 * * 1-5/2", &[Mon, Wed, Fri]),
            ("0 7 * * wed", &[Wed]),
            ("0 7 * * Fri-Sun", &[Sun, Fri, Sat]),
            ("0 7 * * *", &[Sun, Mon, Tue, Wed, Thu, Fri, Sat]),
            ("0 7 * * 0-7", &[Sun, Mon, Tue, Wed, Thu, Fri, Sat]),
            ("0 7 * * mon-fri", &[Mon, Tue, Wed, Thu, Fri]),
        ];
        for (text, days) in cases {
            assert_eq!(runs_on(text), days, "{text}");
        }
    }

    #[test]
    fn words_and_fields_become_the_crates_expressions() {
        let cases = [
            ("wednesday 07:00", "0 0 7 * * Wed"),
            ("onsdag 07:00", "0 0 7 * * Wed"),
            ("Onsdagar 7.30", "0 30 7 * * Wed"),
            ("söndag 23:59", "0 59 23 * * Sun"),
            ("fridays 16:05", "0 5 16 * * Fri"),
            ("daily 05:00", "0 0 5 * * *"),
            ("varje dag 05:00", "0 0 5 * * *"),
            ("vardagar 07:00", "0 0 7 * * Mon,Tue,Wed,Thu,Fri"),
            ("0 7 * * 3", "0 0 7 * * Wed"),
            ("15 */6 * * *", "0 15 0,6,12,18 * * *"),
            ("0 7 8 1,5,9 *", "0 0 7 8 1,5,9 *"),
            ("*/20 8-10 1 jan-mar *", "0 0,20,40 8,9,10 1 1,2,3 *"),
        ];
        for (text, expected) in cases {
            let expression = cron_expression(text).expect(text);
            assert_eq!(expression, expected, "{text}");
            assert!(cron::Schedule::from_str(&expression).is_ok(), "{expression}");
        }
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        let wrong = [
            "",
            "wednesday",
            "07:00",
            "onsdagg 07:00",
            "wednesday 24:00",
            "wednesday 07:60",
            "wednesday 7",
            "61 7 * * *",
            "0 24 * * *",
            "0 7 0 * *",
            "0 7 * 13 *",
            "0 7 * * 8",
            "0 7 * * 5-1",
            "0 7 1 * 1",
            "0 7 31 2 *",
            "0 7 * * */0",
            "5/10 * * * *",
            "0 7 * * -1",
            "0 0 7 * * 3",
            "+5 7 * * *",
            "0 7 * * ,",
        ];
        for text in wrong {
            assert!(cron_expression(text).is_err(), "{text}: {:?}", cron_expression(text));
        }
        assert!(matches!(
            cron_expression("onsdagg 07:00"),
            Err(ScheduleError::Day { near: Some(near), .. }) if near == "onsdag"
        ));
    }
}
