//! Instagram account insights: `/{ig-user}/insights`.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::America::Los_Angeles;
use serde_json::{Map, Value, json};

use super::page::no_metric;
use super::window::{Bounds, stamp};
use crate::sandbox::ask::{Answer, Ask, graph_error};
use crate::sandbox::world::ledger::Ledger;
use crate::sandbox::world::{Day, midnight, next};

/// The names that the platform itself lists in its refusal.
const NAMES: &str = "reach, follower_count, website_clicks, profile_views, online_followers, accounts_engaged, total_interactions, likes, comments, shares, saves, replies, engaged_audience_demographics, reached_audience_demographics, follower_demographics, follows_and_unfollows, profile_links_taps, views, threads_likes, threads_replies, reposts, quotes, threads_followers, threads_follower_demographics, content_views, threads_views, threads_clicks, threads_reposts";

/// Answers `/{ig-user}/insights`.
pub(super) fn insights(ledger: &Ledger, ask: &Ask, now: DateTime<Utc>) -> Answer {
    let names: Vec<&str> = ask.get("metric").unwrap_or_default().split(',').filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return no_metric();
    }
    for (index, name) in names.iter().enumerate() {
        if !NAMES.split(", ").any(|valid| valid == *name) {
            return graph_error(
                400,
                100,
                None,
                &format!("(#100) metric[{index}] must be one of the following values: {NAMES}"),
            );
        }
    }
    let Some(period) = ask.get("period") else {
        return graph_error(400, 100, None, "(#100) The parameter period is required");
    };
    let total = ask.get("metric_type") == Some("total_value");
    if let Some(name) =
        names.iter().find(|name| !total && !matches!(**name, "reach" | "follower_count" | "online_followers"))
    {
        return graph_error(
            400,
            100,
            None,
            &format!(
                "(#100) The following metrics ({name}) should be specified with parameter metric_type=total_value"
            ),
        );
    }
    let bounds = match Bounds::of_instagram(ask, now) {
        Ok(bounds) => bounds,
        Err(answer) => return *answer,
    };
    let mut data = Vec::new();
    for name in names {
        let entry = match (name, total) {
            ("online_followers", _) => Ok(Some(online(ledger))),
            ("follower_count", true) => Ok(None),
            ("reach" | "follower_count", false) => series(ledger, name, period, &bounds),
            (_, true) if name.ends_with("_demographics") => demographics(ledger, name, ask),
            _ => whole_window(ledger, name, period, ask, &bounds),
        };
        match entry {
            Ok(entry) => data.extend(entry),
            Err(answer) => return *answer,
        }
    }
    let mut body = json!({ "data": data });
    if body["data"].as_array().is_some_and(|data| !data.is_empty()) {
        body["paging"] = bounds.paging(ask, 1);
    }
    Answer::ok(body)
}

fn entry(ledger: &Ledger, name: &str, period: &str, key: &str, value: Option<Value>) -> Value {
    let mut entry = Map::new();
    entry.insert("name".to_owned(), json!(name));
    entry.insert("period".to_owned(), json!(period));
    let series = key == "values";
    if let (true, Some(value)) = (series, &value) {
        entry.insert(key.to_owned(), value.clone());
    }
    entry.insert("title".to_owned(), json!(name));
    entry.insert("description".to_owned(), json!("Sandbox: invented figures in the platform's shape."));
    if let (false, Some(value)) = (series, value) {
        entry.insert(key.to_owned(), value);
    }
    entry.insert("id".to_owned(), json!(format!("{}/insights/{name}/{period}", ledger.account.id)));
    Value::Object(entry)
}

/// A day series: the filter is on `end_time`, both ends included.
fn series(ledger: &Ledger, name: &str, period: &str, bounds: &Bounds) -> Result<Option<Value>, Box<Answer>> {
    let length = match (name, period) {
        (_, "day") => 1,
        ("reach", "week") => 7,
        ("reach", "days_28") => 28,
        _ => {
            return Err(Box::new(graph_error(
                400,
                100,
                None,
                &format!("(#100) Incompatible metrics ({name}) with period ({period})"),
            )));
        }
    };
    let from = bounds.first.checked_sub_days(Days::new(2)).unwrap_or(bounds.first);
    let values: Vec<Value> = from
        .iter_days()
        .take_while(|day| *day < ledger.today)
        .map(|day| (day, midnight(next(day), Los_Angeles)))
        .take_while(|(_, end)| *end <= bounds.until)
        .filter(|(day, end)| *end >= bounds.since && *day >= bounds.oldest)
        .filter_map(|(day, end)| {
            let value = ledger.day(day).filter(|day| day.reported)?;
            let value = if name == "reach" { ledger.unique(day, length)? } else { value.gains };
            Some(json!({"value": value, "end_time": stamp(end)}))
        })
        .collect();
    Ok((!values.is_empty()).then(|| entry(ledger, name, period, "values", Some(json!(values)))))
}

fn flow(name: &str) -> Option<fn(&Day) -> i64> {
    Some(match name {
        "views" | "content_views" => |day| day.views,
        "total_interactions" => Day::engagements,
        "likes" => |day| day.reactions,
        "comments" => |day| day.comments,
        "saves" => |day| day.saves,
        "shares" => |day| day.shares,
        "reposts" => |day| day.shares / 6,
        "profile_links_taps" => |day| day.profile_views / 20,
        "profile_views" => |day| day.profile_views,
        "website_clicks" => |day| day.profile_views / 8,
        // Always nothing for accounts in Europe, by the privacy rules.
        "replies" => |_| 0,
        _ => return None,
    })
}

/// One number for the whole window.
fn whole_window(
    ledger: &Ledger,
    name: &str,
    period: &str,
    ask: &Ask,
    bounds: &Bounds,
) -> Result<Option<Value>, Box<Answer>> {
    if period != "day" {
        return Err(Box::new(graph_error(
            400,
            100,
            None,
            &format!("(#100) Incompatible metrics ({name}) with period ({period})"),
        )));
    }
    let days: Vec<NaiveDate> = bounds.first.iter_days().take_while(|day| *day < bounds.end).collect();
    let reported: Vec<Day> = days.iter().filter_map(|day| ledger.day(*day)).filter(|day| day.reported).collect();
    if reported.is_empty() || bounds.first < bounds.oldest {
        return Ok(None);
    }
    if name == "follows_and_unfollows" {
        let (won, lost) =
            (reported.iter().map(|day| day.gains).sum::<i64>(), reported.iter().map(|day| day.losses).sum::<i64>());
        let value = (ask.get("breakdown") == Some("follow_type")).then(|| {
            json!({"breakdowns": [{"dimension_keys": ["follow_type"], "results": [
                {"dimension_values": ["FOLLOWER"], "value": won},
                {"dimension_values": ["NON_FOLLOWER"], "value": lost},
            ]}]})
        });
        return Ok(Some(entry(ledger, name, period, "total_value", value)));
    }
    let last = days.last().copied().unwrap_or(bounds.first);
    let length = u64::try_from(days.len()).unwrap_or(1);
    let value: i64 = match name {
        "reach" => match ledger.unique(last, length) {
            Some(value) => value,
            None => return Ok(None),
        },
        "accounts_engaged" => {
            let engaged: i64 = reported.iter().map(Day::engagements).sum();
            ledger.unique(last, length).map_or(0, |reach| (engaged * 4 / 5).min(reach))
        }
        _ => match flow(name) {
            Some(flow) => reported.iter().map(flow).sum(),
            None => return Ok(None),
        },
    };
    let mut total = json!({ "value": value });
    if let Some(breakdown) = ask.get("breakdown") {
        total["breakdowns"] = breakdowns(breakdown, value)?;
    }
    Ok(Some(entry(ledger, name, period, "total_value", Some(total))))
}

/// The parts of a number; the last one takes what rounding leaves over.
fn breakdowns(breakdown: &str, value: i64) -> Result<Value, Box<Answer>> {
    let mut parts: Vec<(Vec<&str>, i64)> = vec![(Vec::new(), value)];
    let keys: Vec<&str> = breakdown.split(',').collect();
    for key in &keys {
        let split: &[(&str, i64)] = match *key {
            "media_product_type" => &[("POST", 41), ("CAROUSEL_CONTAINER", 14), ("STORY", 12), ("REEL", 33)],
            "follow_type" => &[("FOLLOWER", 58), ("NON_FOLLOWER", 42)],
            "contact_button_type" => &[("CALL", 30), ("EMAIL", 70)],
            _ => return Err(Box::new(graph_error(400, 1, None, "An unknown error has occurred."))),
        };
        parts = parts.iter().flat_map(|(path, whole)| divided(path, *whole, split)).collect();
    }
    let results: Vec<Value> = parts
        .into_iter()
        .filter(|(_, value)| *value != 0)
        .map(|(path, value)| json!({"dimension_values": path, "value": value}))
        .collect();
    Ok(json!([{"dimension_keys": keys, "results": results}]))
}

fn divided<'a>(path: &[&'a str], whole: i64, split: &[(&'a str, i64)]) -> Vec<(Vec<&'a str>, i64)> {
    let mut left = whole;
    split
        .iter()
        .enumerate()
        .map(|(index, (word, percent))| {
            let part = if index + 1 == split.len() { left } else { whole * percent / 100 };
            left -= part;
            (path.iter().copied().chain([*word]).collect(), part)
        })
        .collect()
}

/// The hours at which followers are there; the latest day is not ready.
fn online(ledger: &Ledger) -> Value {
    let stamp_of = |back: u64| stamp(midnight(ledger.today - Days::new(back), Los_Angeles));
    let hours: Map<String, Value> = (0..24_i64)
        .map(|hour| (hour.to_string(), json!(ledger.followers() * (12 - (hour - 11).abs()).max(1) / 40)))
        .collect();
    let values = json!([
        {"value": hours, "end_time": stamp_of(1)},
        {"value": {}, "end_time": stamp_of(0)},
    ]);
    entry(ledger, "online_followers", "lifetime", "values", Some(values))
}

fn demographics(ledger: &Ledger, name: &str, ask: &Ask) -> Result<Option<Value>, Box<Answer>> {
    let groups: &[(&str, i64)] = match ask.get("breakdown") {
        Some("age") => &[("18-24", 9), ("25-34", 22), ("35-44", 26), ("45-54", 21), ("55-64", 12), ("65+", 6)],
        Some("gender") => &[("F", 63), ("M", 31), ("U", 3)],
        Some("city") => &[("Björkvalla, Västmanland County", 58), ("Västerås, Västmanland County", 9)],
        Some("country") => &[("SE", 93), ("FI", 2)],
        _ => return Err(Box::new(graph_error(400, 1, None, "An unknown error has occurred."))),
    };
    let Some(timeframe @ ("this_month" | "this_week")) = ask.get("timeframe") else {
        return Err(Box::new(graph_error(
            400,
            100,
            None,
            "(#100) timeframe must be one of the following values: this_month, this_week",
        )));
    };
    let results: Vec<Value> = groups
        .iter()
        .map(|(group, percent)| json!({"dimension_values": [timeframe, group], "value": ledger.followers() * percent / 100}))
        .collect();
    let keys = json!(["timeframe", ask.get("breakdown")]);
    let total = json!({"breakdowns": [{"dimension_keys": keys, "results": results}]});
    Ok(Some(entry(ledger, name, "lifetime", "total_value", Some(total))))
}
