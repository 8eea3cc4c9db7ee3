//! The Page's own series: days, and the trailing weeks and 28 days of unique counts.

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use serde_json::Value as Json;

use super::{is_ratio, living, names};
use crate::catalog::{Additivity, Catalog, PlatformMetric, Subject};
use crate::connectors::fetch::today;
use crate::connectors::{Reply, Request, Task, graph};
use crate::model::{Period, Platform, Reading, State, Window};

/// What every series asks begins with; also the catalogue's word.
pub(super) const SERIES: &str = "page_insights";

/// Ninety days are accepted and ninety-three were once: one less than the smaller is safe everywhere.
const LONGEST: u32 = 89;

/// Pages keep two years.
const BACK: u32 = 730;

/// Most figures are counted once in 24 hours.
const SETTLING: TimeDelta = TimeDelta::hours(24);

/// Series for the days of the task, the latest first.
pub(super) fn plan(task: &Task) -> Vec<Request> {
    let Some(days) = graph::within_reach(task, task.days, BACK) else { return Vec::new() };
    let metrics = living(task, Subject::Account, SERIES);
    let all = names(&metrics);
    let unique: Vec<_> = metrics.iter().copied().filter(|metric| metric.additivity == Additivity::Unique).collect();
    let splits = splits(&metrics);
    let mut requests = Vec::new();
    for slice in graph::slices(days, LONGEST) {
        requests.push(series(task, SERIES, &all, "day", slice));
        for (breakdown, names) in &splits {
            let ask = format!("{SERIES} by {breakdown}");
            requests.push(series(task, &ask, names, "day", slice).with("breakdown", *breakdown));
        }
        for period in ["week", "days_28"].into_iter().filter(|_| !unique.is_empty()) {
            requests.push(series(task, &format!("{SERIES} {period}"), &names(&unique), period, slice));
        }
    }
    requests
}

/// The breakdowns, each with the metrics that have it: bought views from the others, followers from the others.
fn splits(metrics: &[&'static PlatformMetric]) -> Vec<(&'static str, Vec<String>)> {
    let mut splits: Vec<(&str, Vec<String>)> = Vec::new();
    for (metric, breakdown) in metrics.iter().flat_map(|metric| metric.breakdowns.iter().map(move |it| (metric, it))) {
        match splits.iter_mut().find(|(known, _)| known == breakdown) {
            Some((_, names)) => names.push(metric.name.clone()),
            None => splits.push((breakdown, vec![metric.name.clone()])),
        }
    }
    splits
}

fn series(task: &Task, ask: &str, metrics: &[String], period: &str, slice: Period) -> Request {
    // Dates would be read as Pacific ones here and as UTC on Instagram: seconds leave no doubt.
    let request = Request::get(ask, graph::path(task, &format!("{}/insights", task.channel.account)))
        .with("metric", metrics.join(","))
        .with("period", period)
        .with("since", graph::midnight(slice.start()).to_string())
        .with("until", graph::midnight(slice.end()).to_string());
    Request { metrics: metrics.to_vec(), span: Some(slice), ..request }
}

/// Values keyed by the window that came back. The `previous` and `next` of a series are time windows without end and
/// are not followed.
pub(super) fn read(task: &Task, request: &Request, answer: &Json) -> Reply {
    let mut readings = Vec::new();
    for insight in graph::entries(answer) {
        if !request.metrics.iter().any(|name| name == insight.name) {
            continue;
        }
        readings.extend(graph::values_of(&insight, None, today(task), request.span, is_ratio(insight.name)));
    }
    let newest = newest_end(task, request, &readings);
    readings.retain(|reading| is_kept(reading, newest));
    for reading in &mut readings {
        as_stock(reading);
        if reading.state == State::Ok {
            reading.state = graph::settled(task, reading.window, reading.end, SETTLING);
        }
    }
    Reply { readings, ..Reply::default() }
}

/// The end of the newest window, in the slice that holds the task's last days.
fn newest_end(task: &Task, request: &Request, readings: &[Reading]) -> Option<NaiveDate> {
    let days = graph::within_reach(task, task.days, BACK)?;
    let last_slice = request.span.is_some_and(|span| span.end() == days.end());
    readings.iter().map(|reading| reading.end).max().filter(|_| last_slice)
}

/// Trailing windows come anew every day. Kept are the weeks that are ISO weeks, the 28 days that end with a month, and
/// the newest of each: everything that a report can ask for, at a twelfth of the rows.
fn is_kept(reading: &Reading, newest: Option<NaiveDate>) -> bool {
    let last = reading.end - Days::new(1);
    match reading.window {
        Window::Week => last.weekday() == Weekday::Sun || newest == Some(reading.end),
        Window::Days28 => reading.end.day() == 1 || newest == Some(reading.end),
        _ => true,
    }
}

/// A stock's day value is what it was at the end of that day.
fn as_stock(reading: &mut Reading) {
    let known = Catalog::builtin().metric(Platform::Facebook, Subject::Account, &reading.metric);
    if reading.window == Window::Day && known.is_some_and(|metric| metric.additivity == Additivity::Gauge) {
        reading.window = Window::Instant;
    }
}
