//! Rest.li 2.0: lists and time intervals with raw brackets and encoded values.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};

use crate::sandbox::ask::{Answer, Ask, decoded, linkedin_error};

/// A stretch of UTC days with the length of its buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) first: NaiveDate,
    pub(super) end: NaiveDate,
    pub(super) granularity: Granularity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Granularity {
    Day,
    Week,
    Month,
}

impl Interval {
    /// The buckets, each from its first day up to, not including, its end.
    pub(super) fn buckets(self) -> Vec<(NaiveDate, NaiveDate)> {
        let mut buckets = Vec::new();
        let mut start = self.first;
        while start < self.end {
            let end = match self.granularity {
                Granularity::Day => start + Days::new(1),
                Granularity::Week => start + Days::new(7),
                Granularity::Month => (start - Days::new(u64::from(start.day0()))) + Months::new(1),
            };
            if end > self.end {
                break;
            }
            buckets.push((start, end));
            start = end;
        }
        buckets
    }
}

/// Whether the question speaks version 2 of the protocol.
fn modern(ask: &Ask) -> bool {
    ask.header("x-restli-protocol-version") == Some("2.0.0")
}

/// A parameter exactly as it was sent.
pub(super) fn raw<'a>(ask: &'a Ask, name: &str) -> Option<&'a str> {
    ask.raw_query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn invalid(name: &str) -> Answer {
    linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), &format!("Parameter '{name}' is invalid"))
}

/// A list of values, decoded; none where the parameter is not there.
pub(super) fn list(ask: &Ask, name: &str) -> Result<Option<Vec<String>>, Box<Answer>> {
    let indexed: Vec<String> = ask
        .query
        .iter()
        .filter(|(key, _)| key.strip_prefix(name).is_some_and(|rest| rest.starts_with('[')))
        .map(|(_, value)| value.clone())
        .collect();
    if !indexed.is_empty() {
        return if modern(ask) { Err(Box::new(invalid(name))) } else { Ok(Some(indexed)) };
    }
    let Some(raw) = raw(ask, name) else { return Ok(None) };
    let inner = raw.strip_prefix("List(").and_then(|rest| rest.strip_suffix(')')).filter(|_| modern(ask));
    // A colon within a value has to be encoded: a raw one belongs to the structure.
    match inner {
        Some(inner) if !inner.contains(':') => {
            Ok(Some(inner.split(',').filter(|part| !part.is_empty()).map(decoded).collect()))
        }
        _ => Err(Box::new(invalid(name))),
    }
}

/// `timeIntervals`, checked against the platform's limits; none where the parameter is not there.
pub(super) fn interval(ask: &Ask, now: DateTime<Utc>) -> Result<Option<Interval>, Box<Answer>> {
    let dotted = |part: &str| ask.get(&format!("timeIntervals.{part}")).filter(|_| !modern(ask)).map(str::to_owned);
    let (start, end, granularity) = if let Some(kind) = dotted("timeGranularityType") {
        (dotted("timeRange.start"), dotted("timeRange.end"), kind)
    } else {
        let Some(raw) = raw(ask, "timeIntervals") else { return Ok(None) };
        if !raw.starts_with('(') || !modern(ask) {
            return Err(Box::new(invalid("timeIntervals")));
        }
        let Some(kind) = word(raw, "timeGranularityType:") else { return Err(Box::new(invalid("timeIntervals"))) };
        (word(raw, "start:"), word(raw, "end:"), kind)
    };
    let refused = || {
        let text = format!(
            "Invalid timeIntervals parameter [(timeRange:(start:{start:?},end:{end:?}),timeGranularityType:{granularity})]"
        );
        Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), &text))
    };
    let time = |text: &Option<String>| {
        text.as_ref().and_then(|text| text.parse().ok()).and_then(DateTime::from_timestamp_millis)
    };
    let Some(from) = time(&start) else { return Err(refused()) };
    let today = now.date_naive();
    let latest = (now - TimeDelta::days(2)).date_naive();
    let until = if end.is_some() {
        time(&end).ok_or_else(refused)?
    } else {
        latest.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc()
    };
    let granularity = match granularity.as_str() {
        "DAY" => Granularity::Day,
        "WEEK" => Granularity::Week,
        "MONTH" => Granularity::Month,
        _ => return Err(refused()),
    };
    if until.date_naive() > from.date_naive() + Months::new(14) {
        let text = "Start time and end time must be less than 14 months apart.";
        return Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), text)));
    }
    let short = until - from < TimeDelta::hours(24);
    if short || from.date_naive() < today - Months::new(12) || until > now - TimeDelta::days(2) {
        return Err(refused());
    }
    // Only whole UTC days become buckets.
    let first = (from + TimeDelta::milliseconds(86_399_999)).date_naive();
    Ok(Some(Interval { first, end: until.date_naive(), granularity }))
}

/// What stands behind a key of the structure.
fn word(raw: &str, key: &str) -> Option<String> {
    let rest = &raw[raw.find(key)? + key.len()..];
    let end = rest.find([',', ')']).unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_owned())
}

/// The number at the end of an URN of one of the kinds.
pub(super) fn urn_number<'a>(urn: &'a str, kinds: &[&str]) -> Option<&'a str> {
    kinds.iter().find_map(|kind| urn.strip_prefix("urn:li:")?.strip_prefix(kind)?.strip_prefix(':'))
}

/// The midnight of the UTC day in milliseconds.
pub(super) fn milliseconds(day: NaiveDate) -> i64 {
    day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc().timestamp_millis()
}
