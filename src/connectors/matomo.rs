//! Matomo, web analytics in the organisation's own hands: visits, where they came from, and which goals they reached.
//!
//! Everything is asked in bulk POSTs to `index.php`; the loop adds `token_auth` to the form. Days are the site's. A day
//! whose report is `[]` is one of two things: no visits at all, or not computed yet. They look the same, so `[]` of the
//! visits themselves is `absent`. Once the same answer shows visits for that day, the day has been computed, and a
//! summary that is missing or `[]` for it is a true 0: Matomo does not write zeros into its archive
//! (`ArchiveWriter::insertRecord` of its source).

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::Value as Json;

use super::{Connector, ReadError, Refusal, Reply, Request, Task, TokenFacts, answer};
use crate::catalog::{Catalog, PlatformMetric, Subject};
use crate::model::{Calendar, Granularity, Period, Platform, Reading, State, Value, Window, told};

const SERIES: &str = "series";
const WINDOWS: &str = "windows";
const GOALS: &str = "goals";
const GOAL_SERIES: &str = "goal_series";
const PROBE: &str = "probe";

const VISITS: &str = "VisitsSummary.get";
const REFERRERS: &str = "Referrers.get";
const SOCIALS: &str = "Referrers.getSocials";
const CAMPAIGNS: &str = "Referrers.getCampaigns";
const CONVERSIONS: &str = "Goals.get";

/// How many days one question spans: Matomo may have to compute each.
const SLICE_DAYS: u64 = 90;
/// How many reports one question holds.
const BULK: usize = 10;
/// How long after its end a day may still move: visits end, the hourly archiving runs.
const SETTLING: TimeDelta = TimeDelta::hours(6);

/// Matomo.
#[derive(Debug, Clone, Copy, Default)]
pub struct Matomo;

impl Connector for Matomo {
    fn plan(&self, task: &Task) -> Vec<Request> {
        let mut requests = Vec::new();
        for slice in slices(task) {
            let methods = [VISITS, REFERRERS, SOCIALS, CAMPAIGNS, CONVERSIONS];
            let calls: Vec<String> = methods.iter().map(|method| daily(task, method, slice)).collect();
            requests.push(Request { span: Some(slice), metrics: names(&methods), ..bulk(SERIES, &calls) });
        }
        let windows: Vec<String> =
            closed_windows(task).iter().map(|(window, name)| whole(task, *window, name)).collect();
        requests
            .extend(windows.chunks(BULK).map(|calls| Request { metrics: names(&[VISITS]), ..bulk(WINDOWS, calls) }));
        if !slices(task).is_empty() {
            requests.push(bulk(GOALS, &[call(task, "Goals.getGoals", "")]));
        }
        requests
    }

    fn read(&self, task: &Task, request: &Request, body: &[u8]) -> Result<Reply, ReadError> {
        let answer = answer::json(body)?;
        if let Some(refusal) = refusal(&answer) {
            return Err(ReadError::Refused(refusal));
        }
        let answers = answer.as_array().ok_or_else(|| ReadError::Shape(told::batch_no_list()))?;
        let calls = calls(request);
        if answers.len() != calls.len() {
            return Err(ReadError::Shape(told::reports_count(calls.len(), answers.len())));
        }
        let pairs: Vec<(&Call, &Json)> = calls.iter().zip(answers).collect();
        let (refused, pairs): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(_, answer)| refusal(answer).is_some());
        if let (Some((_, first)), true) = (refused.first(), pairs.is_empty()) {
            return Err(refusal(first).map_or_else(|| ReadError::Shape(told::no_report()), ReadError::Refused));
        }
        let mut reply = match request.ask.as_str() {
            SERIES | GOAL_SERIES => days(task, request, &pairs),
            WINDOWS => windows(task, &pairs),
            GOALS => goals(task, &pairs),
            PROBE => probed(task, &pairs),
            _ => return Err(ReadError::Shape(told::nobody_asked(&request.ask))),
        };
        for (call, answer) in refused {
            let what = answer.get("message").and_then(Json::as_str).map_or_else(String::new, clipped);
            reply.notices.push(told::matomo_report_refused(&call.method, told::said(what)));
            reply.readings.extend(request.span.map(|span| refused_readings(call, span)).into_iter().flatten());
        }
        Ok(reply)
    }

    fn explain(&self, _request: &Request, status: u16, body: &[u8]) -> Refusal {
        let said = serde_json::from_slice::<Json>(body).ok();
        let said = said.as_ref().and_then(|answer| answer.get("message")?.as_str()).map_or_else(String::new, clipped);
        match status {
            401 => Refusal::TokenDead(told::matomo_token(said)),
            403 => Refusal::Forbidden { permission: Some("view".to_owned()), what: told::matomo_address(said) },
            404 => Refusal::Failed(told::matomo_none_here()),
            413 | 414 => Refusal::TooMuch(told::too_long_for_server()),
            429 => Refusal::Throttled { wait: None, what: told::server_pause() },
            500..=599 => Refusal::Transient(told::matomo_status(status, said)),
            _ => Refusal::Failed(told::matomo_status(status, said)),
        }
    }

    fn probe(&self, task: &Task) -> Vec<Request> {
        vec![bulk(PROBE, &[call(task, "API.getMatomoVersion", ""), call(task, "SitesManager.getSiteFromId", "")])]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["view"]
    }
}

/// One report of a bulk, as it was asked for.
struct Call {
    method: String,
    period: String,
    date: String,
    goal: Option<String>,
}

/// One report's address part. English, so that refusals can be told apart; numbers without units.
fn call(task: &Task, method: &str, rest: &str) -> String {
    let site = &task.channel.account;
    format!("method={method}&idSite={site}&format_metrics=0&filter_limit=-1&language=en{rest}")
}

fn daily(task: &Task, method: &str, days: Period) -> String {
    call(task, method, &format!("&period=day&date={},{}", days.start(), days.last()))
}

fn whole(task: &Task, window: Period, name: &str) -> String {
    call(task, VISITS, &format!("&period={name}&date={}", window.start()))
}

fn bulk(ask: &str, calls: &[String]) -> Request {
    let form = Request::post(ask, "/index.php")
        .with("module", "API")
        .with("method", "API.getBulkRequest")
        .with("format", "JSON");
    calls.iter().enumerate().fold(form, |form, (index, call)| form.with(&format!("urls[{index}]"), call.clone()))
}

fn calls(request: &Request) -> Vec<Call> {
    let urls = request.query.iter().filter(|(key, _)| key.starts_with("urls["));
    urls.map(|(_, url)| {
        let value = |name: &str| {
            let pairs = url.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next()
        };
        Call {
            method: value("method").unwrap_or_default(),
            period: value("period").unwrap_or_default(),
            date: value("date").unwrap_or_default(),
            goal: value("idGoal"),
        }
    })
    .collect()
}

/// The site's day on which the run takes place.
fn today(task: &Task) -> NaiveDate {
    task.now.with_timezone(&task.channel.zone).date_naive()
}

/// The days to ask for, without the one that is not over.
fn slices(task: &Task) -> Vec<Period> {
    let end = task.days.end().min(today(task));
    let mut slices = Vec::new();
    let mut start = task.days.start();
    while let Some(slice) = Period::new(start, end.min(start + Days::new(SLICE_DAYS))) {
        slices.push(slice);
        start = slice.end();
    }
    slices
}

/// The whole weeks and months that are over, with Matomo's word for them.
fn closed_windows(task: &Task) -> Vec<(Period, &'static str)> {
    let closed = task.windows.iter().filter(|window| window.end() <= today(task));
    closed
        .filter_map(|window| match window.granularity(Calendar::default()) {
            Some(Granularity::Week) => Some((*window, "week")),
            Some(Granularity::Month) => Some((*window, "month")),
            _ => None,
        })
        .collect()
}

fn metrics(method: &str) -> impl Iterator<Item = &'static PlatformMetric> {
    let all = Catalog::builtin().metric.iter();
    all.filter(move |metric| {
        metric.platform == Platform::Matomo && metric.subject == Subject::Account && metric.ask == method
    })
}

/// Those on which goals depend: what a question without answer leaves open.
fn names(methods: &[&str]) -> Vec<String> {
    let all = methods.iter().flat_map(|method| metrics(method));
    all.filter(|metric| metric.canonical.is_some()).map(|metric| metric.name.clone()).collect()
}

fn reading(
    metric: &str,
    dimension: Option<String>,
    window: Window,
    days: Period,
    found: (Option<Value>, State),
) -> Reading {
    let (value, state) = found;
    Reading {
        post: None,
        metric: metric.to_owned(),
        dimension,
        window,
        start: days.start(),
        end: days.end(),
        value,
        state,
    }
}

/// A report by days: what stands under the day, in either of the two forms Matomo uses.
fn on(report: &Json, day: NaiveDate, span: Period) -> Option<&Json> {
    let dated = report.as_object().is_some_and(|days| days.keys().any(|key| key.parse::<NaiveDate>().is_ok()));
    if dated { report.get(day.to_string()) } else { (span.days() == 1).then_some(report) }
}

fn days(task: &Task, request: &Request, pairs: &[(&Call, &Json)]) -> Reply {
    let mut reply = Reply::default();
    let Some(span) = request.span else { return reply };
    let visits = pairs.iter().find(|(call, _)| call.method == VISITS).map(|(_, report)| *report);
    for day in span.iter_days() {
        let computed = visits
            .and_then(|visits| answer::whole(on(visits, day, span)?.get("nb_visits")).0)
            .is_some_and(|visits| visits.as_f64() > 0.0);
        let settled = settled(task, day);
        for (call, report) in pairs {
            // The visits of a goal's bulk are only there as evidence; the series has them already.
            if call.method == VISITS && request.ask == GOAL_SERIES {
                continue;
            }
            let report = on(report, day, span).unwrap_or(&Json::Null);
            let mut readings = match call.method.as_str() {
                SOCIALS => rows(call, "network", report, day),
                CAMPAIGNS => rows(call, "campaign", report, day),
                _ => summary(call, report, day, computed),
            };
            for reading in &mut readings {
                if reading.state == State::Ok && !settled {
                    reading.state = State::Preliminary;
                }
            }
            reply.readings.extend(readings);
        }
    }
    reply
}

fn settled(task: &Task, day: NaiveDate) -> bool {
    let midnight = (day + Days::new(1)).and_time(chrono::NaiveTime::MIN);
    let end = midnight.and_local_timezone(task.channel.zone).earliest().map(|end| end.with_timezone(&Utc));
    end.is_none_or(|end: DateTime<Utc>| task.now - end >= SETTLING)
}

/// A report with one row a day. What is missing on a day that was computed is 0, for all but the visits themselves.
fn summary(call: &Call, report: &Json, day: NaiveDate, computed: bool) -> Vec<Reading> {
    let dimension = call.goal.as_ref().map(|goal| format!("goal={goal}"));
    let found = |metric: &PlatformMetric| {
        let field = report.get(&metric.name);
        if field.is_none() && computed && call.method != VISITS {
            return (Some(Value::Whole(0)), State::Ok);
        }
        answer::whole(field)
    };
    metrics(&call.method)
        .filter(|metric| metric.canonical.is_some() || report.get(&metric.name).is_some())
        .map(|metric| reading(&metric.name, dimension.clone(), Window::Day, Period::day(day), found(metric)))
        .collect()
}

/// A report with one row per network or campaign, and conversions by goal in each.
fn rows(call: &Call, key: &str, report: &Json, day: NaiveDate) -> Vec<Reading> {
    let (visits, conversions) = (format!("{}.nb_visits", call.method), format!("{}.nb_conversions", call.method));
    let mut readings = Vec::new();
    for row in report.as_array().into_iter().flatten() {
        let Some(label) = row.get("label").and_then(text) else { continue };
        let label = answer::escaped(&label);
        let one =
            |metric: &str, dimension, value| reading(metric, Some(dimension), Window::Day, Period::day(day), value);
        readings.push(one(&visits, format!("{key}={label}"), answer::whole(row.get("nb_visits"))));
        for (goal, values) in row.get("goals").and_then(Json::as_object).into_iter().flatten() {
            let Some(goal) = goal.strip_prefix("idgoal=") else { continue };
            // Keys in alphabetic order: `campaign`, `goal`, `network`.
            let dimension =
                if key < "goal" { format!("{key}={label},goal={goal}") } else { format!("goal={goal},{key}={label}") };
            readings.push(one(&conversions, dimension, answer::whole(values.get("nb_conversions"))));
        }
    }
    readings
}

/// A label may be a number in JSON (a campaign called 2026).
fn text(value: &Json) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(|number| number.to_string()))
}

/// Whole weeks and months: unique visitors can be had in no other way.
fn windows(task: &Task, pairs: &[(&Call, &Json)]) -> Reply {
    let mut reply = Reply::default();
    let windows = closed_windows(task);
    for (call, report) in pairs {
        let same = |window: &&(Period, &str)| window.0.start().to_string() == call.date && window.1 == call.period;
        let Some((days, name)) = windows.iter().find(same) else { continue };
        let window = if *name == "week" { Window::Week } else { Window::Month };
        // Without visits the whole answer is an empty list, or the unique count alone is missing: the administrator can
        // switch it off for long periods.
        reply.readings.extend(
            metrics(VISITS)
                .filter(|metric| metric.windows.contains(&window))
                .map(|metric| reading(&metric.name, None, window, *days, answer::whole(report.get(&metric.name)))),
        );
    }
    reply
}

/// The goals of the site, as a list or as a map by id; then each goal's days.
fn goals(task: &Task, pairs: &[(&Call, &Json)]) -> Reply {
    let mut ids: Vec<i64> = Vec::new();
    for (_, report) in pairs {
        let listed = report.as_array().map(|goals| goals.iter().collect::<Vec<_>>());
        let mapped = || report.as_object().map(|goals| goals.values().collect());
        for goal in listed.or_else(mapped).unwrap_or_default() {
            let deleted = answer::whole(goal.get("deleted")).0.is_some_and(|deleted| deleted.as_f64() > 0.0);
            let id = goal.get("idgoal").and_then(text).and_then(|id| id.parse::<i64>().ok());
            ids.extend(id.filter(|_| !deleted));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    let mut reply = Reply::default();
    for slice in slices(task) {
        reply.next.extend(ids.chunks(BULK - 1).map(|ids| {
            let goals = ids.iter().map(|id| format!("{}&idGoal={id}", daily(task, CONVERSIONS, slice)));
            let calls: Vec<String> = std::iter::once(daily(task, VISITS, slice)).chain(goals).collect();
            Request { span: Some(slice), metrics: names(&[CONVERSIONS]), ..bulk(GOAL_SERIES, &calls) }
        }));
    }
    reply
}

fn probed(task: &Task, pairs: &[(&Call, &Json)]) -> Reply {
    let mut reply =
        Reply { token: Some(TokenFacts { valid: Some(true), ..TokenFacts::default() }), ..Reply::default() };
    let site = pairs.iter().find(|(call, _)| call.method == "SitesManager.getSiteFromId").map(|(_, site)| *site);
    let site = site.map(|site| site.get(0).unwrap_or(site));
    let (zone, configured) = (site.and_then(|site| site.get("timezone")?.as_str()), task.channel.zone.name());
    if let Some(zone) = zone.filter(|zone| *zone != configured) {
        reply.notices.push(told::matomo_zone(&task.channel.account, zone, configured));
    }
    reply
}

fn refused_readings(call: &Call, span: Period) -> Vec<Reading> {
    let dimension = call.goal.as_ref().map(|goal| format!("goal={goal}"));
    let fed = metrics(&call.method).filter(|metric| metric.breakdowns.is_empty() || metric.canonical.is_some());
    fed.map(|metric| reading(&metric.name, dimension.clone(), Window::Range, span, (None, State::Refused))).collect()
}

/// The refusal that stands in an answer with status 200.
fn refusal(answer: &Json) -> Option<Refusal> {
    if answer.get("result").and_then(Json::as_str) != Some("error") {
        return None;
    }
    let message = clipped(answer.get("message").and_then(Json::as_str).unwrap_or("no reason given"));
    let says = |words: &[&str]| words.iter().any(|word| message.to_ascii_lowercase().contains(word));
    let said = told::said(&message);
    Some(if says(&["authenticate", "token_auth", "token is required", "token has expired"]) {
        Refusal::TokenDead(told::matomo_token(said))
    } else if says(&["'view' access", "access this resource", "view access", "allowlist", "not allowed"]) {
        Refusal::Forbidden { permission: Some("view".to_owned()), what: told::matomo_refuses(said) }
    } else if says(&["does not exist or is not available", "not activated", "not enabled"]) {
        Refusal::BadMetric(told::matomo_no_report(said))
    } else if says(&["unexpected website", "website id"]) {
        Refusal::ObjectGone(told::matomo_no_site(said))
    } else if says(&["maintenance", "try again", "lock wait", "gone away", "timeout", "deadlock"]) {
        Refusal::Transient(told::matomo_not_now(said))
    } else {
        Refusal::Failed(told::matomo_refuses(said))
    })
}

/// A message, short and on one line.
fn clipped(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}
