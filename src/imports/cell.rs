//! One cell: a number, a day or a moment, or the reason why it is none. What a spreadsheet program did to a cell is
//! recognised, because then the whole file has to be fetched again.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};

use crate::model::Value;
use crate::model::told::{Told, files as told};

/// Why a cell could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A spreadsheet program changed it: nothing in the file can be trusted.
    Ruined(Told),
    /// It is something else than was expected.
    Unreadable(Told),
}

/// What a column's cells are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A whole number.
    #[default]
    Count,
    /// Seconds, kept as milliseconds.
    Seconds,
    /// Hours, kept as milliseconds.
    Hours,
    /// Milliseconds.
    Milliseconds,
    /// A time such as `0:04:34`, kept as milliseconds.
    Clock,
    /// A share, 1 being the whole.
    Fraction,
    /// Per cent, kept as a share.
    Percent,
    /// Any other decimal number.
    Decimal,
}

/// The value of a cell; none where nothing is reported.
pub(super) fn value(kind: Kind, text: &str) -> Result<Option<Value>, Fault> {
    let plain = kind == Kind::Count && !text.is_empty() && text.len() < 18;
    if plain && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.parse().ok().map(Value::Whole));
    }
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    if is_blank(text) {
        return Ok(None);
    }
    if let Some(scar) = scar(text) {
        return Err(Fault::Ruined(scar));
    }
    let read = match kind {
        Kind::Count | Kind::Milliseconds => whole(text).map(Value::Whole),
        Kind::Seconds => decimal(text).and_then(|seconds| milliseconds(seconds * 1_000.0)),
        Kind::Hours => decimal(text).and_then(|hours| milliseconds(hours * 3_600_000.0)),
        Kind::Clock => clock(text).map(Value::Whole),
        Kind::Fraction | Kind::Decimal => match text.strip_suffix('%') {
            Some(share) if kind == Kind::Fraction => decimal(share).map(|share| Value::Decimal(share / 100.0)),
            _ => decimal(text).map(Value::Decimal),
        },
        Kind::Percent => decimal(text.trim_end_matches('%')).map(|share| Value::Decimal(share / 100.0)),
    };
    read.map(Some).ok_or_else(|| Fault::Unreadable(told::no_number(short(text))))
}

/// Whether the cell says that there is nothing to say.
pub(super) fn is_blank(text: &str) -> bool {
    matches!(text, "" | "-" | "--" | "–" | "—" | "N/A" | "n/a" | "NaN" | "NAN" | "nan" | "null" | "NULL")
}

/// A whole number: digits with a sign, with spaces or commas between groups of three, or with `.0` behind.
fn whole(text: &str) -> Option<i64> {
    let plain = ungrouped(text);
    let plain = match plain.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|zero| zero == b'0') => whole.to_owned(),
        Some(_) => return None,
        None => plain,
    };
    if let Some(joined) = without_commas(&plain) {
        return joined.parse().ok();
    }
    plain.parse().ok()
}

/// A decimal number, with point or comma.
fn decimal(text: &str) -> Option<f64> {
    let plain = ungrouped(text.trim());
    let plain = if plain.contains('.') {
        without_commas(plain.split('.').next()?).map_or(plain.clone(), |_| plain.replace(',', ""))
    } else {
        plain.replacen(',', ".", 1)
    };
    let shape = plain.strip_prefix('-').unwrap_or(&plain);
    if shape.is_empty() || !shape.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Without spaces between digits, with an ordinary minus.
fn ungrouped(text: &str) -> String {
    let letters = text.chars().filter(|letter| !matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'));
    letters.map(|letter| if letter == '\u{2212}' { '-' } else { letter }).collect()
}

/// `1,234,567` without its commas, if that is what they are.
fn without_commas(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut groups = digits.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_group = |group: &&str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = !rest.is_empty()
        && (1..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_digit())
        && rest.iter().all(is_group);
    grouped.then(|| text.replace(',', ""))
}

#[expect(clippy::cast_possible_truncation, reason = "the bound is checked on the line above")]
fn milliseconds(amount: f64) -> Option<Value> {
    let rounded = amount.round();
    (rounded.abs() < 9.0e15).then_some(Value::Whole(rounded as i64))
}

/// `0:04:34`, `4:34`.
fn clock(text: &str) -> Option<i64> {
    let parts: Vec<i64> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let seconds = match parts.as_slice() {
        [hours, minutes, seconds] if in_clock(*minutes, *seconds) && (0..100_000).contains(hours) => {
            hours * 3600 + minutes * 60 + seconds
        }
        [minutes, seconds] if in_clock(*minutes, *seconds) => minutes * 60 + seconds,
        _ => return None,
    };
    Some(seconds * 1000)
}

fn in_clock(minutes: i64, seconds: i64) -> bool {
    (0..60).contains(&minutes) && (0..60).contains(&seconds)
}

/// What a spreadsheet program did to a number, if it did.
pub(super) fn scar(text: &str) -> Option<Told> {
    if text.starts_with('#') && (text.bytes().all(|byte| byte == b'#') || text.ends_with(['!', '?', 'A'])) {
        return Some(told::cell_error(text));
    }
    if is_scientific(text) {
        return Some(told::cell_cut(text));
    }
    if is_month_like(text) || iso_day(text).is_some() {
        return Some(told::cell_date(text));
    }
    None
}

/// `1,22121E+17`.
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((mantissa, power)) = text.split_once(['E', 'e']) else { return false };
    let power = power.trim_start_matches(['+', '-']);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(power) && digits(&mantissa.replace([',', '.'], ""))
}

/// `3.apr`, `3.апр`, `Apr-03`: a day or year and the name of a month, which `3.4` becomes.
fn is_month_like(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['.', '-', ' ', '/']).filter(|part| !part.is_empty()).collect();
    let [one, two] = parts.as_slice() else { return false };
    let number = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let word = |part: &str| part.chars().count() >= 3 && part.chars().all(char::is_alphabetic);
    (number(one) && word(two)) || (word(one) && number(two))
}

/// How days and moments are written in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Clock {
    /// `03/15/2025` or `03/15/2025 03:06`, whatever the language.
    Us,
    /// Either of them: workbooks that were saved as text keep no date's form.
    Either,
    /// Any of the unmistakable forms: `2025-03-15`, `20250315`, `Mar 15, 2025`, `Fri, Mar 21, 2025`, `15 mars 2025`.
    #[default]
    Plain,
}

/// The day of a cell. In a sheet a date may be a real date; in a text that means that somebody saved the file again.
pub(super) fn day(clock: Clock, text: &str, in_sheet: bool) -> Result<NaiveDate, Fault> {
    let text = text.trim();
    let unreadable = || Fault::Unreadable(told::no_date(short(text)));
    match clock {
        Clock::Us => match us_day(first_word(text)) {
            Some(day) => Ok(day),
            None if in_sheet => iso_day(text).ok_or_else(unreadable),
            None => Err(not_us(text).unwrap_or_else(unreadable)),
        },
        Clock::Either => us_day(first_word(text)).or_else(|| plain_day(text)).ok_or_else(unreadable),
        Clock::Plain => plain_day(text).ok_or_else(unreadable),
    }
}

/// The moment of a cell, written in the zone; a day alone is noon, so that it stays the same day in Sweden. The flag says
/// whether the time of day is known.
pub(super) fn moment(
    clock: Clock,
    zone: chrono_tz::Tz,
    text: &str,
    in_sheet: bool,
) -> Result<(DateTime<Utc>, bool), Fault> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok((moment.to_utc(), true));
    }
    if let Ok(moment) = DateTime::parse_from_str(text, "%Y-%m-%d %H:%M %z") {
        return Ok((moment.to_utc(), true));
    }
    let day = day(clock, text, in_sheet)?;
    let Some(time) = time_of_day(text) else {
        return Ok((day.and_time(noon()).and_utc(), false));
    };
    Ok((in_zone(zone, day.and_time(time)), true))
}

fn noon() -> NaiveTime {
    NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()
}

/// A local time in the zone. One that exists twice is the earlier; one that does not exist is an hour later.
pub(super) fn in_zone(zone: chrono_tz::Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let found = zone.from_local_datetime(&local).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest());
    found.map_or_else(|| local.and_utc(), |moment| moment.to_utc())
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    let time = text.rsplit([' ', 'T']).next()?.trim_end_matches('Z');
    let time = time.split('.').next()?;
    NaiveTime::parse_from_str(time, "%H:%M:%S").or_else(|_| NaiveTime::parse_from_str(time, "%H:%M")).ok()
}

fn first_word(text: &str) -> &str {
    text.split([' ', 'T']).next().unwrap_or_default()
}

fn us_day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A date that the platform never writes and a spreadsheet program does.
fn not_us(text: &str) -> Option<Fault> {
    let resaved = iso_day(text).is_some()
        || text.starts_with("##")
        || first_word(text).split(['/', '.', '-']).filter(|part| part.parse::<u32>().is_ok()).count() == 3
        || text.replace([',', '.'], "").parse::<u32>().is_ok_and(|serial| (30_000..60_000).contains(&serial))
        || text.parse::<f64>().is_ok_and(|serial| (30_000.0..60_000.0).contains(&serial));
    resaved.then(|| Fault::Ruined(told::date_resaved(short(text))))
}

/// `2025-03-15`, with or without a time.
pub(super) fn iso_day(text: &str) -> Option<NaiveDate> {
    let day = first_word(text);
    let shape = day.len() == 10 && day.as_bytes()[4] == b'-' && day.as_bytes()[7] == b'-';
    shape.then(|| day.parse().ok()).flatten()
}

fn plain_day(text: &str) -> Option<NaiveDate> {
    if let Some(day) = iso_day(text) {
        return Some(day);
    }
    let compact = text.len() >= 8 && text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    if compact {
        return NaiveDate::parse_from_str(&text[..8], "%Y%m%d").ok();
    }
    if text.len() >= 10 && text.as_bytes()[4] == b'/' {
        return NaiveDate::parse_from_str(first_word(text), "%Y/%m/%d").ok();
    }
    worded_day(text)
}

/// `Fri, Mar 21, 2025`, `Thu Mar 20 2025`, `Jan 8, 2025`, `8 jan. 2025`.
fn worded_day(text: &str) -> Option<NaiveDate> {
    let words: Vec<&str> = text.split([' ', ',', '.']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| month(word).is_some())?;
    let month = month(words[at])?;
    let number = |place: usize| words.get(place).and_then(|word| word.parse::<u32>().ok());
    let (day, year) = match (number(at + 1), number(at + 2)) {
        (Some(day), Some(year)) if day <= 31 => (day, year),
        (Some(year), _) => (number(at.checked_sub(1)?)?, year),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|day| day.format("%Y").to_string().len() == 4)
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "january", "januari"],
        &["feb", "february", "februari"],
        &["mar", "march", "mars"],
        &["apr", "april"],
        &["may", "maj"],
        &["jun", "june", "juni"],
        &["jul", "july", "juli"],
        &["aug", "august", "augusti"],
        &["sep", "sept", "september"],
        &["oct", "october", "okt", "oktober"],
        &["nov", "november"],
        &["dec", "december"],
    ];
    let word = word.to_lowercase();
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&word.as_str())).map(|(number, _)| number)
}

/// A text that can stand in a message.
pub(super) fn short(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> Result<Option<i64>, Fault> {
        value(Kind::Count, text).map(|value| {
            value.map(|value| match value {
                Value::Whole(whole) => whole,
                Value::Decimal(decimal) => panic!("{decimal}"),
            })
        })
    }

    #[test]
    fn counts_are_whole_signed_and_never_guessed() {
        for (text, expected) in
            [("0", 0), ("-6", -6), ("\u{2212}6", -6), ("1971.0", 1971), ("1 234", 1234), ("1,234,567", 1_234_567)]
        {
            assert_eq!(count(text), Ok(Some(expected)), "{text}");
        }
        for text in ["", " ", "-", "--", "NAN", "N/A"] {
            assert_eq!(count(text), Ok(None), "{text}");
        }
        for text in ["3.4", "12,5", "abc", "1.234.567,0", "--5", "99999999999999999999"] {
            assert!(matches!(count(text), Err(Fault::Unreadable(_))), "{text}");
        }
        for text in ["3.апр", "3.apr", "03-Apr", "apr-25", "1,22121E+17", "#NAME?", "########", "2025-04-03T00:00:00"]
        {
            assert!(matches!(count(text), Err(Fault::Ruined(_))), "{text}");
        }
    }

    #[test]
    fn times_and_shares_have_one_unit() {
        assert_eq!(value(Kind::Clock, "0:04:34"), Ok(Some(Value::Whole(274_000))));
        assert_eq!(value(Kind::Hours, "1.5"), Ok(Some(Value::Whole(5_400_000))));
        assert_eq!(value(Kind::Seconds, "12,25"), Ok(Some(Value::Whole(12_250))));
        assert_eq!(value(Kind::Percent, "18.7%"), Ok(Some(Value::Decimal(0.187))));
        assert_eq!(value(Kind::Fraction, "0.084"), Ok(Some(Value::Decimal(0.084))));
    }

    #[test]
    fn every_way_to_write_a_day() {
        let expected = NaiveDate::from_ymd_opt(2025, 3, 21).expect("a day");
        for text in [
            "2025-03-21",
            "2025-03-21T01:00:00",
            "20250321",
            "2025032114",
            "2025/03/21",
            "Fri, Mar 21, 2025",
            "Fri Mar 21 2025",
            "21 mars 2025",
            "21 mar. 2025",
        ] {
            assert_eq!(day(Clock::Plain, text, false), Ok(expected), "{text}");
        }
        assert_eq!(day(Clock::Us, "03/21/2025 23:05", false), Ok(expected));
        assert_eq!(day(Clock::Us, "2025-03-21", true), Ok(expected));
        for text in ["2025-03-21", "21/03/2025", "21.03.2025", "45737", "45737.5"] {
            assert!(matches!(day(Clock::Us, text, false), Err(Fault::Ruined(_))), "{text}");
        }
        assert!(matches!(day(Clock::Plain, "Nth day", false), Err(Fault::Unreadable(_))));
    }

    #[test]
    fn pacific_times_become_utc_across_both_changes() {
        let zone = chrono_tz::America::Los_Angeles;
        for (text, expected) in [
            ("03/08/2025 03:12", "2025-03-08T11:12:00Z"),
            ("03/09/2025 22:16", "2025-03-10T05:16:00Z"),
            ("03/09/2025 02:30", "2025-03-09T10:30:00Z"),
            ("11/02/2025 01:30", "2025-11-02T08:30:00Z"),
        ] {
            let (moment, timed) = moment(Clock::Us, zone, text, false).expect("a moment");
            assert_eq!((moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true).as_str(), timed), (expected, true));
        }
    }
}
