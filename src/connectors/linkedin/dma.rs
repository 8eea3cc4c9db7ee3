//! The Pages Data Portability API: daily trends of the page and of each post, for EU pages, by the Digital Markets Act.
//!
//! It has a privacy layer: small numbers become 0, and when a "privacy budget" is used up all do. The metadata tells; a
//! 0 under such metadata is `suppressed`, not zero. The total of followers is not given through this door: the list of
//! follows names people one by one and may be asked once a minute, and what its total counts is not documented. Followers by
//! trade or place have no documented answer either; both are left out.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde_json::Value as Json;

use super::fields::{self, About};
use super::{BATCH, explain, given_days, posts, question, restli, slices, social};
use crate::catalog::Subject;
use crate::connectors::{Connector, PostReading, ReadError, Refusal, Reply, Request, Task, answer};
use crate::model::told::{self, Told};
use crate::model::{Period, PostId, State, Value, Window};

const PAGE: &str = "dma_page";
const PAGE_PROBE: &str = "dma_page probe";
const FOLLOWERS: &str = "dma_follower_trend";
const VISITORS: &str = "dma_visitor_trend";
const CONTENT: &str = "dma_content_trend";
const LIST: &str = "dma_posts_list";
const POSTS: &str = "dma_posts";
const SOCIAL: &str = "dma_social_metadata";

/// The metrics of content, as the platform names them.
const CONTENT_TYPES: [&str; 8] =
    ["IMPRESSIONS", "UNIQUE_IMPRESSIONS", "CLICKS", "COMMENTS", "REACTIONS", "REPOSTS", "ENGAGEMENT_RATE", "CTR"];
/// A post's days are asked for this long after its publication; later ones hardly move and cost a question each.
const POST_DAYS: u64 = 60;
/// Pages of the list of posts that are read at most; it is not known to be sorted.
const PAGES: usize = 20;

/// The Pages Data Portability API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dma;

impl Connector for Dma {
    fn plan(&self, task: &Task) -> Vec<Request> {
        vec![page(task, PAGE), list(task, 1, None)]
    }

    fn read(&self, task: &Task, request: &Request, body: &[u8]) -> Result<Reply, ReadError> {
        let answer = answer::json(body)?;
        let (ask, rest) = request.ask.split_once(' ').unwrap_or((&request.ask, ""));
        match ask {
            PAGE => trends(task, request, &answer),
            FOLLOWERS | VISITORS | CONTENT => rows(request, ask, &answer),
            LIST => listed(task, rest, &answer),
            POSTS => texts(task, &answer),
            SOCIAL => Ok(veiled(social::read(task, request, &answer)?, &answer)),
            _ => Err(ReadError::Shape(told::nobody_asked(&request.ask))),
        }
    }

    fn explain(&self, request: &Request, status: u16, body: &[u8]) -> Refusal {
        explain::explain(request, status, body)
    }

    fn probe(&self, task: &Task) -> Vec<Request> {
        vec![page(task, PAGE_PROBE)]
    }

    fn doubts(&self, refusal: &Refusal) -> bool {
        explain::doubts(refusal)
    }

    fn hosts(&self) -> &'static [&'static str] {
        &["api.linkedin.com"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["r_dma_admin_pages_content"]
    }
}

/// The organisation, which names its page: analytics want the page's URN, and its number may be another.
fn page(task: &Task, ask: &str) -> Request {
    let ids = restli::list(&[&task.channel.account]);
    question(task, ask, "/rest/dmaOrganizations", format!("ids={ids}"))
}

fn trends(task: &Task, request: &Request, answer: &Json) -> Result<Reply, ReadError> {
    let account = task.channel.account.as_str();
    let organisation = answer
        .get("results")
        .and_then(|results| results.get(account).or_else(|| results.get(format!("urn:li:organization:{account}"))))
        .ok_or_else(|| ReadError::Shape(told::page_not_in_answer(account)))?;
    let urn = organisation
        .get("organizationalPage")
        .and_then(Json::as_str)
        .map_or_else(|| format!("urn:li:organizationalPage:{account}"), str::to_owned);
    let mut reply = Reply { token: Some(super::working_token()), ..Reply::default() };
    reply.notices.extend(super::versions::warning(&task.version, super::today(task)));
    if request.ask == PAGE_PROBE {
        return Ok(reply);
    }
    for slice in given_days(task).and_then(|given| given.intersect(task.days)).map(slices).unwrap_or_default() {
        reply.next.push(edge(task, FOLLOWERS, &urn, "FOLLOWER", slice));
        reply.next.push(edge(task, VISITORS, &urn, "VISITOR", slice));
        reply.next.push(content(task, &urn, slice, None));
    }
    Ok(reply)
}

fn edge(task: &Task, ask: &str, urn: &str, kind: &str, days: Period) -> Request {
    let intervals = restli::intervals(days, "DAY");
    let page = restli::value(urn);
    let query = format!("q=trend&organizationalPage={page}&analyticsType={kind}&timeIntervals={intervals}");
    let request = question(task, ask, "/rest/dmaOrganizationalPageEdgeAnalytics", query);
    Request { metrics: fields::names(ask, Subject::Account, Window::Day), span: Some(days), ..request }
}

fn content(task: &Task, urn: &str, days: Period, post: Option<PostId>) -> Request {
    let (types, intervals) = (restli::list(&CONTENT_TYPES), restli::intervals(days, "DAY"));
    let entity = restli::value(urn);
    let query = format!("q=trend&sourceEntity={entity}&metricTypes={types}&timeIntervals={intervals}");
    let subject = if post.is_some() { Subject::Post } else { Subject::Account };
    let request = question(task, CONTENT, "/rest/dmaOrganizationalPageContentAnalytics", query);
    Request { metrics: fields::names(CONTENT, subject, Window::Day), span: Some(days), post, ..request }
}

/// One element is one metric of one day: `type`, the range, a total, and its organic and sponsored parts.
fn rows(request: &Request, ask: &str, answer: &Json) -> Result<Reply, ReadError> {
    let mut reply = Reply::default();
    let privacy = privacy(answer);
    if let Some(privacy) = &privacy {
        reply.notices.push(privacy.told());
    }
    let subject = if request.post.is_some() { Subject::Post } else { Subject::Account };
    let kind = match ask {
        FOLLOWERS => Some("FOLLOWER"),
        VISITORS => Some("VISITOR"),
        _ => None,
    };
    for row in answer::array(answer, "elements")? {
        let body = row.get("metric").unwrap_or(row);
        let Some(days) = body.get("timeIntervals").and_then(fields::range).filter(|days| days.days() == 1) else {
            reply.notices.push(told::linkedin_row_no_day(ask));
            continue;
        };
        let Some(kind) = row.get("type").and_then(Json::as_str).or(kind) else { continue };
        let about = About { ask, post: request.post.as_ref(), window: Window::Day, days };
        for metric in fields::metrics(ask, subject) {
            let Some(part) = metric.name.strip_prefix(kind).and_then(|rest| rest.strip_prefix('.')) else { continue };
            let Some(found) = amount(body.get("value"), part) else { continue };
            let mut value = fields::judged(metric, Some(found));
            if privacy.is_some() && value.0.is_some_and(|value: Value| value.as_f64() == 0.0) {
                value = (None, State::Suppressed);
            }
            reply.readings.push(about.reading(&metric.name, None, value));
        }
    }
    Ok(reply)
}

/// The same without the zeros that hide something.
fn veiled(mut reply: Reply, answer: &Json) -> Reply {
    let Some(privacy) = privacy(answer) else { return reply };
    reply.notices.push(privacy.told());
    for told in &mut reply.readings {
        if told.value.is_some_and(|value| value.as_f64() == 0.0) {
            (told.value, told.state) = (None, State::Suppressed);
        }
    }
    reply
}

/// A number of a value: the total, or a part of whichever `typeSpecificValue` there is; bare or as `long`/`bigDecimal`.
fn amount<'a>(value: Option<&'a Json>, part: &str) -> Option<&'a Json> {
    let value = value?;
    let found = value.get(part).or_else(|| {
        let parts = value.get("typeSpecificValue")?.as_object()?;
        parts.values().find_map(|parts| parts.get(part))
    })?;
    match found {
        Json::Object(wrapped) => wrapped.get("long").or_else(|| wrapped.get("bigDecimal")),
        bare => Some(bare),
    }
}

/// What the metadata says about hidden numbers.
struct Privacy {
    renewal: Option<DateTime<Utc>>,
}

impl Privacy {
    fn told(&self) -> Told {
        self.renewal.map_or_else(told::linkedin_privacy, |at| told::linkedin_privacy_until(at.date_naive()))
    }
}

/// The exact form of the metadata is not documented: anything under `metadata` that speaks of privacy counts, unless it
/// is switched off. A moment inside it is taken as the time of renewal.
fn privacy(answer: &Json) -> Option<Privacy> {
    let rows = answer.get("elements").and_then(Json::as_array).into_iter().flatten();
    let mut metadata = answer.get("metadata").into_iter().chain(rows.filter_map(|row| row.get("metadata")));
    let found = metadata.find_map(speaks_of_privacy)?;
    Some(Privacy { renewal: moment_in(found) })
}

fn speaks_of_privacy(metadata: &Json) -> Option<&Json> {
    metadata.as_object()?.iter().find_map(|(key, value)| {
        let off = matches!(value, Json::Null | Json::Bool(false));
        if key.to_ascii_lowercase().contains("privacy") && !off { Some(value) } else { speaks_of_privacy(value) }
    })
}

fn moment_in(value: &Json) -> Option<DateTime<Utc>> {
    const YEAR_2020: i64 = 1_577_836_800_000;
    match value {
        Json::Number(number) => number.as_i64().filter(|millis| *millis > YEAR_2020).and_then(restli::moment),
        Json::String(text) => {
            let day = || Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN).and_utc());
            text.parse().ok().or_else(day)
        }
        Json::Object(object) => object.values().find_map(moment_in),
        Json::Array(array) => array.iter().find_map(moment_in),
        _ => None,
    }
}

fn list(task: &Task, number: usize, cursor: Option<&str>) -> Request {
    let author = restli::value(&format!("urn:li:organization:{}", task.channel.account));
    let cursor = cursor.map_or_else(String::new, |cursor| format!("&paginationCursor={}", restli::value(cursor)));
    let query = format!("q=postsByAuthor&author={author}&maxPaginationCount=100{cursor}");
    question(task, &format!("{LIST} {number}"), "/rest/dmaFeedContentsExternal", query)
}

/// Ids of posts: bare, or under one of four names. Ends without a cursor, and on an empty page.
fn listed(task: &Task, number: &str, answer: &Json) -> Result<Reply, ReadError> {
    let urn = |element: &Json| -> Option<String> {
        let named = || ["id", "postUrn", "contentUrn", "urn"].iter().find_map(|key| element.get(key)?.as_str());
        let urn = restli::decoded(element.as_str().or_else(named)?);
        (urn.starts_with("urn:li:share:") || urn.starts_with("urn:li:ugcPost:")).then_some(urn)
    };
    let mut ids: Vec<String> = answer::array(answer, "elements")?.iter().filter_map(urn).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut reply = Reply::default();
    reply.next.extend(
        ids.chunks(BATCH).map(|ids| {
            question(task, POSTS, "/rest/dmaPosts", format!("ids={}&viewContext=AUTHOR", restli::list(ids)))
        }),
    );
    // The key is misspelt in the platform's own answers.
    let cursor = [
        "/metadata/paginationCursorMetdata/nextPaginationCursor",
        "/metadata/paginationCursorMetadata/nextPaginationCursor",
    ]
    .iter()
    .find_map(|path| answer.pointer(path)?.as_str())
    .filter(|cursor| !cursor.is_empty() && !ids.is_empty());
    let number: usize = number.parse().unwrap_or(1);
    match cursor {
        Some(cursor) if number < PAGES => reply.next.push(list(task, number + 1, Some(cursor))),
        Some(_) => {
            reply.gaps.push(told::linkedin_more_pages(PAGES));
        }
        None => {}
    }
    Ok(reply)
}

fn texts(task: &Task, answer: &Json) -> Result<Reply, ReadError> {
    let results = answer
        .get("results")
        .and_then(Json::as_object)
        .ok_or_else(|| ReadError::Shape(told::map_missing("results")))?;
    let posts = results.values().filter_map(posts::reading);
    let posts: Vec<PostReading> = posts.filter(|post| post.published.date_naive() >= task.posts_since).collect();
    let ids: Vec<&str> = posts.iter().map(|post| post.id.as_str()).collect();
    let mut next = social::of_posts(task, SOCIAL, "dmaSocialMetadata", &ids);
    next.extend(posts.iter().flat_map(|post| days_of(task, post)));
    Ok(Reply { posts, next, ..Reply::default() })
}

/// The days of a post that are asked for: those of the task that lie within two months of its publication.
fn days_of(task: &Task, post: &PostReading) -> Vec<Request> {
    let first = post.published.date_naive();
    Period::new(first, first + Days::new(POST_DAYS))
        .and_then(|life| life.intersect(task.days))
        .and_then(|days| days.intersect(given_days(task)?))
        .map(|days| {
            slices(days)
                .into_iter()
                .map(|slice| content(task, post.id.as_str(), slice, Some(post.id.clone())))
                .collect()
        })
        .unwrap_or_default()
}
