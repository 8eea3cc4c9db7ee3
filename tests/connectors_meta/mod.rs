//! Facebook and Instagram: recorded answers in, exact readings out; and the loop against a server that misbehaves.

mod faults;
mod recorded;
mod server;
mod whole;

use chrono::{DateTime, NaiveDate, Utc};
use genomslag::connectors::Task;
use genomslag::model::{Channel, ChannelId, LinkedInDoor, Period, Platform, Reading, UnitId, Value};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn period(first: &str, end: &str) -> Period {
    Period::new(day(first), day(end)).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-18T06:00:00Z".parse().unwrap()
}

fn channel(platform: Platform, account: &str) -> Channel {
    Channel {
        id: ChannelId::from("kanal"),
        title: "Kanal".to_owned(),
        platform,
        account: account.to_owned(),
        unit: UnitId::from("enhet"),
        zone: chrono_tz::America::Los_Angeles,
        door: LinkedInDoor::Community,
        page: None,
        stories: false,
        demographics: false,
    }
}

fn task(platform: Platform, account: &str) -> Task {
    Task {
        channel: channel(platform, account),
        days: period("2026-11-09", "2026-11-17"),
        windows: vec![period("2026-11-09", "2026-11-16")],
        posts_since: day("2026-10-19"),
        now: now(),
        version: "v25.0".to_owned(),
    }
}

/// `post? metric[dimension] window start..end value state`, one line each.
fn lines(readings: &[Reading]) -> Vec<String> {
    let line = |reading: &Reading| {
        let post = reading.post.as_ref().map_or(String::new(), |post| format!("{post} "));
        let dimension = reading.dimension.as_ref().map_or(String::new(), |dimension| format!("[{dimension}]"));
        let value = match reading.value {
            Some(Value::Whole(whole)) => whole.to_string(),
            Some(Value::Decimal(decimal)) => format!("{decimal:.2}"),
            None => "-".to_owned(),
        };
        let (metric, window, start, end, state) =
            (&reading.metric, reading.window, reading.start, reading.end, reading.state.as_str());
        format!("{post}{metric}{dimension} {window} {start}..{end} {value} {state}")
    };
    readings.iter().map(line).collect()
}
