//! Meta's insight objects: series in `values`, totals in `total_value`, maps, flat breakdown rows. Every field optional.

use chrono::{Days, NaiveDate};
use serde_json::Value as Json;

use super::{day_ending, id};
use crate::connectors::answer::{escaped, whole};
use crate::model::{Calendar, Granularity, Period, PostId, Reading, State, Value, Window};

/// Maps whose parts add up to one number: reactions by kind. A kind that is left out is zero.
const SUMMED: [&str; 3] =
    ["page_actions_post_reactions_total", "post_reactions_by_type_total", "post_video_likes_by_reaction_type"];

/// Maps whose parts are numbers of their own, and the parts that we keep; stored as `map.part`.
const KEYED: [(&str, [&str; 2]); 2] =
    [("post_activity_by_action_type", ["comment", "share"]), ("post_video_social_actions", ["comment", "share"])];

/// The breakdowns of flat rows that we know.
const FLAT: [&str; 2] = ["is_from_ads", "is_from_followers"];

/// Where a value belongs.
#[derive(Debug, Clone)]
pub(in crate::connectors) struct Insight<'a> {
    /// The metric.
    pub(in crate::connectors) name: &'a str,
    /// `day`, `week`, `days_28`, `lifetime`.
    pub(in crate::connectors) period: &'a str,
    /// The entry itself.
    pub(in crate::connectors) entry: &'a Json,
}

/// The entries of an answer: of an insights edge, of one expanded in a row, or a single one.
pub(in crate::connectors) fn entries(answer: &Json) -> Vec<Insight<'_>> {
    let nested = ["insights", "video_insights"].into_iter().find_map(|key| answer.get(key));
    let source = nested.unwrap_or(answer);
    let list = match source.get("data").and_then(Json::as_array) {
        Some(list) => list.iter().collect(),
        None => vec![source],
    };
    list.into_iter().filter_map(understood).collect()
}

fn understood(entry: &Json) -> Option<Insight<'_>> {
    let name = entry.get("name")?.as_str()?;
    let period = entry.get("period").and_then(Json::as_str).unwrap_or("lifetime");
    Some(Insight { name, period, entry })
}

fn list(value: Option<&Json>) -> impl Iterator<Item = &Json> {
    value.and_then(Json::as_array).into_iter().flatten()
}

/// A number, also written as text; a platform's own ratio stays a decimal.
pub(in crate::connectors) fn number(value: Option<&Json>, ratio: bool) -> (Option<Value>, State) {
    if ratio { crate::connectors::answer::decimal(value) } else { whole(value) }
}

/// One value, or the parts of a map: what is added to the metric's name, and the number.
type Part = (Option<&'static str>, Option<Value>, State);

fn parts(name: &str, value: Option<&Json>, ratio: bool) -> Vec<Part> {
    let Some(map) = value.and_then(Json::as_object) else {
        let (number, state) = number(value, ratio);
        return vec![(None, number, state)];
    };
    if let Some((_, keys)) = KEYED.iter().find(|(known, _)| *known == name) {
        // Only what happened is listed: a missing key is zero.
        let zero = Json::from(0);
        let part = |key: &'static str| {
            let found = map.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value);
            let (number, state) = whole(Some(found.unwrap_or(&zero)));
            (Some(key), number, state)
        };
        return keys.iter().map(|key| part(key)).collect();
    }
    if SUMMED.contains(&name) {
        let mut total = Some(0_i64);
        for part in map.values() {
            total = match (total, whole(Some(part)).0) {
                (Some(sum), Some(Value::Whole(part))) => sum.checked_add(part),
                _ => None,
            };
        }
        let state = if total.is_some() { State::Ok } else { State::Unreadable };
        return vec![(None, total.map(Value::Whole), state)];
    }
    // Maps of people's towns and the like are not asked for, and not kept.
    Vec::new()
}

/// What window a period is, given the day that it ends on.
fn as_window(period: &str, last: NaiveDate) -> Option<(Window, NaiveDate, NaiveDate)> {
    let (window, days) = match period {
        "day" => (Window::Day, 1),
        "week" => (Window::Week, 7),
        "days_28" => (Window::Days28, 28),
        _ => return None,
    };
    let end = last.checked_add_days(Days::new(1))?;
    Some((window, end.checked_sub_days(Days::new(days))?, end))
}

/// The readings of one entry. `today` is the day of the reading, for counters since the beginning; `span` is what was
/// asked, for totals that name no window of their own.
pub(in crate::connectors) fn values_of(
    insight: &Insight<'_>,
    post: Option<&PostId>,
    today: NaiveDate,
    span: Option<Period>,
    ratio: bool,
) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut push = |dimension: Option<String>, placed: (Window, NaiveDate, NaiveDate), value: Option<&Json>| {
        for (part, value, state) in parts(insight.name, value, ratio) {
            let metric = part.map_or_else(|| insight.name.to_owned(), |part| format!("{}.{part}", insight.name));
            let (window, start, end) = placed;
            let dimension = dimension.clone();
            readings.push(Reading { post: post.cloned(), metric, dimension, window, start, end, value, state });
        }
    };
    if let Some(total) = insight.entry.get("total_value") {
        let Some(placed) = place_of_total(insight, today, span) else { return readings };
        // Some totals come only in parts.
        if total.get("value").is_some() || total.get("breakdowns").is_none() {
            push(None, placed, total.get("value"));
        }
        for (dimension, value) in breakdowns(total) {
            push(Some(dimension), placed, value);
        }
        return readings;
    }
    for row in insight.entry.get("values").and_then(Json::as_array).into_iter().flatten() {
        let placed = match row.get("end_time").and_then(Json::as_str) {
            Some(end_time) => day_ending(end_time).and_then(|last| as_window(insight.period, last)),
            None if insight.period == "lifetime" => lifetime(today),
            None => None,
        };
        if let Some(placed) = placed {
            push(flat_dimension(row), placed, row.get("value"));
        }
    }
    readings
}

fn lifetime(today: NaiveDate) -> Option<(Window, NaiveDate, NaiveDate)> {
    Some((Window::Lifetime, today, today.checked_add_days(Days::new(1))?))
}

/// A total covers what was asked: a day, a week from Monday, a calendar month, or any other stretch.
fn place_of_total(
    insight: &Insight<'_>,
    today: NaiveDate,
    span: Option<Period>,
) -> Option<(Window, NaiveDate, NaiveDate)> {
    if insight.period == "lifetime" {
        return lifetime(today);
    }
    let span = span?;
    Some((window_of_total(span), span.start(), span.end()))
}

/// What a stretch that is counted as a whole is called.
pub(in crate::connectors) fn window_of_total(span: Period) -> Window {
    match span.granularity(Calendar::default()) {
        _ if span.days() == 1 => Window::Day,
        Some(Granularity::Week) => Window::Week,
        Some(Granularity::Month) => Window::Month,
        _ => Window::Range,
    }
}

/// `key=value` of a flat row, e.g. `is_from_ads=1`.
fn flat_dimension(row: &Json) -> Option<String> {
    let pairs: Vec<_> = FLAT.into_iter().filter_map(|key| Some(format!("{key}={}", id(row, key)?))).collect();
    (!pairs.is_empty()).then(|| pairs.join(","))
}

/// The parts of a total, keys in alphabetic order.
fn breakdowns(total: &Json) -> Vec<(String, Option<&Json>)> {
    let mut found = Vec::new();
    for breakdown in total.get("breakdowns").and_then(Json::as_array).into_iter().flatten() {
        let keys: Vec<_> = list(breakdown.get("dimension_keys")).filter_map(Json::as_str).collect();
        for result in list(breakdown.get("results")) {
            let words = list(result.get("dimension_values")).filter_map(Json::as_str);
            let mut pairs: Vec<_> =
                keys.iter().zip(words).map(|(key, word)| format!("{key}={}", escaped(word))).collect();
            if pairs.is_empty() {
                continue;
            }
            pairs.sort();
            found.push((pairs.join(","), result.get("value")));
        }
    }
    found
}
