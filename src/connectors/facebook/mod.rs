//! Facebook Pages: a page snapshot, day series of the Page, its posts, Reels and stories. Which metrics are asked
//! stands in the catalogue (`facebook.toml`); what is asked how, here.

mod posts;
mod series;

use serde_json::Value as Json;

use super::answer::json;
use super::fetch::{mark, today};
use super::{Connector, ReadError, Refusal, Reply, Request, Task, graph};
use crate::catalog::{Catalog, PlatformMetric, Subject};
use crate::model::{Platform, Reading, Secret, State, Window};

/// The Page itself: the gauges, and the Page's own token.
const PAGE: &str = "page";

/// Facebook Pages through the Graph API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facebook;

/// The metrics that live today and are asked in this way.
fn living(task: &Task, subject: Subject, ask: &str) -> Vec<&'static PlatformMetric> {
    let today = today(task);
    let metrics = Catalog::builtin().metric.iter();
    metrics
        .filter(|metric| metric.platform == Platform::Facebook && metric.subject == subject && metric.ask == ask)
        .filter(|metric| metric.valid_to.is_none_or(|end| today < end))
        .collect()
}

/// The names to ask by. Parts of a map (`post_activity_by_action_type.comment`) are asked once, by the map's name.
fn names(metrics: &[&PlatformMetric]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for metric in metrics {
        let name = metric.name.split('.').next().unwrap_or(&metric.name);
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Whether the platform's number is a ratio of its own, which stays a decimal.
fn is_ratio(name: &str) -> bool {
    let ratio = |metric: &&PlatformMetric| metric.platform == Platform::Facebook && metric.name == name;
    Catalog::builtin()
        .metric
        .iter()
        .find(ratio)
        .is_some_and(|metric| metric.additivity == crate::catalog::Additivity::Ratio)
}

/// The snapshot: gauges first, and with them the Page's token, in one call.
fn snapshot(task: &Task) -> Request {
    let gauges = names(&living(task, Subject::Account, PAGE));
    let request = Request::get(PAGE, graph::path(task, &task.channel.account));
    Request { metrics: gauges.clone(), ..request.with("fields", snapshot_fields(&gauges)) }
}

fn snapshot_fields(gauges: &[String]) -> String {
    ["id", "name"]
        .into_iter()
        .chain(gauges.iter().map(String::as_str))
        .chain(["access_token"])
        .collect::<Vec<_>>()
        .join(",")
}

/// Followers as they are now, and everything else with the Page's token.
fn read_page(task: &Task, request: &Request, answer: &Json) -> Reply {
    let next = with_token(of_page(task), graph::page_token(answer).as_ref());
    let readings = request.metrics.iter().map(|name| gauge(task, request, name, answer)).collect();
    Reply { readings, next, ..Reply::default() }
}

/// Everything of the Page but its gauges.
fn of_page(task: &Task) -> Vec<Request> {
    let mut requests = series::plan(task);
    requests.extend(posts::plan(task));
    requests
}

/// A number of the object itself, as it is now.
fn gauge(task: &Task, request: &Request, name: &str, answer: &Json) -> Reading {
    let (value, state) = graph::number(answer.get(name), false);
    Reading { value, state, window: Window::Instant, ..mark(task, request, name, State::Absent) }
}

impl Connector for Facebook {
    fn plan(&self, task: &Task) -> Vec<Request> {
        vec![snapshot(task), graph::token_facts(task)]
    }

    fn read(&self, task: &Task, request: &Request, body: &[u8]) -> Result<Reply, ReadError> {
        if request.ask == graph::BATCH {
            return graph::read_batch(self, task, request, body);
        }
        let answer = json(body)?;
        Ok(match request.ask.as_str() {
            PAGE => read_page(task, request, &answer),
            graph::TOKEN => graph::read_token_facts(&answer),
            ask if ask.starts_with(series::SERIES) => series::read(task, request, &answer),
            _ => posts::read(task, request, &answer),
        })
    }

    fn explain(&self, _request: &Request, status: u16, body: &[u8]) -> Refusal {
        graph::explain(status, body)
    }

    fn probe(&self, task: &Task) -> Vec<Request> {
        // Only names that always exist: a retired metric must not make a healthy channel look broken.
        let page = Request::get("check", graph::path(task, &task.channel.account)).with("fields", "id,name");
        vec![page, graph::token_facts(task)]
    }

    fn with_metrics(&self, request: &Request, metrics: &[String]) -> Option<Request> {
        let subset = Request { metrics: metrics.to_vec(), ..request.clone() };
        match request.ask.as_str() {
            PAGE => Some(subset.with_value("fields", snapshot_fields(metrics))),
            posts::POSTS => Some(subset.with_value("fields", posts::fields(metrics))),
            _ if metrics.is_empty() || request.value("metric").is_none() => None,
            _ => Some(subset.with_value("metric", metrics.join(","))),
        }
    }

    fn instead(&self, task: &Task, request: &Request) -> Vec<Request> {
        // A system user's token has been seen to open the Page's figures as well.
        if request.ask == PAGE { of_page(task) } else { Vec::new() }
    }

    fn with_items(&self, batch: &Request, items: Vec<Request>) -> Request {
        graph::with_items(batch, items)
    }

    fn hosts(&self) -> &'static [&'static str] {
        graph::HOSTS
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["pages_show_list", "pages_read_engagement", "read_insights"]
    }
}

/// A copy of requests with the Page's token.
fn with_token(requests: Vec<Request>, token: Option<&Secret>) -> Vec<Request> {
    requests.into_iter().map(|one| Request { token: token.cloned(), ..one }).collect()
}
