//! Facebook Page insights: `/{page}/insights`.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::America::Los_Angeles;
use serde_json::{Map, Value, json};

use super::window::{Bounds, stamp};
use crate::sandbox::ask::{Answer, Ask, graph_error};
use crate::sandbox::world::ledger::Ledger;
use crate::sandbox::world::noise::{decimal, whole};
use crate::sandbox::world::{Day, midnight, next};

/// The first day of the "views" metrics, two weeks before the old ones died.
const VIEWS_SINCE: NaiveDate = NaiveDate::from_ymd_opt(2025, 11, 1).expect("a day of the calendar");
/// The first day of the "viewers" metrics.
const VIEWERS_SINCE: NaiveDate = NaiveDate::from_ymd_opt(2026, 2, 18).expect("a day of the calendar");

/// How a metric's days make a trailing window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Added.
    Flow,
    /// Counted once.
    Unique,
    /// The last one.
    Stock,
    /// Only given for single days.
    DayOnly,
    /// A map by kind, only given for single days.
    Map,
}

struct PageMetric {
    name: &'static str,
    kind: Kind,
    title: Option<&'static str>,
    since: Option<NaiveDate>,
    value: fn(&Day) -> i64,
}

const fn metric(name: &'static str, kind: Kind, title: &'static str, value: fn(&Day) -> i64) -> PageMetric {
    PageMetric { name, kind, title: Some(title), since: None, value }
}

/// How the reactions of a day fall apart.
pub(super) const REACTIONS: [(&str, f64); 6] =
    [("like", 0.78), ("love", 0.12), ("wow", 0.03), ("haha", 0.04), ("sorry", 0.02), ("anger", 0.01)];

/// Every name that answers; all others are dead or never lived.
const METRICS: [PageMetric; 23] = [
    PageMetric {
        name: "page_media_view",
        kind: Kind::Flow,
        title: Some("Facebook views"),
        since: Some(VIEWS_SINCE),
        value: |day| day.views,
    },
    PageMetric {
        name: "page_total_media_view_unique",
        kind: Kind::Unique,
        title: None,
        since: Some(VIEWERS_SINCE),
        value: |day| day.reach,
    },
    metric("page_post_engagements", Kind::Flow, "Daily Page Post Engagements", Day::engagements),
    metric("page_follows", Kind::Stock, "Lifetime Total Follows", |day| day.followers),
    metric("page_daily_follows", Kind::DayOnly, "Daily Follows", |day| day.gains),
    metric("page_daily_follows_unique", Kind::Flow, "Daily New Follows", |day| day.gains),
    metric("page_daily_unfollows_unique", Kind::Flow, "Daily Unfollows", |day| day.losses),
    metric("page_views_total", Kind::Flow, "Daily Total Page Views", |day| day.profile_views),
    metric("page_total_actions", Kind::Flow, "Daily Total Actions on Page", |day| day.profile_views / 9),
    metric("page_actions_post_reactions_like_total", Kind::Flow, "Daily Like Reactions", |day| reaction(day, 0)),
    metric("page_actions_post_reactions_love_total", Kind::Flow, "Daily Love Reactions", |day| reaction(day, 1)),
    metric("page_actions_post_reactions_wow_total", Kind::Flow, "Daily Wow Reactions", |day| reaction(day, 2)),
    metric("page_actions_post_reactions_haha_total", Kind::Flow, "Daily Haha Reactions", |day| reaction(day, 3)),
    metric("page_actions_post_reactions_sorry_total", Kind::Flow, "Daily Sorry Reactions", |day| reaction(day, 4)),
    metric("page_actions_post_reactions_anger_total", Kind::Flow, "Daily Anger Reactions", |day| reaction(day, 5)),
    metric("page_actions_post_reactions_total", Kind::Map, "Daily total post reactions", |day| day.reactions),
    metric("page_video_views", Kind::Flow, "Daily Total Video Views", |day| day.video_views),
    metric("page_video_views_organic", Kind::Flow, "Daily Organic Video Views", |day| day.video_views * 9 / 10),
    metric("page_video_views_paid", Kind::Flow, "Daily Paid Video Views", |day| {
        day.video_views - day.video_views * 9 / 10
    }),
    metric("page_video_complete_views_30s", Kind::Flow, "Daily 30-Second Views", |day| day.video_views / 4),
    metric("page_video_view_time", Kind::Flow, "Daily Total Video View Time", |day| day.video_views * 7_400),
    metric("page_fan_adds_by_paid_non_paid_unique", Kind::Map, "Daily New Likes", |day| day.gains),
    metric("page_lifetime_engaged_followers_unique", Kind::DayOnly, "Lifetime Engaged Followers", |day| {
        day.followers / 3
    }),
];

/// One kind's part of the day's reactions; likes take what rounding leaves over.
fn reaction(day: &Day, kind: usize) -> i64 {
    let part = |share: f64| whole((decimal(day.reactions.max(0)) * share).floor());
    if kind == 0 {
        day.reactions.max(0) - REACTIONS[1..].iter().map(|(_, share)| part(*share)).sum::<i64>()
    } else {
        part(REACTIONS[kind].1)
    }
}

/// Kinds with their counts; a kind without any is left out, as the platform does.
pub(super) fn reaction_map(total: i64) -> Value {
    let day = Day { reactions: total, ..Day::quiet(VIEWS_SINCE) };
    let mut map = Map::new();
    for (kind, (name, _)) in REACTIONS.iter().enumerate() {
        let count = reaction(&day, kind);
        if count > 0 {
            map.insert((*name).to_owned(), json!(count));
        }
    }
    Value::Object(map)
}

/// Answers `/{page}/insights`.
pub(super) fn insights(ledger: &Ledger, ask: &Ask, now: DateTime<Utc>) -> Answer {
    let names: Vec<&str> = ask.get("metric").unwrap_or_default().split(',').filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return no_metric();
    }
    let mut asked = Vec::new();
    for name in names {
        let Some(metric) = METRICS.iter().find(|metric| metric.name == name) else {
            return graph_error(400, 100, None, "(#100) The value must be a valid insights metric");
        };
        asked.push(metric);
    }
    let bounds = match Bounds::of_page(ask, now) {
        Ok(bounds) => bounds,
        Err(answer) => return *answer,
    };
    let periods: Vec<&str> = ask.get("period").map_or_else(|| vec!["day", "week", "days_28"], |period| vec![period]);
    let breakdown = ask.get("breakdown");
    let mut data = Vec::new();
    for metric in asked {
        for period in &periods {
            match entry(ledger, metric, period, breakdown, &bounds) {
                Ok(entry) => data.push(entry),
                Err(answer) => return *answer,
            }
        }
    }
    Answer::ok(json!({"data": data, "paging": bounds.paging(ask, 0)}))
}

/// A request without a metric.
pub(super) fn no_metric() -> Answer {
    let mut answer = graph_error(400, 3001, Some(1_504_028), "Invalid query");
    answer.body["error"]["error_user_title"] = json!("No Metric Specified");
    answer.body["error"]["is_transient"] = json!(false);
    answer
}

fn entry(
    ledger: &Ledger,
    metric: &PageMetric,
    period: &str,
    breakdown: Option<&str>,
    bounds: &Bounds,
) -> Result<Value, Box<Answer>> {
    let length = match period {
        "day" => 1,
        "week" => 7,
        "days_28" => 28,
        "lifetime" if metric.name == "page_media_view" => {
            return Err(Box::new(graph_error(400, 1, Some(99), "An unknown error occurred")));
        }
        "lifetime" => 0,
        _ => {
            return Err(Box::new(graph_error(
                400,
                100,
                None,
                &format!(
                    "(#100) Param period must be one of {{day, week, days_28, month, lifetime, total_over_range}} - got {period}"
                ),
            )));
        }
    };
    let silent = length == 0 || (length > 1 && matches!(metric.kind, Kind::DayOnly | Kind::Map));
    let mut values = Vec::new();
    let days = if silent { 0..0 } else { 0..bounds.days() };
    for offset in days {
        let day = bounds.first + Days::new(offset);
        if metric.since.is_some_and(|since| day < since) || day < bounds.oldest {
            continue;
        }
        let end_time = stamp(midnight(next(day), Los_Angeles));
        if let Some(breakdown) = breakdown {
            for (key, value) in split_by(ledger, metric, breakdown, day)? {
                values.push(json!({"value": value, "end_time": end_time, breakdown: key}));
            }
        } else if let Some(value) = value_of(ledger, metric, day, length) {
            values.push(json!({"value": value, "end_time": end_time}));
        }
    }
    Ok(json!({
        "name": metric.name,
        "period": period,
        "values": values,
        "title": metric.title,
        "description": "Sandbox: invented figures in the platform's shape.",
        "id": format!("{}/insights/{}/{period}", ledger.account.id, metric.name),
    }))
}

/// The value that stands at the end of the day, if the platform reports one.
fn value_of(ledger: &Ledger, metric: &PageMetric, day: NaiveDate, length: u64) -> Option<Value> {
    let last = ledger.day(day).filter(|last| last.reported)?;
    Some(match metric.kind {
        Kind::Map if metric.name == "page_actions_post_reactions_total" => reaction_map(last.reactions),
        Kind::Map => json!({"total": last.gains, "paid": last.paid_gains, "unpaid": last.gains - last.paid_gains}),
        Kind::Unique => json!(ledger.unique(day, length)?),
        Kind::Stock | Kind::DayOnly => json!((metric.value)(&last)),
        Kind::Flow => {
            let sum: i64 =
                (0..length).filter_map(|back| ledger.day(day - Days::new(back))).map(|day| (metric.value)(&day)).sum();
            json!(sum)
        }
    })
}

/// The parts of a day's views.
fn split_by(
    ledger: &Ledger,
    metric: &PageMetric,
    breakdown: &str,
    day: NaiveDate,
) -> Result<Vec<(&'static str, i64)>, Box<Answer>> {
    if metric.name != "page_media_view" {
        return Err(Box::new(graph_error(400, 1, None, "An unknown error has occurred.")));
    }
    let Some(day) = ledger.day(day).filter(|day| day.reported) else { return Ok(Vec::new()) };
    match breakdown {
        "is_from_ads" => Ok(vec![("0", day.views - day.ad_views), ("1", day.ad_views)]),
        "is_from_followers" => {
            let followers = day.views * 2 / 5;
            Ok(vec![("0", day.views - followers), ("1", followers)])
        }
        _ => Err(Box::new(graph_error(400, 1, None, "An unknown error has occurred."))),
    }
}
