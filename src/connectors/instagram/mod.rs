//! Instagram professional accounts: a snapshot, two day series, totals asked day by day, media and stories. Which
//! metrics are asked stands in the catalogue (`instagram.toml`); what is asked how, here.

mod account;
mod media;

use serde_json::Value as Json;

use super::answer::json;
use super::fetch::{mark, today};
use super::{Connector, ReadError, Refusal, Reply, Request, Task, graph};
use crate::catalog::{Additivity, Catalog, PlatformMetric, Subject};
use crate::model::{Platform, Secret, State, Window, told};

/// The account itself: its gauges.
const ACCOUNT: &str = "account";

/// The Page's own token, where the account is opened by it.
const PAGE: &str = "page";

/// Instagram professional accounts through the Graph API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Instagram;

/// The metrics that live today and are asked in this way.
fn living(task: &Task, subject: Subject, ask: &str) -> Vec<&'static PlatformMetric> {
    let today = today(task);
    let metrics = Catalog::builtin().metric.iter();
    metrics
        .filter(|metric| metric.platform == Platform::Instagram && metric.subject == subject && metric.ask == ask)
        .filter(|metric| metric.valid_to.is_none_or(|end| today < end))
        .collect()
}

fn names(metrics: &[&PlatformMetric]) -> Vec<String> {
    metrics.iter().map(|metric| metric.name.clone()).collect()
}

fn is_ratio(name: &str) -> bool {
    let this = |metric: &&PlatformMetric| metric.platform == Platform::Instagram && metric.name == name;
    Catalog::builtin().metric.iter().find(this).is_some_and(|metric| metric.additivity == Additivity::Ratio)
}

fn fields(gauges: &[String]) -> String {
    ["id", "username"].into_iter().chain(gauges.iter().map(String::as_str)).collect::<Vec<_>>().join(",")
}

/// Gauges first: what is not read today is lost for ever.
fn plan(task: &Task, token: Option<&Secret>) -> Vec<Request> {
    let gauges = names(&living(task, Subject::Account, ACCOUNT));
    let account = Request::get(ACCOUNT, graph::path(task, &task.channel.account)).with("fields", fields(&gauges));
    let mut requests = vec![Request { metrics: gauges, ..account }];
    requests.extend(media::stories(task));
    requests.extend(account::series(task));
    requests.extend(account::online(task));
    requests.extend(account::totals(task, token));
    requests.extend(account::demographics(task, token));
    requests.extend(media::list(task));
    requests.into_iter().map(|one| Request { token: token.cloned(), ..one }).collect()
}

fn read_account(task: &Task, request: &Request, answer: &Json) -> Reply {
    let read = |name: &String| {
        let (value, state) = graph::number(answer.get(name), false);
        crate::model::Reading { value, state, window: Window::Instant, ..mark(task, request, name, State::Absent) }
    };
    Reply { readings: request.metrics.iter().map(read).collect(), ..Reply::default() }
}

fn read_page(task: &Task, answer: &Json) -> Reply {
    let token = graph::page_token(answer);
    let notices = match &token {
        Some(_) => Vec::new(),
        None => vec![told::page_token_none()],
    };
    Reply { next: plan(task, token.as_ref()), notices, ..Reply::default() }
}

impl Connector for Instagram {
    fn plan(&self, task: &Task) -> Vec<Request> {
        let facts = graph::token_facts(task);
        match &task.channel.page {
            None => {
                let mut requests = plan(task, None);
                requests.insert(1.min(requests.len()), facts);
                requests
            }
            Some(page) => vec![Request::get(PAGE, graph::path(task, page)).with("fields", "id,access_token"), facts],
        }
    }

    fn read(&self, task: &Task, request: &Request, body: &[u8]) -> Result<Reply, ReadError> {
        if request.ask == graph::BATCH {
            return graph::read_batch(self, task, request, body);
        }
        let answer = json(body)?;
        Ok(match request.ask.as_str() {
            PAGE => read_page(task, &answer),
            ACCOUNT => read_account(task, request, &answer),
            graph::TOKEN => graph::read_token_facts(&answer),
            media::MEDIA | media::STORIES => media::read_list(task, request, &answer),
            account::ONLINE => account::read_online(request, &answer),
            ask if ask.starts_with(media::INSIGHTS) => media::read_insights(task, request, &answer),
            ask if ask.starts_with(account::DEMOGRAPHICS) => account::read_demographics(task, request, &answer),
            _ => account::read(task, request, &answer),
        })
    }

    fn explain(&self, _request: &Request, status: u16, body: &[u8]) -> Refusal {
        graph::explain(status, body)
    }

    fn probe(&self, task: &Task) -> Vec<Request> {
        let account = Request::get("check", graph::path(task, &task.channel.account)).with("fields", "id,username");
        vec![account, graph::token_facts(task)]
    }

    fn with_metrics(&self, request: &Request, metrics: &[String]) -> Option<Request> {
        let subset = Request { metrics: metrics.to_vec(), ..request.clone() };
        match request.ask.as_str() {
            ACCOUNT => Some(subset.with_value("fields", fields(metrics))),
            media::MEDIA | media::STORIES => Some(subset.with_value("fields", media::fields(metrics))),
            _ if metrics.is_empty() || request.value("metric").is_none() => None,
            _ => Some(subset.with_value("metric", metrics.join(","))),
        }
    }

    fn instead(&self, task: &Task, request: &Request) -> Vec<Request> {
        if request.ask == PAGE { plan(task, None) } else { Vec::new() }
    }

    fn with_items(&self, batch: &Request, items: Vec<Request>) -> Request {
        graph::with_items(batch, items)
    }

    fn hosts(&self) -> &'static [&'static str] {
        graph::HOSTS
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["instagram_basic", "instagram_manage_insights", "pages_show_list", "pages_read_engagement"]
    }
}
