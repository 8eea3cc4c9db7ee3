//! The account's own figures: two day series, and totals that exist only for a stretch asked as a whole.

use chrono::{Days, TimeDelta};
use serde_json::Value as Json;

use super::{is_ratio, living, names};
use crate::catalog::{PlatformMetric, Subject};
use crate::connectors::answer::hidden_if_small;
use crate::connectors::fetch::today;
use crate::connectors::{Reply, Request, Task, graph};
use crate::model::{Period, Reading, Secret, State, Window};

/// Day series: `reach`.
const SERIES: &str = "account_series";
/// New followers a day, asked apart: it does not exist under 100 followers.
const NEW_FOLLOWERS: &str = "account_new_followers";
/// Totals, one question per day.
const TOTALS: &str = "account_totals";
/// Follows and unfollows, which exist only broken down.
const FOLLOWS: &str = "account_follows";
/// Unique counts of a whole stretch.
const WINDOWS: &str = "account_windows";

/// The hours at which followers are there.
pub(super) const ONLINE: &str = "account_online";

/// Followers by age, gender and place, one question for each.
pub(super) const DEMOGRAPHICS: &str = "account_demographics";

/// Thirty days (2 592 000 s) at most; the hour of a clock change would be too much.
const LONGEST: u32 = 29;

/// What the platform counts: seconds, not days.
const LONGEST_SECONDS: i64 = 2_592_000;

/// About ninety days are kept.
const BACK: u32 = 90;

/// Up to 48 hours, say the documents. The report of Wednesday 07:00 (Swedish time) comes 46 hours after Sunday's end,
/// and measured delays are hours: one day and three quarters counts as settled.
const SETTLING: TimeDelta = TimeDelta::hours(42);

/// The day series. Instagram filters on the instant at which a day ends: the first end lies one day after the first
/// day, and the last one has to be inside.
pub(super) fn series(task: &Task) -> Vec<Request> {
    let Some(days) = graph::within_reach(task, task.days, BACK) else { return Vec::new() };
    let mut requests = Vec::new();
    for ask in [SERIES, NEW_FOLLOWERS] {
        let metrics = names(&living(task, Subject::Account, ask));
        for slice in graph::slices(days, LONGEST).into_iter().filter(|_| !metrics.is_empty()) {
            let request = insights(task, ask, &metrics, slice)
                .with("since", graph::midnight(slice.start() + Days::new(1)).to_string())
                .with("until", (graph::midnight(slice.end()) + 1).to_string());
            requests.push(request);
        }
    }
    requests
}

/// Totals of each day and unique counts of each whole stretch, many in one call.
pub(super) fn totals(task: &Task, token: Option<&Secret>) -> Vec<Request> {
    let mut items = Vec::new();
    if let Some(days) = graph::within_reach(task, task.days, BACK) {
        let mut days: Vec<_> = days.iter_days().map(Period::day).collect();
        days.reverse();
        for day in days {
            items.extend(total(task, TOTALS, day));
            items.extend(total(task, FOLLOWS, day).map(|request| request.with("breakdown", "follow_type")));
        }
    }
    for window in &task.windows {
        // A month of 31 days is longer than the platform counts, and so are 30 days in which the clocks are put back (a
        // November); nothing else may stand in for them.
        let seconds = graph::midnight(window.end()) - graph::midnight(window.start());
        if window.days() > 1 && seconds <= LONGEST_SECONDS && graph::within_reach(task, *window, BACK) == Some(*window)
        {
            items.extend(total(task, WINDOWS, *window));
        }
    }
    graph::batches(task, items, token)
}

fn total(task: &Task, ask: &str, span: Period) -> Option<Request> {
    let metrics = names(&living(task, Subject::Account, if ask == WINDOWS { SERIES } else { ask }));
    let request = insights(task, ask, &metrics, span)
        .with("metric_type", "total_value")
        .with("since", graph::midnight(span.start()).to_string())
        .with("until", graph::midnight(span.end()).to_string());
    (!metrics.is_empty()).then(|| Request { window: Some(graph::window_of_total(span)), ..request })
}

fn insights(task: &Task, ask: &str, metrics: &[String], span: Period) -> Request {
    let request = Request::get(ask, graph::path(task, &format!("{}/insights", task.channel.account)))
        .with("metric", metrics.join(","))
        .with("period", "day");
    Request { metrics: metrics.to_vec(), span: Some(span), ..request }
}

/// When followers are there: without dates the platform gives the newest days.
pub(super) fn online(task: &Task) -> Option<Request> {
    let metrics = names(&living(task, Subject::Account, ONLINE));
    let request = Request::get(ONLINE, graph::path(task, &format!("{}/insights", task.channel.account)))
        .with("metric", metrics.join(","))
        .with("period", "lifetime");
    (!metrics.is_empty()).then_some(Request { metrics, ..request })
}

/// A map of hours for each day. A day without hours is not ready, and comes with the next run.
pub(super) fn read_online(request: &Request, answer: &Json) -> Reply {
    let mut readings = Vec::new();
    for insight in graph::entries(answer) {
        let Some(metric) = request.metrics.iter().find(|metric| *metric == insight.name) else { continue };
        for row in insight.entry.get("values").and_then(Json::as_array).into_iter().flatten() {
            let day = row.get("end_time").and_then(Json::as_str).and_then(graph::day_ending).map(Period::day);
            let hours = row.get("value").and_then(Json::as_object);
            let (Some(day), Some(hours)) = (day, hours) else { continue };
            for hour in 0..24_u8 {
                let Some(count) = hours.get(&hour.to_string()) else { continue };
                let (value, state) = hidden_if_small(graph::number(Some(count), false));
                let dimension = Some(format!("hour={hour:02}"));
                let (metric, window, start, end) = (metric.clone(), Window::Day, day.start(), day.end());
                readings.push(Reading { post: None, metric, dimension, window, start, end, value, state });
            }
        }
    }
    Reply { readings, ..Reply::default() }
}

/// Who the followers are, where the organisation decided to know it.
pub(super) fn demographics(task: &Task, token: Option<&Secret>) -> Vec<Request> {
    if !task.channel.demographics {
        return Vec::new();
    }
    let of_metric = |metric: &'static PlatformMetric| {
        metric.breakdowns.iter().map(move |breakdown| {
            let path = graph::path(task, &format!("{}/insights", task.channel.account));
            let request = Request::get(&format!("{DEMOGRAPHICS} {breakdown}"), path)
                .with("metric", metric.name.clone())
                .with("period", "lifetime")
                .with("metric_type", "total_value")
                .with("timeframe", "this_month")
                .with("breakdown", breakdown.clone());
            Request { metrics: vec![metric.name.clone()], ..request }
        })
    };
    let items = living(task, Subject::Account, DEMOGRAPHICS).into_iter().flat_map(of_metric).collect();
    graph::batches(task, items, token)
}

/// The parts of today's followers; small cells hidden. The span of time that Instagram looked at is no part.
pub(super) fn read_demographics(task: &Task, request: &Request, answer: &Json) -> Reply {
    let now = Period::day(today(task));
    let asked = |insight: &graph::Insight<'_>| request.metrics.iter().any(|metric| metric == insight.name);
    let entries = graph::entries(answer).into_iter().filter(asked);
    let parts = entries.flat_map(|insight| graph::values_of(&insight, None, now.start(), Some(now), false));
    let part = |reading: Reading| {
        let dimension = reading.dimension?;
        let kept: Vec<&str> = dimension.split(',').filter(|pair| !pair.starts_with("timeframe=")).collect();
        let (value, state) = hidden_if_small((reading.value, reading.state));
        Some(Reading { dimension: Some(kept.join(",")), window: Window::Instant, value, state, ..reading })
    };
    Reply { readings: parts.filter_map(part).collect(), ..Reply::default() }
}

/// Series are keyed by what came back, totals by what was asked. An entry without any value is absent, not zero.
pub(super) fn read(task: &Task, request: &Request, answer: &Json) -> Reply {
    let asked = |name: &str| request.metrics.iter().any(|metric| metric == name);
    let mut readings = Vec::new();
    for insight in graph::entries(answer).into_iter().filter(|insight| asked(insight.name)) {
        readings.extend(graph::values_of(&insight, None, today(task), request.span, is_ratio(insight.name)));
    }
    // Counters since the beginning do not belong to an account's series.
    readings.retain(|reading| reading.window != Window::Lifetime);
    for reading in readings.iter_mut().filter(|reading| reading.state == State::Ok) {
        reading.state = graph::settled(task, reading.window, reading.end, SETTLING);
    }
    Reply { readings, ..Reply::default() }
}
