//! Tasks to ask with, recorded answers to read, and one way to write down what came out.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use genomslag::connectors::{Connector, PostReading, ReadError, Reply, Request, Task};
use genomslag::model::{Channel, ChannelId, LinkedInDoor, Period, Platform, PostId, Reading, UnitId, Value};
use genomslag::words::problems::english;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn period(first: &str, end: &str) -> Period {
    Period::new(day(first), day(end)).unwrap()
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Wednesday 2026-11-18, seven in the morning in Sweden.
pub fn now() -> DateTime<Utc> {
    at("2026-11-18T06:00:00Z")
}

pub fn channel(platform: Platform, account: &str) -> Channel {
    Channel {
        id: ChannelId::from("kanal"),
        title: "Kanal".to_owned(),
        platform,
        account: account.to_owned(),
        unit: UnitId::from("enhet"),
        zone: platform.zone().unwrap_or(chrono_tz::Europe::Stockholm),
        door: LinkedInDoor::Community,
        page: None,
        stories: false,
        demographics: false,
        by_files: false,
    }
}

pub fn task(platform: Platform, account: &str) -> Task {
    let version = if platform == Platform::LinkedIn { "202608" } else { "v25.0" };
    Task {
        channel: channel(platform, account),
        days: period("2026-11-09", "2026-11-17"),
        windows: vec![period("2026-11-09", "2026-11-16")],
        posts_since: day("2026-10-19"),
        now: now(),
        version: version.to_owned(),
    }
}

/// A recorded answer below `tests/connectors`.
pub fn recorded(path: &str) -> Vec<u8> {
    std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every recorded answer, by its path, in order.
pub fn all_recorded() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/connectors")
}

/// A question that asks for these metrics of a post.
pub fn of_post(ask: &str, post: &str, metrics: &[&str]) -> Request {
    Request { post: Some(PostId::from(post)), ..asking(ask, metrics) }
}

/// A question that asks for these metrics.
pub fn asking(ask: &str, metrics: &[&str]) -> Request {
    let metrics: Vec<String> = metrics.iter().map(|metric| (*metric).to_owned()).collect();
    let request = Request::get(ask, format!("v25.0/1/{}", ask.replace(' ', "_")));
    if metrics.is_empty() { request } else { Request { metrics, ..request } }
}

/// The one question of a plan with this ask.
pub fn one(requests: &[Request], ask: &str) -> Request {
    let mut found = requests.iter().filter(|request| request.ask == ask);
    let first = found.next().unwrap_or_else(|| panic!("`{ask}` is not asked"));
    assert!(found.next().is_none(), "`{ask}` is asked twice");
    first.clone()
}

/// `post? metric[dimension] window start..end value state`, one line each.
pub fn lines(readings: &[Reading]) -> Vec<String> {
    let line = |reading: &Reading| {
        let post = reading.post.as_ref().map_or(String::new(), |post| format!("{post} "));
        let dimension = reading.dimension.as_ref().map_or(String::new(), |dimension| format!("[{dimension}]"));
        let value = match reading.value {
            Some(Value::Whole(whole)) => whole.to_string(),
            Some(Value::Decimal(decimal)) => format!("{decimal:.4}"),
            None => "-".to_owned(),
        };
        let (metric, window, start, end, state) =
            (&reading.metric, reading.window, reading.start, reading.end, reading.state.as_str());
        format!("{post}{metric}{dimension} {window} {start}..{end} {value} {state}")
    };
    readings.iter().map(line).collect()
}

/// A question as it is sent: path and query, and whether a token of its own goes with it.
pub fn sent(request: &Request) -> String {
    let pairs: Vec<String> = request.query.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let query = request.raw_query.clone().into_iter().chain(pairs).collect::<Vec<_>>().join("&");
    let token = if request.token.is_some() { " (own token)" } else { "" };
    format!("{:?} {}?{query}{token}", request.method, request.path)
}

/// Everything that a connector made of an answer, as text.
pub fn shown(outcome: &Result<Reply, ReadError>) -> String {
    let reply = match outcome {
        Ok(reply) => reply,
        Err(ReadError::Shape(what)) => return format!("unreadable: {}\n", english(what)),
        Err(ReadError::Refused(refusal)) => return format!("refused: {}\n", english(refusal.told())),
    };
    let post = |post: &PostReading| {
        let text: String = post.text.chars().take(24).collect();
        format!(
            "post {} {} {} {text:?} {:?} {:?}",
            post.id,
            post.published.format("%Y-%m-%dT%H:%M:%S"),
            post.format,
            post.permalink.as_deref().unwrap_or("-"),
            post.link.as_deref().unwrap_or("-")
        )
    };
    let next = |request: &Request| match request.items.len() {
        0 => vec![format!("next {}: {}", request.ask, sent(request))],
        _ => {
            request.items.iter().map(|item| format!("next in {}: {}: {}", request.ask, item.ask, sent(item))).collect()
        }
    };
    let mut text = lines(&reply.readings);
    text.extend(reply.posts.iter().map(post));
    text.extend(reply.next.iter().flat_map(next));
    text.extend(reply.token.iter().map(|token| format!("token {token:?}")));
    text.extend(reply.notices.iter().map(|notice| format!("notice {}", english(notice))));
    text.extend(reply.gaps.iter().map(|gap| format!("gap {}", english(gap))));
    text.extend(reply.hosts.iter().map(|host| format!("host {host}")));
    if text.is_empty() { "nothing\n".to_owned() } else { text.join("\n") + "\n" }
}

/// Plays an answer and writes down, under a heading, what became of it.
pub fn played(connector: &dyn Connector, task: &Task, request: &Request, name: &str, body: &[u8]) -> String {
    format!("## {name} as `{}`\n{}\n", request.ask, shown(&connector.read(task, request, body)))
}
