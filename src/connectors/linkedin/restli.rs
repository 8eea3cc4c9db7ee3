//! `LinkedIn`'s query language (Rest.li 2.0), written by hand: the characters of its structure stay as they are,
//! everything inside a value is percent-encoded. A general query serialiser encodes both and gets 400.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::model::Period;

/// Only unreserved characters stay raw inside a value.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A value inside a structure or a path: `urn:li:share:1` becomes `urn%3Ali%3Ashare%3A1`.
pub(super) fn value(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// `List(a,b)` with raw parentheses and commas and encoded members.
pub(super) fn list<T: AsRef<str>>(members: &[T]) -> String {
    let members: Vec<String> = members.iter().map(|member| value(member.as_ref())).collect();
    format!("List({})", members.join(","))
}

/// `(timeRange:(start:…,end:…),timeGranularityType:DAY)` over whole UTC days; the end is exclusive.
pub(super) fn intervals(days: Period, granularity: &str) -> String {
    let (start, end) = (millis(days.start()), millis(days.end()));
    format!("(timeRange:(start:{start},end:{end}),timeGranularityType:{granularity})")
}

/// The members of `name=List(…)` in a query that this module wrote.
pub(super) fn members(query: &str, name: &str) -> Vec<String> {
    query
        .split('&')
        .filter_map(|part| part.split_once('='))
        .filter(|(key, _)| *key == name)
        .filter_map(|(_, list)| list.strip_prefix("List(")?.strip_suffix(')'))
        .flat_map(|list| list.split(','))
        .filter(|member| !member.is_empty())
        .map(decoded)
        .collect()
}

/// Undoes the encoding of a value.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Midnight UTC at which the day begins, in milliseconds since 1970.
pub(super) fn millis(day: NaiveDate) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp_millis()
}

/// The moment of a number of milliseconds.
pub(super) fn moment(millis: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(millis)
}

/// The whole UTC days that a returned range covers. The documents call an end sometimes inclusive (23:59:59.999) and
/// sometimes exclusive (the next midnight); both are the same days.
pub(super) fn days(start: i64, end: i64) -> Option<Period> {
    let first = moment(start)?.date_naive();
    let last = moment(end.checked_sub(1)?)?.date_naive();
    Period::new(first, last.checked_add_days(Days::new(1))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn structure_stays_raw_and_values_are_encoded() {
        assert_eq!(value("urn:li:organization:2414183"), "urn%3Ali%3Aorganization%3A2414183");
        assert_eq!(
            list(&["urn:li:share:1", "urn:li:ugcPost:(2,3)"]),
            "List(urn%3Ali%3Ashare%3A1,urn%3Ali%3AugcPost%3A%282%2C3%29)"
        );
        let week = Period::new(day("2026-11-09"), day("2026-11-16")).expect("a week");
        assert_eq!(
            intervals(week, "DAY"),
            "(timeRange:(start:1794182400000,end:1794787200000),timeGranularityType:DAY)"
        );
    }

    #[test]
    fn what_was_asked_can_be_read_back() {
        let query = format!("q=x&shares={}", list(&["urn:li:share:1", "urn:li:share:2"]));
        assert_eq!(members(&query, "shares"), ["urn:li:share:1", "urn:li:share:2"]);
        assert!(members(&query, "ugcPosts").is_empty());
        assert!(members("shares=List()", "shares").is_empty());
    }

    #[test]
    fn both_readings_of_an_end_are_the_same_day() {
        let (start, midnight) = (millis(day("2026-10-25")), millis(day("2026-10-26")));
        let expected = Some(Period::day(day("2026-10-25")));
        assert_eq!(days(start, midnight), expected);
        assert_eq!(days(start, midnight - 1), expected);
        assert_eq!(days(midnight, start), None);
    }

    #[test]
    fn a_utc_day_has_24_hours_when_sweden_changes_its_clocks() {
        for change in ["2026-03-29", "2026-10-25"] {
            let day = day(change);
            assert_eq!(millis(day + Days::new(1)) - millis(day), 86_400_000, "{change}");
        }
    }
}
