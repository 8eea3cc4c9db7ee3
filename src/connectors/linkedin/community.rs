//! The Community Management API: what to ask, and what the answers say.

use serde_json::Value as Json;

use super::fields::{self, About};
use super::{BATCH, explain, given_days, posts, question, restli, slices, social, today, versions};
use crate::catalog::Subject;
use crate::connectors::{Connector, PostReading, ReadError, Refusal, Reply, Request, Task, answer};
use crate::model::{Calendar, Granularity, Period, PostFormat, PostId, State, Window, told};

const SIZE: &str = "network_size";
const GAINS: &str = "follower_gains";
const FACETS: &str = "follower_facets";
const SHARES: &str = "share_statistics";
const SHARES_LIFETIME: &str = "share_statistics lifetime";
const PAGE: &str = "page_statistics";
const POSTS: &str = "posts";
const POST: &str = "post_statistics";
const SOCIAL: &str = "social_metadata";
const VIDEO: &str = "video";
const ROLES: &str = "roles";

/// How many posts a page of the list may hold.
const PAGE_SIZE: u32 = 100;
/// How many videos a page of posts is asked about: each costs two questions of a small daily quota.
const VIDEOS: usize = 10;

/// The Community Management API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Community;

impl Connector for Community {
    fn plan(&self, task: &Task) -> Vec<Request> {
        let mut requests = vec![network_size(task)];
        if task.channel.demographics {
            requests.push(finder(task, FACETS, "organizationalEntityFollowerStatistics", ""));
        }
        let lifetime = finder(task, SHARES_LIFETIME, "organizationalEntityShareStatistics", "");
        requests.push(Request { metrics: fields::names(SHARES, Subject::Account, Window::Lifetime), ..lifetime });
        let given = given_days(task);
        for slice in given.and_then(|given| given.intersect(task.days)).map(slices).unwrap_or_default() {
            requests.push(timed(task, GAINS, slice, "DAY"));
            requests.push(timed(task, SHARES, slice, "DAY"));
            requests.push(timed(task, PAGE, slice, "DAY"));
        }
        for months in whole_months(task, given) {
            requests.push(timed(task, SHARES, months, "MONTH"));
            requests.push(timed(task, PAGE, months, "MONTH"));
        }
        requests.push(list(task, 0, None));
        requests
    }

    fn read(&self, task: &Task, request: &Request, body: &[u8]) -> Result<Reply, ReadError> {
        let answer = answer::json(body)?;
        let (ask, rest) = request.ask.split_once(' ').unwrap_or((&request.ask, ""));
        match ask {
            SIZE => Ok(size(task, &answer)),
            FACETS => facets(task, &answer),
            SHARES if request.ask == SHARES_LIFETIME => lifetime(task, &answer),
            GAINS | SHARES | PAGE => rows(ask, &answer),
            POSTS => listed(task, request, &answer),
            POST => post_statistics(task, request, &answer),
            SOCIAL => social::read(task, request, &answer),
            VIDEO => video(task, request, rest, &answer),
            ROLES => roles(task, &answer),
            _ => Err(ReadError::Shape(told::nobody_asked(&request.ask))),
        }
    }

    fn explain(&self, request: &Request, status: u16, body: &[u8]) -> Refusal {
        explain::explain(request, status, body)
    }

    fn probe(&self, task: &Task) -> Vec<Request> {
        let query = format!("q=roleAssignee&state=APPROVED&count={PAGE_SIZE}");
        vec![question(task, ROLES, "/rest/organizationAcls", query), network_size(task)]
    }

    fn with_limit(&self, request: &Request, limit: u32) -> Option<Request> {
        let (query, current) = (request.raw_query.as_deref()?, request.limit?);
        let query = query.replace(&format!("&count={current}&"), &format!("&count={limit}&"));
        Some(Request { raw_query: Some(query), limit: Some(limit), ..request.clone() })
    }

    fn doubts(&self, refusal: &Refusal) -> bool {
        explain::doubts(refusal)
    }

    fn hosts(&self) -> &'static [&'static str] {
        &["api.linkedin.com"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["rw_organization_admin", "r_organization_social"]
    }
}

fn organisation(task: &Task) -> String {
    format!("urn:li:organization:{}", task.channel.account)
}

fn network_size(task: &Task) -> Request {
    let path = format!("/rest/networkSizes/{}", restli::value(&organisation(task)));
    let request = question(task, SIZE, path, "edgeType=COMPANY_FOLLOWED_BY_MEMBER".to_owned());
    Request { metrics: fields::names(SIZE, Subject::Account, Window::Instant), ..request }
}

/// A question about the organisation; the finder for page statistics has another name and parameter than the others.
fn finder(task: &Task, ask: &str, resource: &str, rest: &str) -> Request {
    let parameter = if resource == "organizationPageStatistics" { "organization" } else { "organizationalEntity" };
    let urn = restli::value(&organisation(task));
    question(task, ask, format!("/rest/{resource}"), format!("q={parameter}&{parameter}={urn}{rest}"))
}

fn timed(task: &Task, ask: &str, days: Period, granularity: &str) -> Request {
    let resource = match ask {
        GAINS => "organizationalEntityFollowerStatistics",
        PAGE => "organizationPageStatistics",
        _ => "organizationalEntityShareStatistics",
    };
    let rest = format!("&timeIntervals={}", restli::intervals(days, granularity));
    let window = if granularity == "DAY" { Window::Day } else { Window::Month };
    let metrics = fields::names(ask, Subject::Account, window);
    Request { span: Some(days), metrics, ..finder(task, ask, resource, &rest) }
}

/// The whole calendar months among the windows, those beside each other in one question.
fn whole_months(task: &Task, given: Option<Period>) -> Vec<Period> {
    let within = |month: &Period| given.is_some_and(|given| given.intersect(*month) == Some(*month));
    let month = |window: &Period| window.granularity(Calendar::default()) == Some(Granularity::Month);
    let mut months: Vec<Period> = task.windows.iter().copied().filter(month).filter(within).collect();
    months.sort_unstable();
    months.dedup();
    let mut runs: Vec<Period> = Vec::new();
    for month in months {
        match runs.last().and_then(|run| Period::new(run.start(), month.end()).filter(|_| run.end() == month.start())) {
            Some(longer) => *runs.last_mut().expect("there is a last, as it was just read") = longer,
            None => runs.push(month),
        }
    }
    runs
}

fn now(task: &Task) -> Period {
    Period::day(today(task))
}

fn size(task: &Task, answer: &Json) -> Reply {
    let about = About { ask: SIZE, post: None, window: Window::Instant, days: now(task) };
    let notices = versions::warning(&task.version, today(task)).into_iter().collect();
    Reply { readings: about.readings(answer), notices, ..Reply::default() }
}

fn lifetime(task: &Task, answer: &Json) -> Result<Reply, ReadError> {
    let about = About { ask: SHARES, post: None, window: Window::Lifetime, days: now(task) };
    let rows = answer::array(answer, "elements")?;
    Ok(Reply { readings: rows.iter().take(1).flat_map(|row| about.readings(row)).collect(), ..Reply::default() })
}

/// Rows with a time range. A day that is not there stays not there: the platform leaves out days without activity.
fn rows(ask: &str, answer: &Json) -> Result<Reply, ReadError> {
    let mut reply = Reply::default();
    for row in answer::array(answer, "elements")? {
        let Some(days) = fields::range(row) else {
            reply.notices.push(told::linkedin_row_without_days(ask));
            continue;
        };
        match fields::window_of(days) {
            Some(window) => reply.readings.extend(About { ask, post: None, window, days }.readings(row)),
            None => reply.notices.push(told::linkedin_row_other_days(ask, days.to_string())),
        }
    }
    Ok(reply)
}

/// Followers by facet. Old answers are the element itself; the finder wraps it in a list.
fn facets(task: &Task, answer: &Json) -> Result<Reply, ReadError> {
    let row = match answer.get("elements") {
        Some(_) => answer::array(answer, "elements")?.first(),
        None => Some(answer),
    };
    let about = About { ask: FACETS, post: None, window: Window::Instant, days: now(task) };
    let mut reply = Reply::default();
    for metric in fields::metrics(FACETS, Subject::Account) {
        let (list, key) = (metric.name.split('.').next().unwrap_or_default(), metric.breakdowns.first());
        let entries = row.and_then(|row| row.get(list)).and_then(Json::as_array);
        for entry in entries.into_iter().flatten() {
            let Some((key, cell)) = key.and_then(|key| Some((key, entry.get(key)?.as_str()?))) else { continue };
            let found = fields::judged(metric, entry.pointer("/followerCounts/organicFollowerCount"));
            let value = answer::hidden_if_small(found);
            reply.readings.push(about.reading(&metric.name, Some(format!("{key}={}", answer::escaped(cell))), value));
        }
    }
    Ok(reply)
}

/// The list of posts from `start`, or where a token of the platform's own points.
fn list(task: &Task, start: usize, token: Option<&str>) -> Request {
    let author = restli::value(&organisation(task));
    let place = token.map_or(format!("start={start}"), |token| format!("pageToken={}", restli::value(token)));
    let query = format!("q=author&author={author}&count={PAGE_SIZE}&{place}&sortBy=CREATED&viewContext=AUTHOR");
    Request { limit: Some(PAGE_SIZE), ..question(task, POSTS, "/rest/posts", query) }
}

/// One page of the list, newest first. Pages may be shorter than asked for before the end (removed posts hold their
/// place) and totals are unreliable, so it ends on an empty page, or on one that is older than what is asked for.
/// A list that only repeats itself is ended by the loop.
fn listed(task: &Task, request: &Request, answer: &Json) -> Result<Reply, ReadError> {
    let elements = answer::array(answer, "elements")?;
    let recent = |post: &PostReading| post.published.date_naive() >= task.posts_since;
    let posts = elements.iter().filter_map(posts::reading).filter(recent).collect();
    let mut reply = Reply { posts, hosts: foreign(answer), ..Reply::default() };
    reply.next = follow_ups(task, &reply.posts);
    let token = ["/paging/nextPageToken", "/metadata/nextPageToken"]
        .iter()
        .find_map(|path| answer.pointer(path)?.as_str())
        .filter(|token| !token.is_empty());
    let older = |element: &Json| posts::published(element).is_some_and(|at| at.date_naive() < task.posts_since);
    let done = if elements.is_empty() { token.is_none() } else { elements.iter().all(older) };
    if !done {
        let limit = request.limit.unwrap_or(PAGE_SIZE);
        let page = list(task, start_of(request) + step(answer, limit, elements.len()), token);
        reply.next.extend(Community.with_limit(&page, limit).or(Some(page)));
    }
    Ok(reply)
}

fn start_of(request: &Request) -> usize {
    let query = request.raw_query.as_deref().unwrap_or_default();
    query.split('&').find_map(|pair| pair.strip_prefix("start=")?.parse().ok()).unwrap_or(0)
}

/// How far the next page lies: as far as the platform says it counted, and never less than what came.
fn step(answer: &Json, limit: u32, came: usize) -> usize {
    let counted = answer.pointer("/paging/count").and_then(Json::as_u64).unwrap_or(0).min(u64::from(limit));
    usize::try_from(counted).unwrap_or(0).max(came)
}

/// The hosts that the answer names for its next page. Nothing is ever asked of them.
fn foreign(answer: &Json) -> Vec<String> {
    let links = answer.pointer("/paging/links").and_then(Json::as_array).into_iter().flatten();
    links
        .filter_map(|link| link.get("href")?.as_str()?.split_once("://"))
        .filter_map(|(_, rest)| rest.split(['/', '?', ':']).next())
        .map(str::to_owned)
        .collect()
}

/// The values of the posts: many in one question, by the kind of their URN; videos last.
fn follow_ups(task: &Task, posts: &[PostReading]) -> Vec<Request> {
    let ids: Vec<&str> = posts.iter().map(|post| post.id.as_str()).collect();
    let mut requests = Vec::new();
    for (kind, parameter) in [("urn:li:share:", "shares"), ("urn:li:ugcPost:", "ugcPosts")] {
        let ids: Vec<&str> = ids.iter().copied().filter(|id| id.starts_with(kind)).collect();
        requests.extend(ids.chunks(BATCH).map(|ids| {
            let rest = format!("&{parameter}={}", restli::list(ids));
            finder(task, POST, "organizationalEntityShareStatistics", &rest)
        }));
    }
    requests.extend(social::of_posts(task, SOCIAL, "socialMetadata", &ids));
    for post in posts.iter().filter(|post| post.format == PostFormat::Video).take(VIDEOS) {
        let entity = restli::value(post.id.as_str());
        requests.extend(["VIDEO_VIEW", "TIME_WATCHED"].map(|kind| {
            let query = format!("q=entity&entity={entity}&type={kind}&aggregation=ALL");
            let request = question(task, &format!("{VIDEO} {kind}"), "/rest/videoAnalytics", query);
            Request { post: Some(post.id.clone()), metrics: vec![kind.to_owned()], ..request }
        }));
    }
    requests
}

/// Counters of posts. A post that was asked about and is not in the answer has no statistics: absent, not zero.
fn post_statistics(task: &Task, request: &Request, answer: &Json) -> Result<Reply, ReadError> {
    let query = request.raw_query.as_deref().unwrap_or_default();
    let mut missing = [restli::members(query, "shares"), restli::members(query, "ugcPosts")].concat();
    let mut reply = Reply::default();
    for row in answer::array(answer, "elements")? {
        let Some(urn) = ["share", "ugcPost"].iter().find_map(|key| row.get(key)?.as_str()) else { continue };
        missing.retain(|asked| asked != urn);
        let post = PostId::from(urn);
        reply.readings.extend(counters(task, POST, &post).readings(row));
    }
    for urn in missing {
        reply.readings.extend(counters(task, POST, &PostId::from(urn)).without_value(State::Absent));
    }
    Ok(reply)
}

fn counters<'a>(task: &Task, ask: &'a str, post: &'a PostId) -> About<'a> {
    About { ask, post: Some(post), window: Window::Lifetime, days: now(task) }
}

fn video(task: &Task, request: &Request, kind: &str, answer: &Json) -> Result<Reply, ReadError> {
    let rows = answer::array(answer, "elements")?;
    let Some(post) = &request.post else { return Err(ReadError::Shape(told::video_without_post())) };
    let value = answer::whole(rows.first().and_then(|row| row.get("value")));
    Ok(Reply { readings: vec![counters(task, VIDEO, post).reading(kind, None, value)], ..Reply::default() })
}

/// What the token's owner may do on the page. Three spellings of the organisation's field are in use.
fn roles(task: &Task, answer: &Json) -> Result<Reply, ReadError> {
    let wanted = organisation(task);
    let roles: Vec<&str> = answer::array(answer, "elements")?
        .iter()
        .filter(|row| {
            ["organization", "organizationTarget", "organizationalTarget"]
                .iter()
                .any(|key| row.get(key).and_then(Json::as_str) == Some(&wanted))
        })
        .filter_map(|row| row.get("role")?.as_str())
        .collect();
    let mut reply = Reply { token: Some(super::working_token()), ..Reply::default() };
    if roles.is_empty() {
        reply.notices.push(told::linkedin_no_role(&task.channel.account));
    } else if !roles.contains(&explain::STATISTICS_ROLE) {
        let roles = roles.join(", ");
        reply.notices.push(told::linkedin_other_role(roles, explain::STATISTICS_ROLE));
    }
    reply.notices.extend(versions::warning(&task.version, today(task)));
    Ok(reply)
}
