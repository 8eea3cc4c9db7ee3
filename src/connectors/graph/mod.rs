//! What Facebook and Instagram share: the envelope of errors and insights, days in US Pacific time, paging by cursor,
//! batches, tokens.

mod batch;
pub mod consent;
mod explain;
mod insights;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::America::Los_Angeles;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use serde_json::Value as Json;

use super::{Reply, Request, Task, TokenFacts};
use crate::model::{Period, Secret, State, Window, told};

pub(super) use batch::{batches, read_batch, with_items};
pub(super) use explain::explain;
pub(super) use insights::{Insight, entries, number, values_of, window_of_total};

/// Meta's own host; its paging addresses name it also when it is asked through another.
pub(super) const HOSTS: &[&str] = &["graph.facebook.com", "graph.instagram.com"];

/// The ask of a batch.
pub(super) const BATCH: &str = "batch";

/// The ask of the token's facts.
pub(super) const TOKEN: &str = "token";

/// How many rows a page of a list has at first.
pub(super) const PAGE: u32 = 50;

/// What stays as it is in the relative address of a batch item.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b',').remove(b'(').remove(b')');

/// The path of an object or edge under the version asked for.
pub(super) fn path(task: &Task, below: &str) -> String {
    format!("{}/{below}", task.version)
}

/// When a Pacific day begins, in Unix seconds.
pub(super) fn midnight(day: NaiveDate) -> i64 {
    let local = day.and_time(chrono::NaiveTime::MIN);
    // US daylight saving changes at two in the morning: midnight always exists, once.
    Los_Angeles
        .from_local_datetime(&local)
        .earliest()
        .map_or_else(|| local.and_utc().timestamp(), |time| time.timestamp())
}

/// The Pacific day that ends at `end_time`: the calendar day before it. The first ten letters would be one day late.
pub(super) fn day_ending(end_time: &str) -> Option<NaiveDate> {
    let end = time(end_time)?.with_timezone(&Los_Angeles).date_naive();
    end.checked_sub_days(Days::new(1))
}

/// Meta writes `+0000` without a colon, which strict readers reject.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    let parsed = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z").or_else(|_| DateTime::parse_from_rfc3339(text));
    parsed.ok().map(|time| time.to_utc())
}

/// Seconds since 1970, as number or text.
pub(super) fn unix_time(value: Option<&Json>) -> Option<DateTime<Utc>> {
    let value = value?;
    let seconds = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    DateTime::from_timestamp(seconds, 0)
}

/// The stretch in slices of at most so many days, the latest first: if the budget ends, the newest days are there.
pub(super) fn slices(days: Period, longest: u32) -> Vec<Period> {
    let mut slices = Vec::new();
    let mut end = days.end();
    while end > days.start() {
        let start = end.checked_sub_days(Days::new(u64::from(longest))).unwrap_or(days.start()).max(days.start());
        slices.extend(Period::new(start, end));
        end = start;
    }
    slices
}

/// The days of the task that are over, not older than `back` days.
pub(super) fn within_reach(task: &Task, days: Period, back: u32) -> Option<Period> {
    let today = task.now.with_timezone(&Los_Angeles).date_naive();
    let oldest = today.checked_sub_days(Days::new(u64::from(back)))?;
    days.intersect(Period::new(oldest, today)?)
}

/// Whether a value may still change: its window ended less than `settling` ago.
pub(super) fn settled(task: &Task, window: Window, end: NaiveDate, settling: TimeDelta) -> State {
    if matches!(window, Window::Instant | Window::Lifetime) {
        return State::Ok;
    }
    let ended = DateTime::from_timestamp(midnight(end), 0);
    if ended.is_some_and(|ended| ended + settling <= task.now) { State::Ok } else { State::Preliminary }
}

/// The next page of a list, by cursor on our own address. `next` alone tells that there is one; where it leads is
/// reported by its host, and never followed.
pub(super) fn next_page(request: &Request, answer: &Json, reply: &mut Reply) {
    let paging = answer.get("paging");
    let Some(next) = paging.and_then(|paging| paging.get("next")).and_then(Json::as_str) else { return };
    let next = url::Url::parse(next).ok();
    reply.hosts.extend(next.as_ref().and_then(|next| next.host_str()).map(str::to_owned));
    let cursor = paging.and_then(|paging| paging.pointer("/cursors/after")).and_then(Json::as_str).map(str::to_owned);
    let in_address = |name: &str| {
        let next = next.as_ref()?;
        next.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    // Some edges page by cursor, others by time and a token of theirs.
    let place = match cursor.or_else(|| in_address("after")) {
        Some(after) => vec![("after", after)],
        None => ["until", "__paging_token"].iter().filter_map(|name| Some((*name, in_address(name)?))).collect(),
    };
    if place.is_empty() {
        reply.gaps.push(told::list_no_cursor(&request.ask));
    } else {
        reply.next.push(place.into_iter().fold(request.clone(), |page, (name, value)| page.with_value(name, value)));
    }
}

/// Asks the facts of the token. Inside a batch, so that the token stands in the form and in no address; the loop
/// writes the token in place of the mark.
pub(super) fn token_facts(task: &Task) -> Request {
    let item = format!(r#"[{{"method":"GET","relative_url":"debug_token?input_token={}"}}]"#, super::TOKEN_MARK);
    Request::post(TOKEN, path(task, "")).with("batch", item).with("include_headers", "false")
}

/// Reads the facts of the token. A refusal is no reason to stop: the figures may well come.
pub(super) fn read_token_facts(answer: &Json) -> Reply {
    let item = answer.as_array().and_then(|items| items.first());
    let body = item.and_then(|item| item.get("body")).and_then(Json::as_str);
    let told: Option<Json> = body.and_then(|body| serde_json::from_str(body).ok());
    let Some(data) = told.as_ref().and_then(|told| told.get("data")) else {
        return Reply { notices: vec![told::token_untold()], ..Reply::default() };
    };
    Reply { token: Some(facts(data)), ..Reply::default() }
}

/// `expires_at` 0 means never.
pub(super) fn facts(data: &Json) -> TokenFacts {
    let end = |key: &str| unix_time(data.get(key)).filter(|time| time.timestamp() > 0);
    let scopes = data.get("scopes").and_then(Json::as_array).into_iter().flatten();
    TokenFacts {
        valid: data.get("is_valid").and_then(Json::as_bool),
        expires: end("expires_at"),
        never_expires: data.get("expires_at").and_then(Json::as_i64) == Some(0),
        data_access_expires: end("data_access_expires_at"),
        scopes: scopes.filter_map(Json::as_str).map(str::to_owned).collect(),
    }
}

/// The Page's own token in an answer, for the requests that follow.
pub(super) fn page_token(answer: &Json) -> Option<Secret> {
    answer.get("access_token").and_then(Json::as_str).filter(|token| !token.is_empty()).map(Secret::new)
}

/// A text field, if it is there and not empty.
pub(super) fn text(row: &Json, key: &str) -> Option<String> {
    row.get(key).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// An id, as text or number.
pub(super) fn id(row: &Json, key: &str) -> Option<String> {
    let value = row.get(key)?;
    value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn days_end_at_pacific_midnight_on_both_sides_of_both_clock_changes() {
        // US clocks changed on 8 March and 1 November 2026; Swedish ones on 29 March and 25 October, which play no part.
        let cases = [
            ("2026-03-08T08:00:00+0000", "2026-03-07"),
            ("2026-03-09T07:00:00+0000", "2026-03-08"),
            ("2026-03-30T07:00:00+0000", "2026-03-29"),
            ("2026-10-26T07:00:00+0000", "2026-10-25"),
            ("2026-11-01T07:00:00+0000", "2026-10-31"),
            ("2026-11-02T08:00:00+0000", "2026-11-01"),
            ("2026-11-02T08:00:00+00:00", "2026-11-01"),
        ];
        for (end_time, expected) in cases {
            assert_eq!(day_ending(end_time), Some(day(expected)), "{end_time}");
            let ends = time(end_time).expect("a time").timestamp();
            assert_eq!(midnight(day(expected) + Days::new(1)), ends, "{end_time}");
        }
        assert_eq!(day_ending("2026-11-02"), None);
    }

    #[test]
    fn slices_cover_every_day_once_latest_first() {
        let days = Period::new(day("2026-01-01"), day("2026-07-20")).expect("days");
        let slices = slices(days, 89);
        let lengths: Vec<_> = slices.iter().map(|slice| slice.days()).collect();
        assert_eq!(lengths, [89, 89, 22]);
        assert_eq!(slices.first().map(|slice| slice.end()), Some(day("2026-07-20")));
        assert_eq!(slices.last().map(|slice| slice.start()), Some(day("2026-01-01")));
        assert!(slices.windows(2).all(|pair| pair[1].end() == pair[0].start()));
    }
}
