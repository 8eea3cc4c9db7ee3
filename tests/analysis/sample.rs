//! Facts made by hand.

use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use genomslag::analysis::{Facts, PostValue, Scopes, Whole};
use genomslag::catalog::Catalog;
use genomslag::model::{
    Break, Calendar, Channel, Goal, GoalKind, LinkedInDoor, Period, Platform, Point, Post, PostFormat, Series, State,
    Units,
};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn period(text: &str) -> Period {
    Period::parse(text, Calendar::default()).unwrap()
}

/// The canonical metrics alone: no platform feeds any, so channels with values are asked.
pub fn catalog() -> Catalog {
    catalog_with("")
}

pub fn catalog_with(metrics: &str) -> Catalog {
    let canonical = include_str!("../../src/catalog/canonical.toml");
    let none = if metrics.is_empty() { "metric = []\n" } else { "" };
    Catalog::read(&format!("{none}{canonical}\n{metrics}")).unwrap()
}

pub fn moment(day: NaiveDate) -> DateTime<Utc> {
    Utc.from_utc_datetime(&day.and_hms_opt(12, 0, 0).unwrap())
}

pub fn point(day: NaiveDate, value: Option<f64>, state: State) -> Point {
    let seen = moment(day + Days::new(2));
    Point { day, value, state, seen, metric: "raw".to_owned(), source: "api:test".to_owned() }
}

/// Facts that are judged on the day.
pub fn facts(today: &str) -> Facts {
    Facts {
        calendar: Calendar::default(),
        zone: chrono_tz::Europe::Stockholm,
        units: Units::default(),
        channels: Vec::new(),
        population: Vec::new(),
        series: Vec::new(),
        wholes: Vec::new(),
        posts: Vec::new(),
        post_values: Vec::new(),
        surveys: Vec::new(),
        peers: Vec::new(),
        scopes: Scopes::default(),
        complete_through: Vec::new(),
        heard: std::collections::BTreeMap::new(),
        today: day(today),
    }
}

pub fn add_channel(facts: &mut Facts, id: &str, platform: Platform) {
    facts.channels.push(Channel {
        id: id.into(),
        title: id.to_owned(),
        platform,
        account: "1".to_owned(),
        unit: "kommunikation".into(),
        zone: platform.zone().unwrap_or(chrono_tz::Europe::Stockholm),
        door: LinkedInDoor::default(),
        page: None,
        stories: false,
        demographics: false,
        by_files: false,
    });
}

/// A value per day of the stretch, the last day counted.
pub fn add_days(facts: &mut Facts, id: &str, metric: &str, first: &str, last: &str, value: impl Fn(usize) -> f64) {
    let period = period(&format!("{first}..{last}"));
    let points = period.iter_days().enumerate().map(|(index, day)| point(day, Some(value(index)), State::Ok));
    add_points(facts, id, metric, points.collect());
}

pub fn add_points(facts: &mut Facts, id: &str, metric: &str, points: Vec<Point>) {
    let known = facts.series.iter_mut().find(|it| it.channel.as_str() == id && it.metric.as_str() == metric);
    match known {
        Some(series) => {
            series.points.extend(points);
            series.points.sort_by_key(|point| point.day);
        }
        None => {
            facts.series.push(Series { channel: id.into(), metric: metric.into(), points, breaks: Vec::new() });
        }
    }
}

pub fn add_break(facts: &mut Facts, id: &str, metric: &str, on: &str) {
    let series = facts.series.iter_mut().find(|it| it.channel.as_str() == id && it.metric.as_str() == metric);
    series.unwrap().breaks.push(Break { day: day(on), before: "old".to_owned(), after: "new".to_owned() });
}

pub fn add_whole(facts: &mut Facts, id: &str, metric: &str, stretch: &str, value: f64) {
    let period = period(stretch);
    let point = point(period.start(), Some(value), State::Ok);
    facts.wholes.push(Whole { channel: id.into(), metric: metric.into(), period, point });
}

/// A post at noon UTC, known since the last day of the facts.
pub fn add_post(facts: &mut Facts, channel: &str, id: &str, on: NaiveDate) {
    let platform = facts.channels.iter().find(|it| it.id.as_str() == channel).unwrap().platform;
    facts.posts.push(Post {
        organisation: "bjorkvalla".into(),
        platform,
        channel: channel.into(),
        id: id.into(),
        published: moment(on),
        format: PostFormat::Image,
        text: "Ett inlägg".to_owned(),
        permalink: None,
        link: None,
        seen: moment(facts.today + Days::new(2)),
        source: "api:test".to_owned(),
    });
}

pub fn add_post_value(facts: &mut Facts, channel: &str, id: &str, metric: &str, value: f64, seen: DateTime<Utc>) {
    facts.post_values.push(PostValue {
        channel: channel.into(),
        post: id.into(),
        metric: metric.into(),
        name: format!("post_{metric}"),
        value: Some(value),
        state: State::Ok,
        day: seen.date_naive(),
        seen,
        source: "api:test".to_owned(),
    });
}

/// A goal of the whole organisation, in weeks.
pub fn goal(metric: &str, kind: GoalKind, start: &str, due: &str) -> Goal {
    let goal = Goal::new("mal".into(), metric.into(), kind, (day(start), day(due)));
    Goal { title: "Ett mål".to_owned(), ..goal }
}

/// Numbers that arithmetic may have nudged.
#[track_caller]
pub fn near(found: Option<f64>, expected: f64) {
    let found = found.expect("a number");
    assert!((found - expected).abs() < 1e-6 * expected.abs().max(1.0), "found {found}, expected {expected}");
}
