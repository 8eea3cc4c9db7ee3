//! Media and stories: counters that stand in the list itself, and figures of each, asked less often as it ages.

use chrono::{Datelike, TimeDelta};
use serde_json::Value as Json;

use super::{is_ratio, living, names};
use crate::catalog::Subject;
use crate::connectors::fetch::{mark, today};
use crate::connectors::{PostReading, Reply, Request, Task, graph};
use crate::model::{PostFormat, PostId, Reading, State, Window, told};

/// The list of media; also the catalogue's word for counters that stand in it.
pub(super) const MEDIA: &str = "media";
/// The stories of the last 24 hours.
pub(super) const STORIES: &str = "stories";
/// The figures of one medium, by its product type: `media_insights FEED`.
pub(super) const INSIGHTS: &str = "media_insights";

/// Media younger than this are asked in every run.
const YOUNG: TimeDelta = TimeDelta::days(30);
/// Media younger than this once a week; older ones only when the run fetches history.
const GROWN: TimeDelta = TimeDelta::days(90);
/// A run over more days than this fetches history.
const HISTORY: u32 = 60;

const FIELDS: [&str; 6] = ["id", "caption", "media_type", "media_product_type", "permalink", "timestamp"];

/// The list's fields, with the counters that need no call of their own.
pub(super) fn fields(counters: &[String]) -> String {
    FIELDS.into_iter().chain(counters.iter().map(String::as_str)).collect::<Vec<_>>().join(",")
}

/// The list of media since the task's day.
pub(super) fn list(task: &Task) -> Vec<Request> {
    let counters = names(&living(task, Subject::Post, MEDIA));
    let since = graph::midnight(task.posts_since).to_string();
    vec![edge(task, MEDIA, counters).with("since", since)]
}

/// The stories that can be seen now, where the channel wants them.
pub(super) fn stories(task: &Task) -> Vec<Request> {
    if task.channel.stories { vec![edge(task, STORIES, Vec::new())] } else { Vec::new() }
}

fn edge(task: &Task, ask: &str, counters: Vec<String>) -> Request {
    let request = Request::get(ask, graph::path(task, &format!("{}/{ask}", task.channel.account)))
        .with("fields", fields(&counters))
        .with("limit", graph::PAGE.to_string());
    Request { metrics: counters, limit: Some(graph::PAGE), ..request }
}

/// Rows with their counters, the questions for their figures, and the next page.
pub(super) fn read_list(task: &Task, request: &Request, answer: &Json) -> Reply {
    let mut reply = Reply::default();
    let mut items = Vec::new();
    let mut unreadable = 0;
    for row in answer.get("data").and_then(Json::as_array).into_iter().flatten() {
        let Some(post) = understood(request, row) else {
            unreadable += 1;
            continue;
        };
        if post.published.timestamp() < graph::midnight(task.posts_since) {
            continue;
        }
        let counters = request.metrics.iter().map(|name| counter(task, request, name, row, &post.id));
        reply.readings.extend(counters);
        if is_due(task, &post) {
            items.extend(figures_of(task, row, &post));
        }
        reply.posts.push(post);
    }
    if unreadable > 0 {
        reply.notices.push(told::rows_left_out(unreadable, &request.ask));
    }
    graph::next_page(request, answer, &mut reply);
    reply.next.extend(graph::batches(task, items, request.token.as_ref()));
    reply
}

fn counter(task: &Task, request: &Request, name: &str, row: &Json, post: &PostId) -> Reading {
    let (value, state) = graph::number(row.get(name), false);
    let place = Request { post: Some(post.clone()), ..request.clone() };
    Reading { value, state, ..mark(task, &place, name, State::Absent) }
}

/// Young media in every run, grown ones on one day of the week that their id decides, old ones with the history.
fn is_due(task: &Task, post: &PostReading) -> bool {
    let age = task.now - post.published;
    let weekday = today(task).weekday().num_days_from_monday();
    let turn = post.id.as_str().bytes().fold(0_u32, |sum, letter| (sum * 31 + u32::from(letter)) % 7);
    age < YOUNG || task.days.days() > HISTORY || (age < GROWN && turn == weekday)
}

/// Which figures exist depends on the product type. `media_type` calls a Reel a video and must not be asked.
fn figures_of(task: &Task, row: &Json, post: &PostReading) -> Option<Request> {
    let told = row.get("media_product_type").and_then(Json::as_str);
    let product = match (told, post.format) {
        (Some(product @ ("FEED" | "REELS" | "STORY")), _) => product,
        (None, PostFormat::Story) => "STORY",
        // Other logins leave the field out: nothing is known then, and a wrong guess would cost the whole question.
        _ => return None,
    };
    let metrics: Vec<_> = living(task, Subject::Post, INSIGHTS)
        .into_iter()
        .filter(|metric| metric.products.is_empty() || metric.products.iter().any(|one| one == product))
        .map(|metric| metric.name.clone())
        .collect();
    let request = Request::get(&format!("{INSIGHTS} {product}"), graph::path(task, &format!("{}/insights", post.id)));
    Some(Request { post: Some(post.id.clone()), metrics: metrics.clone(), ..request.with("metric", metrics.join(",")) })
}

/// Counters since the medium was published.
pub(super) fn read_insights(task: &Task, request: &Request, answer: &Json) -> Reply {
    let asked = |name: &str| request.metrics.iter().any(|metric| metric == name);
    let entries = graph::entries(answer).into_iter().filter(|insight| asked(insight.name));
    let mut readings: Vec<_> = entries
        .flat_map(|insight| values(task, request, &insight))
        .filter(|reading| reading.window == Window::Lifetime)
        .collect();
    readings.dedup_by(|one, other| one.metric == other.metric && one.dimension == other.dimension);
    Reply { readings, ..Reply::default() }
}

fn values(task: &Task, request: &Request, insight: &graph::Insight<'_>) -> Vec<Reading> {
    graph::values_of(insight, request.post.as_ref(), today(task), None, is_ratio(insight.name))
}

fn understood(request: &Request, row: &Json) -> Option<PostReading> {
    let published = row.get("timestamp").and_then(Json::as_str).and_then(graph::time)?;
    Some(PostReading {
        id: PostId::from(graph::id(row, "id")?),
        published,
        format: format(request, row),
        text: without_mentions(&graph::text(row, "caption").unwrap_or_default()),
        permalink: graph::text(row, "permalink"),
        link: None,
    })
}

fn format(request: &Request, row: &Json) -> PostFormat {
    let told = |key: &str| row.get(key).and_then(Json::as_str);
    match (told("media_product_type"), told("media_type")) {
        _ if request.ask == STORIES => PostFormat::Story,
        (Some("REELS"), _) => PostFormat::Reel,
        (Some("STORY"), _) => PostFormat::Story,
        (_, Some("IMAGE")) => PostFormat::Image,
        (_, Some("CAROUSEL_ALBUM")) => PostFormat::Carousel,
        (_, Some("VIDEO")) => PostFormat::Video,
        _ => PostFormat::Other,
    }
}

/// `@someone` may be a private person: the handle is taken out, the rest of the caption stays. An address of e-mail,
/// which has letters before the sign, is left alone.
fn without_mentions(caption: &str) -> String {
    let mut clean = String::with_capacity(caption.len());
    let mut before = ' ';
    let mut letters = caption.chars().peekable();
    while let Some(letter) = letters.next() {
        clean.push(letter);
        if letter == '@' && !before.is_alphanumeric() {
            let mut any = false;
            while letters.next_if(|next| next.is_ascii_alphanumeric() || matches!(next, '_' | '.')).is_some() {
                any = true;
            }
            if any {
                clean.push('…');
            }
        }
        before = letter;
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_taken_out_and_addresses_stay() {
        assert_eq!(
            without_mentions("Tack @anna.b_99! Skriv till info@kommun.example @ torget"),
            "Tack @…! Skriv till info@kommun.example @ torget"
        );
    }
}
